"""What the source audit looks for: tables of names, each with the reason that a person is told."""

import re
import sys

WATCHED = frozenset(
    [
        "keras",
        "tensorflow",
        "tf_keras",
        "numpy",
        "autograder",
        "pytest",
        "_pytest",
        "json",
        "builtins",
        "sys",
        "os",
        "IPython",
        "time",
        "math",
        "random",
        "sklearn",
        "unittest",
        "types",
        "io",
        "threading",
        "h5py",
    ]
)
"""Packages whose own attributes honest notebooks do not assign."""

MODULES = {
    "__main__": "reaches the notebook's own names through a module (__main__)",
    "ctypes": "reaches into the process's memory (ctypes)",
    "_ctypes": "reaches into the process's memory (_ctypes)",
    "cffi": "reaches into the process's memory (cffi)",
    "marshal": "loads code objects (marshal)",
    "dill": "unpickles code (dill)",
    "cloudpickle": "unpickles code (cloudpickle)",
    "runpy": "runs code from elsewhere (runpy)",
    "unittest.mock": "patches objects (unittest.mock)",
    "mock": "patches objects (mock)",
    "faulthandler": "writes to descriptors (faulthandler)",
    "fcntl": "works on file descriptors (fcntl)",
    "pty": "works on file descriptors (pty)",
    "mmap": "maps memory (mmap)",
    "code": "runs code from text (code)",
    "codeop": "compiles code from text (codeop)",
    "bdb": "traces other code (bdb)",
    "imp": "loads modules by hand (imp)",
    "pkgutil": "loads modules by hand (pkgutil)",
    "zipimport": "loads modules by hand (zipimport)",
    "pydoc": "loads modules by hand (pydoc)",
    "logging.config": "loads modules by hand (logging.config)",
    "pdb": "runs code from text (pdb)",
    "profile": "runs code from text (profile)",
    "cProfile": "runs code from text (cProfile)",
    "trace": "runs code from text (trace)",
    "doctest": "runs code from text (doctest)",
    "copyreg": "sets attributes by copying (copyreg)",
    "tensorflow.python.autograph": "makes code from text (tensorflow.python.autograph)",
    "keras.src.utils.python_utils": "loads code objects (keras.src.utils.python_utils)",
}

CALLS = {
    "io.FileIO": "opens a file descriptor (io.FileIO)",
    "_io.FileIO": "opens a file descriptor (io.FileIO)",
    **{
        f"os.{n}": f"works on file descriptors or processes (os.{n})"
        for n in (
            [
                "write",
                "pwrite",
                "writev",
                "dup",
                "dup2",
                "fdopen",
                "pipe",
                "pipe2",
                "open",
                "openpty",
                "close",
                "closerange",
                "read",
                "sendfile",
                "_exit",
                "abort",
                "kill",
                "killpg",
                "fork",
                "forkpty",
                "execv",
                "execve",
                "execl",
                "execlp",
                "execvp",
                "execvpe",
                "posix_spawn",
                "setsid",
                "set_inheritable",
                "ftruncate",
                "memfd_create",
                "pidfd_open",
                "register_at_fork",
                "scandir_fd",
            ]
        )
    },
    **{
        f"inspect.{n}": f"reads frames (inspect.{n})"
        for n in (
            [
                "currentframe",
                "stack",
                "trace",
                "getouterframes",
                "getinnerframes",
                "getclosurevars",
                "getargvalues",
            ]
        )
    },
    **{
        f"{n}": f"reads frames ({n})"
        for n in (["traceback.walk_stack", "traceback.walk_tb", "logging.currentframe"])
    },
    **{
        f"sys.{n}": f"reaches into the interpreter (sys.{n})"
        for n in (
            [
                "_getframe",
                "_current_frames",
                "settrace",
                "setprofile",
                "addaudithook",
                "monitoring",
                "exc_info",
                "meta_path",
                "path_hooks",
                "path_importer_cache",
                "__stdout__",
                "__stderr__",
                "_xoptions",
                "setswitchinterval",
            ]
        )
    },
    **{
        f"builtins.{n}": f"runs code from text ({n})"
        for n in (["exec", "eval", "compile", "__import__", "breakpoint"])
    },
    **{
        f"{n}": f"runs code from text ({n})"
        for n in (
            [
                "typing.get_type_hints",
                "typing.ForwardRef",
                "pandas.eval",
                "numpy.testing.measure",
                "numpy.testing.runstring",
                "numpy.testing.rundocs",
            ]
        )
    },
    **{
        f"unittest.{n}": f"loads modules by hand (unittest.{n})"
        for n in (["TestLoader", "defaultTestLoader", "loader"])
    },
    **{
        f"{n}": f"unpickles data ({n})"
        for n in (
            [
                "pickle.load",
                "pickle.loads",
                "pickle.Unpickler",
                "joblib.load",
                "pandas.read_pickle",
                "torch.load",
                "shelve.open",
                "_pickle.load",
                "_pickle.loads",
                "keras.config.enable_unsafe_deserialization",
                "tensorflow.keras.config.enable_unsafe_deserialization",
            ]
        )
    },
    **{
        f"{n}": f"acts after its cell has ended ({n})"
        for n in (
            [
                "atexit.register",
                "signal.signal",
                "signal.alarm",
                "signal.setitimer",
                "signal.pthread_kill",
                "signal.raise_signal",
                "signal.set_wakeup_fd",
                "threading.settrace",
                "threading.setprofile",
                "weakref.finalize",
                "codecs.register",
                "codecs.register_error",
            ]
        )
    },
    **{
        f"{n}": f"makes or changes code by hand ({n})"
        for n in (
            [
                "types.CodeType",
                "types.FunctionType",
                "types.new_class",
                "types.MethodType",
                "operator.attrgetter",
                "operator.methodcaller",
                "operator.setitem",
                "sys.modules.pop",
                "sys.modules.clear",
                "sys.modules.update",
                "sys.modules.setdefault",
            ]
        )
    },
    **{
        f"inspect.{n}": f"looks through an object (inspect.{n})"
        for n in (["getmembers", "getmembers_static", "getattr_static", "getmodule"])
    },
    "importlib.metadata.EntryPoint": "loads modules by hand (importlib.metadata.EntryPoint)",
    "importlib.metadata.import_module": "loads modules by hand (importlib.metadata)",
    "pandas.io.pickle": "unpickles data (pandas.io.pickle)",
    "joblib.numpy_pickle": "unpickles data (joblib.numpy_pickle)",
    "multiprocessing.Pipe": "unpickles data (multiprocessing.Pipe)",
    "multiprocessing.connection": "unpickles data (multiprocessing.connection)",
    "multiprocessing.reduction": "unpickles data (multiprocessing.reduction)",
    "optparse": "sets attributes by name (optparse)",
    "socket.fromfd": "works on file descriptors (socket.fromfd)",
    "pytest.MonkeyPatch": "patches objects (pytest.MonkeyPatch)",
}

RUNNERS = frozenset(
    ["exec", "ex", "import_module", "importorskip", "import_required", "load_backend_module",
     "unsafe_load", "read_pickle", "LazyModule", "ForkingPickler"]
)  # fmt: skip
"""What runs code or brings in a module by a text, whichever package hands it on."""

ATTRIBUTES = frozenset(
    [
        "f_back",
        "f_globals",
        "f_locals",
        "f_builtins",
        "f_code",
        "tb_frame",
        "gi_frame",
        "cr_frame",
        "ag_frame",
        "__globals__",
        "__code__",
        "__closure__",
        "__builtins__",
        "__subclasses__",
        "cell_contents",
        "__loader__",
        "__spec__",
        "ast_transformers",
        "set_custom_exc",
        "showtraceback",
        "input_transformers_post",
        "fileno",
        "input_transformers_cleanup",
        "display_pub",
        "_getframe",
        "__setattr__",
        "__delattr__",
        "__reduce__",
        "__reduce_ex__",
        "__getattribute__",
        "__getstate__",
        "__setstate__",
        "get_field",
        "get_stack",
        "func_load",
        "user_ns",
        "get_objects",
        "get_referrers",
        "get_referents",
        "run_cell",
        "run_cell_async",
        "run_code",
        "run_ast_nodes",
        "var_expand",
        "safe_execfile",
        "user_global_ns",
        "register_magic_function",
        *RUNNERS,
        "__array_interface__",
        "as_strided",
        "custom_gradient",
        "moving_average_update",
        "raw_ops",
        "recv",
        "restore",
        "take_action",
    ]
)
"""Attributes that no exercise needs, whatever object they are asked of."""

PATCHED = frozenset(
    [
        "evaluate",
        "fit",
        "predict",
        "compile",
        "call",
        "get_config",
        "from_config",
        "get_weights",
        "set_weights",
        "count_params",
        "summary",
        "build",
        "history",
        "epoch",
        "params",
        "loss",
        "optimizer",
        "metrics",
        "compiled",
        "built",
        "layers",
        "inputs",
        "outputs",
        "get_compile_config",
        "compile_from_config",
        "weights",
        "trainable_weights",
        "compute_loss",
        "compute_metrics",
        "get_metrics_result",
        "update_step",
        "apply_gradients",
        "train_step",
        "test_step",
        "predict_step",
        "result",
        "update_state",
        "save",
        "load_weights",
        "ast_node_interactivity",
        "displayhook",
        "excepthook",
    ]
)
"""Attributes of Keras objects that are methods or records: assigning them falsifies evidence."""

SHELL_ALLOWED = frozenset({"run_line_magic", "run_cell_magic", "system", "getoutput"})

SHELL_CALLS = frozenset({"run_line_magic", "run_cell_magic"})

REACHED_MODULES = frozenset({"builtins", "gc", "sys", "ctypes", "importlib", "marshal"})
"""Modules that no object of an exercise has as an attribute."""

AUTOGRADER_ALLOWED = frozenset({"autograder.student", "autograder.matchers"})

IPYTHON_ALLOWED = frozenset({"IPython.display", "IPython.core.display", "IPython.get_ipython"})

GC_ALLOWED = frozenset(
    f"gc.{n}"
    for n in ["collect", "enable", "disable", "isenabled", "get_count", "get_stats",
              "get_threshold", "set_threshold"]
)  # fmt: skip
"""What frees memory and tells of it; as functions to call, not to hand on: each knows the module
that it is of."""

IMPORTLIB_ALLOWED = frozenset(
    {"importlib.metadata", "importlib.util.find_spec", "importlib.resources"}
)

EXTENSIONS = frozenset(
    {
        "autoreload",
        "tensorboard",
        "line_profiler",
        "memory_profiler",
        "google.colab.data_table",
        "matplotlib",
    }
)

BAD_MAGICS = frozenset(
    [
        "run",
        "load",
        "loadpy",
        "rerun",
        "macro",
        "edit",
        "ed",
        "autocall",
        "alias_magic",
        "python",
        "python2",
        "python3",
        "pypy",
        "perl",
        "ruby",
        "reload_ext",
        "debug",
        "recall",
        "rep",
    ]
)

MAGICS = frozenset(
    ["!", "HTML", "SVG", "autoawait", "automagic", "autoreload", "autosave", "bash", "bookmark",
     "capture", "cat", "cd", "clear", "colors", "conda", "config", "cp", "dirs", "env", "file",
     "gui", "hist", "history", "html", "javascript", "js", "latex", "ldir", "less", "lf", "lk",
     "ll", "load_ext", "lprun", "ls", "lsmagic", "lx", "magic", "mamba", "man", "markdown",
     "matplotlib", "memit", "micromamba", "mkdir", "more", "mprun", "mv", "notebook", "page",
     "pastebin", "pdef", "pdoc", "pfile", "pinfo", "pinfo2", "pip", "popd", "pprint", "precision",
     "prun", "psearch", "psource", "pushd", "pwd", "pycat", "pylab", "quickref", "reset",
     "reset_selective", "rm", "rmdir", "save", "sc", "script", "set_env", "sh", "svg", "sx",
     "system", "tb", "tensorboard", "time", "timeit", "unload_ext", "uv", "who", "who_ls", "whos",
     "writefile", "xdel", "xmode"]
)  # fmt: skip
"""Magics that give no reason by their name."""

SHELLS = frozenset({"bash", "sh", "script", "!", "sx", "system", "sc"})

RUNS_CODE = re.compile(
    r"\b(?:i?python[\d.]*|perl|ruby|node|gdb|gcc|cc)\b(?!\s+(?:-V|--version|-m pip))"
)

SPECIAL_PATH = re.compile(r"(?:^|[\s'\"=:(<>])/+(?:\./)*(?:proc|dev)(?:/(?!null\b)|$)")

KNOWN = frozenset(sys.stdlib_module_names) | frozenset(
    [
        "keras",
        "tensorflow",
        "tf_keras",
        "numpy",
        "scipy",
        "pandas",
        "matplotlib",
        "mpl_toolkits",
        "sklearn",
        "seaborn",
        "plotly",
        "PIL",
        "cv2",
        "IPython",
        "ipywidgets",
        "tqdm",
        "requests",
        "yaml",
        "torch",
        "jax",
        "google",
        "autograder",
        "pytest",
        "h5py",
        "tensorflow_datasets",
        "tensorflow_hub",
        "tensorflow_probability",
        "keras_tuner",
        "keras_hub",
        "keras_cv",
        "keras_nlp",
        "statsmodels",
        "xgboost",
        "lightgbm",
        "skimage",
        "imageio",
        "networkx",
        "sympy",
        "numba",
        "bokeh",
        "altair",
        "joblib",
        "absl",
        "visualkeras",
        "pydot",
        "graphviz",
        "einops",
        "optree",
        "rich",
        "tabulate",
        "termcolor",
        "polars",
        "pyarrow",
        "dask",
        "psutil",
        "ml_dtypes",
        "nbformat",
        "torchvision",
        "scikeras",
        "imblearn",
        "mlxtend",
        "__future__",
    ]
)
"""The standard library and packages that exercises use; any other name may be a submitted file."""
