"""``autograder preflight``: what a student learns of a notebook before handing it in.

Looks at the cells, then runs a copy from a fresh start. Knows the notebook and, where it can be
found, the released original: no hidden checks, no nbgrader. The file itself is only read. Nothing
is imported here: a notebook takes `flight.notebook` alone, also where the rest is not installed.
"""
