"""Submissions whose file is sound and whose cells are not: see whole_files.py for how to read it.

Indices in ``right["cells"]``: 0 text, 1 setup, 2 total, 3 check_total (2 points), 4 table,
5 check_table (3), 6 word, 7 check_word (1), 8 model, 9 check_model (4).
"""

import copy
import json
from pathlib import Path
from typing import Any

FULL = 10.0
Expected = tuple[float | None, list[str]]
STRIPPED = "recognised by text and place"


def _hand_in(folder: Path, notebook: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "lesson.ipynb").write_text(json.dumps(notebook))


def _says(right: Any, index: int) -> Any:
    return right["cells"][index]["metadata"]["nbgrader"]


def format_2(folder: Path, right: Any) -> Expected:
    """IPython's format of 2011; the cells are the same."""
    _hand_in(folder, _in_worksheets(right, 2))
    return FULL, ["upgraded from notebook format 2", STRIPPED]


def format_3(folder: Path, right: Any) -> Expected:
    """IPython's format of 2013."""
    _hand_in(folder, _in_worksheets(right, 3))
    return FULL, ["upgraded from notebook format 3", STRIPPED]


def _in_worksheets(right: Any, major: int) -> Any:
    cells = []
    for cell in right["cells"]:
        text = "input" if cell["cell_type"] == "code" else "source"
        cells.append({"cell_type": cell["cell_type"], text: cell["source"], "language": "python"})
    return {"nbformat": major, "metadata": {}, "worksheets": [{"cells": cells}]}


def format_4_0(folder: Path, right: Any) -> Expected:
    """The first format 4, without cell ids."""
    _hand_in(folder, {**right, "nbformat_minor": 0})
    return FULL, []


def format_4_5(folder: Path, right: Any) -> Expected:
    """Format 4.5 wants an id for each cell."""
    for number, cell in enumerate(right["cells"]):
        cell["id"] = f"cell-{number}"
    _hand_in(folder, {**right, "nbformat_minor": 5})
    return FULL, []


def format_4_99(folder: Path, right: Any) -> Expected:
    """A minor format to come may add things, and takes none away."""
    _hand_in(folder, {**right, "nbformat_minor": 99})
    return FULL, []


def format_5(folder: Path, right: Any) -> Expected:
    """A format that nobody knows yet: a person decides."""
    _hand_in(folder, {**right, "nbformat": 5})
    return None, ["notebook format 4 expected, found 5"]


def format_as_text(folder: Path, right: Any) -> Expected:
    """A tool wrote "4" instead of 4."""
    _hand_in(folder, {**right, "nbformat": "4"})
    return FULL, ["format's number was text; 4 was assumed"]


def format_missing(folder: Path, right: Any) -> Expected:
    """Without a number the cells tell what it is."""
    del right["nbformat"]
    _hand_in(folder, right)
    return FULL, []


def ids_missing(folder: Path, right: Any) -> Expected:
    """Format 4.5 without ids: nothing depends on them."""
    _hand_in(folder, {**right, "nbformat_minor": 5})
    return FULL, []


def ids_duplicated(folder: Path, right: Any) -> Expected:
    """Copying files by hand copies ids."""
    for cell in right["cells"]:
        cell["id"] = "same"
    _hand_in(folder, {**right, "nbformat_minor": 5})
    return FULL, []


def source_as_lists(folder: Path, right: Any) -> Expected:
    """Jupyter writes a list of lines, other tools one text."""
    for cell in right["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)
    _hand_in(folder, right)
    return FULL, []


def source_with_a_number(folder: Path, right: Any) -> Expected:
    """A text that is a number is no answer; the other cells count."""
    right["cells"][6]["source"] = ["word = 'keras'", 3]
    _hand_in(folder, right)
    return FULL - 1, ["The text of cell number 7 is not text"]


def cell_type_is_a_list(folder: Path, right: Any) -> Expected:
    """A cell of no type is left out; with it goes the answer in it."""
    right["cells"][6]["cell_type"] = ["code"]
    _hand_in(folder, right)
    return FULL - 1, ["Cell number 7 is no notebook cell", "Solution cell word is missing"]


def cells_that_are_none(folder: Path, right: Any) -> Expected:
    """Whatever stands between the cells, the cells count."""
    for number, nonsense in enumerate((None, 3, "x", [], {"cell_type": "video"})):
        right["cells"].insert(number * 2, nonsense)
    _hand_in(folder, right)
    return FULL, [f"Cell number {n} is no notebook cell" for n in (1, 3, 5, 7, 9)]


def metadata_of_all_cells_stripped(folder: Path, right: Any) -> Expected:
    """Colab and editors strip it; the answers stand where they stood."""
    for cell in right["cells"]:
        cell["metadata"] = {}
    _hand_in(folder, right)
    return FULL, [STRIPPED]


def metadata_of_one_cell_stripped(folder: Path, right: Any) -> Expected:
    """One answer was cut and pasted into a new cell."""
    right["cells"][4]["metadata"] = {}
    _hand_in(folder, right)
    return FULL, [f"{STRIPPED}: table"]


def metadata_of_other_types(folder: Path, right: Any) -> Expected:
    """Metadata that is no object counts as none."""
    for index, nonsense in ((2, 3), (4, [1]), (6, "x"), (8, {"nbgrader": [1]})):
        right["cells"][index]["metadata"] = nonsense
    _hand_in(folder, {**right, "metadata": [1, 2]})
    return FULL, [STRIPPED]


def cell_duplicated(folder: Path, right: Any) -> Expected:
    """A copied cell keeps its id; one of both is graded."""
    right["cells"].insert(3, copy.deepcopy(right["cells"][2]))
    _hand_in(folder, right)
    return FULL, ["Cell total was there more than once; one was kept."]


def all_cells_twice(folder: Path, right: Any) -> Expected:
    """The notebook was pasted behind itself."""
    right["cells"] += copy.deepcopy(right["cells"])
    _hand_in(folder, right)
    names = [_says(right, index)["grade_id"] for index in range(1, 10)]
    return FULL, [f"Cell {name} was there more than once" for name in names]


def check_missing(folder: Path, right: Any) -> Expected:
    """A deleted check comes back."""
    del right["cells"][5]
    _hand_in(folder, right)
    return FULL, ["Cell check_table was missing; it was added back."]


def answer_missing(folder: Path, right: Any) -> Expected:
    """A deleted answer is not given."""
    del right["cells"][4]
    _hand_in(folder, right)
    return FULL - 3, ["Solution cell table is missing."]


def no_cells(folder: Path, right: Any) -> Expected:
    """A notebook without cells was handed in; it has no answers."""
    _hand_in(folder, {**right, "cells": []})
    names = ("total", "table", "word", "model")
    told = [f"Cell check_{name} was missing" for name in names]
    told += [f"Solution cell {name} is missing" for name in names]
    return 0.0, [*told, "Cell setup was missing"]


def reordered(folder: Path, right: Any) -> Expected:
    """The checks were moved to the top, where they would see nothing."""
    cells = right["cells"]
    right["cells"] = [cells[0], *cells[3::2], cells[1], *cells[2::2]]
    _hand_in(folder, right)
    names = ("check_total", "check_table", "check_word", "check_model")
    return FULL, [f"Locked cell {name} was moved" for name in names]


def reversed_order(folder: Path, right: Any) -> Expected:
    """Answers that need nothing of each other count in any order."""
    right["cells"].reverse()
    _hand_in(folder, right)
    names = ("setup", "check_total", "check_table", "check_word", "check_model")
    return FULL, [f"Locked cell {name} was moved" for name in names]


def code_became_markdown(folder: Path, right: Any) -> Expected:
    """One key press turns a cell into text."""
    _retyped(right["cells"][4], "markdown")
    _hand_in(folder, right)
    return FULL, ["Cell table had become a markdown cell"]


def code_became_raw(folder: Path, right: Any) -> Expected:
    """Another makes it raw."""
    _retyped(right["cells"][4], "raw")
    _hand_in(folder, right)
    return FULL, ["Cell table had become a raw cell"]


def check_became_markdown(folder: Path, right: Any) -> Expected:
    """The same with a check."""
    _retyped(right["cells"][5], "markdown")
    _hand_in(folder, right)
    return FULL, ["Cell check_table had become a markdown cell"]


def _retyped(cell: Any, kind: str) -> None:
    cell["cell_type"] = kind
    del cell["outputs"], cell["execution_count"]


def points_raised(folder: Path, right: Any) -> Expected:
    """What a submission says of points is not believed."""
    _says(right, 3)["points"] = 1_000
    _hand_in(folder, right)
    return FULL, ["The points or flags of cell check_total were changed"]


def points_of_nonsense(folder: Path, right: Any) -> Expected:
    """Nor what it says in other types."""
    for index, nonsense in ((3, "nan"), (5, [3]), (7, {"a": 1}), (9, 1e999)):
        _says(right, index)["points"] = nonsense
    _hand_in(folder, right)
    names = ("check_total", "check_table", "check_word", "check_model")
    return FULL, [f"The points or flags of cell {name} were changed" for name in names]


def flags_tampered(folder: Path, right: Any) -> Expected:
    """An unlocked check stays the source's."""
    _says(right, 3).update(locked=False, grade=False, solution=True)
    right["cells"][3]["source"] = "total = 10"
    _hand_in(folder, right)
    return FULL, ["flags of cell check_total", "text of locked cell check_total"]


def grade_ids_swapped(folder: Path, right: Any) -> Expected:
    """Two answers with each other's id: one check waits for the later of both."""
    _says(right, 2)["grade_id"], _says(right, 4)["grade_id"] = "table", "total"
    _hand_in(folder, right)
    return FULL, ["Locked cell check_total was moved"]


def answer_claims_to_be_a_check(folder: Path, right: Any) -> Expected:
    """A check's id on a cell of one's own makes it no check."""
    forged = copy.deepcopy(right["cells"][7])
    forged["source"] = "pass"
    right["cells"].insert(8, forged)
    right["cells"][6]["source"] = "word = 'torch'"
    _hand_in(folder, right)
    return FULL - 1, ["Cell check_word was there more than once; one was kept."]


def check_emptied(folder: Path, right: Any) -> Expected:
    """An emptied check comes back with its text."""
    right["cells"][7]["source"] = ""
    right["cells"][6]["source"] = "word = 'torch'"
    _hand_in(folder, right)
    return FULL - 1, ["The text of locked cell check_word was changed"]


def merge_conflict_in_a_cell(folder: Path, right: Any) -> Expected:
    """Python cannot read the marks; the other cells count."""
    right["cells"][6]["source"] = "<<<<<<< HEAD\nword = 'a'\n=======\nword = 'b'\n>>>>>>> mine"
    _hand_in(folder, right)
    return FULL - 1, []


def unknown_grade_ids(folder: Path, right: Any) -> Expected:
    """A cell of another assignment was pasted in."""
    other = copy.deepcopy(right["cells"][3])
    other["metadata"]["nbgrader"]["grade_id"] = "check_other"
    right["cells"].append(other)
    _hand_in(folder, right)
    return FULL, ["unknown nbgrader id 'check_other'"]


def attachments_of_nonsense(folder: Path, right: Any) -> Expected:
    """Attachments that are no images are not shown; nothing is lost."""
    hostile = {"a.png": {"image/png": 3}, "../x": "y", "b": {"text/html": "<script>"}, "c": []}
    right["cells"].append(
        {"cell_type": "markdown", "metadata": {}, "source": "![a](attachment:a.png)"}
        | {"attachments": hostile}
    )
    _hand_in(folder, right)
    return FULL, []


def widgets_metadata(folder: Path, right: Any) -> Expected:
    """Saved widgets without their state break nbconvert; we drop them."""
    right["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"x": 1}}
    right["cells"][2]["outputs"] = [
        {"output_type": "display_data", "metadata": {}}
        | {"data": {"application/vnd.jupyter.widget-view+json": {"model_id": 3}}}
    ]
    _hand_in(folder, right)
    return FULL, []


def colab_metadata(folder: Path, right: Any) -> Expected:
    """Colab writes its own metadata and keeps nbgrader's."""
    right["metadata"] |= {"colab": {"provenance": [], "toc_visible": True}, "accelerator": "GPU"}
    for number, cell in enumerate(right["cells"]):
        cell["metadata"] |= {"id": f"xYz{number}", "colab": {"base_uri": "https://localhost:8080/"}}
    _hand_in(folder, {**right, "nbformat_minor": 0})
    return FULL, []


def jupytext_metadata(folder: Path, right: Any) -> Expected:
    """Jupytext notes how it pairs a notebook."""
    right["metadata"]["jupytext"] = {"formats": "ipynb,py:percent", "text_representation": None}
    _hand_in(folder, right)
    return FULL, []


def another_kernel(folder: Path, right: Any) -> Expected:
    """The student's kernel has a name of their own."""
    right["metadata"]["kernelspec"] = {"name": "conda-env-dl-py", "display_name": 3}
    _hand_in(folder, right)
    return FULL, []


def two_thousand_and_more_cells(folder: Path, right: Any) -> Expected:
    """Nobody reads so many cells; a person may ask for fewer."""
    right["cells"] += [{"cell_type": "code", "source": "", "metadata": {}}] * 2_001
    _hand_in(folder, right)
    return None, ["at most 2000 cells expected"]


def too_deep_to_audit(folder: Path, right: Any) -> Expected:
    """A call of a call of a call is honest, and deeper than our reading goes: points and review."""
    right["cells"][6]["source"] += "\nlong = 'a'" + ".strip()" * 1_200
    _hand_in(folder, right)
    return FULL, ["review: too deeply nested to be audited"]


def a_sum_of_many_texts(folder: Path, right: Any) -> Expected:
    """As a generated query or path may be: it is read to its end, and nobody is asked."""
    right["cells"][6]["source"] += "\nlong = " + " + ".join(["'a'"] * 1_500)
    _hand_in(folder, right)
    return FULL, []
