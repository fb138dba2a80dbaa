"""A preview shows what a hidden check compares, as a table or as a drawing."""

import shutil
import stat
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import keras
import pytest

from autograder import student as grader
from autograder.student.live import evidence_of
from autograder.student.outline import outline
from autograder.student.preview import as_text, dot_source, draw, inline

layers = keras.layers

SVG = """<?xml version="1.0"?>
<!-- made by dot -->
<svg width="10pt" xmlns="http://www.w3.org/2000/svg"><title>%3</title>
<text fill="#010203">net</text></svg>
"""


def two_inputs() -> keras.Model:
    top, bottom = keras.Input((2,), name="top"), keras.Input((2,), name="bottom")
    shared = layers.Dense(4, "relu", name="shared")
    joined = layers.Concatenate(name="joined")([shared(top), shared(bottom)])
    digit = layers.Dense(10, "softmax", name="digit")(joined)
    parity = layers.Dense(1, "sigmoid", name="parity")(joined)
    return keras.Model([top, bottom], [digit, parity])


def shown(model: Any, name: str = "net") -> list[str]:
    return [
        " ".join(line.split()) for line in as_text(outline(evidence_of(model, name))).split("\n")
    ]


def test_layers_shapes_parameters_and_compile_settings_are_there() -> None:
    net = keras.Sequential(
        [keras.Input((4,), name="pixels"), layers.Dense(3, name="head"), layers.Softmax()]
    )
    net.compile(keras.optimizers.Adam(0.01), "mse", metrics=["accuracy"])
    assert shown(net) == [
        "layer what it is reads gives parameters",
        "pixels Input (n, 4)",
        "head Dense(units=3, activation='softmax') pixels (n, 3) 15",
        "Sequential model, 15 parameters",
        "Compile: loss mse; optimizer Adam (learning rate 0.01); metrics accuracy",
    ]


def test_a_shared_layer_and_named_outputs_are_told() -> None:
    lines = shown(two_inputs())
    assert any(line.endswith("again: the same layer bottom (n, 4) 0") for line in lines)
    assert "Outputs: digit (from digit), parity (from parity)" in lines
    assert lines[-1] == "Compile: not compiled"


def test_a_model_without_an_input_shape_has_its_layers_listed() -> None:
    lines = shown(keras.Sequential([layers.Dense(7, name="head")]))
    assert "head Dense(units=7)" in lines
    assert "Sequential model, not built yet" in lines


def test_the_variable_is_found_and_what_is_no_model_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    exec("grader.preview(net)", {"grader": grader, "net": two_inputs()})
    assert "Functional model" in capsys.readouterr().out
    with pytest.raises(grader.VisibleFailure, match=r"a Keras model\. Found: a list"):
        exec("grader.preview([1])", {"grader": grader})


def test_names_cannot_break_out_of_the_drawings_language() -> None:
    net = keras.Sequential([keras.Input((4,), name='a"];b[\\N'), layers.Dense(3, name="<b>")])
    source = dot_source(outline(evidence_of(net, "net")))
    assert r'n0 [label="a\"];b[\\N\nInput\n(n, 4)"];' in source
    assert "n0 -> n1;" in source


def test_a_drawing_is_one_svg_element_in_the_pages_colour() -> None:
    found = inline(SVG)
    assert ElementTree.fromstring(found).tag.endswith("svg")
    assert 'fill="currentColor"' in found
    assert "title" not in found
    assert inline("no drawing") == ""


def program(folder: Path, code: str) -> None:
    path = folder / "dot"
    path.write_text(f"#!{sys.executable}\n{code}")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_without_dot_or_with_a_broken_one_there_is_a_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert draw("digraph {}") == ""
    program(tmp_path, "raise SystemExit(1)")
    assert draw("digraph {}") == ""


@pytest.mark.skipif(shutil.which("dot") is None, reason="graphviz's dot is not installed")
def test_graphviz_draws_a_network_with_all_its_names() -> None:
    drawing = draw(dot_source(outline(evidence_of(two_inputs(), "net"))))
    text = "".join(ElementTree.fromstring(drawing).itertext())
    for name in ("top", "bottom", "shared", "joined", "digit", "parity"):
        assert name in text
