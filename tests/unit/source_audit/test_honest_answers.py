"""Of many hundred answers and programs by several authors, those that a person has to look at.

An honest answer that waits for a review is a cost: whoever makes the audit see more has to name
here what it stops besides.
"""

from pathlib import Path

from autograder.evidence.source_audit import suspicious
from autograder.nouns import CodeCell
from support.fairness import FOLDER, opinions

IMPORTS = "import numpy as np\nimport tensorflow as tf\nimport keras"
PROGRAMS = Path(__file__).resolve().parents[2] / "diagnosis_corpus"
WAIT = {
    # A training step of one's own, or weights that no model had: docs/security.md.
    "a training step of one's own",
    "solved by a formula, then a few rounds of fit",
    "weights of three trainings averaged",
    "what was learnt is thrown away",
    "a history written by hand",
    "reduce, and a training step of one's own",
    "units in another order after the training",
    # getattr with the names of another model's layers.
    "settings read from a table, the other way round and reversed",
    "step_without_a_step",
    "own_train_step",
    "forger_and_judge",
    "own_step_with_flat_targets",
    "own_step_with_column_targets",
}


def programs() -> dict[str, list[str]]:
    """Every answer and every program by its name, as cells."""
    found = {
        one.name: [*one.cells.values(), *one.after.values()]
        for path in sorted(FOLDER.glob("*.txt"))
        for one in opinions(path.stem)
    }
    for path in sorted(PROGRAMS.glob("*/*.py")):
        for part in path.read_text(encoding="utf-8").split("\n# %% ")[1:]:
            name, text = part.split("\n", 1)
            found[name.strip()] = [text]
    return found


def test_no_other_answer_waits_for_a_person() -> None:
    known = programs()
    assert len(known) > 900
    told = {
        name: suspicious([CodeCell(n, text) for n, text in enumerate([IMPORTS, *cells])])
        for name, cells in known.items()
    }
    assert {name for name, reasons in told.items() if reasons} == WAIT
