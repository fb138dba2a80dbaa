"""``grader.check``: one readable call, three answers, and a one-line failure."""

import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from autograder import student as grader
from autograder.errors import UsageError

layers = keras.layers


def run(source: str, **variables: object) -> dict[str, Any]:
    """A grade cell's text among a notebook's variables."""
    namespace: dict[str, Any] = {"grader": grader, **variables}
    exec(source, namespace)
    return namespace


def refused(source: str, **variables: object) -> str:
    """The one line with which the cell fails."""
    with pytest.raises(grader.VisibleFailure) as failure:
        run(source, **variables)
    assert "\n" not in str(failure.value)
    assert failure.value._render_traceback_() == [str(failure.value)]
    return str(failure.value)


def classifier() -> keras.Model:
    return keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])


def fitted(validation: bool = False) -> tuple[keras.Model, keras.callbacks.History]:
    model = classifier()
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    x, y = np.zeros((6, 4), "float32"), np.array([0, 1, 2, 0, 1, 2])
    kept = (x, y) if validation else None
    return model, model.fit(x, y, epochs=2, verbose=0, validation_data=kept)


def test_a_right_answer_is_right_so_far(capsys: pytest.CaptureFixture[str]) -> None:
    run("grader.check(head_model=grader.model(input_shape=(4,)))", head_model=classifier())
    assert capsys.readouterr().out == "✓ head_model: right so far\n"


def test_a_missing_variable_is_not_attempted_and_no_name_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = refused("grader.check(head_model=grader.model())")
    assert line.startswith("○ head_model: not attempted. Expected: head_model is a Keras model.")
    assert "○ head_model: not attempted\n    Expected: head_model" in capsys.readouterr().out


@pytest.mark.parametrize("blank", [None, ...])
def test_a_blank_that_was_left_as_it_is_is_not_attempted(blank: object) -> None:
    assert "still blank" in refused("grader.check(y_pred=grader.array())", y_pred=blank)


def test_a_misspelled_variable_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    refused("grader.check(head_model=grader.model())", head_modell=classifier())
    assert "There is a variable head_modell" in capsys.readouterr().out


def test_every_variable_of_a_cell_has_its_own_answer(capsys: pytest.CaptureFixture[str]) -> None:
    line = refused(
        "grader.check(a=grader.number(), b=grader.number(), c=grader.number())", a=1, b="1"
    )
    shown = capsys.readouterr().out
    assert "✓ a: right so far" in shown
    assert "✗ b: not yet\n    Expected: b is a single number\n    Found: text" in shown
    assert "○ c: not attempted" in shown
    assert "b: not yet" in line
    assert "c: not attempted" in line
    assert "right so far" not in line


def test_an_author_who_forgets_the_factory_is_told() -> None:
    with pytest.raises(UsageError, match="factory of grader expected, found a int"):
        run("grader.check(a=3)", a=3)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("grader.Dense(3, 'sigmoid')", "activation is softmax"),
        ("grader.Dense(3, 'softmax'), grader.Dense(3)", "2 layers"),
        ("input_shape=(5,)", r"\(5,\)"),
        ("parameters=16", "16 parameters"),
        ("at_most=14", "at most 14"),
        ("output=(3, 'sigmoid')", "sigmoid"),
        ("compiled=True", "is compiled"),
        ("loss='mse'", "is compiled"),
        ("inputs=('other',)", "inputs other"),
        ("outputs=('digit',)", "outputs digit"),
        ("saved_as='missing.keras'", "no file of this name"),
    ],
)
def test_each_setting_of_a_model_has_a_near_miss(asked: str, said: str) -> None:
    line = refused(f"grader.check(net=grader.model({asked}))", net=classifier())
    assert "net: not yet" in line
    assert re.search(said, line), line


@pytest.mark.parametrize(
    "asked",
    [
        "grader.Dense(3, 'softmax')",
        "input_shape=(4,), parameters=15, at_most=15, output=(3, 'softmax')",
        "output=(3, None)",
        "inputs=('pixels',), outputs=('digit',)",
    ],
)
def test_a_network_passes_however_it_is_spelled(asked: str) -> None:
    entry = keras.Input((4,), name="pixels")
    scores = layers.Dense(3)(entry)
    net = keras.Model(entry, layers.Softmax(name="digit")(scores))
    run(f"grader.check(net=grader.model({asked}))", net=net)


@pytest.mark.parametrize(
    ("asked", "right"),
    [
        ("compiled=True", True),
        ("loss='cross_entropy'", True),
        ("loss=('mse', 'cross_entropy')", True),
        ("loss='mse'", False),
        ("optimizer=('adam', 'sgd')", True),
        ("optimizer='adam'", False),
        ("metrics='accuracy'", True),
        ("metrics=('accuracy', 'mae')", False),
    ],
)
def test_compile_settings_are_judged_as_keras_resolves_them(asked: str, right: bool) -> None:
    net = classifier()
    net.compile(keras.optimizers.SGD(), "sparse_categorical_crossentropy", metrics=["acc"])
    source = f"grader.check(net=grader.model({asked}))"
    if right:
        run(source, net=net)
    else:
        assert "net: not yet" in refused(source, net=net)


def test_independent_mistakes_are_shown_together(capsys: pytest.CaptureFixture[str]) -> None:
    net = classifier()
    net.compile("adam", "mse")
    refused(
        "grader.check(net=grader.model(loss='cross_entropy', optimizer='sgd', parameters=15))",
        net=net,
    )
    shown = capsys.readouterr().out
    assert shown.count("Expected:") == 2
    assert "sgd" in shown


def test_several_inputs_and_outputs_are_told_apart_by_name() -> None:
    top, bottom = keras.Input((2,), name="top"), keras.Input((5,), name="bottom")
    joined = layers.Concatenate()([layers.Dense(4)(top), layers.Dense(4)(bottom)])
    digit = layers.Dense(10, "softmax", name="digit")(joined)
    parity = layers.Dense(1, "sigmoid", name="parity")(joined)
    net = keras.Model([top, bottom], [digit, parity])
    source = """grader.check(net=grader.model(
        inputs=("bottom", "top"), outputs=("digit", "parity"),
        input_shape={"top": (2,), "bottom": (%d,)},
        output={"digit": (10, "softmax"), "parity": (1, "sigmoid")},
    ))"""
    run(source % 5, net=net)
    assert "(4,)" in refused(source % 4, net=net)


def test_a_model_without_an_input_shape_is_not_called_wrong(
    capsys: pytest.CaptureFixture[str],
) -> None:
    net = keras.Sequential([layers.Dense(3)])
    run("grader.check(net=grader.model(input_shape=(4,), parameters=15))", net=net)
    assert "✓ net: right so far\n    Note: net has no weights until" in capsys.readouterr().out
    assert not net.built


def test_what_is_no_model_is_not_yet() -> None:
    assert "Found: a list" in refused("grader.check(net=grader.model())", net=[1])


def test_a_history_belongs_to_the_named_model() -> None:
    model, history = fitted()
    asked = "grader.check(history=grader.trained(model='net'))"
    run(asked, history=history, net=model)
    assert "another model" in refused(asked, history=history, net=classifier())
    assert "no net yet" in refused(asked, history=history)


def test_validation_is_asked_for_only_where_it_is_asked_for() -> None:
    run("grader.check(history=grader.trained())", history=fitted()[1])
    run("grader.check(history=grader.trained(validation=True))", history=fitted(True)[1])
    asked = "grader.check(history=grader.trained(validation=True))"
    assert "validation" in refused(asked, history=fitted()[1])


def test_a_dictionary_of_losses_is_no_history() -> None:
    assert "what fit returns" in refused("grader.check(h=grader.trained())", h={"loss": [1.0]})


@pytest.mark.parametrize(
    ("asked", "value", "right"),
    [
        ("shape=(None, 1)", [[1.0], [2.0]], True),
        ("shape=(None, 1)", [1.0, 2.0], False),
        ("shape=((None, 1), (None,))", [1.0, 2.0], True),
        ("kind='int'", [1, 2], True),
        ("kind='int'", [1.0, 2.0], False),
        ("kind='float'", [1.0], True),
        ("kind='bool'", [True], True),
        ("kind='bool'", [1], False),
        ("low=0, high=1", [0.0, 1.0], True),
        ("low=0, high=1", [0.0, 1.01], False),
        ("low=0, high=1", [0.0, float("nan")], False),
        ("rows_sum_to=1", [[0.25, 0.75], [0.5, 0.5]], True),
        ("rows_sum_to=1", [[0.25, 0.75], [0.5, 0.6]], False),
        ("", "text", False),
    ],
)
@pytest.mark.parametrize("form", [np.asarray, tf.constant], ids=["numpy", "tensor"])
def test_arrays_by_shape_kind_range_and_sums(
    asked: str, value: object, right: bool, form: Any
) -> None:
    source = f"grader.check(found=grader.array({asked}))"
    if right:
        run(source, found=form(value))
    else:
        assert "found: not yet" in refused(source, found=form(value))


@pytest.mark.parametrize(
    ("asked", "value", "right"),
    [
        ("number()", 3, True),
        ("number()", np.float32(0.5), True),
        ("number()", True, False),
        ("number()", [3], False),
        ("number()", "3", False),
        ("number(low=0, high=1)", 1.0, True),
        ("number(low=0, high=1)", 1.5, False),
        ("number(low=0)", float("nan"), False),
        ("truth()", False, True),
        ("truth()", np.bool_(True), True),
        ("truth()", 1, False),
    ],
)
def test_numbers_and_truth_values(asked: str, value: object, right: bool) -> None:
    source = f"grader.check(found=grader.{asked})"
    if right:
        run(source, found=value)
    else:
        assert "found: not yet" in refused(source, found=value)


def test_a_kind_of_array_that_does_not_exist_is_the_authors_mistake() -> None:
    with pytest.raises(UsageError, match="float, int, bool expected, found 'number'"):
        grader.array(kind="number")


def test_a_saved_model_is_the_one_in_memory(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    asked = "grader.check(net=grader.model(saved_as='net.keras'))"
    net = classifier()
    net.save("net.keras")
    run(asked, net=net)
    net.set_weights([w + 1 for w in net.get_weights()])
    assert "other weights" in refused(asked, net=net)
    (tmp_path / "net.keras").write_bytes(b"no model")
    assert "that Keras can load" in refused(asked, net=net)


class Own(layers.Layer):  # type: ignore[misc]
    def call(self, x: Any) -> Any:
        return x


def test_why_a_file_cannot_be_loaded_is_told_apart(
    tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    def card(net: Any) -> str:
        refused(asked, net=net)
        return " ".join(capsys.readouterr().out.split())

    monkeypatch.chdir(tmp_path)
    asked = "grader.check(net=grader.model(saved_as='net.keras'))"
    net = classifier()
    (tmp_path / "net.keras").write_bytes(b"no model")
    told = card(net)
    assert "no archive" in told and "weights" not in told
    net.save_weights("net.weights.h5")
    (tmp_path / "net.weights.h5").rename("net.keras")
    assert "weights alone are no model" in card(net)
    cases = {
        tf.nn.softmax: ("the function softmax_v2, which is not Keras's own", "as a string"),
        Own(): ("the class Own, which is not Keras's own", "register_keras_serializable"),
    }
    for part, words in cases.items():
        layer = part if isinstance(part, layers.Layer) else layers.Dense(3, activation=part)
        net = keras.Sequential([keras.Input((4,)), layer])
        net.save("net.keras")
        told = card(net)
        assert all(word in told for word in words) and "weights alone" not in told
    net = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation=tf.nn.relu)])
    net.save("net.keras")
    run(asked, net=net)


def test_the_dict_of_curves_is_not_what_fit_returns() -> None:
    asked = "grader.check(h=grader.trained())"
    assert "leave .history out" in refused(asked, h={"loss": [1.0]})


def test_a_check_changes_neither_random_state_nor_names_nor_weights() -> None:
    def lesson(checked: bool) -> list[Any]:
        keras.backend.clear_session()
        grader.seed()
        net = classifier()
        net.compile("adam", "mse")

        def draw(n: int) -> Any:
            return [random.random(), np.random.rand(n), float(keras.random.uniform(()))]

        if checked:
            run(
                "grader.check(net=grader.model(grader.Dense(3, 'softmax'), loss='mse'),"
                " draw=grader.function(2))",
                net=net,
                draw=draw,
            )
        later = layers.Dense(2)
        later.build((None, 3))
        return [later.name, np.asarray(later.kernel).tolist(), random.random(), np.random.rand()]

    assert lesson(checked=False) == lesson(checked=True)


IN_A_NOTEBOOK = """
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
shell = InteractiveShell.instance()
shell.run_cell("from autograder import student as grader\\nright = 1\\nwrong = '<b>'")
with capture_output() as shown:
    shell.run_cell("grader.check(right=grader.number(), wrong=grader.number(low=0))")
import json
print(json.dumps([shown.outputs[0].data, shown.stdout]))
"""


def test_a_notebook_gets_one_output_in_two_forms_and_a_failure_of_one_line(
    tmp_path: Path,
) -> None:
    told = subprocess.run(
        [sys.executable, "-c", IN_A_NOTEBOOK],
        env={**os.environ, "IPYTHONDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    data, printed = json.loads(told.stdout.splitlines()[-1])
    assert sorted(data) == ["text/html", "text/plain"]
    assert data["text/plain"].startswith("✓ right: right so far\n✗ wrong: not yet")
    for part in ('aria-label="right: right so far"', "✓", "✗", "<strong>not yet</strong>"):
        assert part in data["text/html"]
    for part in ("<script", "<style", "http", "src=", "onerror"):
        assert part not in data["text/html"]
    assert printed.strip().splitlines() == [
        "✗ wrong: not yet. Expected: wrong is a single number. Found: text."
    ]


def test_a_plain_script_prints_the_text() -> None:
    code = "from autograder import student as grader\nx = 2\ngrader.check(x=grader.number())"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "✓ x: right so far\n"
