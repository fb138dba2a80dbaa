"""Small solutions, written for the operators: none of their names is one of the course's."""

import pytest

from autograder.authoring.audit.right.notebook import Notebook
from autograder.authoring.audit.variants import Cell, Solution

SETUP = "import numpy as np\nimport tensorflow as tf"

ROW = {
    "build": (
        "net = tf.keras.Sequential([\n"
        "    tf.keras.Input(shape=(6,)),\n"
        "    tf.keras.layers.Dense(4, activation='relu'),\n"
        "    tf.keras.layers.Dense(1, activation='sigmoid'),\n"
        "])"
    ),
    "compile": "net.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])",
    "fit": "log = net.fit(rows, marks, epochs=3, verbose=0)",
    "predict": (
        "chances = net.predict(rows, verbose=0)\n"
        "said = (chances > 0.5).astype(int)\n"
        "flat = chances.ravel()\n"
        "miss = float(np.mean(np.abs(chances.ravel() - marks)))"
    ),
    "labels": (
        "sure = net.predict(rows, verbose=0).ravel()\n"
        "yes = (sure > 0.5).astype(int)\n"
        "good = float(np.mean(yes == marks))"
    ),
    "late": (
        "column = net.predict(rows, verbose=0)\n"
        "most = float(np.max(np.abs(column.ravel() - marks)))"
    ),
}

PICTURES = {
    "scale": "small = (images / 255).astype('float32')",
    "build": (
        "reader = tf.keras.Sequential([\n"
        "    tf.keras.Input(shape=(4, 5)),\n"
        "    tf.keras.layers.Flatten(),\n"
        "    tf.keras.layers.Dense(8, activation='tanh'),\n"
        "    tf.keras.layers.Dense(3, activation='softmax'),\n"
        "])"
    ),
    "compile": (
        "reader.compile(tf.keras.optimizers.SGD(learning_rate=0.1),\n"
        "    'sparse_categorical_crossentropy', metrics=['accuracy'])"
    ),
    "fit": (
        "log = reader.fit(x=small, y=kinds, validation_split=0.25, epochs=2, verbose=0,\n"
        "    callbacks=[tf.keras.callbacks.TerminateOnNaN()])"
    ),
    "evaluate": "lost, share = reader.evaluate(small, kinds, verbose=0)",
    "predict": ("table = reader.predict(small, verbose=0)\nseen = table.argmax(axis=1)"),
}

ADDED = {
    "build": (
        "adder = tf.keras.Sequential()\n"
        "adder.add(tf.keras.Input(shape=(6,)))\n"
        "adder.add(tf.keras.layers.Dense(4))\n"
        "adder.add(tf.keras.layers.Dense(2, activation='linear'))"
    ),
    "compile": "adder.compile(optimizer=tf.keras.optimizers.SGD(), loss='mse')",
    "told": (
        "teller = tf.keras.Sequential([\n"
        "    tf.keras.layers.Dense(4, input_shape=(6,)),\n"
        "    tf.keras.layers.Dense(2),\n"
        "])"
    ),
}

BRANCHES = {
    "chain": (
        "start = tf.keras.Input(shape=(6,))\n"
        "middle = tf.keras.layers.Dense(4, activation='relu')(start)\n"
        "last = tf.keras.layers.Dense(3, activation='softmax')(middle)\n"
        "chain = tf.keras.Model(start, last)"
    ),
    "fork": (
        "left = tf.keras.Input(shape=(3,), name='left')\n"
        "right = tf.keras.Input(shape=(3,), name='right')\n"
        "eyes = tf.keras.layers.Dense(4, activation='relu', name='eyes')\n"
        "pair = tf.keras.layers.Concatenate(name='pair')([eyes(left), eyes(right)])\n"
        "sort = tf.keras.layers.Dense(3, activation='softmax', name='sort')(pair)\n"
        "odd = tf.keras.layers.Dense(1, activation='sigmoid', name='odd')(pair)\n"
        "fork = tf.keras.Model(inputs=[left, right], outputs=[sort, odd])"
    ),
    "fork_fit": (
        "fork.compile(optimizer='adam',\n"
        "    loss={'sort': 'sparse_categorical_crossentropy', 'odd': 'binary_crossentropy'},\n"
        "    metrics={'sort': ['accuracy'], 'odd': ['accuracy']})\n"
        "log = fork.fit({'left': rows[:, :3], 'right': rows[:, 3:]},\n"
        "    {'sort': kinds, 'odd': marks}, epochs=2, verbose=0)"
    ),
    "joined": (
        "one = tf.keras.Input(shape=(6,))\n"
        "both = tf.keras.layers.Concatenate()([one, one])\n"
        "joined = tf.keras.Model(one, tf.keras.layers.Dense(2)(both))"
    ),
    "around": (
        "place = tf.keras.Input(shape=(6,))\n"
        "around = tf.keras.Model(place, tf.keras.layers.Dense(1)(chain(place)))"
    ),
}

FUNCTIONS = {
    "count": "def count(inner, outer):\n    return inner * outer + outer",
    "make": (
        "from tensorflow import keras\n"
        "def make(table, classes):\n"
        "    return keras.Sequential([\n"
        "        keras.Input(shape=table.shape[1:]),\n"
        "        keras.layers.Flatten(),\n"
        "        keras.layers.Dense(classes, activation='softmax'),\n"
        "    ])"
    ),
    "plain": (
        "def plain(classes):\n    return tf.keras.Sequential([tf.keras.layers.Dense(classes)])"
    ),
    "twice": "twice = lambda number: 2 * number",
}

ALL = {
    "row": ROW,
    "pictures": PICTURES,
    "added": ADDED,
    "branches": BRANCHES,
    "functions": FUNCTIONS,
}


def _solution(name: str, cells: dict[str, str], setup: str = SETUP) -> Solution:
    written = tuple(Cell(cell, text, solution=True) for cell, text in cells.items())
    return Solution(name, (Cell("setup", setup, solution=False), *written))


@pytest.fixture
def write():
    """A solution of cells that a test writes down: ``write(build="...", fit="...")``."""
    return lambda setup=SETUP, **cells: _solution("written", cells, setup)


@pytest.fixture(scope="session")
def solutions() -> dict[str, Solution]:
    """The small solutions by name."""
    return {name: _solution(name, cells) for name, cells in ALL.items()}


@pytest.fixture(scope="session")
def notebooks(solutions: dict[str, Solution]) -> dict[str, Notebook]:
    """The same, as operators see them."""
    return {name: Notebook.of(solution) for name, solution in solutions.items()}
