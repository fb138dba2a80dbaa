"""What a student wrote, made harmless for pages that an instructor opens.

Formgrader and nbgrader's feedback render notebooks with nbconvert's HTMLExporter, which passes raw
HTML in markdown, raw cells, rich outputs and TeX on to the browser. Trusts nothing: outputs and
links are let through by an allow-list, and all else becomes plain text.
"""

import base64
import binascii
import html
import re
from collections.abc import Collection
from typing import Any

MAX_TEXT = 100_000
"""Characters of one output or markdown cell; a page stays readable and its renderer quick."""

MAX_IMAGE_BYTES = 5 * 1024**2

JOINER = "\u2060"
"""WORD JOINER: invisible, of no width, and enough to make ``<script`` no tag for any parser."""

MAX_OPEN = 300
"""Opening brackets in one markdown cell, a third of it in a line of code. nbconvert looks for the
end of a link at each, to the line's end at least: 50,000 took minutes, and feedback for a class is
one command."""

OPEN_IN_A_LINE = MAX_OPEN // 3

MAX_OUTPUTS = 200
"""Outputs kept of one cell; a progress bar that is printed line by line makes thousands."""

_MAGIC = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_BYTE = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_COLOUR = (
    rf"(?:0?\d|2[1-9]|[34][0-79]|9[0-7]|10[0-7]|[34]8;(?:5;{_BYTE}|2;{_BYTE};{_BYTE};{_BYTE}))"
)
"""One of what nbconvert reads: of others it may expect more numbers than there are."""

_UNPRINTABLE = re.compile(
    # Control characters but newline and tab, lone surrogates, and text that runs backwards.
    f"(\x1b\\[(?:{_COLOUR}(?:;{_COLOUR}){{0,9}})?m)|[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]"
)
_ATTACHED = re.compile(r"!\[([^\[\]\n\\<&$]{0,200})\]\(attachment:([\w.-]{1,100})\)")
_IMAGE = re.compile(r"(?<!!)!++(?=[\s\\]*+\[)")  # from the first of a row on: else n times n steps
_LINK = re.compile(r"\](?=[\s\\]*[(:])")
_SAFE_TARGET = re.compile(r"[(:]\s{0,3}(?:https?://[^\s<>\\]|mailto:[^\s<>\\]|#[\w-])", re.I)
_SCHEME = re.compile(
    r"(j\s*a\s*v\s*a\s*s\s*c\s*r\s*i\s*p\s*t|v\s*b\s*s\s*c\s*r\s*i\s*p\s*t|data(?=\s*:\s*\w+/))"
    r"(?=\s*:)",
    re.I,
)
_MERMAID = re.compile(r"mer(?=maid)", re.I)
_TAG = re.compile(r"<(?![ =\d])")
_ENTITY = re.compile(r"&(?=[#\w])")
# MathJax commands that make links, attributes, remote loads, or other commands.
_TEX = re.compile(
    r"\\(?=\s*(?:href|url|require|class|style|css|data|html|[gex]?def|let|futurelet|new|renew|"
    r"provide|Declare|csname|catcode|char|unicode|include|bbox|action|toggle|mathtip|texttip|"
    r"enclose|input|begingroup|after|expandafter|mml|f?colorbox|definecolor))",
    re.IGNORECASE,
)


def clean_output(output: object) -> dict[str, Any] | None:
    """One nbformat output with plain text and checked images only; None if nothing is left."""
    if not isinstance(output, dict):
        return None
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        text = clean_text(output.get("text"))
        return {"output_type": "stream", "name": name, "text": text} if text else None
    if kind == "error":
        return _clean_error(output)
    if kind not in ("display_data", "execute_result"):
        return None
    data = _clean_data(output.get("data"))
    if not data:
        return None
    cleaned: dict[str, Any] = {"output_type": kind, "data": data, "metadata": {}}
    if kind == "execute_result":
        cleaned["execution_count"] = _count(output.get("execution_count"))
    return cleaned


def clean_text(value: object) -> str:
    r"""Terminal text: colours kept, other control sequences dropped, capped.

    >>> clean_text("\x1b[31mred\x1b[0m\x07")
    '\x1b[31mred\x1b[0m'
    """
    text = _joined(value).replace("\r\n", "\n").replace("\r", "\n")
    cut = text[:MAX_TEXT]
    cleaned = _UNPRINTABLE.sub(lambda match: match.group(1) or "", cut)
    return cleaned + (f"\n[{len(text) - MAX_TEXT} more characters]" if len(text) > MAX_TEXT else "")


def clean_markdown(text: str, attachments: Collection[str] = ()) -> str:
    """Markdown that renders without HTML, remote images, scripted links or linking TeX.

    Formatting, http(s) links and the named (already checked) ``attachments`` still work; text with
    more than ``MAX_OPEN`` opening brackets is shown as it was typed. Invisible
    word joiners break what must not be markup, so that the text looks as it was written.
    """
    text = clean_text(text).replace("\x1b", "")
    # Entities are decoded first, else a browser would put "<" and "\\href" together again.
    for _ in range(10):
        decoded = html.unescape(text)
        if decoded == text:
            break
        text = decoded
    text = _UNPRINTABLE.sub("", text[:MAX_TEXT]).replace("\x1b", "")
    if text.count("[") > MAX_OPEN:
        return _as_code(text)
    parts: list[str] = []
    start = 0
    for match in _ATTACHED.finditer(text):
        if match.group(2) in attachments:
            parts += [_inert(text[start : match.start()]), match.group()]
            start = match.end()
    return "".join([*parts, _inert(text[start:])])


def clean_cell(cell: dict[str, Any]) -> dict[str, Any]:
    """A cell of any type without metadata, its text and outputs cleaned; raw cells become text.

    The caller puts back the metadata that it trusts (nbgrader's, from the source).
    """
    source = _joined(cell.get("source"))
    cleaned: dict[str, Any] = {"cell_type": cell.get("cell_type"), "metadata": {}}
    if isinstance(cell.get("id"), str) and re.fullmatch(r"[\w-]{1,64}", cell["id"], re.ASCII):
        cleaned["id"] = cell["id"]
    if cleaned["cell_type"] == "code":
        found = cell.get("outputs")
        outputs = [clean_output(item) for item in (found if isinstance(found, list) else [])]
        kept = [item for item in outputs if item is not None][:MAX_OUTPUTS]
        count = _count(cell.get("execution_count"))
        return {**cleaned, "source": source, "outputs": kept, "execution_count": count}
    if cleaned["cell_type"] == "markdown":
        attachments = clean_attachments(cell.get("attachments"))
        cleaned["source"] = clean_markdown(source, attachments)
        return {**cleaned, "attachments": attachments} if attachments else cleaned
    return {**cleaned, "cell_type": "markdown", "source": _as_code(source)}


def clean_attachments(value: object) -> dict[str, dict[str, str]]:
    """The attachments that are PNG or JPEG images by their bytes."""
    found: dict[str, dict[str, str]] = {}
    for name, kinds in value.items() if isinstance(value, dict) else ():
        images = {k: v for k, v in _clean_data(kinds).items() if k in _MAGIC}
        if isinstance(name, str) and re.fullmatch(r"[\w.-]{1,100}", name) and images:
            found[name] = images
    return found


def _inert(text: str) -> str:
    text = _IMAGE.sub("", text)
    text = _LINK.sub(lambda match: _link_end(match, text), text)
    text = _SCHEME.sub(lambda match: match.group() + JOINER, text)
    text = _MERMAID.sub(lambda match: match.group() + JOINER, text)
    text = _TEX.sub(lambda match: "\\" + JOINER, text)
    text = _TAG.sub("<" + JOINER, text)
    return _ENTITY.sub("&" + JOINER, text)


def _link_end(match: re.Match[str], text: str) -> str:
    # The allow-list is asked at the bracket itself; blanks or backslashes before it are refused.
    return "]" if _SAFE_TARGET.match(text, match.end()) else "]" + JOINER


def _as_code(source: str) -> str:
    """Text as a markdown code block, with a fence longer than any that it holds."""
    text = _inert(_shorter_lines(clean_text(source).replace("\x1b", "")))
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}" if text.strip() else ""


def _shorter_lines(text: str) -> str:
    """``text`` with a line's end after every hundredth opening bracket of a line.

    Split and joined: a pattern would look for the hundredth anew from each character.
    """
    lines = []
    for line in text.split("\n"):
        parts = line.split("[")
        groups = (parts[at : at + OPEN_IN_A_LINE] for at in range(0, len(parts), OPEN_IN_A_LINE))
        lines.append("[\n".join("[".join(group) for group in groups))
    return "\n".join(lines)


def _clean_error(output: dict[str, Any]) -> dict[str, Any]:
    found = output.get("traceback")
    lines = found if isinstance(found, list) else []
    text = "\n".join(line for line in lines if isinstance(line, str))
    return {
        "output_type": "error",
        "ename": clean_text(output.get("ename"))[:200],
        "evalue": clean_text(output.get("evalue")),
        "traceback": clean_text(text).split("\n") if text else [],
    }


def _clean_data(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    found: dict[str, str] = {}
    for kind, magic in _MAGIC.items():
        image = _image(value.get(kind), magic)
        if image:
            found[kind] = image
    plain = clean_text(value.get("text/plain"))
    return {**found, "text/plain": plain} if plain else found


def _image(value: object, magic: bytes) -> str:
    """The image's canonical base64 if its bytes begin as they must, else ''."""
    text = "".join(_joined(value).split())
    if not text or len(text) > MAX_IMAGE_BYTES * 4 // 3 + 4:
        return ""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return base64.b64encode(data).decode("ascii") if data.startswith(magic) else ""


def _joined(value: object) -> str:
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
