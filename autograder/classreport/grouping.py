"""Which wrong answers are the same one: by canonical graph, else by what a check found.

A network that is wrong is told once, where it is first judged, however it was spelled; what fails
in its wake belongs to it. Texts of students are never compared with each other.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from autograder.checks.outcomes import WAITING
from autograder.classreport.seen import Network, Seen
from autograder.classreport.told import WrongAnswer
from autograder.nouns import CheckOutcome, Verdict

NETWORK, FOUND, THRESHOLD, ABSENT = "network", "found", "threshold", "absent"

_FRACTION = re.compile(r"-?\d+\.\d+(?:[eE][-+]?\d+)?")
_FOUND = re.compile(r"^Found: (.*?)(?:^Why: |\Z)", re.DOTALL | re.MULTILINE)

Key = tuple[str, str, str]
"""The kind, then what makes two answers of it the same."""


@dataclass
class _Group:
    """Answers of one key as they are met, one entry for each failed check."""

    cell: str
    network: Network | None = None
    members: list[tuple[str, CheckOutcome]] = field(default_factory=list)
    then: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class _Class:
    """What has to be known of the whole class before one answer can be placed."""

    homes: Mapping[str, str]
    right: Mapping[tuple[str, str], frozenset[str]]


def wrong_answers(submissions: Sequence[Seen], cells: Sequence[str]) -> tuple[WrongAnswer, ...]:
    """Every wrong answer, the most common first. ``cells`` are the grade cells in order."""
    known = _Class(_homes(submissions, cells), _right(submissions))
    groups: dict[Key, _Group] = {}
    broken: dict[str, dict[str, Key]] = {}
    for one in submissions:
        for check, key, network in _placed(one, known, cells):
            group = groups.setdefault(key, _Group(check.cell, network))
            group.members.append((one.student, check))
            if network is not None:
                broken.setdefault(one.student, {})[network.variable] = key
    asked = {one.student: one.networks for one in submissions}
    for key in [key for key in groups if key[0] == FOUND]:
        _follow(key, groups, broken, asked)
    order = {name: place for place, name in enumerate(cells)}
    found = [_told(key, group) for key, group in groups.items()]
    return tuple(sorted(found, key=lambda w: (-len(w.students), order.get(w.cell, 0), w.found)))


def found_in(message: str) -> str:
    """What a check says that it found, or all that it says where it does not say it apart."""
    match = _FOUND.search(message)
    return " ".join((match.group(1) if match else message).split())


def same_text(found: str) -> str:
    """The text with its fractions to one digit: two trainings seldom end on the same number.

    >>> same_text("0.8765, which is another number") == same_text("0.8812, which is another number")
    True
    """
    return _FRACTION.sub(lambda match: f"{float(match.group()):.1g}", found)


def _placed(
    one: Seen, known: _Class, cells: Sequence[str]
) -> Iterator[tuple[CheckOutcome, Key, Network | None]]:
    """Each check that did not pass, with the wrong answer that it shows."""
    order = {name: place for place, name in enumerate(cells)}
    absent: set[str] = set()
    for check in sorted(one.result.checks, key=lambda c: order.get(c.cell, 0)):
        if check.verdict is Verdict.FAILED:
            network = _wrong_network(one, check, known)
            if check.measures:
                yield check, (THRESHOLD, check.id, ""), None
            elif network is not None:
                yield check, (NETWORK, network.variable, network.digest), network
            else:
                yield check, (FOUND, check.id, same_text(found_in(check.message))), None
        elif check.verdict is Verdict.SKIPPED and not check.message.startswith(WAITING):
            variable = check.message.partition(":")[0]
            if variable not in absent:  # what needs it later is missing for the same reason
                absent.add(variable)
                yield check, (ABSENT, variable, check.cell), None


def _wrong_network(one: Seen, check: CheckOutcome, known: _Class) -> Network | None:
    """The network that the check found wrong: judged here first, and nobody passed with it."""
    for network in one.networks.get(check.id, ()):
        at_home = known.homes.get(network.variable) == check.cell
        if at_home and network.digest not in known.right.get((check.id, network.variable), ()):
            return network
    return None


def _homes(submissions: Sequence[Seen], cells: Sequence[str]) -> dict[str, str]:
    """The first grade cell that asks for each model: there its layers are judged."""
    found: dict[str, set[str]] = {}
    for one in submissions:
        for check in one.result.checks:
            for network in one.networks.get(check.id, ()):
                found.setdefault(network.variable, set()).add(check.cell)
    return {name: next(c for c in [*cells, *asked] if c in asked) for name, asked in found.items()}


def _right(submissions: Sequence[Seen]) -> dict[tuple[str, str], frozenset[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for one in submissions:
        for check in one.result.checks:
            if check.verdict is Verdict.PASSED:
                for network in one.networks.get(check.id, ()):
                    found.setdefault((check.id, network.variable), set()).add(network.digest)
    return {key: frozenset(digests) for key, digests in found.items()}


def _follow(
    key: Key,
    groups: dict[Key, _Group],
    broken: Mapping[str, Mapping[str, Key]],
    asked: Mapping[str, Mapping[str, tuple[Network, ...]]],
) -> None:
    """Gives a group to the networks that it follows from: nobody with a right one is in it."""
    causes = []
    for student, check in groups[key].members:
        wrong = broken.get(student, {})
        names = [one.variable for one in asked[student].get(check.id, ()) if one.variable in wrong]
        if not names:
            return
        causes.append((wrong[names[0]], check.title))
    for cause, title in causes:
        groups[cause].then[title] += 1
    del groups[key]


def _told(key: Key, group: _Group) -> WrongAnswer:
    titles = Counter(check.title for _, check in group.members)
    words = Counter(found_in(check.message) for _, check in group.members)
    return WrongAnswer(
        kind=key[0],
        cell=group.cell,
        checks=tuple(title for title, _ in titles.most_common()),
        found="" if key[0] == THRESHOLD else words.most_common(1)[0][0],
        students=tuple(sorted({student for student, _ in group.members})),
        variable=group.network.variable if group.network else "",
        layers=group.network.layers if group.network else "",
        then=tuple(title for title, _ in group.then.most_common()),
    )
