"""The page escapes all that students wrote, asks for nothing, and stays small."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.classreport.document import as_json
from autograder.classreport.page import page
from autograder.classreport.plots import score_plot, strip, training_plot
from autograder.classreport.table import columns, write_table
from autograder.classreport.told import Training
from autograder.nouns import Verdict

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u202e&{{ 7*7 }}"
MADE = "2026-01-01T10:00+00:00"
REPOSITORY = Path(__file__).resolve().parents[3]
VOID = {"meta", "br"}


class Page(HTMLParser):
    """The elements of a page with their attributes; elements have to close in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture
def hostile(told, student, with_checks, check, wrong_network):
    """A class in which every text that a student chooses is markup."""
    from dataclasses import replace

    network = replace(wrong_network, layers=HOSTILE)
    curves = {"loss": (1.0, 0.5), "accuracy": (0.1, 0.9), HOSTILE: (1.0,)}
    more = {"histories": {("check_fit", "history"): curves}, "values": {("c", HOSTILE): "1"}}
    more |= {"answers": {"check_build": HOSTILE, "check_compile": HOSTILE}, "repairs": [HOSTILE]}
    unsure = (check("net", Verdict.ERRORED),)
    class_ = [
        student(HOSTILE, network=network, net=HOSTILE, loss=HOSTILE, share=0.2, **more),
        student(f"{HOSTILE}2", network=network, net=HOSTILE, loss=HOSTILE, share=0.3, **more),
        student("ada", **more),
        with_checks("zoe", unsure, reasons=[HOSTILE] * 5),
    ]
    return told(*class_)


def test_no_text_of_a_student_becomes_markup(hostile):
    found = Page(page(hostile, MADE))
    names = {name for name, _ in found.seen}
    assert not names & {"script", "img", "iframe", "link", "object", "embed", "form", "base", "a"}
    attributes = {key for _, its in found.seen for key in its}
    assert not [
        key for key in attributes if key.startswith("on") or key in ("src", "href", "style")
    ]


def test_the_text_itself_is_shown(hostile):
    text = page(hostile, MADE)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "{{ 7*7 }}" in text
    assert "\u202e" not in text


def test_the_page_forbids_itself_to_load_or_run_anything(told, student):
    policies = [its for name, its in Page(page(told(student("ada")), MADE)).seen if name == "meta"]
    (policy,) = [one["content"] for one in policies if "http-equiv" in one]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    assert not re.findall(r"https?://|url\((?!#hatch)|@import", page(told(student("ada")), MADE))


def test_every_plot_says_in_words_what_it_shows(hostile):
    found = Page(page(hostile, MADE)).seen
    plots = [its for name, its in found if name == "svg" and its.get("class") == "plot"]
    assert len(plots) > 5
    assert all(one["role"] == "img" and one["aria-label"] for one in plots)


def test_the_page_says_whom_it_is_for_and_what_it_does_not_claim(told, student):
    twins = {"values": {("check_fit", "model"): "w"}, "code": "x"}
    text = page(told(student("ada", **twins), student("bob", **twins)), MADE)
    assert "For the instructor alone" in text
    assert "A hint, not a verdict" in text


def test_an_empty_class_has_a_page(told):
    assert "No mistake is shared by two students." in page(told(), MADE)


def test_a_class_of_a_hundred_with_long_trainings_stays_under_three_megabytes(
    told, student, wrong_network
):
    curve = tuple(1 / (n + 1) for n in range(2_000))
    names = ("accuracy", "val_accuracy", "loss")
    histories = {(c, v): dict.fromkeys(names, curve) for c in ("check_fit",) for v in "abcd"}
    class_ = [
        student(
            f"a student with a rather long name, number {n:03}",
            network=wrong_network,
            net=f"units {n}",
            loss=f"the loss {n}",
            share=n / 100,
            histories=histories,
            answers={"check_build": "x" * 4_000, "check_compile": "y" * 4_000},
            values={("check_fit", "model"): str(n % 3)},
            reasons=["for a reason " * 30],
        )
        for n in range(100)
    ]
    assert len(page(told(*class_), MADE).encode()) < 3_000_000


def test_a_forged_history_of_huge_numbers_costs_neither_time_nor_memory(told, student):
    curves = {"loss": (1e308, -1e308, 5e-324), "accuracy": (0.0, 1e-320)}
    histories = {("check_fit", "history"): curves}
    report = told(student("ada", histories=histories, share=1e300), student("bob"))
    assert len(page(report, MADE)) < 100_000


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.floats(), min_size=1, max_size=6), min_size=1, max_size=5),
    st.one_of(st.none(), st.floats(0, 1)),
)
def test_curves_of_any_numbers_stay_within_their_plot(curves, threshold):
    named = {str(n): tuple(curve) for n, curve in enumerate(curves)}
    training = Training("check_fit", "history", "accuracy", named, frozenset({"0"}), threshold)
    _within(training_plot(training))


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(max_size=5), st.floats(), min_size=1), st.floats(0, 100))
def test_marks_of_any_numbers_stay_within_their_plot(values, limit):
    _within(strip(values, frozenset(list(values)[:1]), "alt", str, limit=limit))


def _within(plot: str) -> None:
    tree = ElementTree.fromstring(plot)
    _, _, width, height = (float(n) for n in tree.attrib["viewBox"].split())
    for shape in tree.iter():
        places = [float(shape.attrib[k]) for k in ("cx", "x") if k in shape.attrib]
        heights = [float(shape.attrib[k]) for k in ("cy", "y") if k in shape.attrib]
        for pair in shape.attrib.get("points", "").split():
            x, y = pair.split(",")
            places.append(float(x))
            heights.append(float(y))
        assert all(0 <= place <= width for place in places)
        assert all(0 <= place <= height for place in heights)


def test_every_student_stands_in_one_bar(told, student, with_checks, check):
    class_ = [student(f"s{n}", loss="mse" if n % 2 else "") for n in range(7)]
    class_.append(with_checks("zoe", (check("net", Verdict.ERRORED),)))
    tree = ElementTree.fromstring(score_plot(told(*class_)))
    numbers = [one.text for one in tree.iter("text") if one.attrib["class"] == "value"]
    assert sorted(map(int, filter(None, numbers))) == [1, 3, 4]


def test_the_json_form_is_strict_and_each_field_is_documented(hostile):
    told = json.loads(json.dumps(as_json(hostile, MADE), allow_nan=False))
    described = (REPOSITORY / "docs" / "report.md").read_text(encoding="utf-8")
    assert told["version"] == 1
    fields = set(told)
    for part in told.values():
        if isinstance(part, list) and part:
            fields |= set(part[0])
    assert [name for name in sorted(fields) if f"`{name}`" not in described] == []


def test_the_table_has_a_row_for_each_student_and_check(told, student, with_checks, check):
    report = told(student("ada", loss="mse"), with_checks("zoe", (check("net", Verdict.ERRORED),)))
    table = columns(report)
    assert {len(column) for column in table.values()} == {4}
    assert table["student"] == ["ada", "ada", "ada", "zoe"]
    assert table["verdict"] == ["passed", "failed", "passed", "errored"]
    assert table["earned"] == [2.0, 0.0, 2.0, None]
    assert table["found"] == [None, None, 0.95, None]


def test_parquet_gives_the_table_back(told, student, tmp_path):
    pytest.importorskip("pyarrow", reason="Parquet needs pyarrow")
    from pyarrow import parquet

    report = told(student("ada"), student("bob", share=0.2))
    assert write_table(report, tmp_path / "a.parquet")
    read = parquet.read_table(tmp_path / "a.parquet")
    assert {name: read[name].to_pylist() for name in read.column_names} == columns(report)
