"""A graded class handed over in every format, and read back."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from nbgrader.api import Gradebook

from autograder.course import Course
from autograder.exports.texts import restored

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

Export = Callable[..., tuple[int, str, str]]

ROSTER = """Student,ID,SIS User ID,SIS Login ID,Section,sums (7)
    Points Possible,,,,,10.00
Ada,1,,ada,K,
Ben,2,,ben,K,
Cyd,3,,cyd,K,
"""
WORKSHEET = (
    'Identifier,"Full name",Grade,"Maximum Grade","Last modified (grade)","Feedback comments"\r\n'
    "Participant 1,Ada,,10.00,-,\r\nParticipant 2,Ben,,10.00,-,\r\nParticipant 3,Cyd,,10.00,-,\r\n"
)


def everything(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


@pytest.mark.parametrize("to", ["csv", "junit", "gradescope", "canvas"])
def test_an_export_changes_nothing_in_the_course(
    export: Export, graded: Course, tmp_path: Path, to: str
) -> None:
    before = everything(graded.root)
    export(to, tmp_path / "out")
    assert everything(graded.root) == before


def test_the_table_has_the_checks_verdicts_and_the_gradebooks_points(
    export: Export, readers: ModuleType, tmp_path: Path
) -> None:
    status, out, err = export("csv", tmp_path / "t.csv")
    lines = readers.csv_lines((tmp_path / "t.csv").read_bytes())
    verdicts = {
        (line["student"], restored(line["check"]).rpartition("::")[2]): line["verdict"]
        for line in lines
        if line["check"]
    }
    assert verdicts["ada", "test_total"] == "passed"
    assert verdicts["ben", "test_total"] == "failed"
    assert verdicts["cyd", "test_first"] == "errored"
    final = {line["student"]: line["final_score"] for line in lines}
    assert final["ada"] == "10.00"
    assert (final["cyd"], final["dan"]) == ("", "")
    assert status == 1
    assert "not decided, so left blank, 2 students (cyd, dan)" in err
    assert "2 scores of sums" in out


def test_canvas_gets_the_decided_scores(
    export: Export, readers: ModuleType, tmp_path: Path
) -> None:
    (tmp_path / "roster.csv").write_text(ROSTER)
    status, _, err = export("canvas", tmp_path / "c.csv", "--roster", tmp_path / "roster.csv")
    people = [
        {"Student": name, "ID": str(n), "SIS User ID": "", "SIS Login ID": name.lower()}
        for n, name in enumerate(("Ada", "Ben", "Cyd"), 1)
    ]
    canvas = readers.Canvas(people)
    canvas.assignments = {"sums": {"id": "7", "scores": {}}}
    canvas.take((tmp_path / "c.csv").read_bytes())
    assert canvas.assignments["sums"]["scores"] == {"Ada": 10.0, "Ben": 8.0, "Cyd": None}
    assert canvas.assignments["sums"]["possible"] == 10.0
    assert (status, "not in the file" in err) == (1, False)


def test_moodles_worksheet_is_filled(export: Export, readers: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "w.csv").write_bytes(WORKSHEET.encode())
    status, _, _ = export("moodle", tmp_path / "filled.csv", "--worksheet", tmp_path / "w.csv")
    filled = (tmp_path / "filled.csv").read_bytes()
    assert status == 1
    assert readers.moodle_grades(WORKSHEET.encode(), filled) == {
        "Participant 1": 10.0,
        "Participant 2": 8.0,
    }
    assert b"Not passed (0 of 2 points): The total is right." in filled
    assert b"Participant 3,Cyd,,10.00,-,\r\n" in filled


def test_gradescope_gets_a_file_for_each_student(
    export: Export, readers: ModuleType, tmp_path: Path
) -> None:
    export("gradescope", tmp_path / "gs")
    found = {
        path.stem: readers.gradescope_score(path.read_bytes())
        for path in (tmp_path / "gs" / "sums").iterdir()
    }
    assert found == {"ada": 10.0, "ben": 8.0, "cyd": None, "dan": None}


def test_junit_tells_the_errored_check_from_the_failed_one(
    export: Export, readers: ModuleType, tmp_path: Path
) -> None:
    export("junit", tmp_path / "j.xml")
    cases = readers.junit_cases((tmp_path / "j.xml").read_bytes())
    endings = {(name, check.rpartition("::")[2]): end for (name, check), (end, _) in cases.items()}
    assert endings["sums.ben.check_total", "test_total"] == "failure"
    assert endings["sums.cyd.check_table", "test_first"] == "error"
    assert endings["sums.dan.check_total", "check_total"] == "error"


def test_a_score_that_a_person_gave_is_the_one_that_is_exported(
    export: Export, graded: Course, readers: ModuleType, tmp_path: Path
) -> None:
    with Gradebook(graded.database_url) as book:
        for grade in book.find_submission("sums", "cyd").notebooks[0].grades:
            if grade.name == "check_table":
                grade.manual_score, grade.needs_manual_grade = 2.5, False
        book.db.commit()
    export("csv", tmp_path / "t.csv")
    lines = readers.csv_lines((tmp_path / "t.csv").read_bytes())
    cyd = [line for line in lines if line["student"] == "cyd"]
    table = [line for line in cyd if line["cell"] == "check_table"]
    assert {(line["cell_score"], line["cell_scored_by"]) for line in table} == {("2.50", "person")}
    assert {line["final_score"] for line in cyd} == {"9.50"}


def test_without_the_store_points_are_exported_and_verdicts_are_not(
    export: Export, graded: Course, readers: ModuleType, tmp_path: Path
) -> None:
    shutil.rmtree(graded.state / "store")
    _, _, err = export("csv", tmp_path / "t.csv")
    lines = readers.csv_lines((tmp_path / "t.csv").read_bytes())
    ada = [line for line in lines if line["student"] == "ada"]
    assert {line["check"] for line in ada} == {""} and len(ada) == 4
    assert {line["final_score"] for line in ada} == {"10.00"}
    assert "its run is not in the evidence store" in err
    assert not (graded.state / "store").exists()


def test_a_submission_that_was_put_away_keeps_its_points_and_asks_for_nothing(
    export: Export, graded: Course, readers: ModuleType, tmp_path: Path
) -> None:
    shutil.rmtree(graded.submitted("sums", "ada"))
    status, _, err = export("csv", tmp_path / "t.csv", "--student", "ada")
    lines = readers.csv_lines((tmp_path / "t.csv").read_bytes())
    assert {line["final_score"] for line in lines} == {"10.00"}
    assert (status, "does not lie in the course any more" in err) == (0, True)


def test_a_check_that_was_changed_since_explains_no_score(
    export: Export, graded: Course, readers: ModuleType, tmp_path: Path
) -> None:
    checks = graded.checks("sums") / "test_sums.py"
    checks.write_text(checks.read_text().replace('scalar("total") == 10', 'scalar("total") == 11'))
    status, _, err = export("csv", tmp_path / "t.csv", "--student", "ada")
    lines = readers.csv_lines((tmp_path / "t.csv").read_bytes())
    assert {line["verdict"] for line in lines} == {""}
    assert {line["final_score"] for line in lines} == {"10.00"}
    assert (status, "other points than its checks give now" in err) == (1, True)


def test_what_a_review_accepted_is_not_asked_for_again(
    autograder: Export,
    export: Export,
    graded: Course,
    answered: Callable[..., dict[str, Any]],
    hand_in: Callable[..., Path],
    tmp_path: Path,
) -> None:
    suspicious = "import gc\ntotal = sum(range(5)) + 0 * len(gc.get_objects())"
    hand_in(graded, "ada", answered(graded, total=suspicious))
    autograder("grade", "sums", "ada", "--course", graded.root, "--workers", 1)
    status, _, err = export("csv", tmp_path / "t.csv", "--student", "ada")
    assert (status, "somebody should look at, 1 student (ada)" in err) == (1, True)
    autograder("review", "sums", "ada", "--accept", "--course", graded.root)
    status, _, err = export("csv", tmp_path / "t.csv", "--student", "ada")
    assert (status, "somebody should look" in err) == (0, False)


def test_a_submission_that_was_not_graded_is_told(
    export: Export, graded: Course, tmp_path: Path
) -> None:
    shutil.copytree(graded.submitted("sums", "ada"), graded.submitted("sums", "eve"))
    status, _, err = export("csv", tmp_path / "t.csv")
    assert status == 1
    assert "handed in and not graded, so left out, 1 student (eve)" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--to", "moodle", "--into", "x.csv"), "--worksheet expected"),
        (("--to", "csv", "--into", "no/such/folder/x.csv"), "a folder expected at"),
        (("--to", "csv", "--into", "x.csv", "--all"), "assignments or --all expected, found both"),
        (("--to", "csv", "--into", "x.csv", "--student", "eve"), "1 student (eve) not in it"),
        (("--to", "canvas", "--into", "x.csv", "--roster", "none.csv"), "downloaded from Canvas"),
        (("--to", "canvas", "--into", "r.csv", "--roster", "r.csv"), "stays as it is"),
        (("--to", "canvas", "--into", "x.csv", "--title", "sums"), "--title NAME=TEXT expected"),
        (("--to", "xlsx", "--into", "x.csv"), "xlsx"),
        (("--to", "csv"), "--into"),
    ],
)
def test_wrong_use_ends_with_2_and_says_what_to_do(
    autograder: Export,
    graded: Course,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    status, _, err = autograder("export", "sums", "--course", graded.root, *arguments)
    assert (status, "Traceback" in err) == (2, False)
    assert said in " ".join(err.replace("│", " ").split())
    assert not (tmp_path / "x.csv").exists()


def nbgrader_export(
    course: Course, *words: str, status: int = 0
) -> subprocess.CompletedProcess[str]:
    """nbgrader's own command: in this process it closes the streams that pytest reads."""
    command = [sys.executable, "-m", "nbgrader", "export", *words]
    ended = subprocess.run(command, cwd=course.root, capture_output=True, text=True, check=False)
    assert ended.returncode == status, ended.stderr
    return ended


@pytest.mark.parametrize(
    ("exporter", "to", "option"),
    [
        ("TableExporter", "csv", ""),
        ("TableExporter", "csv", "decimal_comma=True"),
        ("JUnitExporter", "junit", ""),
        ("CanvasExporter", "canvas", "roster=r.csv"),
        ("MoodleExporter", "moodle", "worksheet=w.csv"),
        ("GradescopeExporter", "gradescope", "visibility=hidden"),
    ],
)
def test_every_exporter_of_nbgraders_writes_what_ours_does(
    export: Export,
    graded: Course,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    exporter: str,
    to: str,
    option: str,
) -> None:
    monkeypatch.chdir(graded.root)
    Path("w.csv").write_bytes(WORKSHEET.encode())
    Path("r.csv").write_text(ROSTER)
    arguments = ["--exporter", f"autograder.engine.{exporter}", "--assignment", "['sums']"]
    arguments += [f"--{exporter}.{option}"] if option else []
    nbgrader_export(graded, *arguments, "--to", str(tmp_path / "theirs"))
    name, _, value = option.partition("=")
    switch = [f"--{name.replace('_', '-')}", *([] if value == "True" else [value])]
    export(to, tmp_path / "ours", *(switch if option else []))
    for theirs in [tmp_path / "theirs", *(tmp_path / "theirs").rglob("*")]:
        ours = tmp_path / "ours" / theirs.relative_to(tmp_path / "theirs")
        assert theirs.is_dir() == ours.is_dir()
        assert theirs.is_dir() or theirs.read_bytes() == ours.read_bytes()


def test_nbgrader_is_told_when_the_worksheet_is_missing(
    graded: Course,
) -> None:
    words = ["--exporter", "autograder.engine.MoodleExporter", "--assignment", "['sums']"]
    ended = nbgrader_export(graded, *words, status=1)
    assert "Traceback" not in ended.stderr
    assert "worksheet" in ended.stderr
    assert not (graded.root / "worksheet-filled.csv").exists()


def test_a_file_with_grades_is_not_for_every_user(export: Export, tmp_path: Path) -> None:
    export("csv", tmp_path / "t.csv")
    assert (tmp_path / "t.csv").stat().st_mode & 0o007 == 0


def test_json_goes_to_standard_output_alone(export: Export, tmp_path: Path, read_json: Any) -> None:
    _, out, _ = export("csv", tmp_path / "t.csv", "--json")
    (tmp_path / "told.json").write_text(out)
    told = read_json(tmp_path / "told.json")
    assert told["files"] == [str(tmp_path / "t.csv")]
    assert (told["scores"], told["attend"]) == (2, True)
