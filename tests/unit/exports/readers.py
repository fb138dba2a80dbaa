"""Parsers of what is handed over, written from the platforms' rules and not from our writers."""

import csv
import io
import json
import re
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

NUMBER = re.compile(r"-?[0-9.,]+%?")


def canvas_number(text: str) -> float | str | None:
    """A cell as Canvas takes it: the last point or comma is the decimal mark, EX is excused, a
    blank or a dash is none."""
    text = text.strip()
    if text in ("", "-"):
        return None
    if text.upper() == "EX":
        return "EX"
    assert NUMBER.fullmatch(text), text
    *whole, last = re.split("[.,]", text)
    return round(float(f"{''.join(whole)}.{last}" if whole else last), 2)


@dataclass
class Canvas:
    """A course as Canvas has it, which takes in files."""

    people: list[dict[str, str]]
    assignments: dict[str, dict[str, Any]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    def take(self, data: bytes) -> None:
        text = data.decode("utf-8-sig")
        delimiter = (
            ";" if text.splitlines()[0].count(";") > text.splitlines()[0].count(",") else ","
        )
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
        header = rows[0]
        assert "Student" in header[0] and "ID" in header[1]
        assert all(len(row) == len(header) for row in rows)
        start = header.index("Section") + 1
        titles = [self._assignment(text) for text in header[start:]]
        for row in rows[1:]:
            if "Points Possible" in row[0]:
                for title, cell in zip(titles, row[start:], strict=True):
                    self.assignments[title]["possible"] = canvas_number(cell)
                continue
            person = self._person(dict(zip(header[:start], row[:start], strict=True)))
            for title, cell in zip(titles, row[start:], strict=True):
                if person is not None:
                    self.assignments[title]["scores"][person] = canvas_number(cell)

    def _assignment(self, header: str) -> str:
        found = re.fullmatch(r"(.*) \((\d+)\)", header)
        by_id = [t for t, a in self.assignments.items() if found and a["id"] == found.group(2)]
        title = by_id[0] if by_id else header
        self.assignments.setdefault(title, {"id": None, "new": True, "scores": {}})
        return title

    def _person(self, row: dict[str, str]) -> str | None:
        for column in ("ID", "SIS User ID", "SIS Login ID"):
            found = [p for p in self.people if row.get(column) and p[column] == row[column]]
            if found:
                return found[0]["Student"]
        if row["Student"] in [person["Student"] for person in self.people]:
            return row["Student"]
        self.unknown.append(row["Student"])
        return None


def moodle_grades(
    before: bytes, after: bytes, *, grade: str = "Grade", maximum: str = "Maximum Grade"
) -> dict[str, float]:
    """The grades that Moodle takes, by identifier: not the unchanged, empty, negative ones and
    those above the maximum. The decimal mark of a site is a comma or a point."""
    old, new = (
        list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
        for data in (before, after)
    )
    taken = {}
    for was, row in zip(old, new, strict=True):
        identifier = next(iter(row))
        assert was[identifier] == row[identifier]
        text = row[grade].strip()
        if not text or text == was[grade].strip():
            continue
        value, most = (float(part.replace(",", ".")) for part in (text, row[maximum]))
        if 0 <= value <= most:
            taken[row[identifier]] = value
    return taken


TOP = {
    "score": (int, float),
    "execution_time": (int, float),
    "output": (str,),
    "output_format": (str,),
    "test_output_format": (str,),
    "test_name_format": (str,),
    "visibility": (str,),
    "stdout_visibility": (str,),
    "extra_data": (dict,),
    "tests": (list,),
    "leaderboard": (list,),
}
TEST = {
    "score": (int, float),
    "max_score": (int, float),
    "status": (str,),
    "name": (str,),
    "name_format": (str,),
    "number": (str,),
    "output": (str,),
    "output_format": (str,),
    "tags": (list,),
    "visibility": (str,),
    "extra_data": (dict,),
}
VISIBLE = {"hidden", "after_due_date", "after_published", "visible"}
FORMATS = {"text", "html", "simple_format", "md", "ansi"}


def gradescope_score(data: bytes) -> float | None:
    """The score that Gradescope shows; None for results that it refuses for the lack of one."""
    results = json.loads(data)
    _fits(results, TOP)
    tests = results.get("tests", [])
    for test in tests:
        _fits(test, TEST)
        assert test.get("status", "passed") in ("passed", "failed")
        assert test.get("visibility", "visible") in VISIBLE
    assert results.get("visibility", "visible") in VISIBLE
    assert results.get("stdout_visibility", "visible") in VISIBLE
    for name in ("output_format", "test_output_format", "test_name_format"):
        assert results.get(name, "text") in FORMATS
    if "score" in results:
        return float(results["score"])
    if tests and all("score" in test for test in tests):
        return float(sum(test["score"] for test in tests))
    return None


def _fits(found: dict[str, Any], known: dict[str, tuple[type, ...]]) -> None:
    for name, value in found.items():
        assert name in known, name
        assert isinstance(value, known[name]) and not isinstance(value, bool), (name, value)


def junit_cases(data: bytes) -> dict[tuple[str, str], tuple[str, str]]:
    """(ending, message) by class and name of the case; the counts have to be right."""
    root = ElementTree.fromstring(data)
    assert root.tag == "testsuites"
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for suite in root.iter("testsuite"):
        cases = suite.findall("testcase")
        endings = []
        for case in cases:
            ending = next((c for c in case if c.tag in ("failure", "error", "skipped")), None)
            endings.append("passed" if ending is None else ending.tag)
            said = "" if ending is None else ending.get("message", "")
            found[case.attrib["classname"], case.attrib["name"]] = (endings[-1], said)
        assert int(suite.attrib["tests"]) == len(cases)
        for key, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.attrib[key]) == endings.count(tag)
    return found


def csv_lines(data: bytes, *, decimal_comma: bool = False) -> list[dict[str, str]]:
    """The lines of the table as a reader of RFC 4180 sees them."""
    text = io.StringIO(data.decode("utf-8-sig"), newline="")
    reader = csv.DictReader(text, delimiter=";" if decimal_comma else ",", strict=True)
    lines = list(reader)
    assert all(None not in line and None not in line.values() for line in lines)
    return lines
