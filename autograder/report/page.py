"""The feedback page of one graded notebook: one file, no script, nothing loaded, light and dark.

Takes the graded notebook with nbgrader's grades in its metadata (``engine.feedback``). Whatever is
in it passes jinja2's autoescape, but for markdown (``prose``), highlighted code and the checks'
report. The page forbids itself to run or load anything (Content-Security-Policy), so that what
should slip through all that stays still.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from nbconvert.filters.ansi import strip_ansi

from autograder.nouns import JSON
from autograder.report.prose import Outline, code, prose, report
from autograder.report.texts import points_of, shown

_IMAGES = ("image/png", "image/jpeg")


@dataclass(frozen=True)
class Grading:
    """What the gradebook says of the notebook as a whole."""

    assignment: str
    notebook: str
    score: float
    max_score: float
    late_penalty: float = 0.0


@dataclass(frozen=True)
class Output:
    """One output: plain ``text``, an ``image`` as a data URL, or a ``report`` of ours."""

    text: str = ""
    image: str = ""
    report: Markup | None = None


@dataclass(frozen=True)
class Entry:
    """One graded cell in the list at the top of the page; ``word`` says what ``symbol`` shows."""

    name: str
    points: str
    symbol: str
    word: str
    colour: str


@dataclass(frozen=True)
class Shown:
    """One cell of the notebook. ``body`` is its text or code."""

    kind: str
    body: Markup
    outputs: tuple[Output, ...] = ()
    entry: Entry | None = None
    answer: bool = False
    locked: bool = False
    manual: bool = False
    comment: Markup | None = None
    level: int = 2

    @property
    def reported(self) -> bool:
        """Whether a report of ours tells the points already."""
        return any(output.report for output in self.outputs)


def feedback_page(notebook: Mapping[str, JSON], grading: Grading) -> str:
    """The page. ``notebook`` has score, points, comment, open and manual in nbgrader's metadata."""
    # Any: the cells of a notebook that we wrote, read back through nbformat.
    cells: Any = notebook["cells"]
    outline = Outline()
    told = [_cell(cell, outline) for cell in cells]
    entries = [cell.entry for cell in told if cell.entry is not None]
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            assignment=shown(grading.assignment),
            notebook=shown(grading.notebook),
            total=points_of(round(grading.score, 2), round(grading.max_score, 2)),
            late=f"{grading.late_penalty:g}" if grading.late_penalty > 0 else "",
            undecided=sum(entry.word == "open" for entry in entries),
            entries=entries,
            cells=told,
        )
    )


def _cell(cell: Any, outline: Outline) -> Shown:
    facts = cell["metadata"].get("nbgrader", {})
    grade = facts.get("grade") is True or facts.get("task") is True
    comment = facts.get("comment")
    is_code = cell["cell_type"] == "code"
    source = str(cell["source"])
    if is_code:
        body = code(source) if source.strip() else ""
    else:
        body = prose(source, outline, cell.get("attachments"))
    return Shown(
        kind="code" if is_code else "text",
        body=Markup(body),
        outputs=tuple(_outputs(cell, grade, outline)),
        entry=_entry(facts) if grade else None,
        answer=facts.get("solution") is True,
        locked=facts.get("locked") is True,
        manual=facts.get("manual") is True,
        comment=Markup(prose(comment, Outline())) if isinstance(comment, str) else None,
        level=outline.below(1),
    )


def _outputs(cell: Any, grade: bool, outline: Outline) -> Iterator[Output]:
    for output in cell.get("outputs", []):
        kind = output["output_type"]
        if kind == "stream":
            yield Output(text=_plain(output.get("text")))
        elif kind == "error":
            yield Output(text=_plain("\n".join(output.get("traceback") or [])))
        else:
            yield _data(output.get("data", {}), grade, outline)


def _data(data: Any, grade: bool, outline: Outline) -> Output:
    html = data.get("text/html")
    if grade and isinstance(html, str):
        # Only our report stands there: no HTML of a student's is ever written (sanitise).
        return Output(report=Markup(report(html, outline)))
    for kind in _IMAGES:
        if kind in data:
            return Output(image=f"data:{kind};base64,{''.join(str(data[kind]).split())}")
    return Output(text=_plain(data.get("text/plain")))


def _plain(text: object) -> str:
    return str(strip_ansi(text if isinstance(text, str) else "")).rstrip("\n")


def _entry(facts: Any) -> Entry:
    score, points = float(facts.get("score") or 0.0), float(facts.get("points") or 0.0)
    if facts.get("open") is True:
        look = ("?", "open", "open")
    elif score >= points:
        look = ("✓", "all points", "pass")
    elif score > 0:
        look = ("◐", "some points", "fail")
    else:
        look = ("✗", "no points", "fail")
    told = points_of(None if look[1] == "open" else round(score, 2), points)
    return Entry(shown(str(facts.get("grade_id"))), told, *look)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("autograder.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
