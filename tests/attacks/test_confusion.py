"""Whose evidence, and whose cell: one store for a class, and notebooks that imitate the source.

What has the same key must behave the same; what behaves differently must have another. No text of a
student's becomes a locked or a grade cell, and no grade cell is lost.
"""

import copy
import json
import random
import warnings
from pathlib import Path

import pytest

from autograder.evidence.key import raw_digest, submission_key
from autograder.evidence.store import Store
from autograder.intake import code_cells, read_submission, trusted_cells
from autograder.nouns import CodeCell, Limits
from support.cells import code, grade_cell, meta, notebook

FILES = {"data.csv": "0" * 64}


def key_of(*cells, files=FILES, **more):
    made = [
        one if isinstance(one, CodeCell) else CodeCell(n, one, f"cell_{n}")
        for n, one in enumerate(cells)
    ]
    given = {"data": "", "environment": "e", "limits": Limits(), "seed": 1, "recorder_version": "1"}
    return submission_key(made, files=files, **{**given, **more})


READS_ITS_TEXT = [
    "import warnings\nwith warnings.catch_warnings(record=True) as w:\n    warnings.warn('x')\n"
    "n = len(str(w[0]))",
    "import tracemalloc\ntracemalloc.start()\nx = str(tracemalloc.get_object_traceback(object()))",
    "import tensorflow as tf\nx = tf.autograph.to_code(lambda: 1)",
    "import logging\nx = logging.getLogger().findCaller()",
    "import marshal, dis\nx = 1",
    "x = In[-1]",
    "x = _i2",
    "history",
    "%history -n 1",
    "x = exit._ip.user_ns",
    "import sys\nx = sys._getframe().f_lineno",
    "try:\n    1 / 0\nexcept Exception as e:\n    x = e.__traceback__.tb_lineno",
]


@pytest.mark.parametrize("source", READS_ITS_TEXT)
def test_a_cell_that_can_read_its_text_or_place_shares_with_nobody(source):
    assert key_of("y = 1", source) != key_of("# another text\ny = 1", source)
    assert key_of("y = 1", source) != key_of("y = 1", f"\n{source}")


SAME_LOOKING = [
    (["a = 1", "b = 2"], ["a = 1\nb = 2"]),
    (["a = 1\n", "b = 2"], ["a = 1", "\nb = 3"]),
    (["x = 'a b'"], ["x = 'a  b'"]),
    (["x = 'é'"], ["x = 'e\u0301'"]),
    (["x = '\u212b'"], ["x = '\u00c5'"]),
    (["x = b'a'"], ["x = 'a'"]),
    (["x = 1"], ["x = 1.0"]),
    (["x = 1"], ["x = True"]),
    (["x = 0.0"], ["x = -0.0"]),
    (["x"], ["x;"]),
    (["x = 1"], ["%time x = 1"]),
    (["%time  x = 1"], ["%time x = 1"]),
    (["!ls a"], ["!ls  a"]),
    (["%%bash\necho 1 # a"], ["%%bash\necho 1 # b"]),
    (["%%bash\necho 1"], ["%%bash\n echo 1"]),
    (["ls -l"], ["ls - l"]),
    (["time x"], ["time  (x)"]),
    (["x = '''\n'''"], ["x = '''\n\n'''"]),
    (["x = f'{a}'"], ["x = f'{a!r}'"]),
    (["x = (1,)"], ["x = 1,", "pass"]),
    (["if ("], ["if  ("]),
    (["text:x = 1"], ["x = 1"]),
    (["def f(): 'a'"], ["def f(): 'b'"]),
    (["from __future__ import annotations"], [""]),
]


@pytest.mark.parametrize(("one", "other"), SAME_LOOKING)
def test_what_is_not_the_same_program_has_another_key(one, other):
    assert key_of(*one) != key_of(*other)


def test_the_parts_of_a_key_cannot_be_shifted_into_one_another():
    cells = [CodeCell(0, "a = 1", "x"), CodeCell(1, "b = 2", "y", True)]
    others = [
        [CodeCell(0, "a = 1", "x", True), CodeCell(1, "b = 2", "y")],
        [CodeCell(0, "a = 1", "y"), CodeCell(1, "b = 2", "x", True)],
        [CodeCell(0, "a = 1", None), CodeCell(1, "b = 2", "y", True)],
        [CodeCell(0, "a = 1", "None"), CodeCell(1, "b = 2", "y", True)],
        [CodeCell(0, "a = 1", 'x", false, "'), CodeCell(1, "b = 2", "y", True)],
        [CodeCell(0, "b = 2", "x"), CodeCell(1, "a = 1", "y", True)],
        [CodeCell(0, "a = 1", "x"), CodeCell(2, "b = 2", "y", True)],
    ]
    assert len({key_of(*cells), *(key_of(*one) for one in others)}) == 1 + len(others)
    settings = [
        {},
        {"files": {}},
        {"files": {"data.csv": "1" * 64}},
        {"files": {"data.cs": "v" + "0" * 63}},
        {"seed": 2},
        {"data": "e", "environment": ""},
        {"recorder_version": "2"},
        {"limits": Limits(cell_wall_s=1.0)},
        {"asked": {"files": {"x": ["m.keras"]}}},
    ]
    assert len({key_of("x = 1", **one) for one in settings}) == len(settings)
    assert raw_digest(cells) != raw_digest(others[0])


def test_a_thousand_changed_programs_share_no_key_unless_they_are_the_same_tree():
    chance = random.Random(6)
    parts = ["x", "=", "1", "+", " ", "\n", "'", "#", ";", "(", ")", "%time ", "!", "é", "\t", ","]
    texts = {"".join(chance.choices(parts, k=chance.randint(1, 12))) for _ in range(1500)}
    by_key: dict[str, list[str]] = {}
    for text in texts:
        by_key.setdefault(key_of(text), []).append(text)
    shared = [its for its in by_key.values() if len(its) > 1]
    assert len(texts) > 1000
    for its in shared:
        assert len({_done(text) for text in its}) == 1, its


def _done(text: str) -> str:
    """What IPython makes of a cell, as bytecode: its own judgement, not the key's."""
    from IPython.core.inputtransformer2 import TransformerManager

    made = TransformerManager().transform_cell(text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a text that is called, say
            code = compile(made, "cell", "exec")
    except (SyntaxError, ValueError):
        return "no program: " + made
    return repr((code.co_code, code.co_consts, code.co_names))


def test_an_entry_of_the_store_that_was_altered_is_not_believed(tmp_path):
    store = Store(str(tmp_path))
    key = "ab" * 32
    store.put_run(key, {"snapshots": {"check_x": {"values": {"x": {"value": 1}}}}, "cells": []})
    assert store.run(key) is not None
    (path,) = (p for p in tmp_path.rglob("*.json*"))
    whole = path.read_bytes()
    for altered in (
        whole.replace(b'"value":1', b'"value":2'),
        whole[:-1],
        whole + b" ",
        b"",
        b"[" * 10_000,
        whole[:70],
    ):
        assert altered != whole
        path.write_bytes(altered)
        assert store.run(key) is None
    path.write_bytes(whole)
    assert store.run(key) is not None


# Notebooks that imitate the source.


LOCKED = [
    code("import numpy as np\nLIMIT = 3", meta("setup", locked=True)),
    code("x = 0", meta("x", solution=True)),
    grade_cell("check_x", 2, "assert x == 1, 'one'"),
    code("y = 0", meta("y", solution=True)),
    grade_cell("check_y", 3, "assert y == LIMIT, 'limit'"),
]
EVIL = "LIMIT = 0  # the student's"


def _imitations():
    """Ways to have a cell of one's own taken for the instructor's, by what they do."""
    swapped = copy.deepcopy(LOCKED)
    swapped[1]["metadata"], swapped[2]["metadata"] = (
        swapped[2]["metadata"],
        swapped[1]["metadata"],
    )
    yield "swapped ids", swapped
    for n in (0, 2, 4):
        twice = copy.deepcopy(LOCKED)
        twice.insert(n, code(EVIL, copy.deepcopy(LOCKED[n]["metadata"])))
        yield f"an id twice, before {n}", twice
        after = copy.deepcopy(LOCKED)
        after.append(code(EVIL, copy.deepcopy(LOCKED[n]["metadata"])))
        yield f"an id twice, after {n}", after
        near = copy.deepcopy(LOCKED)
        near[n] = code(LOCKED[n]["source"] + "\n" + EVIL)
        yield f"a near copy without an id {n}", near
        hidden = copy.deepcopy(LOCKED)
        hidden[n] = {"cell_type": "markdown", "source": EVIL, "metadata": LOCKED[n]["metadata"]}
        yield f"as markdown {n}", hidden
        raw = copy.deepcopy(LOCKED)
        raw[n] = {"cell_type": "raw", "source": EVIL, "metadata": LOCKED[n]["metadata"]}
        yield f"as raw text {n}", raw
        changed = copy.deepcopy(LOCKED)
        changed[n]["source"] = EVIL
        yield f"changed {n}", changed
        gone = copy.deepcopy(LOCKED)
        del gone[n]
        yield f"without {n}", gone
    flags = copy.deepcopy(LOCKED)
    for cell in flags:
        cell["metadata"]["nbgrader"] |= {"locked": True, "grade": True, "points": 99}
    yield "all locked and worth 99", flags
    loose = copy.deepcopy(LOCKED)
    for cell in loose:
        cell["metadata"]["nbgrader"] |= {"locked": False, "solution": True, "grade": False}
        cell["source"] = EVIL
    yield "all unlocked and changed", loose
    bare = copy.deepcopy(LOCKED)
    for cell in bare:
        cell["metadata"] = {}
    bare.insert(0, code(LOCKED[0]["source"].replace("3", "0")))
    yield "no ids, and a near copy first", bare
    own = [code(EVIL, meta("own", locked=True)), *copy.deepcopy(LOCKED)]
    own.append(grade_cell("check_own", 50, EVIL))
    yield "cells of its own with locks and points", own
    odd = [code(EVIL, {"nbgrader": value}) for value in ({"grade_id": ["setup"]}, [], "x", 3)]
    yield "ids that are no ids", [*odd, *copy.deepcopy(LOCKED)]
    spelled = [code(EVIL, meta(name, locked=True)) for name in ("setup ", "SETUP", "setup\0")]
    yield "ids that look alike", [*spelled, *copy.deepcopy(LOCKED)]
    same_id = copy.deepcopy(LOCKED)
    for cell in same_id:
        cell["id"] = "same"
    yield "one cell id for all", same_id
    yield "many cells", [*(code(EVIL) for _ in range(900)), *copy.deepcopy(LOCKED)]
    yield "upside down", [*reversed(copy.deepcopy(LOCKED))]


IMITATIONS = dict(_imitations())


@pytest.mark.parametrize("name", IMITATIONS)
def test_no_cell_of_a_students_becomes_the_instructors(name, tmp_path: Path):
    for file, cells in (("source", LOCKED), ("submitted", IMITATIONS[name])):
        (tmp_path / f"{file}.ipynb").write_text(json.dumps(notebook(cells)))
    intake = read_submission(tmp_path / "submitted.ipynb", tmp_path / "source.ipynb")
    assert intake.notebook is not None
    cells = code_cells(intake.notebook)
    trusted = trusted_cells(intake.notebook)
    locked = [cell for cell in LOCKED if cell["metadata"]["nbgrader"]["locked"]]
    told = {cell.grade_id: cell.source for cell in cells if cell.index in trusted}
    wanted = {cell["metadata"]["nbgrader"]["grade_id"]: cell["source"] for cell in locked}
    assert told == wanted
    # A student's cells stay where they are, and what judges them stands behind them.
    names = [cell.grade_id for cell in cells]
    assert sorted(c.grade_id for c in cells if c.is_grade) == ["check_x", "check_y"]
    for answer, check in (("x", "check_x"), ("y", "check_y")):
        assert answer not in names or names.index(answer) < names.index(check)
    if name != "upside down":
        assert [c.grade_id for c in cells if c.index in trusted] == list(wanted)
    for cell in intake.notebook["cells"]:
        says = cell["metadata"].get("nbgrader", {})
        if says.get("grade_id") not in wanted:
            assert not says.get("locked")
            assert not says.get("points")
    assert set(intake.notebook["metadata"]) <= {"kernelspec", "language_info"}
