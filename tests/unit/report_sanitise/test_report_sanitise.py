"""Rendered as nbconvert renders it, nothing that a student wrote runs or loads anything."""

import base64
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from typing import Any

import nbformat
import pytest
from nbconvert import HTMLExporter

from autograder.report.sanitise import clean_cell, clean_markdown, clean_output
from support.deadlines import deadline

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(40)).decode()
JPEG = base64.b64encode(b"\xff\xd8\xff\xe0" + bytes(40)).decode()
DANGEROUS = {"script", "iframe", "svg", "object", "embed", "form", "style", "link", "meta", "base"}
URLS = {"href", "src", "action", "formaction", "xlink:href", "srcdoc", "data", "poster"}


class _Page(HTMLParser):
    """What a browser would act on."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: Counter[str] = Counter()
        self.faults: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        for name, value in attrs:
            if name.startswith("on"):
                self.faults.append(f"{tag} {name}")
            if name in URLS and not _harmless(tag, value or ""):
                self.faults.append(f"{tag} {name}={value!r}"[:200])

    def handle_data(self, data: str) -> None:
        self.text += data


def _harmless(tag: str, url: str) -> bool:
    images = ("data:image/png;base64,iVBORw0K", "data:image/jpeg;base64,/9j/")
    if tag in ("img", "script", "link"):
        return url.startswith(images) or "cdnjs.cloudflare.com" in url
    return url.startswith(("https://", "http://", "mailto:", "#"))


@cache
def _exporter(template: str) -> HTMLExporter:
    return HTMLExporter(template_name=template)


@cache
def _empty(template: str) -> _Page:
    return _page([], template)


def _page(cells: list[dict[str, Any]], template: str) -> _Page:
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    for number, cell in enumerate(cells):
        cell["id"] = f"c{number}"
    html, _ = _exporter(template).from_notebook_node(nbformat.from_dict(notebook))
    page = _Page()
    page.feed(html)
    return page


def _assert_harmless(cells: list[dict[str, Any]], templates: tuple[str, ...] = ("basic",)) -> _Page:
    for template in templates:
        page = _page(cells, template)
        empty = _empty(template)
        assert page.faults == []
        found = {t: page.tags[t] for t in DANGEROUS}
        assert found == {t: empty.tags[t] for t in DANGEROUS}
        body = page.text
        for command in ("\\href", "\\require", "\\csname", "\\def"):
            assert body.count(command) == empty.text.count(command)
        assert page.tags["img"] <= 1
    return page


MARKUP = [
    "<script>alert(1)</script>",
    "text <img src=x onerror=alert(1)> text",
    "<iframe src='https://x.org'></iframe>",
    "<svg/onload=alert(1)>",
    "<SCRIPT\n>alert(1)</SCRIPT\n>",
    "<style>body{display:none}</style>",
    "<a href='javascript:alert(1)'>x</a>",
    "<!-- --><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php <script>alert(1)</script> ?>",
    "`<script>alert(1)</script>`",
    "```\n<script>alert(1)</script>\n```\n<script>alert(1)</script>",
    "``` <script>\n</code></pre><script>alert(1)</script>\n```",
    '```mermaid\ngraph TD; A-->B; click A href "javascript:alert(1)"\n```',
    "~~~ MERMAID\ngraph TD\n~~~",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;alert(1)",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "&#x3c;script>alert(1)",
    "\\<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](javascript\\:alert(1))",
    "[x]( <javascript:alert(1)>)",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:x)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](//evil.org/a)",
    "[x](file:///etc/passwd)",
    "<javascript:alert(1)>",
    '<https://x.org/"onmouseover=alert(1)>',
    "[x][y]\n\n[y]: javascript:alert(1)",
    "[y]\n\n[y]:\n  <javascript:alert(1)>",
    '[x](https://ok.org "a" onmouseover="alert(1)")',
    '[x](https://ok.org/"onmouseover=alert(1)//)',
    "[x](https://ok.org 'a\" onclick=\"alert(1)')",
    'https://ok.org/"onmouseover="alert(1)',
    "![x](https://evil.org/pixel.png)",
    "![x](javascript:alert(1))",
    "![x][y]\n\n[y]: https://evil.org/pixel.png",
    "!!![x](https://evil.org/p.png)",
    "!\\[x](https://evil.org/p.png)",
    "![x](../../../etc/passwd)",
    "![x](attachment:none.png)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "[![x](https://evil.org/p.png)](javascript:alert(1))",
    "$\\href{javascript:alert(1)}{x}$",
    "$$\\require{html}\\href {javascript:alert(1)}{x}$$",
    "$\\&#104;ref{javascript:alert(1)}{x}$",
    "&#92;href{javascript:alert(1)}",
    "$\\def\\a{\\href}$ \\\\href \\csname href\\endcsname",
    "$</script><script>alert(1)</script>$",
    "\\begin{align}<script>alert(1)</script>\\end{align}",
    "# <img src=x onerror=alert(1)>",
    "# Title {onclick=alert(1)}",
    "| a | b |\n|---|---|\n| <script> | [x](javascript:1) |",
    "- [ ] <input onfocus=alert(1) autofocus>",
    "[^1]\n\n[^1]: <script>alert(1)</script>",
    "<math><mtext></mtext><script>alert(1)</script></math>",
    "<\u2060script>",
    "<\x00script>",
    "<\x0bscript>alert(1)</script>",
    "<<script>script>alert(1)<</script>/script>",
]


@pytest.mark.parametrize("text", MARKUP)
@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_no_markup_of_a_student_reaches_the_page(text: str, kind: str) -> None:
    cell = {"cell_type": kind, "source": text, "metadata": {"raw_mimetype": "text/html"}}
    _assert_harmless([clean_cell(cell)])


def test_all_markup_together_is_as_harmless_as_each() -> None:
    text = "".join(MARKUP)
    cells = [clean_cell({"cell_type": "markdown", "source": text})]
    _assert_harmless(cells, ("lab", "classic"))


def test_every_case_is_harmless_on_a_whole_page_of_each_template() -> None:
    cells = [
        clean_cell({"cell_type": kind, "source": text})
        for text in MARKUP
        for kind in ("markdown", "raw")
    ]
    _assert_harmless(cells, ("lab", "classic"))


def test_plain_formatting_and_web_links_survive() -> None:
    text = "# Title\n\n**bold** `x < 3` $a < b$\n\n- [docs](https://keras.io)\n\n```python\nx\n```"
    page = _assert_harmless([clean_cell({"cell_type": "markdown", "source": text})])
    assert page.tags["strong"] == 1
    assert clean_markdown(text) == text


def test_a_good_attachment_is_shown_and_a_false_one_is_dropped() -> None:
    cell = {
        "cell_type": "markdown",
        "source": "![a](attachment:a.png) ![b](attachment:b.png)",
        "attachments": {
            "a.png": {"image/png": PNG, "image/svg+xml": "<svg onload=alert(1)>"},
            "b.png": {"image/png": base64.b64encode(b"<svg onload=alert(1)>").decode()},
            'x"onload=y': {"image/png": PNG},
        },
    }
    cleaned = clean_cell(cell)
    assert cleaned["attachments"] == {"a.png": {"image/png": PNG}}
    page = _assert_harmless([cleaned])
    assert page.tags["img"] == 1


RICH = {
    "text/html": "<script>alert(1)</script>",
    "image/svg+xml": "<svg onload=alert(1)></svg>",
    "application/javascript": "alert(1)",
    "text/markdown": "<script>alert(1)</script>",
    "text/latex": "$\\href{javascript:alert(1)}{x}$",
    "application/vnd.jupyter.widget-view+json": {"model_id": "x"},
    "application/vnd.plotly.v1+json": {"data": []},
    "application/pdf": "JVBERi0=",
}


def _code(*outputs: object) -> dict[str, Any]:
    return clean_cell(
        {"cell_type": "code", "source": "x", "metadata": {"e": 1}, "outputs": list(outputs)}
    )


def test_rich_outputs_leave_their_plain_text() -> None:
    data = {**RICH, "text/plain": ["<b>1</b>", "2"]}
    cell = _code({"output_type": "display_data", "data": data, "metadata": {"isolated": True}})
    expected = {"output_type": "display_data", "data": {"text/plain": "<b>1</b>2"}, "metadata": {}}
    assert cell["outputs"] == [expected]
    _assert_harmless([cell])


@pytest.mark.parametrize("kind", list(RICH))
def test_rich_outputs_without_plain_text_are_gone(kind: str) -> None:
    assert clean_output({"output_type": "display_data", "data": {kind: RICH[kind]}}) is None


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("image/png", PNG, True),
        ("image/png", PNG[:20] + "\n" + PNG[20:], True),
        ("image/jpeg", JPEG, True),
        ("image/png", JPEG, False),
        ("image/png", PNG + '" onload="alert(1)', False),
        ("image/png", "!!", False),
        ("image/gif", PNG, False),
        ("image/png", {"a": 1}, False),
    ],
)
def test_images_are_kept_by_their_bytes(kind: str, value: object, kept: bool) -> None:
    found = clean_output({"output_type": "display_data", "data": {kind: value}})
    assert (found is not None) is kept
    if kept:
        _assert_harmless([_code({"output_type": "display_data", "data": {kind: value}})])


def test_streams_and_tracebacks_keep_colours_and_lose_control_sequences() -> None:
    text = "\x1b[31m<script>alert(1)</script>\x1b[0m\x1b]8;;javascript:alert(1)\x07x\x1b[2J"
    error = {"output_type": "error", "ename": text, "evalue": text, "traceback": [text, 3, text]}
    cell = _code({"output_type": "stream", "name": 'stdout"><script>', "text": text}, error)
    assert "\x1b[31m" in cell["outputs"][0]["text"]
    assert "\x1b]" not in str(cell)
    _assert_harmless([cell])


@pytest.mark.parametrize(
    "output",
    [None, 3, "x", [], {}, {"output_type": []}, {"output_type": "stream"},
     {"output_type": "display_data", "data": []}, {"output_type": "update_display_data"}],
)  # fmt: skip
def test_malformed_outputs_are_gone(output: object) -> None:
    assert clean_output(output) is None


def test_a_giant_stream_is_capped_and_says_so() -> None:
    found = clean_output({"output_type": "stream", "name": "stdout", "text": "x" * 10_000_000})
    assert found is not None
    assert len(found["text"]) < 101_000
    assert "more characters" in found["text"]


def test_code_is_kept_to_the_letter() -> None:
    source = "x = '<script>' # $\\href$"
    cell = clean_cell({"cell_type": "code", "source": source, "outputs": []})
    assert cell["source"] == source


@pytest.mark.parametrize("unit", ["[", "[](", "[a][", "&#91;"])
def test_text_that_would_keep_the_renderer_busy_for_minutes_is_shown_as_code(unit: str) -> None:
    cleaned = clean_markdown(unit * 20_000)
    assert cleaned.startswith("```\n")
    assert cleaned.endswith("\n```")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(cleaned)])
    assert "<pre" in HTMLExporter().from_notebook_node(notebook)[0]


def test_a_text_with_many_links_is_still_markdown() -> None:
    text = "[a](https://example.org) " * 200
    assert not clean_markdown(text).startswith("```")


@pytest.mark.parametrize("unit", ["x", "!", "! ", "[", "](", "`", "\\", "&", "<", "j a v"])
def test_a_cell_of_one_long_line_is_cleaned_without_going_through_it_again_and_again(
    unit: str,
) -> None:
    source = (unit * 100_000)[:100_000]
    with deadline(20):  # a hang: it takes some hundredths of a second
        assert clean_cell({"cell_type": "raw", "source": source})["source"].startswith("```")
        clean_cell({"cell_type": "markdown", "source": source})


def test_lines_of_code_end_at_every_hundredth_bracket() -> None:
    cleaned = clean_cell({"cell_type": "raw", "source": "a[" * 250 + "z\n[b"})["source"]
    assert [line.count("[") for line in cleaned.split("\n")[1:-1]] == [100, 100, 50, 1]
    assert cleaned.replace("\n", "").strip("`") == "a[" * 250 + "z[b"
