"""Classic notebooks have stock nbgrader's scores under our engine, but for a list of differences.

Here a sample: two notebooks, two students, each engine once. tests/soak/test_parity_soak.py grades
the whole corpus, regrades it and follows it into feedback and export.
"""

from pathlib import Path

import pytest
from classic_cells import source_notebook
from classic_course import (
    Assignment,
    ClassicCourse,
    Facts,
    differences,
    facts,
    moved,
    per_hour,
    stock_course,
)
from classic_differences import DIFFERENCES, REASONS, listed
from classic_rules import RULES
from classic_styles import ARRAYS, FUNCTIONS, OBJECTS, TABLES

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

REPOSITORY = Path(__file__).resolve().parents[3]
SAMPLE = Assignment(
    "week1",
    {"rules": RULES, "functions": FUNCTIONS},
    hours_late={"odd": 3},
    students=("odd", "blank"),
)
Graded = tuple[ClassicCourse, ClassicCourse]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """The sample, graded by stock nbgrader and by ours."""
    folder = tmp_path_factory.mktemp("parity")
    stock = stock_course(folder / "stock", SAMPLE, config=per_hour(0.5))
    ours = moved(stock, folder / "ours", config=per_hour(0.5))
    stock.nbgrader("autograde", SAMPLE.name)
    ours.autograder("grade", SAMPLE.name, ok=False)  # 1: answers await a person
    return stock, ours


@pytest.fixture(scope="module")
def both(graded: Graded) -> tuple[Facts, Facts]:
    """What the two gradebooks say."""
    return facts(graded[0]), facts(graded[1])


def test_scores_and_comments_differ_where_it_is_listed_and_nowhere_else(
    both: tuple[Facts, Facts],
) -> None:
    assert differences(*both) == listed(SAMPLE.name, list(SAMPLE.notebooks), SAMPLE.students)


def test_the_sample_holds_every_kind_of_score(both: tuple[Facts, Facts]) -> None:
    grades = {key: value for key, value in both[0].items() if key[-1] == "grade"}
    scores = {grade["auto_score"] for grade in grades.values()}
    assert {None, 0.0, 0.5, 2.5, 4.0} <= scores
    assert len(grades) > 120


def test_totals_differ_by_the_listed_points_alone(both: tuple[Facts, Facts]) -> None:
    stock, ours = both
    apart = listed(SAMPLE.name, list(SAMPLE.notebooks), SAMPLE.students)
    for student in SAMPLE.students:
        key = (student, SAMPLE.name, "submission")
        more = sum((b or 0) - (a or 0) for (who, *_), (a, b) in apart.items() if who == student)
        assert ours[key]["score"] == pytest.approx(stock[key]["score"] + more)
        kept = ("max_score", "needs_manual_grade", "timestamp", "late_submission_penalty")
        assert {k: ours[key][k] for k in kept} == {k: stock[key][k] for k in kept}
    late = stock["odd", SAMPLE.name, "submission"]
    assert (late["total_seconds_late"], late["late_submission_penalty"]) == (3 * 3600, 3.0)


def test_every_reason_stands_in_the_documentation() -> None:
    text = (REPOSITORY / "docs" / "classic.md").read_text()
    assert {one.reason for one in DIFFERENCES} == set(REASONS)
    for reason in REASONS.values():
        assert reason in text, reason


def test_the_corpus_is_as_large_as_it_is_said_to_be() -> None:
    corpus = (RULES, FUNCTIONS, ARRAYS, TABLES, OBJECTS)
    cells = [cell for notebook in corpus for cell in notebook if "grade" in cell.flags]
    assert len(cells) >= 100
    assert len({cell.name for cell in cells}) == len(cells)
    for notebook in corpus:
        assert len(source_notebook(notebook)["cells"]) == len(notebook)
