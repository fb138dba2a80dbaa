"""``autograder review``: the queue in the terminal, and what can be done with one submission."""

import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.prompt import IntPrompt, Prompt

from autograder.cell_names import grade_id_of
from autograder.cli import printing
from autograder.cli.commands import leases_of, opened_course, shelf_of
from autograder.cli.terminal import console, line, shortened
from autograder.course import Course
from autograder.errors import AutograderError, UsageError
from autograder.gradebook import manual_scores, override, settle
from autograder.grading import Desk, plan_of, prepare_folder, wants_gpus
from autograder.grading.classroom import default_store, judged_again, submissions
from autograder.grading.desk import Graded
from autograder.grading.plan import Plan
from autograder.grading.prepare import reseeded
from autograder.grading.stored import reading_desk
from autograder.nouns import Result, Verdict
from autograder.reviewing import (
    Decision,
    Decisions,
    Waiting,
    answers_before,
    state_of,
    waiting,
)

KEYS = "[o]pen  [s]eeds  [a]ccept  [w]rite a score  [n]ext  [q]uit"


@dataclass(frozen=True)
class Options:
    """What the command line says beside the assignment, the course and the students."""

    accept: bool
    scores: tuple[str, ...]
    reason: str
    seeds: int
    everything: bool
    near: float
    as_json: bool
    store: str
    data: Path | None
    gpus: str


@dataclass
class _Table:
    """Everything that a decision needs."""

    course: Course
    config: Any  # a traitlets Config
    plan: Plan
    decisions: Decisions
    options: Options

    @property
    def store(self) -> str:
        return self.options.store or str(default_store(self.course))


def review_command(assignment: str, students: list[str], root: Path, options: Options) -> int:
    """Show the queue, or decide on the students named; 1 while somebody waits."""
    course, config = opened_course(root)
    plan = plan_of(course, assignment, shelf_of(options.data))
    decisions = Decisions.read(course.state / "review" / f"{assignment}.json")
    table = _Table(course, config, plan, decisions, options)
    known = submissions(course, assignment)
    if unknown := sorted(set(students) - set(known)):
        raise UsageError(f"submissions of {assignment} expected from {unknown}, found none")
    if not known:
        place = f"{course.root / course.submitted_directory}/*/{assignment}"
        printing.say(f"Nothing has been handed in yet: there is no {place}.")
    deciding = options.accept or options.scores or options.seeds
    if deciding and not students:
        raise UsageError("the students expected whom --accept, --score or --seeds is for")
    results = _results(table, students or known)
    if deciding:
        for result in results:
            _decide(table, result)
        results = _results(table, students)
    queue = _queue(table, results)
    if options.as_json:
        print(json.dumps([_as_json(one) for one in queue], indent=2))
    elif not deciding and sys.stdin.isatty() and sys.stdout.isatty():
        with suppress(EOFError):  # Ctrl-D says what q says
            _talk(table, queue)
    else:
        _show_queue(queue)
    return int(bool(_queue(table, _results(table, students or known))))


def _results(table: _Table, students: list[str]) -> list[Result]:
    """What an earlier command graded, judged again from the store; nothing runs."""
    with reading_desk(table.store, on_gpus=wants_gpus(table.config, "")) as desk:
        found = [
            one.result if isinstance(one, Graded) else one
            for one in judged_again(desk, table.plan, students)
        ]
    return sorted(found, key=lambda one: str(one.student))


def _queue(table: _Table, results: list[Result]) -> list[Waiting]:
    given = manual_scores(table.course, table.config, table.plan.assignment)
    found = waiting(results, given, near=table.options.near)
    if table.options.everything:
        return found
    return [one for one in found if not table.decisions.settled(one.result)]


def _decide(table: _Table, result: Result) -> None:
    options = table.options
    if options.seeds:
        _show_seeds(str(result.student), _with_seeds(table, result, options.seeds))
    for one in options.scores:
        cell, _, points = one.partition("=")
        _override(table, result, cell, points, options.reason)
    if options.accept:
        _accept(table, result, options.reason)


def _accept(table: _Table, result: Result, reason: str) -> None:
    given = manual_scores(table.course, table.config, table.plan.assignment)
    student = str(result.student)
    undecided = [
        name
        for name, cell in result.cells.items()
        if cell.score is None and (student, name) not in given
    ]
    if undecided:
        raise UsageError(
            f"a score for every cell of {student} expected, found none for {', '.join(undecided)}. "
            f"Give it: --score {undecided[0]}=POINTS --reason TEXT"
        )
    cells = [(cell.notebook, grade_id_of(name)) for name, cell in result.cells.items()]
    settle(table.course, table.config, table.plan.assignment, student, cells)
    table.decisions.add(student, Decision("accepted", reason, _now(), state_of(result)))
    printing.say(f"{student}: accepted as it is.")


def _override(table: _Table, result: Result, cell: str, points: str, reason: str) -> None:
    known = result.cells.get(cell)
    if known is None:
        raise UsageError(f"one of the cells {', '.join(result.cells)} expected, found {cell!r}")
    try:
        number = float(points)
    except ValueError:
        raise UsageError(f"--score CELL=POINTS expected, found {cell}={points}") from None
    if not reason.strip():
        raise UsageError("a reason expected with a score (--reason TEXT): the student reads it")
    student = str(result.student)
    place = override(
        table.course,
        table.config,
        table.plan.assignment,
        student,
        notebook=known.notebook,
        cell=grade_id_of(cell),
        points=number,
        reason=reason,
        answers=answers_before(table.plan.sources[known.notebook], grade_id_of(cell)),
    )
    table.decisions.add(student, Decision(f"{cell}={number:g}", reason, _now(), state_of(result)))
    where = f"; the reason stands as a comment at {place}" if place else ""
    printing.say(f"{student}: {cell} has {number:g} points{where}.")


def _with_seeds(table: _Table, result: Result, count: int) -> Mapping[int, Result]:
    """The same submission run with other seeds; nothing of it goes into the gradebook."""
    plan, student = table.plan, str(result.student)
    prepared = prepare_folder(plan, table.course.submitted(plan.assignment, student), student)
    leases = leases_of(table.config, table.options.gpus)
    first = plan.settings.seed
    found = {}
    with Desk(table.store, data=table.course.data, leases=leases) as desk:
        for seed in range(first, first + count + 1):
            other = replace(plan, settings=replace(plan.settings, seed=seed), seeds={})
            part = prepared if seed == first else reseeded(prepared, seed)
            found[seed] = desk.grade(other, part).result
    return found


def _talk(table: _Table, queue: list[Waiting]) -> None:
    """One submission after the other, until the queue or the patience ends."""
    out = console()
    _show_queue(queue)
    for number, one in enumerate(queue, start=1):
        out.print(f"\n[bold]{number} of {len(queue)}[/]")
        _show_waiting(one)
        while True:
            key = Prompt.ask(
                escape(KEYS), console=out, choices=list("osawnq"), show_choices=False, default="n"
            )
            if key == "q":
                return
            if key == "n":
                break
            try:
                if _answered(table, one, key, out):
                    break
            except AutograderError as error:
                line(out, str(error))


def _answered(table: _Table, one: Waiting, key: str, out: Console) -> bool:
    """Do what the key says; whether the submission is done with."""
    if key == "o":
        printing.show_result(one.result)
        for folder in (table.course.submitted, table.course.autograded):
            line(out, str(folder(table.plan.assignment, one.student)))
    elif key == "s":
        count = IntPrompt.ask("How many other seeds", console=out, default=3)
        if count < 1:
            raise UsageError(f"one other seed or more expected, found {count}")
        _show_seeds(one.student, _with_seeds(table, one.result, count))
    elif key == "a":
        _accept(table, one.result, Prompt.ask("Reason, if any", console=out, default=""))
        return True
    elif key == "w":
        cell = Prompt.ask("Cell", console=out, choices=list(one.result.cells))
        points = Prompt.ask("Points", console=out)
        reason = Prompt.ask("Reason (the student reads it)", console=out)
        _override(table, one.result, cell, points, reason)
    return False


def _show_queue(queue: list[Waiting]) -> None:
    """Who waits for a person, and the first reason."""
    out = console()
    if not queue:
        line(out, "Nobody waits for a review.")
        return
    rows = printing.table()
    rows.add_column("student", no_wrap=True, max_width=printing.NAME_WIDTH)
    rows.add_column("kind", no_wrap=True)
    rows.add_column("score", justify="right", no_wrap=True)
    rows.add_column("why", ratio=1)
    for one in queue:
        more = f" (and {len(one.why) - 1} more)" if len(one.why) > 1 else ""
        name = shortened(one.student, printing.NAME_WIDTH)
        why = shortened(one.why[0], printing.FIRST_WIDTH) + more
        rows.add_row(*map(escape, [name, one.kinds[0], printing.points(one.result.score), why]))
    out.print(rows)


def _show_waiting(one: Waiting) -> None:
    """One submission of the queue with every reason."""
    out = console()
    score = f"{printing.points(one.result.score)} of {one.result.max_score:g} points"
    line(out, f"{one.student}: {score}, {one.result.status.value}")
    for why in one.why:
        line(out, f"- {why}", indent=2)


def _show_seeds(student: str, results: Mapping[int, Result]) -> None:
    """What the same submission scores with other seeds."""
    out = console()
    for seed, result in results.items():
        missed = [one.title for one in result.checks if one.verdict is not Verdict.PASSED]
        told = f"; missed: {', '.join(missed)}" if missed else ""
        score = f"{printing.points(result.score)} of {result.max_score:g}"
        line(out, f"{student}, seed {seed}: {score}{told}")


def _as_json(one: Waiting) -> dict[str, Any]:
    return {
        "student": one.student,
        "kinds": list(one.kinds),
        "why": list(one.why),
        "score": one.result.score,
        "max_score": one.result.max_score,
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
