"""Initializers, constraints and regularizers: Keras's own are free, anything else is a reason."""

import pytest

from autograder.evidence.source_audit import suspicious
from autograder.nouns import CodeCell

IMPORTS = """import functools, json, string
import numpy as np
import tensorflow as tf
import keras
from keras import initializers, layers, ops, regularizers
from keras.layers import Dense
W = np.load("w.npy")
def mine(shape, dtype=None):
    return W
def pull(w):
    return ops.sum((w - W) ** 2)
"""
STARTS = {
    'Dense(3, kernel_initializer=np.load("w.npy"))': "starts from",
    'Dense(3, kernel_initializer=np.loadtxt("w.txt"))': "starts from",
    "string.mine = mine\nDense(3, kernel_initializer=string.mine)": "starts from",
    "Dense(3, kernel_constraint=functools.partial(pull))": "has a constraint",
    "Dense(3, kernel_constraint=next(iter([pull])))": "has a constraint",
    "Dense(3, kernel_regularizer=functools.partial(pull))": "has a regularizer",
    "Dense(3, kernel_regularizer=pull)": "has a regularizer",
    "Dense(3, kernel_regularizer=lambda w: ops.sum((w - W) ** 2))": "has a regularizer",
    "class Pull:\n    def __init__(self):\n        self.to = W\n    def __call__(self, w):\n"
    "        return ops.sum((w - self.to) ** 2)\n"
    "Dense(3, kernel_regularizer=Pull())": "has a regularizer",
    "class Pull:\n    def __init__(self, to):\n        self.to = to\n    def __call__(self, w):\n"
    "        return ops.sum((w - self.to) ** 2)\n"
    "Dense(3, kernel_regularizer=Pull(W))": "has a regularizer",
    "Dense(*[3, None, True, mine])": "starts from",
    "args = [3, None, True, mine]\nDense(*args)": "starts from",
    "args = [3]\nargs.extend([None, True, mine])\nDense(*args)": "hands on",
    "D = [layers.Dense]\nD[0](3, None, True, mine)": "starts from",
    "def made():\n    return layers.Dense\nmade()(3, None, True, mine)": "starts from",
    'Dense(3, **dict([("kernel_initializer", mine)]))': "in a text",
    'Dense(3, **{k: mine for k in ["kernel_initializer"]})': "in a text",
    'Dense(3, **{"_".join(["kernel", "initializer"]): mine})': "starts from",
    'k = "kernel_initializer"\nDense(3, **{k: mine})': "starts from",
    'k = "kernel_initializer"\ncfg = {}\ncfg[k] = mine\nDense(3, **cfg)': "starts from",
    'n = "kernel_initializer"\nsetattr(d, n, mine)': "starts from",
    'n = "value"\ninit = initializers.Constant(0.0)\nsetattr(init, n, W)': "changes an init",
    "z = y = initializers.Constant(0.0)\ny.value = W\nDense(3, kernel_initializer=z)": "changes",
    'keras.utils.get_custom_objects()["mine"] = mine\n'
    'Dense(3, kernel_initializer="mine")': "starts from",
    'keras.utils.get_custom_objects()["zeros"] = mine\n'
    'Dense(3, kernel_initializer="zeros")': "another meaning",
    '@keras.saving.register_keras_serializable("a", "mine")\ndef other(shape, dtype=None):\n'
    '    return W\nDense(3, kernel_initializer="a>mine")': "starts from",
    'with keras.utils.custom_object_scope({"mine": mine}):\n'
    '    Dense(3, kernel_initializer="mine")': "starts from",
    'layers.Conv2DTranspose(3, 1, (1, 1), "valid", None, None, (1, 1), None, True, mine)': "starts",
    'layers.EinsumDense("ab,bc->ac", 3, None, None, mine)': "starts from",
    "keras.models.clone_model(m, clone_function=lambda one: "
    'layers.EinsumDense("ab,bc->ac", 3, None, None, mine))': "starts from",
    'layers.LSTM(3, "tanh", "sigmoid", True, "zeros", "zeros", mine)': "starts from",
    'layers.DepthwiseConv2D(3, 1, "valid", 1, None, 1, None, True, mine)': "starts from",
    "Dense(3, bias_initializer=functools.partial(mine))": "starts from",
    "class Own(layers.Layer):\n    def __init__(self, units, start):\n"
    "        self.kernel_initializer = start": "starts from",
    "class Own(layers.Layer):\n    def build(self, shape):\n"
    "        self.w = self.add_weight(shape=(3, 3), initializer=mine)": "starts from",
    "class Own(layers.Layer):\n    def build(self, shape):\n"
    "        self.w = self.add_weight((3, 3), mine)": "starts from",
    "class Own(layers.Layer):\n    def build(self, shape):\n"
    "        self.w = keras.Variable(W)": "keeps weights",
    "w = keras.Variable(W)\nclass Own(layers.Layer):\n    def build(self, shape):\n"
    "        self.w = w": "keeps weights",
    "class Own(layers.Dense):\n    def add_weight(self, *a, **k):\n"
    "        return keras.Variable(W)": "defines add_weight",
    "P = functools.partial(Dense, 3)\nP(None, True, mine)": "starts from",
    "layers.Embedding(4, 3, weights=[W])": "sets weights by hand",
    "class D(Dense):\n    def __init__(self):\n"
    "        super().__init__(3, None, True, mine)": "starts from",
    "class D(Dense):\n    pass\nD(3, None, True, mine)": "starts from",
    "H = initializers.HeNormal\ndef H(shape, dtype=None):\n    return W\n"
    "Dense(3, kernel_initializer=H)": "starts from",
    "from numpy import load as f\nDense(3, kernel_initializer=f('w.npy'))\n"
    "from keras.initializers import Zeros as f": "starts from",
}
HONEST = (
    "init = initializers.HeNormal(seed=42)\nprint(init.get_config())\n"
    "Dense(3, kernel_initializer=init)",
    "reg = regularizers.L2(0.01)\nprint(reg.l2)\nDense(3, kernel_regularizer=reg)",
    "from keras.initializers import *\nDense(3, kernel_initializer=HeNormal())",
    "from tensorflow.keras.regularizers import *\nDense(3, kernel_regularizer=l2(0.01))",
    "Dense(3, kernel_initializer=tf.random_normal_initializer(stddev=0.1))",
    "Dense(3, kernel_initializer=tf.initializers.GlorotUniform())",
    "Dense(3, None, True, 'HeNormal', 'zeros')",
    "settings = {'a': (16, 'relu'), 'b': (3, 'softmax')}\nfor k in reversed(settings):\n"
    "    Dense(*settings[k])",
    "for args in [(16, 'relu'), (3, 'softmax')]:\n    Dense(*args)",
    "common = dict(activation='relu', kernel_initializer='he_normal')\nDense(3, **common)",
    "def block(units, **kwargs):\n    return Dense(units, **kwargs)\nblock(3, use_bias=False)",
    "def make_model(output_bias=None):\n    if output_bias is not None:\n"
    "        output_bias = tf.keras.initializers.Constant(output_bias)\n"
    "    return Dense(1, activation='sigmoid', bias_initializer=output_bias)\n"
    "initial_bias = np.log([pos / neg])\nmake_model(output_bias=initial_bias)",
    "n = X.shape[1]\nDense(3, kernel_initializer=initializers.RandomNormal(stddev=np.sqrt(2 / n)))",
    "n = len(X)\nDense(3, kernel_initializer=initializers.RandomNormal(stddev=1 / n))",
    "def build(hp):\n"
    "    return Dense(3, kernel_initializer=hp.Choice('i', ['zeros', 'he_normal']))",
    "def build(hp):\n    start = hp.Choice('kernel_initializer', values=['zeros', 'he_normal'])\n"
    "    return Dense(3, kernel_initializer=start)",
    "def my_l1(w):\n    return 0.01 * ops.sum(ops.abs(w))\nDense(3, kernel_regularizer=my_l1)",
    "RATE = 0.01\ndef my_l1(w):\n    return RATE * tf.reduce_sum(tf.abs(w))\n"
    "Dense(3, kernel_regularizer=my_l1)",
    "class MyL1(regularizers.Regularizer):\n    def __init__(self, rate=0.01):\n"
    "        self.rate = rate\n    def __call__(self, w):\n"
    "        return self.rate * ops.sum(ops.abs(w))\n    def get_config(self):\n"
    "        return {'rate': self.rate}\nDense(3, kernel_regularizer=MyL1(0.1))",
    "for kind in ['normal', 'uniform']:\n    Dense(3, kernel_initializer=f'he_{kind}')",
    "print(config['kernel_initializer'])",
    "rows = []\nfor start in ['zeros', 'he_normal']:\n"
    "    rows.append({'kernel_initializer': start, 'loss': loss})\n"
    "import pandas as pd\npd.DataFrame(rows).groupby('kernel_initializer').mean()",
    "class Own(layers.Layer):\n    def __init__(self, units, kernel_initializer='zeros'):\n"
    "        self.kernel_initializer = initializers.get(kernel_initializer)\n"
    "    def build(self, shape):\n"
    "        self.w = self.add_weight(shape=(shape[-1], 3), initializer=self.kernel_initializer)",
    "class Linear(layers.Layer):\n    def __init__(self, units=32, input_dim=32):\n"
    "        super().__init__()\n        w_init = tf.random_normal_initializer()\n"
    "        self.w = tf.Variable(initial_value=w_init(shape=(input_dim, units)))\n"
    "        self.b = tf.Variable(tf.zeros(units))\n        self.n = tf.Variable(0.0)",
    "class Linear(layers.Layer):\n    def build(self, shape):\n"
    "        self.w = self.add_weight((shape[-1], 3), 'random_normal')\n"
    "        self.b = self.add_weight(shape=(3,), initializer='zeros', trainable=True)",
    "class Dense2(tf.Module):\n    def __init__(self, n, m):\n"
    "        self.w = tf.Variable(tf.random.normal([n, m]), name='w')",
    "keras.applications.VGG16(weights='imagenet')\nkeras.applications.VGG16(weights=None)",
    "np.average(x, weights=[0.2, 0.8])",
    "layers.Conv2D(3, 3, kernel_constraint=keras.constraints.MaxNorm(3))",
)


def reasons(source: str) -> tuple[str, ...]:
    return suspicious([CodeCell(0, IMPORTS), CodeCell(1, source)])


@pytest.mark.parametrize(("source", "told"), STARTS.items())
def test_a_start_of_ones_own_is_a_reason(source: str, told: str) -> None:
    assert any(told in reason for reason in reasons(source)), reasons(source)


@pytest.mark.parametrize("source", HONEST)
def test_a_start_of_keras_is_none(source: str) -> None:
    assert reasons(source) == ()
