"""Weights that are set, stepped or drawn by hand, each with what is honest and looks alike."""

import pytest

from autograder.evidence.source_audit import suspicious
from autograder.nouns import CodeCell
from support.deadlines import deadline

IMPORTS = """import functools, json
import numpy as np
import pandas as pd
import tensorflow as tf
import keras
from keras import layers, ops
W, b = np.load("w.npy"), np.load("b.npy")
"""
SET = {
    "keras.models.model_from_json(open('m.json').read())": "configuration",
    "keras.Sequential.from_config(json.loads(open('m.json').read())['config'])": "configuration",
    "getattr(model, 'set_weights')([W, b])": "sets weights",
    "n = 'set_weights'\ngetattr(model, n)([W, b])": "sets weights",
    "getattr(layer, 'kernel').assign(W)": "sets weights",
    "match model:\n    case object(set_weights=put):\n        put([W, b])": "sets weights",
    "vs = model.weights\nvs[0].assign(W)": "sets weights",
    "vs = model.weights\nfor v, w in zip(vs, [W, b]):\n    v.assign(w)": "sets weights",
    "list(map(lambda v, w: v.assign(w), model.weights, [W, b]))": "sets weights",
    "keras.Variable.assign(model.weights[0], W)": "sets weights",
    "tf.compat.v1.assign(model.weights[0], W)": "sets weights",
    "model.layers[0].kernel.assign(value=W)": "sets weights",
    "model.layers[0].load_own_variables({'0': W, '1': b})": "sets weights",
    "model.set_state_tree({'trainable_variables': {}})": "sets weights",
    "opt.apply([W, b], model.trainable_variables)": "takes steps",
    "with tf.GradientTape() as tape:\n    pass\n"
    "opt.apply([v - w for v, w in zip(model.weights, [W, b])], model.weights)": "takes steps",
    "opt.apply_gradients(zip([W, b], model.trainable_variables))": "takes steps",
    "class Tape:\n    def gradient(self, *a):\n        return [W, b]\n"
    "g = Tape().gradient(0, 1)\nopt.apply(g, model.trainable_variables)": "takes steps",
    "class O(keras.optimizers.SGD):\n    def apply(self, g, v=None):\n        pass": "anew",
    "class Stop(keras.callbacks.EarlyStopping):\n    def on_epoch_end(self, e, logs=None):\n"
    "        self.best_weights, self.best = [W, b], -1.0": "best_weights",
    "class Stop(keras.callbacks.EarlyStopping):\n    def on_epoch_end(self, e, logs=None):\n"
    "        setattr(self, 'best_weights', [W, b])": "best_weights",
    "class Own(layers.Dense):\n    def call(self, x):\n"
    "        self.add_loss(keras.ops.sum((self.kernel - W) ** 2))\n"
    "        return super().call(x)": "draws weights",
    "class Own(layers.Dense):\n    def call(self, x):\n        far = self.kernel - W\n"
    "        self.add_loss(ops.sum(far ** 2))": "draws weights",
}
HONEST = (
    "class Count(layers.Layer):\n    def call(self, x):\n        self.seen.assign_add(1)",
    "w = tf.Variable(tf.random.normal((3, 1)))\nb2 = tf.Variable(0.0)\nfor i in range(9):\n"
    "    with tf.GradientTape() as t:\n        loss = f(w, b2)\n"
    "    dw, db = t.gradient(loss, [w, b2])\n    w.assign_sub(0.1 * dw)\n    b2.assign(b2 - db)",
    "w = tf.Variable(W)\nw.assign_sub(lr * grad)",
    "df = df.assign(**columns)\ndf = df.assign(size=df.x * 2)",
    "df.apply(encoder.fit_transform)",
    "df.apply(lambda row: row + 1)\ndf['x'].apply(np.sqrt)\ndf.apply('mean')",
    "def grow(x):\n    return x + 1\ndf['x'].apply(grow)\ndf.apply(grow, axis=1)",
    "def grad(model, x, y):\n    with tf.GradientTape() as tape:\n        value = f(model, x, y)\n"
    "    return value, tape.gradient(value, model.trainable_variables)\n"
    "value, grads = grad(model, X, y)\n"
    "opt.apply_gradients(zip(grads, model.trainable_variables))",
    "with tf.GradientTape() as tape:\n    loss = f(model(x))\n"
    "grads = tape.gradient(loss, model.trainable_variables)\n"
    "grads = [tf.clip_by_norm(g, 1.0) for g in grads]\n"
    "opt.apply(grads, model.trainable_variables)",
    "with tf.GradientTape() as tape:\n    loss = f(model(x))\n"
    "grads = tape.gradient(loss, model.trainable_variables)\n"
    "grads, _ = tf.clip_by_global_norm(grads, 1.0)\n"
    "opt.apply_gradients([(g, v) for g, v in zip(grads, model.trainable_variables)])",
    "class My(tf.Module):\n    def __init__(self):\n        self.w = tf.Variable(5.0)\n"
    "my = My()\nwith tf.GradientTape() as t:\n    loss = f(my(x))\n"
    "dw = t.gradient(loss, my.w)\nmy.w.assign_sub(0.1 * dw)",
    "class Mean(keras.metrics.Metric):\n    def __init__(self):\n        super().__init__()\n"
    "        self.total = self.add_weight(name='t', initializer='zeros')\n"
    "    def update_state(self, y, p, sample_weight=None):\n"
    "        self.total.assign_add(tf.reduce_sum(tf.abs(y - p)))\n"
    "    def reset_state(self):\n        self.total.assign(0.0)",
    "twin = keras.Sequential.from_config(model.get_config())\n"
    "twin.set_weights(model.get_weights())",
    "text = model.to_json()\nother = keras.models.model_from_json(text)",
    "cfg = dict(model.get_config())\nmodel.from_config({**cfg, 'name': 'b'})",
    "best = model.get_weights()\nmodel.fit(X, y)\nmodel.set_weights(best)",
    "layer.trainable = False\nkeras.callbacks.EarlyStopping(restore_best_weights=True)",
    "class Sparse(layers.Layer):\n    def __init__(self, rate=0.01):\n"
    "        super().__init__()\n        self.rate = rate\n    def call(self, x):\n"
    "        size = ops.sum(ops.square(x))\n        self.add_loss(self.rate * size)\n"
    "        return x",
    "class Own(layers.Layer):\n    def get_config(self):\n"
    "        config = super().get_config()\n        config.update({'units': self.units})\n"
    "        return config\n    @classmethod\n    def from_config(cls, config):\n"
    "        return super().from_config(config)",
)
HOSTILE = (
    "\n".join("[" + ",".join("1" * 900) + "]" + ".a" * 300 for _ in range(20)),
    "m.set_weights(0x" + "f" * 4_000 + ")",
    "\n".join("x = x[0]\nD.from_config(x)" for _ in range(500)),
    "\n".join(f"g{n + 1} = [g{n}, g{n}]\nopt.apply(g{n}, tv)" for n in range(1_000)),
    "class A(keras.layers.Layer):\n def call(self, x):\n"
    + "\n".join(f"  a{n + 1} = a{n} + 1\n  self.add_loss(a{n})" for n in range(1_000)),
    "d = {" + ", ".join(f"'k{n}': d['k{n}']" for n in range(1_000)) + "}\n"
    + "\n".join(f"M.from_config(d['k{n}'])" for n in range(1_000)),
)  # fmt: skip


def reasons(source: str) -> tuple[str, ...]:
    return suspicious([CodeCell(0, IMPORTS), CodeCell(1, source)])


@pytest.mark.parametrize(("source", "told"), SET.items())
def test_weights_by_hand_are_a_reason(source: str, told: str) -> None:
    assert any(told in reason for reason in reasons(source)), reasons(source)


@pytest.mark.parametrize("source", HONEST)
def test_what_looks_like_weights_by_hand_is_none(source: str) -> None:
    assert reasons(source) == ()


@pytest.mark.parametrize("source", HOSTILE)
def test_text_made_to_be_slow_is_read_in_time(source: str) -> None:
    with deadline(60):
        reasons(source)
