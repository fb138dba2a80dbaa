"""Where student code runs: a bubblewrap sandbox, a warm parent in it, one fork of it per job.

The only package that knows the kernel's calls. ``inside/`` is what runs behind the outer wall;
the modules beside it run on the trusted side and read what comes out as hostile bytes.
"""
