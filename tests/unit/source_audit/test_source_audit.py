"""What the audit flags, and what honest notebooks do that it must not."""

import pytest

from autograder.evidence.contradictions import contradictions
from autograder.evidence.source_audit import suspicious
from autograder.nouns import CodeCell
from support.deadlines import deadline

ATTACKS = [
    "import io; io.FileIO(3, 'w')",
    "from io import FileIO as F; F(3, 'wb').write(b'x')",
    "d = 3\\nopen(d, 'wb')",
    "for d in range(3, 9): open(d, 'wb')",
    "open(1 + 2, 'wb')",
    "open(int('3'), 'wb')",
    "import socket; socket.socket(fileno=3)",
    "import subprocess; subprocess.run(['cat'], pass_fds=[3])",
    "!echo x >/proc/$PPID/fd/3",
    "import ctypes",
    "import sys; sys._getframe().f_back",
    "f.f_globals",
    "import inspect; inspect.stack()",
    "from inspect import currentframe as c",
    "import ctypes",
    "from cffi import FFI",
    "import os; os.write(3, b'x')",
    "import os; os._exit(0)",
    "from os import dup2",
    "import os as o; o.fdopen(3)",
    "open('/proc/self/mem', 'wb')",
    "open('/pro' + 'c/self/fd')",
    "open(root + '/pro' + 'c/self' + '/fd')",
    "open(3, 'w')",
    "!cat /proc/self/environ",
    "get_ipython().ast_transformers.append(x)",
    "ip = get_ipython(); ip.events.register('post_run_cell', f)",
    "from IPython import get_ipython as g; g().set_custom_exc((), f)",
    "import IPython; IPython.get_ipython().showtraceback = f",
    "import keras; keras.Model.evaluate = f",
    "from keras import Model as M; M.evaluate = f",
    "import tensorflow as tf; L = tf.keras.layers; L.Dense.get_config = f",
    "import keras; del keras.Model.fit",
    "import keras; setattr(keras.Model, 'evaluate', f)",
    "import keras; keras.__dict__['x'] = 1",
    "import keras; vars(keras)['x'] = 1",
    "import numpy as np; np.mean = f",
    "import json; json.dumps = f",
    "import builtins; builtins.print = f",
    "for m in [keras.Model]: m.evaluate = f",
    "type(model).evaluate = f",
    "model.get_config = lambda: {}",
    "history.history = {'loss': [0.0]}",
    "history.history['loss'] = [0.0]",
    "history.history['loss'].append(0.0)",
    "history.history.update(loss=[0])",
    "from unittest import mock",
    "import unittest.mock as m",
    "import sys; sys.modules['keras'] = x",
    "import sys; sys.modules.update(a)",
    "import autograder.recorder",
    "from autograder import jail",
    "from autograder.evidence import view",
    "import autograder; autograder.recorder.snapshot",
    "exec('x')",
    "eval(x)",
    "e = eval",
    "compile(a, b, 'exec')",
    "__import__('os')",
    "import importlib; importlib.import_module(x)",
    "import runpy",
    "%run x.py",
    "%load_ext mine",
    "%%writefile keras.py\\nx = 1",
    "%%bash\\npython x.py",
    "!python3 -c 'x'",
    "import pickle; pickle.load(f)",
    "import joblib; joblib.load(f)",
    "import numpy as np; np.load('x', allow_pickle=True)",
    "import types; types.FunctionType(c, {})",
    "getattr(x, name)",
    "setattr(x, name, 1)",
    "list(map(getattr, a, b))",
    "object.__subclasses__()",
    "f.__globals__",
    "f.__code__ = g.__code__",
    "__builtins__",
    "class A:\\n    def __eq__(self, other): return True",
    "import signal; signal.signal(14, f)",
    "import atexit; atexit.register(f)",
    "import sys; sys.settrace(f)",
    "import mypatch",
    "from . import mypatch",
    "%%time\\nimport ctypes",
    "%%capture\\n%time exec('x')",
    "%time exec('x')",
    "In [1]: exec('x')",
    "import subprocess, sys; subprocess.run([sys.executable, 'x.py'])",
    "object.__setattr__(m, 'evaluate', f)",
    "type('A', (B,), {})",
    "globals()['x']",
    "class A:\\n    __module__ = 'keras.layers'",
    "class A(metaclass=B): pass",
]

HONEST = [
    "!ls",
    "%matplotlib inline",
    "%%time\\nx = 1",
    "%%bash\\nls -l",
    "!pip install keras",
    "!python --version",
    "%load_ext tensorboard",
    "%timeit -n 3 f(x)",
    "import threading; threading.Thread(target=f).start()",
    "import subprocess; subprocess.run(['ls'])",
    "open('x.txt').read()",
    "import numpy as np; np.save('a.npy', a); np.load('a.npy')",
    "model.save('m.keras'); keras.models.load_model('m.keras')",
    "import tensorflow as tf; tf.data.Dataset.from_tensor_slices(x).batch(2)",
    "class L(keras.layers.Layer):\\n    def call(self, x): return x * self.w",
    "class L(B):\\n    def __init__(self, u):\\n        super().__init__()\\n        self.u = u",
    "layer = keras.layers.Lambda(lambda x: x * 2)",
    "model.compile(optimizer='adam', loss='mse'); model.fit(X, y)",
    "plt.plot(history.history['loss'])",
    "model.optimizer.learning_rate = 0.01",
    "model.layers[0].trainable = False",
    "import os; os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'",
    "import os; os.path.join('a', 'b'); os.listdir('.'); os.makedirs('x', exist_ok=True)",
    "import sys; 'google.colab' in sys.modules",
    "'x' in globals()",
    "import random; random.seed(1); import numpy as np; np.random.seed(1)",
    "import keras; keras.utils.set_random_seed(1)",
    "import re; re.compile('x').match('x')",
    "getattr(model, 'loss')",
    "import matplotlib.pyplot as plt; plt.rcParams['figure.figsize'] = (3, 3)",
    "from autograder.student import datasets",
    "from autograder.matchers import Dense, assert_layers",
    "from IPython.display import display, HTML; display(HTML('<b>x</b>'))",
    "import pandas as pd; pd.options.display.max_rows = 5",
    "import inspect; inspect.signature(f)",
    "class P:\\n    def __eq__(self, other): return self.x == other.x",
    "x = {}; x.update(a=1); x['b'] = 2",
    "open('/dev/null', 'w')",
    "for name in ['a.txt', 'b.txt']: open(name).close()",
    "size = 3; open(f'part{size}.csv')",
    "print('and/or /process')",
    "import importlib.util; importlib.util.find_spec('keras')",
    "from sklearn.datasets import load_digits",
    "x = np.zeros(3); x[0] = 1; x.shape = (3, 1)",
    "if x: (",
]


def _cells(*sources: str) -> list[CodeCell]:
    return [CodeCell(n, text.replace("\\n", "\n")) for n, text in enumerate(sources)]


@pytest.mark.parametrize("source", ATTACKS)
def test_what_could_forge_evidence_is_flagged(source: str) -> None:
    assert suspicious(_cells("import keras", source))


@pytest.mark.parametrize("source", HONEST)
def test_honest_work_is_not_flagged(source: str) -> None:
    assert suspicious(_cells("import keras", source)) == ()


def test_all_honest_cells_together_are_not_flagged() -> None:
    assert suspicious(_cells(*HONEST)) == ()


def test_an_alias_from_another_cell_is_followed() -> None:
    assert suspicious(_cells("from keras import Model as M", "N = M", "N.evaluate = 3"))


def test_a_module_that_the_course_gives_is_known_and_writing_one_is_not() -> None:
    cells = _cells("from windows import series", "import windows.more")
    assert suspicious(cells) == ("imports windows, which is no well-known package",)
    assert suspicious(cells, own={"windows"}) == ()
    written = _cells("open('windows.py', 'w').write(text)", "import windows")
    assert suspicious(written, own={"windows"}) == ("names a file of code (windows.py)",)
    assert suspicious(_cells("%%writefile windows.py\nx = 1"), own={"windows"}) != ()


def test_the_instructors_cells_give_meaning_and_no_reasons() -> None:
    cells = [CodeCell(0, "import keras as k\nimport gc"), CodeCell(1, "k.Model.evaluate = 3")]
    assert suspicious(cells, trusted={0}) == ("changes keras.Model.evaluate",)
    assert suspicious([CodeCell(0, "import ctypes", "check_a", True)]) == ()


@pytest.mark.parametrize(
    "source", ["x = 1 # " + "y" * 200_000, "(" * 150 + ")" * 150, "-" * 90_000 + "1"]
)
def test_what_cannot_be_read_stops_nothing(source: str) -> None:
    found = suspicious(_cells(source))
    assert found == () or "audited" in found[0]


def _manifest(optimizer: str = "Adam", loss: str = "mse") -> dict[str, object]:
    settings = {"optimizer": {"class_name": optimizer}, "loss": {"spelling": loss}}
    values = {"m": {"kind": "model", "ref": "r"}, "h": {"kind": "history"}}
    return {"snapshots": {"check": {"values": values}}, "models": {"r": {"compile": settings}}}


def test_claims_that_the_source_bears_out_are_no_contradiction() -> None:
    cells = _cells("m.compile('adam', loss='mean_squared_error')", "h = m.fit(X, y)")
    assert contradictions(cells, _manifest()) == ()
    assert contradictions(cells, _manifest(loss="MeanSquaredError")) == ()


def test_a_history_without_fit_and_a_compile_without_compile_contradict() -> None:
    assert len(contradictions(_cells("x = 1"), _manifest())) == 2


def test_a_cell_that_did_not_run_bears_nothing_out() -> None:
    manifest = {**_manifest(), "cells": [{"index": 0, "status": "skipped"}]}
    assert len(contradictions(_cells("m.compile(); m.fit()"), manifest)) == 2


def test_another_recorded_loss_or_optimizer_contradicts() -> None:
    cells = _cells("m.compile(optimizer='sgd', loss='mae'); m.fit(X, y)")
    assert len(contradictions(cells, _manifest())) == 2


def test_two_compile_calls_leave_the_literal_undecided() -> None:
    cells = _cells("m.compile('sgd', 'mae'); m.fit(X, y)", "m.compile('adam', 'mse')")
    assert contradictions(cells, _manifest()) == ()


FUNCTIONS = """
def build_and_fit(X, y):
    model = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=X[0].shape)])
    model.compile(optimizer="adam", loss="mse")
    history = model.fit(X, y, epochs=2, verbose=0)
    return model, history

def make_deferred():
    return tf.keras.Sequential([tf.keras.layers.Dense(8, "relu"), tf.keras.layers.Dense(3)])

def dense_params(n_inputs, units):
    return n_inputs * units + units

def make_model(X, n_classes):
    model = tf.keras.Sequential()
    if X.ndim > 2:
        model.add(tf.keras.layers.Flatten(input_shape=X.shape[1:]))
    model.add(tf.keras.layers.Dense(n_classes, activation="softmax"))
    return model

wine_model = make_model(X_train, 3)
wine_model.compile("sgd", "sparse_categorical_crossentropy")
wine_history = wine_model.fit(X_train, y_train)
"""


def _returned(loss: str, items: bool = True) -> dict[str, object]:
    """A run in which a function returned a compiled model and its history."""
    manifest = _manifest(loss=loss)
    values = [{"kind": "model", "ref": "r"}, {"kind": "history"}]
    value = {"kind": "tuple", "items": values} if items else values[1]
    calls = {"k": {"status": "ok", "value": value}}
    return {**manifest, "snapshots": {"check": {"values": {}, "calls": calls}}}


def test_honest_functions_are_neither_suspicious_nor_contradicted() -> None:
    cells = _cells("import tensorflow as tf", FUNCTIONS)
    assert suspicious(cells) == ()
    assert contradictions(cells, _returned("mse")) == ()
    assert contradictions(cells, _returned("mae", items=False)) == ()


def test_a_function_that_returned_what_no_cell_could_make_contradicts() -> None:
    assert len(contradictions(_cells("def f(): return 1"), _returned("mse"))) == 2
    assert len(contradictions(_cells("def f(): return 1"), _returned("mse", items=False))) == 1


@pytest.mark.parametrize(
    "manifest",
    [
        {},
        {"snapshots": 3},
        {"snapshots": {"a": {"values": []}}},
        {"snapshots": {"a": {"calls": {"k": 3, "l": {"value": {"items": 3}}}}}},
        {**_manifest(), "models": {"r": {"compile": []}}},
    ],
)
def test_a_manifest_of_another_shape_stops_nothing(manifest: dict[str, object]) -> None:
    contradictions(_cells("m.fit(X, y)"), manifest)


DEEP = {
    "a sum of texts as a path": "open(" + " + ".join(['"a"'] * 1_500) + ")",
    "a call of a call": "a" + "()" * 1_500,
    "a call of a call that is named": "b = a" + "()" * 1_500,
}


@pytest.mark.parametrize("source", DEEP.values(), ids=DEEP.keys())
def test_a_tree_too_deep_to_walk_asks_for_a_person_and_stops_nothing(source: str) -> None:
    cells = (CodeCell(0, source), CodeCell(1, "import ctypes"))
    found = suspicious(cells)
    assert any("too deeply nested" in reason for reason in found)
    assert len(found) > 1  # the other cell was looked at all the same


SUMS = {
    "a sum of texts": "x = " + " + ".join(['""'] * 1_500) + " + '/pro' + 'c/1'",
    "a getattr": "getattr(a, " + " + ".join(['""'] * 1_500) + " + '/dev/' + 'sda')",
}


@pytest.mark.parametrize("source", SUMS.values(), ids=SUMS.keys())
def test_a_sum_of_many_parts_is_read_to_its_end(source: str) -> None:
    assert any("/proc or /dev" in reason for reason in suspicious((CodeCell(0, source),)))


def test_names_that_are_built_ever_longer_cost_no_ever_longer_look() -> None:
    steps = "\n".join(f"a{n + 1} = a{n}.x" for n in range(4_000))
    long = "import a" + ".b" * 20_000 + " as z\n" + "z;" * 4_000
    for source in (f"import os as a0\n{steps}", long):
        found = suspicious((CodeCell(0, source),))
        assert any("parts" in reason for reason in found)


@pytest.mark.parametrize(
    "source",
    [
        "time exec('x')",
        "run mine.py",
        "page + m.__setattr__('loss', 'mse')",
        "!echo {exec('x')}",
        "%env A={exec('x')}",
        "%config InlineBackend.figure_format = exec('x')",
        "%%code_wrap forge\\n__code__",
        "%doctest_mode",
    ],
)
def test_code_in_magics_is_read_whatever_form_they_have(source: str) -> None:
    assert suspicious(_cells(source))


@pytest.mark.parametrize(
    "source",
    [
        "time model.fit(X, y)",
        "ls -l",
        "print 'x'",
        "history",
        "pip install keras",
        "!echo {name} $HOME {{x}}",
        "!ls {folder}/*.csv",
        "%env A=1",
        "%config InlineBackend.figure_format = 'retina'",
        "time = 3",
        "page == 3",
    ],
)
def test_honest_magics_are_not_flagged(source: str) -> None:
    assert suspicious(_cells(source)) == ()


@pytest.mark.parametrize(
    "source",
    [
        "b.set_weights(a.get_weights())",
        "best = m.get_weights()\nm.fit(X, y)\nm.set_weights(best)",
        "best = None\nfor n in range(9):\n    m.fit(X, y)\n    if best is None or low:\n"
        "        best = m.get_weights()\nm.set_weights(best)",
    ],
)
def test_weights_that_were_only_kept_are_no_reason(source: str) -> None:
    assert suspicious(_cells(source)) == ()


@pytest.mark.parametrize(
    "source",
    [
        "m.set_weights([k, b])",
        "w = m.get_weights()\nw[0] = k\nm.set_weights(w)",
        "w = m.get_weights()\nk = w[0]\nk += 1\nm.set_weights(w)",
        "w = m.get_weights()\nchange(w)\nm.set_weights(w)",
        "w = m.get_weights()\nw = forged\nm.set_weights(w)",
        "w = m.get_weights(forged)\nm.set_weights(w)",
    ],
)
def test_weights_that_may_have_been_changed_are(source: str) -> None:
    assert any("sets weights by hand" in reason for reason in suspicious(_cells(source)))


@pytest.mark.parametrize("link", [" + a", " + 'a'", " + 'a' + b", ".b", "()", "['a']", " or a"])
def test_long_chains_are_gone_through_once(link: str) -> None:
    line = "x" + link * 700
    cells = [CodeCell(number, f"{line}\n" * 3) for number in range(20)]
    with deadline(20):  # a hang: it takes a second or two
        suspicious(cells)


def test_of_megabytes_of_code_the_first_part_is_looked_at_and_a_person_is_asked() -> None:
    cells = [CodeCell(n, "a.b.c\n" * 10_000) for n in range(1, 40)]
    found = suspicious((CodeCell(0, "import ctypes"), *cells))
    assert any("too large" in reason for reason in found)
    assert len(found) > 1
    assert not suspicious([CodeCell(0, f"table = {list(range(15_000))}")])
