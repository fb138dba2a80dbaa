"""Answers that were worked out, however they are spelled, against answers that were typed in."""

import pytest

from autograder.matchers import MatchFailure
from autograder.matchers.sources import assert_computed, assert_reached_through

SETUP = "import numpy as np\nimport tensorflow as tf\n"

COMPUTED = {
    "is": "same_dense = tf.keras.layers.Dense is keras.layers.Dense",
    "equal": "same_dense = (tf.keras.layers.Dense == keras.layers.Dense)",
    "ids": "same_dense = id(keras.layers.Dense) == id(tf.keras.layers.Dense)",
    "not is not": "same_dense = not (tf.keras.layers.Dense is not keras.layers.Dense)",
    "names": "a = tf.keras.layers.Dense\nb = keras.layers.Dense\nsame_dense = a is b",
    "imports": (
        "from tensorflow.keras.layers import Dense as A\nfrom keras.layers import Dense as B\n"
        "same_dense = A is B"
    ),
    "subclasses": (
        "one, two = tf.keras.layers.Dense, keras.layers.Dense\n"
        "same_dense = issubclass(one, two) and issubclass(two, one)"
    ),
    "instance": "same_dense = isinstance(keras.layers.Dense(1), tf.keras.layers.Dense)",
    "function": (
        "def same(one, two):\n    return one is two\n\n"
        "same_dense = same(tf.keras.layers.Dense, keras.layers.Dense)"
    ),
    "function without arguments": (
        "def same():\n    return tf.keras.layers.Dense is keras.layers.Dense\n\nsame_dense = same()"
    ),
    "branches": (
        "if tf.keras.layers.Dense is keras.layers.Dense:\n    same_dense = True\n"
        "else:\n    same_dense = False"
    ),
    "default first": (
        "same_dense = True\nif tf.keras.layers.Dense is not keras.layers.Dense:\n"
        "    same_dense = False"
    ),
    "getattr": 'same_dense = getattr(tf.keras.layers, "Dense") is getattr(keras.layers, "Dense")',
    "set": ("same_dense = len({library.layers.Dense for library in (tf.keras, keras)}) == 1"),
    "filled list": (
        "found = []\nfor library in (tf.keras, keras):\n    found.append(library.layers.Dense)\n"
        "same_dense = found[0] is found[1]"
    ),
    "dictionary": (
        'd = {}\nd["tf"] = tf.keras.layers.Dense\nd["own"] = keras.layers.Dense\n'
        'same_dense = d["tf"] is d["own"]'
    ),
    "import_module": (
        "import importlib\nsame_dense = "
        'importlib.import_module("keras").layers.Dense is tf.keras.layers.Dense'
    ),
    "timed": "%%time\nsame_dense = tf.keras.layers.Dense is keras.layers.Dense",
    "and": "same_dense = tf.keras.layers.Dense is keras.layers.Dense\nsame_dense &= True",
    "walrus": "print(same_dense := tf.keras.layers.Dense is keras.layers.Dense)",
    "annotated": "same_dense: bool = tf.keras.layers.Dense is keras.layers.Dense",
    "assert": (
        "try:\n    assert tf.keras.layers.Dense is keras.layers.Dense\n    same_dense = True\n"
        "except AssertionError:\n    same_dense = False"
    ),
    "operator": (
        "import operator\nsame_dense = operator.is_(tf.keras.layers.Dense, keras.layers.Dense)"
    ),
    "method": "same_dense = tf.keras.layers.Dense.__eq__(keras.layers.Dense)",
    "types of layers": (
        "same_dense = type(tf.keras.layers.Dense(1)) is type(keras.layers.Dense(1))"
    ),
    "class of a layer": "same_dense = tf.keras.layers.Dense(2).__class__ is keras.layers.Dense",
    "a layer under a name": (
        "layer = tf.keras.layers.Dense(3)\nsame_dense = isinstance(layer, keras.layers.Dense)"
    ),
    "bool": "same_dense = bool(tf.keras.layers.Dense is keras.layers.Dense)",
    "one of two": "same_dense = True if tf.keras.layers.Dense is keras.layers.Dense else False",
    "both ways": (
        "a, b = tf.keras.layers.Dense, keras.layers.Dense\nsame_dense = all([a is b, a == b])"
    ),
    "two steps": (
        "a = tf.keras.layers.Dense\nb = keras.layers.Dense\nanswer = a is b\nsame_dense = answer"
    ),
    "difference of identities": (
        "same_dense = id(tf.keras.layers.Dense) - id(keras.layers.Dense) == 0"
    ),
    "among": "same_dense = tf.keras.layers.Dense in {keras.layers.Dense}",
    "lambda": (
        "same = lambda one, two: one is two\n"
        "same_dense = same(one=tf.keras.layers.Dense, two=keras.layers.Dense)"
    ),
    "a function that finds them": (
        "def dense_of(library):\n    return library.layers.Dense\n\n"
        "same_dense = dense_of(tf.keras) is dense_of(keras)"
    ),
    "function that says yes or no": (
        "def same(one, two):\n    if one is two:\n        return True\n    return False\n\n"
        "same_dense = same(tf.keras.layers.Dense, keras.layers.Dense)"
    ),
    "or a false one": (
        "same_dense = tf.keras.layers.Dense is keras.layers.Dense or False\n"
        "print(tf.keras.layers.Dense.__name__, str(keras.layers.Dense))"
    ),
}

TYPED = {
    "True": "same_dense = True",
    "constants": "same_dense = 1 == 1",
    "text": 'same_dense = "Dense" == "Dense"',
    "looked first": "print(tf.keras.layers.Dense is keras.layers.Dense)\nsame_dense = True",
    "overwritten": "same_dense = tf.keras.layers.Dense is keras.layers.Dense\nsame_dense = True",
    "itself": "same_dense = tf.keras.layers.Dense is tf.keras.layers.Dense",
    "another name of itself": (
        "from tensorflow import keras\nsame_dense = tf.keras.layers.Dense is keras.layers.Dense"
    ),
    "another thing": "same_dense = tf.keras.Sequential is keras.Sequential",
    "nothing": "tf.keras.layers.Dense is keras.layers.Dense",
    "no Python": "same_dense = tf.keras.layers.Dense is",
    "both are something": "same_dense = bool(tf.keras.layers.Dense and keras.layers.Dense)",
    "both can be called": (
        "same_dense = callable(tf.keras.layers.Dense) and callable(keras.layers.Dense)"
    ),
    "neither is None": (
        "same_dense = tf.keras.layers.Dense is not None and keras.layers.Dense is not None"
    ),
    "names of the classes": (
        "same_dense = tf.keras.layers.Dense.__name__ == keras.layers.Dense.__name__"
    ),
    "their names, under names": (
        "a = tf.keras.layers.Dense.__name__\nb = keras.layers.Dense.__name__\nsame_dense = a == b"
    ),
    "as texts": "same_dense = str(tf.keras.layers.Dense) == str(keras.layers.Dense)",
    "settings of layers": (
        "same_dense = tf.keras.layers.Dense(1).get_config().keys() == "
        "keras.layers.Dense(1).get_config().keys()"
    ),
    "units of layers": "same_dense = tf.keras.layers.Dense(1).units == keras.layers.Dense(1).units",
    "what classes are": "same_dense = type(tf.keras.layers.Dense) is type(keras.layers.Dense)",
    "or True": "same_dense = tf.keras.layers.Dense is keras.layers.Dense or True",
}


def computed(cell: str) -> None:
    own = "" if "from tensorflow import keras" in cell else "import keras\n"
    text = cell.replace("%%time\n", f"%%time\n{own}") if cell[:2] == "%%" else own + cell
    roots = ("tensorflow", "keras")
    assert_computed(text, "same_dense", roots=roots, mentions="Dense", given=(SETUP,))


@pytest.mark.parametrize("cell", COMPUTED.values(), ids=COMPUTED.keys())
def test_a_value_that_was_worked_out_passes(cell: str) -> None:
    computed(cell)


OWN_CELLS = {
    "names": ("of_tf, of_keras = tf.keras.layers.Dense, keras.layers.Dense", "of_tf is of_keras"),
    "a function": (
        "def answer():\n    return tf.keras.layers.Dense is keras.layers.Dense",
        "answer()",
    ),
    "the answer": ("found = tf.keras.layers.Dense == keras.layers.Dense", "found"),
}


@pytest.mark.parametrize(("above", "value"), OWN_CELLS.values(), ids=OWN_CELLS.keys())
def test_what_cells_of_ones_own_above_made_counts(above: str, value: str) -> None:
    given = (SETUP, "import keras", above)
    roots = ("tensorflow", "keras")
    source = f"same_dense = {value}"
    assert_computed(source, "same_dense", roots=roots, mentions="Dense", given=given)


def test_a_value_that_is_typed_in_later_replaces_one_that_was_worked_out() -> None:
    computed = "same_dense = tf.keras.layers.Dense is keras.layers.Dense"
    given = (SETUP, "import keras", computed)
    roots = ("tensorflow", "keras")
    with pytest.raises(MatchFailure, match="typed in"):
        assert_computed(
            "same_dense = True", "same_dense", roots=roots, mentions="Dense", given=given
        )


FOUND = {
    "typed in": TYPED["constants"],
    "does not occur": TYPED["another thing"],
    "of keras does not occur": TYPED["itself"],
    "not compared": TYPED["both are something"],
    "of their names": TYPED["names of the classes"],
    "whatever the comparison says": TYPED["or True"],
}


@pytest.mark.parametrize(("words", "cell"), FOUND.items(), ids=FOUND.keys())
def test_a_failure_says_what_was_found(words: str, cell: str) -> None:
    with pytest.raises(MatchFailure) as caught:
        computed(cell)
    assert words in str(caught.value).partition("Found:")[2]


@pytest.mark.parametrize("cell", TYPED.values(), ids=TYPED.keys())
def test_a_value_that_was_typed_in_fails(cell: str) -> None:
    with pytest.raises(MatchFailure, match="same_dense"):
        computed(cell)


BODY = "\n\ndef build():\n    return keras.Sequential()\n"
ABOVE = (SETUP, "import keras\nfrom keras.layers import Dense")

THROUGH = {
    "dotted": "def build():\n    return tf.keras.Sequential()",
    "from tensorflow": "from tensorflow import keras" + BODY,
    "import as": "import tensorflow.keras as keras" + BODY,
    "whole": "import tensorflow\n\ndef build():\n    return tensorflow.keras.Sequential()",
    "assigned": "keras = tf.keras" + BODY,
    "inside": "def build():\n    from tensorflow.keras import Sequential\n    return Sequential()",
    "star": "from tensorflow.keras.models import *\n\ndef build():\n    return Sequential()",
    "a comment": "# was: import keras\ndef build():\n    return tf.keras.Sequential()",
}

STANDALONE = {
    "import": "import keras" + BODY,
    "from": "from keras.models import Sequential\n\ndef build():\n    return Sequential()",
    "renamed": "import tensorflow as tf\nimport keras as tfk\n\ndef build():\n    return tfk.x()",
    "two in one": "import tensorflow as tf, keras" + BODY,
    "inside": "def build():\n    import keras\n    return tf.keras or keras",
    "by text": 'keras = __import__("keras")' + BODY,
    "from a cell above": "def build():\n    return keras.Sequential([tf.keras.layers.Dense(1)])",
    "a layer from above": "def build():\n    return tf.keras.Sequential([Dense(1)])",
    "neither": "def build():\n    return None",
    "no Python": "import tensorflow as tf\ndef build(",
}


@pytest.mark.parametrize("cell", THROUGH.values(), ids=THROUGH.keys())
def test_every_form_that_begins_at_tensorflow_passes(cell: str) -> None:
    assert_reached_through(cell, "build", library="tensorflow", instead_of="keras", given=ABOVE)


@pytest.mark.parametrize("cell", STANDALONE.values(), ids=STANDALONE.keys())
def test_the_library_of_its_own_fails(cell: str) -> None:
    with pytest.raises(MatchFailure, match="build"):
        assert_reached_through(cell, "build", library="tensorflow", instead_of="keras", given=ABOVE)


CELLS_ABOVE = {
    "from tensorflow": ("from tensorflow import keras", "keras.Sequential()"),
    "assigned": ("keras = tf.keras\nlayers = keras.layers", "keras.Sequential([layers.Dense(1)])"),
    "classes": ("from tensorflow.keras import Sequential", "Sequential()"),
    "star": ("from tensorflow.keras.models import *", "Sequential()"),
    "a function": ("def made():\n    return tf.keras.Sequential()", "made()"),
}


@pytest.mark.parametrize(("above", "value"), CELLS_ABOVE.values(), ids=CELLS_ABOVE.keys())
def test_a_cell_of_ones_own_above_may_hold_the_import(above: str, value: str) -> None:
    given = (*ABOVE, above)
    cell = f"def build():\n    return {value}"
    assert_reached_through(cell, "build", library="tensorflow", instead_of="keras", given=given)


def test_an_import_of_the_library_of_its_own_in_a_later_cell_above_fails() -> None:
    given = (SETUP, "from tensorflow import keras", "import keras")
    cell = "def build():\n    return keras.Sequential()"
    with pytest.raises(MatchFailure, match="cell above imported"):
        assert_reached_through(cell, "build", library="tensorflow", instead_of="keras", given=given)
