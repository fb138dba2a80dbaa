"""The evidence key: shared by equal work, different for anything that decides a run."""

import pytest

from autograder.evidence.key import meaning, raw_digest, reads_text, submission_key
from autograder.nouns import CodeCell, Limits


def _key(*sources: str, **changed: object) -> str:
    cells = [CodeCell(n, text) for n, text in enumerate(sources)]
    given: dict[str, object] = {
        "files": {},
        "data": "full",
        "environment": {"keras": "3"},
        "limits": Limits(),
        "seed": 1,
        "recorder_version": "1",
        **changed,
    }
    return submission_key(cells, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "other",
    [
        "model = Dense( 1 )",
        "# my model\nmodel = Dense(1)  # one unit",
        "\n\nmodel=Dense(\n    1,\n)\n",
        "model = (Dense(1))",
        "# In this exercise\nmodel = Dense(0x1)",
    ],
)
def test_comments_and_formatting_share_a_key(other: str) -> None:
    assert _key("model = Dense(1)") == _key(other)


@pytest.mark.parametrize(
    "other",
    [
        "model = Dense(2)",
        "model = Dense(1);",
        "model = Dense(1.0)",
        "Model = Dense(1)",
        "'a docstring'\nmodel = Dense(1)",
        "model = Dense(1",
        "%time model = Dense(1)",
        "async def f(): model = Dense(1)",
    ],
)
def test_other_code_has_another_key(other: str) -> None:
    assert _key("model = Dense(1)") != _key(other)


def test_magics_are_understood() -> None:
    assert _key("%matplotlib inline\nx = 1") == _key("%matplotlib inline\nx = 1  # one")
    assert _key("!ls data\nx = 1") != _key("!ls\nx = 1")
    assert not reads_text("%matplotlib inline\n!ls\nx = 1")


@pytest.mark.parametrize(
    "source",
    [
        "print(In[1])",
        "_ih",
        "_i",
        "_i12",
        "import inspect",
        "from inspect import getsource as g",
        "import linecache as l",
        "get_ipython().history_manager",
        "ip = get_ipython",
        "%history",
        "%recall 1",
        "%rerun",
        "%save x.py 1",
        "%hist -n",
        "%%time\nprint(In)",
        "globals()['I' + 'n']",
        "eval('I' + 'n')",
        "import sys; sys._getframe().f_lineno",
        "f.__code__.co_firstlineno",
        "import traceback",
        "x = 1 # " + "y" * 200_000,
        "Ｉn",
    ],
)
def test_a_cell_that_reads_text_makes_the_whole_key_literal(source: str) -> None:
    assert reads_text(source)
    assert _key(source, "x = 1") != _key(source, "x = 1  # one")


@pytest.mark.parametrize(
    "source", ["def f():\n    'Doc.'\nf.__doc__", "print('In total')", "In_ = 1"]
)
def test_doc_strings_and_words_are_no_reading_of_text(source: str) -> None:
    assert not reads_text(source)


@pytest.mark.parametrize(
    "changed",
    [
        {"files": {"a.csv": "00"}},
        {"data": "small"},
        {"environment": {"keras": "2"}},
        {"limits": Limits(cell_wall_s=1)},
        {"seed": 2},
        {"recorder_version": "2"},
    ],
)
def test_everything_that_decides_a_run_is_in_the_key(changed: dict[str, object]) -> None:
    assert _key("x = 1") != _key("x = 1", **changed)


def test_cell_borders_count() -> None:
    assert _key("x = 1\ny = 2") != _key("x = 1", "y = 2")


def test_the_place_of_a_grade_cell_counts() -> None:
    one = [CodeCell(0, "x = 1"), CodeCell(1, "assert x", "check_x", True)]
    other = [CodeCell(0, "x = 1"), CodeCell(1, "assert x", "check_y", True)]
    assert raw_digest(one) != raw_digest(other)


def test_the_raw_digest_sees_comments() -> None:
    assert raw_digest([CodeCell(0, "x = 1")]) != raw_digest([CodeCell(0, "x = 1 # one")])


@pytest.mark.parametrize("source", ["x = (", "if:", "\x00", "(" * 5_000, "-" * 50_000 + "1"])
def test_code_that_does_not_parse_is_taken_literally(source: str) -> None:
    assert meaning(source) == "text:" + source


def test_equal_code_in_other_characters_is_equal() -> None:
    assert _key("ｘ = 1") == _key("x = 1")
