"""What the audit reads off a name: every meaning that it may have, and none that it may not.

``HIDE`` builds a special name that no text of the notebook shows.
"""

import pytest

from autograder.evidence.source_audit import suspicious
from autograder.nouns import CodeCell
from support.deadlines import deadline

IMPORTS = "import tensorflow as tf\nimport numpy as np\nimport string\nfrom tensorflow import keras"
HIDE = "hidden = chr(95) * 2 + 'globals' + chr(95) * 2"
UNTOLD = "uses getattr or setattr other than by a literal name"
READ = "for n in a:\n    getattr(f, n)"

HIDDEN = {
    "a list under two names": f"a = b = ['x']\nb.append(hidden)\n{READ}",
    "a list made in passing": f"(a := ['x']).append(hidden)\n{READ}",
    "a list in a list": f"[(a := ['x'])][0].append(hidden)\n{READ}",
    "a list beside another": f"c = (a, d) = (['x'], 1)\nc[0].append(hidden)\n{READ}",
    "a list shown, then changed": f"a = ['x']\na\n_.append(hidden)\n{READ}",
    "a list handed on": f"a = ['x']\nput(a)\n{READ}",
    "a list compared": f"a = ['x']\nbox < a\n{READ}",
    "a list whose items are set": f"a = ['x']\na[0] = hidden\n{READ}",
    "a list within a list": "a = [['x', 1]]\na[0][0] = hidden\nfor n, k in a:\n    getattr(f, n)",
    "a dictionary changed": "a = {'x': 1}\na.update({hidden: 1})\n"
    "for n, k in a.items():\n    getattr(f, n)",
    "an item that is set": "a = {'x': 'y'}\na['x'] = hidden\ngetattr(f, a['x'])",
    "a shell's output, quoted": "n = 'x'\nget_ipython().run_cell_magic('bash', \"--out 'n'\", '')\n"
    "getattr(f, n)",
    "a shell's output, by a variable": "n = 'x'\nget_ipython().run_cell_magic('bash', '--out $m', "
    "'id')\ngetattr(f, n)",
    "unpacked arguments": "getattr(*[f, hidden], 'x')",
    "a star import of another module": "from string import *\nn = 'x'\ngetattr(f, n)",
    "a special function's parameter": "def __getattr__(n='x'):\n    getattr(f, n)\n__getattr__()",
    "a lambda that is handed on": "g = lambda n='x': getattr(f, n)\nput(g)",
    "enumerate rebound": "enumerate = put\nfor k, n in enumerate(['x']):\n    getattr(f, n)",
    "items of what is no dictionary": "for n, k in ['xy'].items():\n    getattr(f, n)",
    "a changed text": "getattr(f, 'x'.replace('x', hidden))",
}
HIDDEN |= {
    "a setting that is assigned": "class C:\n    n = 'x'\nC.n = hidden\ngetattr(f, C.n)",
    "a setting assigned by name": "class C:\n    n = 'x'\nsetattr(C, 'n', hidden)\ngetattr(f, C.n)",
    "a setting assigned by a function": "class C:\n    n = 'x'\n"
    "from builtins import setattr as put\nput(C, 'n', hidden)\ngetattr(f, C.n)",
    "a setting that a base makes": "class C(B):\n    n = 'x'\ngetattr(f, C.n)",
    "a setting that a decorator makes": "@put\nclass C:\n    n = 'x'\ngetattr(f, C.n)",
    "a setting of an object": "class C:\n    n = 'x'\nc = put(C())\ngetattr(f, c.n)",
    "a setting made twice": "class C:\n    n = 'x'\nclass C:\n    n = hidden\ngetattr(f, C.n)",
    "a setting that a loop makes": "class C:\n    for n in [hidden]:\n        1\ngetattr(f, C.n)",
}
TOLD = {
    "import gc as z\nif 0:\n    import string as z\nz.callbacks.append(print)": "(gc)",
    "class A:\n    import gc\nA.gc.callbacks": "imports within a class",
    "class A:\n    if 1:\n        import sys as s\nA.s": "imports within a class",
    "box.builtins.exec('x')": "reaches a module through .builtins",
    "if 0:\n    from string import capwords as exec\nexec('x = 1')": "runs code from text (exec)",
    "if 0:\n    exec = string.capwords\nexec('x = 1')": "runs code from text (exec)",
    "if 0:\n    from string import capwords as getattr\ngetattr(f, hidden)": UNTOLD,
    "if 0:\n    globals = string.capwords\nglobals()": "uses globals()",
    "import builtins as z\nz.exec('x = 1')\nimport string as z": "runs code from text (exec)",
    "get_ipython().run_cell_magic('time', '', text)": "builds a magic at run time",
    "ip = get_ipython()\nip.run_cell_magic('time', '', 'x = 1')": "builds a magic at run time",
    "get_ipython().run_line_magic('ti' + 'me', 'x = 1')": "builds a magic at run time",
    "ip = get_ipython()\nip.system(text)": "builds a magic at run time",
    "run = get_ipython().run_line_magic": "hands on what runs a magic",
    "[get_ipython()][0].run_cell('x')": "uses run_cell",
    "!echo {(lambda: out.append(globals()) or 1)()}": "uses globals()",
    "!echo { globals()}": "uses globals()",
    "!echo $model._loss_tracker": "uses _loss_tracker",
    "match e:\n    case object(f_globals=r):\n        pass": "uses f_globals",
    "match get_ipython():\n    case object(user_ns=r):\n        pass": "uses user_ns",
    "class A:\n    __match_args__ = ('fit',)": "sets __match_args__ of a class",
    "class M(keras.Sequential):\n    def put(self, n, v):\n"
    "        super().__setattr__(n, v)": "uses __setattr__",
    "class M(keras.Sequential):\n    def __setattr__(self, n, v):\n"
    "        super().__setattr__('history' if n == 'x' else n, v)": "uses __setattr__",
    "class M(keras.Sequential):\n    def __setattr__(self, n, v):\n        n = 'history'\n"
    "        super().__setattr__(n, v)": "uses __setattr__",
    "class M(keras.Sequential):\n    def __setattr__(self, n, v):\n"
    "        model.__setattr__(n, v)": "uses __setattr__",
    "parser.parse_args(args=['--x'], values=model)": "sets attributes by their names",
    "class M(type):\n    pass": "makes a class of classes",
    "class M(type(keras.Model)):\n    pass": "makes a class of classes",
    "class D(dict):\n    def __prepare__(self):\n        pass": "defines __prepare__",
    "def __getattr__(name):\n    return 1": "defines __getattr__ of the notebook",
    "import __main__\n__main__.names.append(1)": "__main__",
    "box < globals()": "uses globals()",
    "box < getattr": UNTOLD,
    "from string import digits as a\n" + "\n".join(f"import m{n} as z" for n in range(30)): "many",
}
HONEST = (
    "import gc\nprint(gc.get_count(), gc.get_stats(), gc.get_threshold())\ngc.set_threshold(700)",
    "class Config:\n    units = 16\n    start = 'he_normal'\n    optimizer: str = 'Adam'\n"
    "keras.layers.Dense(Config.units, kernel_initializer=Config.start)\n"
    "getattr(keras.optimizers, Config.optimizer)()",
    "import dataclasses\n@dataclasses.dataclass\nclass Config:\n    start: str = 'he_normal'\n"
    "config = Config()\nkeras.layers.Dense(1, kernel_initializer=config.start)",
    "for k, n in enumerate(['SGD', 'Adam']):\n    getattr(keras.optimizers, n)(0.01)",
    "names = ['SGD', 'Adam']\nprint(len(names), names)\nfor n in names:\n"
    "    getattr(keras.optimizers, n)",
    "for n, rate in [('SGD', 0.1), ('Adam', 0.01)]:\n    getattr(keras.optimizers, n)(rate)",
    "for n, rate in zip(['SGD', 'Adam'], rates):\n    getattr(keras.optimizers, n)(rate)",
    "rates = {'SGD': 0.1, 'Adam': 0.01}\nfor n, rate in rates.items():\n"
    "    getattr(keras.optimizers, n)(rate)",
    "rates = {'SGD': 0.1}\nfor n in rates:\n    getattr(keras.optimizers, n)(rates[n])",
    "names = ['relu', 'tanh']\ngetattr(keras.activations, names[0])",
    "config = {'optimizer': 'Adam'}\ngetattr(keras.optimizers, config['optimizer'])()",
    "for n in sorted(['relu', 'TANH']):\n    getattr(keras.activations, n.lower())",
    "kind = 'relu'\ngetattr(keras.activations, f'leaky_{kind}')",
    "kind = 'relu'\ngetattr(keras.activations, 'leaky_' + kind)",
    "act = lambda n: getattr(keras.activations, n)\nact('relu')",
    "for i, n in enumerate(['zeros', 'ones']):\n    keras.layers.Dense(1, kernel_initializer=n)",
    "starts = {'he': keras.initializers.HeNormal(seed=1), 'zero': 'zeros'}\n"
    "for n, start in starts.items():\n    keras.layers.Dense(1, kernel_initializer=start)",
    "pairs = (('zeros', 1), ('ones', 2))\nfor start, units in pairs:\n"
    "    keras.layers.Dense(units, kernel_initializer=start)",
    "start = keras.initializers.HeNormal(seed=42)\nprint(start.get_config())\n"
    "keras.layers.Dense(1, kernel_initializer=start)",
    "width = np.sqrt(2 / X.shape[1])\n"
    "keras.layers.Dense(1, kernel_initializer=keras.initializers.RandomNormal(stddev=width))",
    "'google.colab' in str(get_ipython())\n'x' in globals()",
    "import sys\n'google.colab' in sys.modules\n'x' in sys.modules.keys()",
    "!awk '{print $1}' notes.txt",
    "%time history = model.fit(X, y)",
    "class M(keras.Model):\n    def __setattr__(self, n, v):\n        super().__setattr__(n, v)",
    "class Layer:\n    def __getattr__(self, name):\n        return 1",
    "import abc\nclass A(metaclass=abc.ABCMeta):\n    pass",
    "%%bash --out listing\nls\n",
    "eval_loss = model.evaluate(X, y)\nprint(eval_loss)",
    "import types\ntypes.SimpleNamespace(sys=1)",
    "class Net(keras.Model):\n    def call(self, x):\n        import numpy\n        return x",
)
LONG = {
    "attributes of a table": "\n".join(["[" + "1," * 900 + "]" + ".a" * 300] * 20),
    "one loss in many compiles": "def f(y, p):\n" + "    y\n" * 2000 + "m.compile(loss=f)\n" * 800,
    "classes of classes": "\n".join(
        [*(f"class A{n}(A{n + 1}):0" for n in range(2000)), "class A2000(keras.Model):0"]
    ),
    "one function in many places": "def f():0\n" * 9000 + "f()\n" * 9000,
    "attributes of calls": "\n".join(["x" + ".a()" * 300] * 100),
    "a number too long to be written": f"m.set_weights(0x{'f' * 4000})\nx = (0x{'f' * 4000}).a",
    "names of a name": "a = ['x']\n" + "for b in a: getattr(m, b)\n" * 3000,
    "a name that is bound often": "a = 'x'\n" * 9000 + "getattr(m, a)\n" * 9000,
    "texts of texts": "a0 = 'x' if y else 'z'\n"
    + "\n".join(f"a{n + 1} = a{n} + a{n}" for n in range(40))
    + "\ngetattr(m, a40)",
}


def reasons(*sources: str) -> tuple[str, ...]:
    cells = [IMPORTS, HIDE, *sources]
    return suspicious([CodeCell(n, source) for n, source in enumerate(cells)])


@pytest.mark.parametrize("source", HIDDEN.values(), ids=HIDDEN.keys())
def test_a_name_that_may_be_another_text_is_not_told(source: str) -> None:
    assert UNTOLD in reasons(source)


@pytest.mark.parametrize(("source", "told"), TOLD.items())
def test_every_meaning_and_every_spelling_is_looked_at(source: str, told: str) -> None:
    assert any(told in reason for reason in reasons(source)), reasons(source)


@pytest.mark.parametrize("source", HONEST)
def test_what_the_text_tells_is_no_reason(source: str) -> None:
    assert reasons(source) == ()


@pytest.mark.parametrize("source", LONG.values(), ids=LONG.keys())
def test_an_audit_ends_whatever_is_repeated(source: str) -> None:
    with deadline(60):
        suspicious([CodeCell(0, IMPORTS), CodeCell(1, source)])
