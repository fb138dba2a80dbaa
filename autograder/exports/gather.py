"""The table of an assignment: points from the gradebook, verdicts from the evidence store.

The gradebook is the word on points: a score that a person gave stands there alone. Verdicts are
taken only where the points that they come to are those that the gradebook holds; after a changed
check or a newer submission they would explain another score.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from traitlets.config import Config

from autograder.course import Course
from autograder.errors import UsageError
from autograder.exports.outcomes import Outcomes, outcomes_of
from autograder.exports.table import CHECKS, NOBODY, PERSON, RULE, Row, Table, Total
from autograder.gradebook.standings import CellMark, Person, Standing, Standings, standings_of
from autograder.grading import Shelf
from autograder.grading.classroom import submissions
from autograder.nouns import CheckOutcome, Result, Verdict

SAME_POINTS = 1e-6
"""Points pass through the database's floats."""

Settled = Callable[[Result], bool]

STALE = "the gradebook holds other points than its checks give now: grade again"


def nobody_has(result: Result) -> bool:
    """Nothing was accepted."""
    return False


@dataclass(frozen=True)
class Source:
    """Where a table comes from. ``store`` and ``shelf`` as for grading; ``settled`` gives for an
    assignment what tells whether a person has accepted a result as it is."""

    course: Course
    config: Config
    store: str = ""
    shelf: Shelf | None = None
    students: tuple[str, ...] = ()
    settled: Callable[[str], Settled] = lambda assignment: nobody_has


def gather(source: Source, assignments: Sequence[str] = ()) -> list[Table]:
    """A table for each of the ``assignments``, for all that were graded if none are named.

    Raises UsageError where nothing was graded, GradebookError for an unknown assignment.
    """
    found = standings_of(source.course, source.config, assignments)
    if not found:
        raise UsageError(
            "an assignment with submissions expected in the gradebook, found none. "
            "Grade first: autograder grade NAME"
        )
    return [table_of(source, standings) for standings in found]


def table_of(source: Source, standings: Standings) -> Table:
    """The table of one assignment. Raises UsageError for a student who is not in the gradebook."""
    known_ids = {standing.person.id for standing in standings.students}
    if unknown := sorted(set(source.students) - known_ids):
        raise UsageError(f"students of the gradebook expected, found {listed(unknown)} not in it")
    chosen = [
        s for s in standings.students if not source.students or s.person.id in source.students
    ]
    known = Outcomes()
    there = [standing.person.id for standing in chosen if standing.handed_in]
    if there:
        known = outcomes_of(
            source.course,
            source.config,
            standings.assignment,
            there,
            store=source.store,
            shelf=source.shelf,
        )
    settled = source.settled(standings.assignment)
    totals = tuple(_total(standings, standing, known, settled) for standing in chosen)
    return Table(
        standings.assignment,
        standings.points,
        totals,
        _ungraded(source, standings),
        _notes(known, totals),
    )


def table_of_results(standings: Standings, results: Mapping[str, Result]) -> Table:
    """The table of what the gradebook says and of results that are at hand, by student."""
    known = Outcomes(results)
    totals = tuple(_total(standings, standing, known) for standing in standings.students)
    return Table(standings.assignment, standings.points, totals, notes=_notes(known, totals))


def total_of_result(result: Result) -> Total:
    """A result that is in no gradebook, as if it had just been written into one."""
    cells = tuple(
        CellMark(cell.notebook, name, cell.points, cell.score, None, 0.0, False)
        for name, cell in result.cells.items()
    )
    standing = Standing(Person(result.student or ""), handed_in=True, cells=cells)
    whole = Standings(result.assignment, result.max_score, (standing,))
    return table_of_results(whole, {standing.person.id: result}).totals[0]


def _total(
    standings: Standings, standing: Standing, known: Outcomes, settled: Settled = nobody_has
) -> Total:
    result = known.results.get(standing.person.id)
    fits = result is not None and _fits(result, standing.cells)
    scores = [mark.score for mark in standing.cells]
    undecided = tuple(mark.cell for mark in standing.cells if mark.score is None)
    review = [f"look again at {m.cell}" for m in standing.cells if m.asked and m.score is not None]
    if result is not None and not fits:
        review.append(STALE)
    elif result is not None and not settled(result):
        review += result.reasons
    return Total(
        person=standing.person,
        assignment=standings.assignment,
        points=standings.points,
        handed_in=standing.handed_in,
        submitted=standing.submitted,
        score=None if undecided else sum(score for score in scores if score is not None),
        late_penalty=standing.late_penalty,
        rows=_rows(standing.cells, result if fits else None),
        undecided=undecided,
        review=tuple(review),
        result=result if fits else None,
    )


def _fits(result: Result, cells: Sequence[CellMark]) -> bool:
    """Whether the result is what was written into the gradebook."""
    marks = {mark.cell: mark for mark in cells}
    return all(
        name in marks and _same(marks[name].auto, cell.score) for name, cell in result.cells.items()
    )


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) < SAME_POINTS


def _rows(cells: Sequence[CellMark], result: Result | None) -> tuple[Row, ...]:
    checks: dict[str, list[CheckOutcome]] = {}
    for check in result.checks if result is not None else ():
        checks.setdefault(check.cell, []).append(check)
    rows: list[Row] = []
    for mark in cells:
        its = checks.get(mark.cell, [])
        rows += [_of_check(mark, check) for check in its] or [_of_cell(mark)]
    return tuple(rows)


def _of_check(mark: CellMark, check: CheckOutcome) -> Row:
    return Row(
        notebook=mark.notebook,
        cell=mark.cell,
        check=check.id,
        title=check.title,
        verdict=check.verdict,
        points=check.points,
        score=None if check.verdict is Verdict.ERRORED else check.earned,
        message=check.message,
        hint=check.hint,
        cell_points=mark.points,
        cell_score=mark.score,
        scored_by=_by(mark, CHECKS),
    )


def _of_cell(mark: CellMark) -> Row:
    return Row(
        notebook=mark.notebook,
        cell=mark.cell,
        check="",
        title="",
        verdict=None,
        points=mark.points,
        score=mark.score,
        message="",
        hint="",
        cell_points=mark.points,
        cell_score=mark.score,
        scored_by=_by(mark, RULE),
    )


def _by(mark: CellMark, machine: str) -> str:
    if mark.manual is not None:
        return PERSON
    return NOBODY if mark.auto is None else machine


def _notes(known: Outcomes, totals: Sequence[Total]) -> tuple[str, ...]:
    notes = [f"{known.note} Points are exported, verdicts are not."] if known.note else []
    reasons: dict[str, list[str]] = {}
    for student, why in known.unknown.items():
        reasons.setdefault(why, []).append(student)
    for total in totals:
        if STALE in total.review:
            reasons.setdefault(STALE, []).append(total.person.id)
    for why, students in reasons.items():
        notes.append(f"without verdicts, {listed(students)}: {why}")
    return tuple(notes)


def _ungraded(source: Source, standings: Standings) -> tuple[str, ...]:
    """Submissions that lie there and that the gradebook knows nothing of."""
    graded = {standing.person.id for standing in standings.students if standing.handed_in}
    there = submissions(source.course, standings.assignment)
    left = [name for name in there if name not in graded]
    return tuple(name for name in left if not source.students or name in source.students)


def listed(names: Sequence[str], shown: int = 5) -> str:
    """Some of the names, and how many they are.

    >>> listed(["ada", "ben"]), listed(list("abcdefg"), 2)
    ('2 students (ada, ben)', '7 students (a, b, ...)')
    """
    word = "student" if len(names) == 1 else "students"
    more = ", ..." if len(names) > shown else ""
    return f"{len(names)} {word} ({', '.join(map(ascii_name, names[:shown]))}{more})"


def ascii_name(name: str) -> str:
    """A stranger's text as it may stand on a terminal: printable, and not too long."""
    kept = "".join(c if c.isprintable() else "?" for c in name)
    return kept if len(kept) <= 40 else kept[:39] + "…"
