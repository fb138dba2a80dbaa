"""The verdicts as JUnit XML, as pytest writes it: one suite per student, one case per check.

A check that failed is a failure, one that could not decide an error; a cell without checks is one
case, which fails unless it has all its points. A late penalty is no case; see ``properties``.
"""

from collections.abc import Sequence
from xml.etree import ElementTree

from autograder.exports.table import Row, Table, Total
from autograder.exports.texts import points_text
from autograder.nouns import Verdict

UNDECIDED = "nobody has decided this yet"


def junit_bytes(tables: Sequence[Table]) -> bytes:
    """The file, UTF-8."""
    root = ElementTree.Element("testsuites", name="autograder")
    for table in tables:
        for total in table.totals:
            if total.handed_in:
                root.append(_suite(total))
    for key in ("tests", "failures", "errors", "skipped"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    ElementTree.indent(root)
    told = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{told}\n'.encode()


def _suite(total: Total) -> ElementTree.Element:
    suite = ElementTree.Element("testsuite", name=_xml(f"{total.assignment}.{total.person.id}"))
    seconds = (total.result.run if total.result else {}).get("wall_s")
    suite.set("time", f"{seconds if isinstance(seconds, (int, float)) else 0:.3f}")
    if total.submitted is not None:
        suite.set("timestamp", total.submitted.isoformat(timespec="seconds"))
    suite.append(_properties(total))
    cases = [_case(total, row) for row in total.rows]
    suite.extend(cases)
    suite.set("tests", str(len(cases)))
    for key, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(key, str(sum(case.find(tag) is not None for case in cases)))
    return suite


def _properties(total: Total) -> ElementTree.Element:
    told = {
        "student": total.person.id,
        "points": points_text(total.points),
        "score": points_text(total.score),
        "late_penalty": points_text(total.late_penalty),
        "final_score": points_text(total.final),
        "needs_review": "yes" if total.needs_review else "no",
    }
    properties = ElementTree.Element("properties")
    for name, value in told.items():
        ElementTree.SubElement(properties, "property", name=name, value=_xml(value))
    return properties


def _case(total: Total, row: Row) -> ElementTree.Element:
    place = f"{total.assignment}.{total.person.id}.{row.cell}"
    case = ElementTree.Element(
        "testcase", classname=_xml(place), name=_xml(row.check or row.cell), time="0.000"
    )
    tag, said = _ending(row)
    if tag:
        text = "\n".join(part for part in (row.title, said, row.hint) if part)
        first = said.splitlines()[0] if said else row.title
        ElementTree.SubElement(case, tag, message=_xml(first)).text = _xml(text)
    return case


def _ending(row: Row) -> tuple[str, str]:
    """The element that tells how it ended ("" for passed), and its text."""
    match row.verdict:
        case Verdict.PASSED:
            return "", ""
        case Verdict.FAILED:
            return "failure", row.message or f"not passed: 0 of {points_text(row.points)} points"
        case Verdict.SKIPPED:
            return "skipped", row.message or "not judged"
        case Verdict.ERRORED:
            return "error", row.message or UNDECIDED
    if row.score is None:
        return "error", UNDECIDED
    if row.score >= row.points:
        return "", ""
    return "failure", f"{points_text(row.score)} of {points_text(row.points)} points"


def _xml(text: str) -> str:
    """``text`` without the characters that XML 1.0 cannot hold."""
    return "".join(
        c
        if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
        else "?"
        for c in text
    )
