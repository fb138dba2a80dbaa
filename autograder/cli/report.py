"""``autograder report``: how a class did, as a page, as JSON and as a table."""

import json
from datetime import UTC, datetime
from pathlib import Path

from autograder.classreport import class_report
from autograder.classreport.document import as_json
from autograder.classreport.page import page
from autograder.classreport.table import NEEDS, write_table
from autograder.cli import printing
from autograder.cli.commands import opened_course, shelf_of
from autograder.errors import UsageError
from autograder.grading import plan_of, wants_gpus
from autograder.grading.classroom import default_store, submissions


def report_command(
    assignment: str,
    root: Path,
    into: Path | None,
    print_json: bool,
    store: str,
    data: Path | None,
    stand_in: bool,
) -> int:
    """Writes FILE.html with FILE.json and FILE.parquet beside it; 1 when somebody has to look."""
    course, config = opened_course(root)
    target = into or course.state / "report" / f"{assignment}.html"
    if target.suffix not in (".html", ".htm"):
        raise UsageError(f"a file name that ends in .html expected for --into, found {target.name}")
    plan = plan_of(course, assignment, shelf_of(data, stand_in))
    students = submissions(course, assignment)
    if not students:
        raise UsageError(
            f"submissions in {course.root / course.submitted_directory}/*/{assignment} expected, "
            "found none. Collect them, then run `autograder grade` and this command again."
        )
    with printing.progress("Reading", len(students)) as advance:
        report = class_report(
            plan,
            config,
            students,
            store=store or default_store(course),
            on_gpus=wants_gpus(config),
            on_read=advance,
        )
    made = datetime.now(UTC).isoformat(timespec="minutes")
    told = as_json(report, made)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page(report, made), encoding="utf-8")
    target.with_suffix(".json").write_text(json.dumps(told, indent=1), encoding="utf-8")
    table = target.with_suffix(".parquet")
    if not write_table(report, table):
        printing.say(f"No {table.name}: a Parquet table needs {NEEDS} (pip install {NEEDS}).")
    if print_json:
        print(json.dumps(told, indent=2))
    else:
        printing.show_report(report, target)
    return int(bool(report.review or report.not_graded))
