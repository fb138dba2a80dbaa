"""Ways to an object, and ways of weights into a model: each with what is honest and looks alike."""

import pytest

from autograder.evidence.source_audit import suspicious
from autograder.nouns import CodeCell
from support.deadlines import deadline

IMPORTS = "import tensorflow as tf\nimport numpy as np\nfrom tensorflow import keras\n"

REACHED = {
    "exit print(1), print(2)": "IPython may run",
    "time{print(1), print(2)}": "IPython may run",
    "%%timeit -n1 -r1 import ctypes\npass": "reaches into the process's memory",
    "%%prun -q import ctypes\npass": "reaches into the process's memory",
    "%timeit -n 1 -r 1 -q -o -t -t -t -t -t -t -t eval('x')": "runs code from text",
    "import importlib.metadata as m\nm.EntryPoint('a', 'b:exec', 'c').load()": "loads modules",
    "import importlib.metadata as m\nm.import_module('builtins')": "loads modules",
    "import pytest\npytest.importorskip('builtins')": "uses importorskip",
    "from keras.src.utils.module_utils import LazyModule": "uses LazyModule",
    "from _frozen_importlib import _gcd_import as bring": "an inside of a package",
    "from dask.utils import import_required as bring": "uses import_required",
    "[get_ipython][0]().ex('x = 1')": "uses ex",
    "import yaml\nyaml.unsafe_load(x)": "uses unsafe_load",
    "np.load('x.npy', None, True)": "unpickles data",
    "from joblib import numpy_pickle\nnumpy_pickle.load(x)": "unpickles data",
    "from pandas.io.pickle import read_pickle as read": "unpickles data",
    "import multiprocessing\none, two = multiprocessing.Pipe()": "unpickles data",
    "match model:\n    case Held(found):\n        pass": "takes an object apart",
    "import string\nclass F(string.Formatter):\n"
    "    def format_field(self, value, spec):\n        return value": "reads attributes by a text",
    "import optparse": "sets attributes by name",
    "self = model\nself = self._compile_loss": "gives self another meaning",
    "def put(self):\n    self._kept = 1": "uses _kept",
    "class A:\n    def put(self):\n        self._user_loss = 'mse'": "uses _user_loss",
    "model.__getstate__()['x'] = 1": "uses __getstate__",
    "match model:\n    case keras.Model(_compile_loss=x):\n        pass": "uses _compile_loss",
    "Settings.__init__(model, loss='mse')": "runs a constructor",
    "super(type(model), model).__init__()": "runs a constructor",
    "import string\nstring.Formatter().get_field('0.x', (model,), {})": "uses get_field",
    "import inspect\ninspect.builtins.exec('x = 1')": "runs code from text",
    "import logging\nlogging.sys.modules['json'].dumps": "reaches modules",
    "import sys\n[sys][0].modules['json'].dumps": "reaches modules",
    "np.testing.measure('x = 1')": "runs code from text",
    "import traceback\nlist(traceback.walk_stack(None))": "reads frames",
    "import inspect\ninspect.getargvalues(frame)": "reads frames",
    "from keras.src.utils import python_utils\npython_utils.func_load(x)": "loads code objects",
    "from tensorflow.python.autograph.pyct import loader": "makes code from text",
    "import inspect\ndict(inspect.getmembers(model))": "looks through an object",
    "import autograder\n[autograder][0].recorder": "hands on the grader's own package",
    "class Net(keras.Sequential):\n    def compute_metrics(self, x, y, p):\n"
    "        return {'loss': 0.3}": "defines compute_metrics",
    "optimizer.update_step = f": "assigns .update_step",
    "import copyreg": "sets attributes by copying",
    "import gc\ngc.get_objects()": "looks through the interpreter's objects",
    "from gc import get_referrers": "looks through the interpreter's objects",
    "from gc import *": "looks through the interpreter's objects",
    "import weakref\nweakref.gc.get_referents(x)": "looks through the interpreter's objects",
    "import gc as g\n[g][0].callbacks.append(f)": "looks through the interpreter's objects",
    "from gc import collect\nowner(collect)": "looks through the interpreter's objects",
    "import gc\ngc.collect.__self__": "looks through the interpreter's objects",
    "import types\nmodule.get_referrers(x)": "uses get_referrers",
    "getattr(model, name)": "other than by a literal name",
    "def one(name):\n    return getattr(model, name)\none('fit')\nprint(one)": "literal name",
    "class A:\n    def one(self, name='fit'):\n        return getattr(model, name)": "literal name",
    "for name in names + ['fit']:\n    getattr(model, name)": "other than by a literal name",
    "names = ['fit']\nnames.append(x)\nfor name in names:\n    getattr(model, name)": "literal",
    "name = 'fit'\nname += x\ngetattr(model, name)": "other than by a literal name",
    "import os as name\nname = 'fit'\ngetattr(model, name)": "other than by a literal name",
    "for name in ['fit', '__globals__']:\n    getattr(model.fit, name)": "uses __globals__",
    "def one(name='fit'):\n    return getattr(model, name)\none('__code__')": "uses __code__",
    "for name in ['_loss_tracker']:\n    setattr(model, name, 1)": "uses _loss_tracker",
    "getattr(model.fit, f\"__glob{'als'}__\")": "uses __globals__",
    "import codecs\ncodecs.register(search)": "acts after its cell has ended",
    "import subprocess\nsubprocess.run(['cat', 'x'], stdout=3)": "hands on file descriptors",
}
SET = {
    "for v in model.weights:\n    v.assign(x)": "sets weights by hand",
    "kernel, bias = model.trainable_variables\nkernel.assign_add(x)": "sets weights by hand",
    "put = model.set_weights\nput(x)": "sets weights by hand",
    "def put(v):\n    v.assign(x)\nput(model.weights[0])": "sets weights by hand",
    "put = lambda v: v.assign(x)\nput(model.layers[0].kernel)": "sets weights by hand",
    "layer.add_weight(initializer=lambda *a: x)": "starts from weights",
    "list(map(model.set_weights, [x]))": "sets weights by hand",
    "tf.raw_ops.AssignVariableOp(resource=r, value=x)": "sets weights by hand",
    "class Stop(keras.callbacks.EarlyStopping):\n    def on_train_end(self, logs=None):\n"
    "        self.best_weights = x": "sets weights by hand (best_weights)",
    "optimizer.apply([a, b], model.weights)": "takes steps without gradients",
    "keras.layers.Dense(1, kernel_initializer=keras.initializers.Constant(x))": "starts from",
    "class Start(keras.initializers.Initializer):\n    pass\n"
    "keras.layers.Dense(1, kernel_initializer=Start())": "starts from weights",
    "keras.layers.Dense(1, **{'kernel_initializer': x})": "starts from weights",
    "layer.kernel_initializer = x": "starts from weights",
    "for layer.kernel_initializer in [x]:\n    pass": "starts from weights",
    "setattr(layer, 'kernel_initializer', x)": "starts from weights",
    "keras.layers.Dense(1, 'sigmoid', True, lambda shape, dtype: x)": "starts from weights",
    "Unit = keras.layers.Dense\nUnit(1, 'tanh', True, lambda shape, dtype: x)": "starts from",
    "import functools\nfunctools.partial(keras.layers.Dense, 1, 'tanh', True, x)": "starts from",
    "keras.layers.Conv2D(1, 3, (1, 1), 'same', None, 1, 1, None, True, x)": "starts from weights",
    "def start():\n    return lambda shape, dtype: x\n"
    "keras.layers.Dense(1, kernel_initializer=start())": "starts from weights",
    "class Kept:\n    start = staticmethod(f)\n"
    "keras.layers.Dense(1, kernel_initializer=Kept.start)": "starts from weights",
    "Start = lambda shape, dtype: x\nkeras.layers.Dense(1, kernel_initializer=Start)": "starts",
    "keras.layers.Dense(1, kernel_initializer=keras.initializers.RandomNormal(mean=x, "
    "stddev=0.0))": "starts from weights",
    "keras.layers.Dense(1, kernel_initializer=keras.initializers.get(x))": "starts from weights",
    "Level = keras.initializers.Constant\n"
    "keras.layers.Dense(1, kernel_initializer=Level(x))": "starts from weights",
    "start = keras.initializers.Constant(0.0)\nstart.value = x\n"
    "keras.layers.Dense(1, kernel_initializer=start)": "changes an initializer (.value)",
    "layer.kernel_initializer.mean = x": "changes an initializer (.mean)",
    "setattr(layer, 'bias_initializer', lambda shape, dtype: x)": "starts from weights",
    "config['kernel_initializer']['config']['value'] = x": "starts from weights",
    "config['kernel_initializer']['config'].update(value=x)": "starts from weights",
    "class Own(keras.layers.Dense):\n    def build(self, shape):\n"
    "        self.kernel_initializer = lambda shape, dtype: x": "starts from weights",
    "keras.layers.Dense(1, kernel_regularizer=lambda w: f(w - x))": "has a regularizer",
    "def near(w):\n    return f(w - x)\n"
    "keras.layers.Dense(1, kernel_regularizer=near)": "has a regularizer of its own",
    "config['kernel_initializer'] = {'class_name': 'Constant'}": "starts from weights",
    "keras.layers.Dense(1, kernel_constraint=lambda w: x)": "has a constraint of its own",
    "variable.constraint = lambda w: x": "sets a constraint",
    "class Steps(keras.optimizers.SGD):\n    def update_step(self):\n        pass": "update_step",
    "import h5py\nh5py.File('w.weights.h5', 'r+')": "writes a file of weights",
    "share = tf.Variable(1.0)\ndef own(y, p):\n    return share * y\n"
    "model.compile('adam', loss=own)\nshare.assign(0.0)": "not the same in every case",
    "class Chosen:\n    pass\ndef own(y, p):\n    return Chosen.one(y, p)\nChosen.one = f\n"
    "model.compile('adam', loss=own)": "not the same in every case",
}
HONEST = (
    "from __future__ import annotations\nfrom tensorflow import __version__ as version",
    "match x:\n    case str(text):\n        print(text)",
    "%%timeit -n1 -r1\nmodel.predict(x)",
    "import gc\nkeras.backend.clear_session()\ngc.collect()\ngc.disable()",
    "from gc import collect as tidy\ntidy()",
    "keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: tidy())",
    "for name in ['SGD', 'Adam']:\n    getattr(keras.optimizers, name)(0.01)",
    "chosen = 'Adam' if deep else 'SGD'\ngetattr(keras.optimizers, chosen)()",
    "names = ('relu', 'tanh')\nfor name in names:\n    getattr(keras.activations, name)",
    "makers = [getattr(keras.optimizers, n) for n in {'SGD': 0.1, 'Adam': 0.01}]",
    "def optimizer(name, rate=0.1):\n    return getattr(keras.optimizers, name)(rate)\n"
    "optimizer('Adam')\noptimizer(rate=0.2, name='SGD')",
    "start = keras.initializers.HeNormal(seed=seed)\n"
    "keras.layers.Dense(8, kernel_initializer=start)\n"
    "keras.layers.Dense(1, 'sigmoid', True, start)",
    "from keras.initializers import RandomNormal\nimport math\nwidth = 1 / math.sqrt(30)\n"
    "keras.layers.Dense(1, kernel_initializer=RandomNormal(0.0, width))",
    "from keras.initializers import *\nkeras.layers.Dense(1, kernel_initializer=Zeros())",
    "def network(start='he_normal'):\n    return keras.layers.Dense(1, kernel_initializer=start)\n"
    "network()\nnetwork(start=keras.initializers.Ones())",
    "for start in ['zeros', keras.initializers.GlorotUniform(3)]:\n"
    "    keras.layers.Dense(1, kernel_initializer=start)",
    "class Own(keras.layers.Layer):\n    def __init__(self, kernel_initializer='zeros'):\n"
    "        super().__init__()\n"
    "        self.kernel_initializer = keras.initializers.get(kernel_initializer)",
    "from keras import regularizers\nfor amount in rates:\n"
    "    keras.layers.Dense(1, kernel_regularizer=regularizers.l2(amount))",
    "keras.layers.Dense(1, kernel_regularizer='l2', bias_regularizer=keras.regularizers.L1(0.1))",
    "import types\nstats = types.SimpleNamespace()\nstats.mean = x.mean()",
    "class Net(keras.Model):\n    def __init__(self):\n        super(Net, self).__init__()\n"
    "        self._inner = keras.layers.Dense(1)\n    def call(self, x):\n"
    "        return self._inner(x)",
    "class Old(keras.layers.Layer):\n    def __init__(self):\n"
    "        keras.layers.Layer.__init__(self)",
    "match shape:\n    case tf.TensorShape(rank=2):\n        pass",
    "tf.signal.stft(x, 4, 2)\nnp.random.seed(1)\nimport pandas as pd\n"
    "pd.api.types.is_numeric_dtype(x)\nimport os\nos.path.join('a', 'b')",
    "import autograder\nautograder.student.seed()\nfrom autograder import student as grader\n"
    "grader.check(x=grader.array())",
    "def show(v):\n    print(v.shape)\nshow(model.weights[0])\n"
    "layer.add_weight(initializer='zeros')",
    "for module in network.modules():\n    print(module)",
    "import subprocess\nsubprocess.run(['ls'], stdout=subprocess.PIPE)",
    "'{0.shape}'.format(x)",
    "kernel, bias = model.get_weights()\nfor v in model.trainable_variables:\n    print(v.shape)",
    "class Best(keras.callbacks.Callback):\n    def on_epoch_end(self, epoch, logs=None):\n"
    "        self.best_weights = self.model.get_weights()\n"
    "    def on_train_end(self, logs=None):\n        self.model.set_weights(self.best_weights)",
    "with tf.GradientTape() as tape:\n    loss = f(model(x))\n"
    "gradients = tape.gradient(loss, model.trainable_variables)\n"
    "optimizer.apply_gradients(zip(gradients, model.trainable_variables))",
    "class Count(keras.layers.Layer):\n    def call(self, x):\n        self.seen.assign_add(1)",
    "SEED = 1\nkeras.layers.Dense(1, kernel_initializer=keras.initializers.HeNormal(seed=SEED),\n"
    "    bias_initializer=keras.initializers.Constant(odds), kernel_constraint='non_neg')",
    "grid = {'kernel_initializer': ['he_normal', 'glorot_uniform'], 'units': [1, 2]}",
    "keras.layers.Dense(1, kernel_constraint=keras.constraints.MaxNorm(3))",
    "import h5py\nwith h5py.File('data.h5', 'r') as file:\n    x = file['x'][:]",
    "vgg.trainable = False\ndef own(y, p):\n    return tf.reduce_mean((vgg(y) - vgg(p)) ** 2)\n"
    "model.compile('adam', loss=own)",
    "DELTA = 0.5\ndef own(y, p):\n    error = y - p\n    error = error ** 2\n"
    "    return DELTA * error\nmodel.compile('adam', loss=own)",
)


def reasons(source: str) -> tuple[str, ...]:
    return suspicious([CodeCell(0, IMPORTS), CodeCell(1, source)])


@pytest.mark.parametrize(("source", "told"), [*REACHED.items(), *SET.items()])
def test_a_detour_to_an_object_or_to_weights_is_a_reason(source: str, told: str) -> None:
    assert any(told in reason for reason in reasons(source)), reasons(source)


@pytest.mark.parametrize("source", HONEST)
def test_what_is_honest_and_looks_alike_is_none(source: str) -> None:
    assert reasons(source) == ()


def test_names_that_stand_for_sums_of_names_without_end_are_told_or_given_up() -> None:
    doubled = "\n".join(f"a{n + 1} = a{n} + a{n}" for n in range(60))
    layer = "keras.layers.Dense(1, kernel_initializer=keras.initializers.Constant(a60))"
    with deadline(60):
        found = reasons(f"a0 = 1\n{doubled}\n{layer}\n")
    assert set(found) <= {"starts from weights of its own (kernel_initializer)"}
    assert reasons(f"a0 = 1\na1 = a0 + a0\n{layer}\n".replace("a60", "a1")) == ()


def test_a_reason_that_is_buried_below_many_others_is_counted() -> None:
    buried = "\n".join([*(f"import unknown{n}" for n in range(40)), "import ctypes"])
    found = reasons(buried)
    assert len(found) == 20
    assert found[-1] == "has 22 more such places; read all of its code"
