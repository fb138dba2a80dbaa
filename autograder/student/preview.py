"""``grader.preview``: the network as the grader sees it, drawn where graphviz is, else a table.

Activations are joined with their layers and layers that change nothing are left out, so that this
is what a hidden check compares, and not what ``summary()`` lists.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from html import escape

from autograder.matchers import MatchFailure
from autograder.student import taken
from autograder.student.display import show
from autograder.student.failure import VisibleFailure, one_line
from autograder.student.outline import Outline, Row, outline

DRAWING_S = 10
"""``dot`` takes 0.1 s for a course's networks; it must not hold up a notebook."""

MAX_DRAWN = 60
"""Of more rows a drawing is too small to be read; the table shows them all."""

INK = "#010203"
"""Written by ``dot`` where the page's own text colour shall stand."""

_COLUMNS = ("layer", "what it is", "reads", "gives", "parameters")


def preview(model: object) -> None:
    """Shows layers, shapes, parameters and compile settings of a live Keras model.

    Draws them when graphviz's ``dot`` program is installed. Raises VisibleFailure for what is no
    model.

        grader.preview(head_model)
    """
    name = _variable(model, sys._getframe(1).f_globals)
    try:
        found = outline(taken.a_model(model, name))
    except MatchFailure as error:
        raise VisibleFailure(one_line(name, error)) from None
    drawn = found.outputs and len(found.rows) <= MAX_DRAWN
    show(_html(found, draw(dot_source(found)) if drawn else ""), as_text(found))


def as_text(found: Outline) -> str:
    """A table of plain text, its columns aligned."""
    table = [_COLUMNS, *(_cells(row, found) for row in found.rows)]
    widths = [max(len(line[place]) for line in table) for place in range(len(_COLUMNS))]
    lines = [
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in table
    ]
    return "\n".join([*lines, *_notes(found)])


def dot_source(found: Outline) -> str:
    """The graph in graphviz's language (https://graphviz.org/doc/info/lang.html)."""
    lines = [
        "digraph {",
        'bgcolor="transparent"; rankdir=TB; nodesep=0.3; ranksep=0.3;',
        f'node [shape=box style=rounded fontname="sans-serif" fontsize=11 color="#808080" '
        f'fontcolor="{INK}"];',
        'edge [color="#808080" arrowsize=0.6];',
    ]
    names = {node: name for name, node in found.outputs}
    for row in found.rows:
        count = f"{row.parameters:,} parameters" if row.parameters else ""
        output = f"output {names[row.id]}" if row.id in names else ""
        label = [row.name, row.what, row.shape, count, output]
        lines.append(f"n{row.id} [label={_quoted(label)}];")
    lines += [f"n{source} -> n{row.id};" for row in found.rows for source in row.reads]
    return "\n".join([*lines, "}"])


def draw(source: str) -> str:
    """The drawing as an SVG element, or nothing where ``dot`` is missing or fails."""
    program = shutil.which("dot")
    if program is None:
        return ""
    try:
        done = subprocess.run(
            [program, "-Tsvg"],
            input=source.encode(),
            capture_output=True,
            timeout=DRAWING_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        # A broken installation costs the picture, not the notebook.
        return ""
    return inline(done.stdout.decode("utf-8", "replace"))


def inline(svg: str) -> str:
    """The ``<svg>`` element alone, its text in the page's colour, without pop-up titles."""
    found = re.search(r"<svg\b.*</svg>", svg, re.DOTALL)
    if found is None:
        return ""
    plain = re.sub(r"<title>.*?</title>|<!--.*?-->", "", found.group(), flags=re.DOTALL)
    return plain.replace(INK, "currentColor")


def _variable(model: object, variables: Mapping[str, object]) -> str:
    """The name under which the notebook holds the model."""
    names = [name for name, value in variables.items() if value is model]
    return next((name for name in names if not name.startswith("_")), "this value")


def _quoted(parts: list[str]) -> str:
    text = "\n".join(part for part in parts if part)
    # In graphviz's strings, a backslash begins an escape such as \N, the node's own name.
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _html(found: Outline, drawing: str) -> str:
    notes = "".join(f"<div>{escape(note)}</div>" for note in _notes(found))
    inner = drawing or _table(found)
    label = escape(f"{found.name}: {len(found.rows)} inputs and layers")
    role = "img" if drawing else "group"
    return (
        f'<div style="color:inherit;background:transparent;line-height:1.5">'
        f'<div role="{role}" aria-label="{label}" style="overflow-x:auto">{inner}</div>'
        f"{notes}</div>"
    )


def _table(found: Outline) -> str:
    head = "".join(f'<th scope="col" style="text-align:left">{name}</th>' for name in _COLUMNS)
    body = "".join(
        "<tr>"
        + "".join(f'<td style="text-align:left">{escape(text)}</td>' for text in _cells(row, found))
        + "</tr>"
        for row in found.rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cells(row: Row, found: Outline) -> tuple[str, str, str, str, str]:
    names = {other.id: other.name for other in found.rows}
    reads = ", ".join(names.get(source, str(source)) for source in row.reads)
    count = "" if row.parameters is None else f"{row.parameters:,}"
    return row.name, row.what, reads, row.shape, count


def _notes(found: Outline) -> list[str]:
    several = len(found.outputs) > 1
    names = {row.id: row.name for row in found.rows}
    notes = [f"{found.kind} model, " + _total(found.parameters)]
    if several:
        notes.append(
            "Outputs: " + ", ".join(f"{name} (from {names[node]})" for name, node in found.outputs)
        )
    notes.append(f"Compile: {found.settings}")
    return [*notes, found.remark] if found.remark else notes


def _total(parameters: int | None) -> str:
    return "not built yet" if parameters is None else f"{parameters:,} parameters"
