"""What a class seems not to have understood: wrong answers and rules of the diagnosis, as one list.

A rule that speaks of the very students of a wrong answer is its explanation, not another finding.
A missed threshold is a symptom: it counts for those alone for whom nothing else is known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.classreport.grouping import ABSENT, NETWORK, THRESHOLD
from autograder.classreport.seen import Seen
from autograder.classreport.told import Misunderstanding, RuleCount, WrongAnswer
from autograder.diagnosis import Level, rule

SHOWN = 3
"""More cannot be taken up in a lesson."""

SHARED = 2
"""What one student alone got wrong is that student's matter."""

SAME = 0.8
"""Share of students in common above which two findings are one: a rule can stay silent now and
then, where something more fundamental was told in its place."""


@dataclass(frozen=True)
class _Topic:
    """One candidate: its students, its rules and wrong answers, the leading one first."""

    cell: str
    students: frozenset[str]
    rules: tuple[RuleCount, ...] = ()
    answers: tuple[WrongAnswer, ...] = ()


def rule_counts(submissions: Sequence[Seen], cells: Sequence[str]) -> tuple[RuleCount, ...]:
    """Every rule that spoke, by grade cell, the most frequent first."""
    found: dict[tuple[str, str], list[str]] = {}
    levels: dict[tuple[str, str], str] = {}
    for one in submissions:
        for told in one.result.diagnosis:
            found.setdefault((told.rule, told.cell), []).append(one.student)
            levels.setdefault((told.rule, told.cell), told.level)
    counts = []
    for (id, cell), who in found.items():
        its, students = rule(id), tuple(sorted(who))
        count = RuleCount(id, levels[id, cell], its.title, its.why, cell, students, its.symptom)
        counts.append(count)
    order = {name: place for place, name in enumerate(cells)}
    return tuple(sorted(counts, key=lambda c: (-len(c.students), order.get(c.cell, 0), c.rule)))


def misunderstandings(
    wrong: Sequence[WrongAnswer],
    rules: Sequence[RuleCount],
    submissions: Sequence[Seen],
    cells: Sequence[str],
) -> tuple[Misunderstanding, ...]:
    """The most frequent ones, at most SHOWN, each shared by SHARED students at least."""
    topics = _merged(
        [_of_rule(one) for one in rules if not one.symptom and one.level != Level.HINT]
        + [_of_answer(one) for one in wrong if one.kind not in (THRESHOLD, ABSENT)]
    )
    known = frozenset(student for topic in topics for student in topic.students)
    symptoms = [_of_answer(one) for one in wrong if one.kind == THRESHOLD]
    symptoms += [_of_rule(one) for one in rules if one.symptom]
    topics += _merged([_without(topic, known) for topic in symptoms])
    order = {name: place for place, name in enumerate(cells)}
    topics.sort(key=lambda t: (-len(t.students), order.get(t.cell, 0)))
    shared = [topic for topic in topics if len(topic.students) >= SHARED]
    by_name = {one.student: one for one in submissions}
    return tuple(_told(topic, by_name) for topic in shared[:SHOWN])


def _of_rule(one: RuleCount) -> _Topic:
    return _Topic(one.cell, frozenset(one.students), rules=(one,))


def _of_answer(one: WrongAnswer) -> _Topic:
    return _Topic(one.cell, frozenset(one.students), answers=(one,))


def _without(topic: _Topic, known: frozenset[str]) -> _Topic:
    return _Topic(topic.cell, topic.students - known, topic.rules, topic.answers)


def _merged(topics: Sequence[_Topic]) -> list[_Topic]:
    """The candidates, larger ones first, with those that say the same taken in."""
    found: list[_Topic] = []
    for topic in sorted(topics, key=lambda t: (-len(t.students), not t.rules)):
        for place, larger in enumerate(found):
            if topic.students and _says_the_same(topic, larger):
                found[place] = _joined(larger, topic)
                break
        else:
            found.append(topic)
    return found


def _says_the_same(topic: _Topic, larger: _Topic) -> bool:
    common = len(topic.students & larger.students)
    if common < SAME * len(topic.students):
        return False
    explains = bool(topic.rules) != bool(larger.rules) or bool(topic.rules and larger.rules)
    whole = common >= SAME * len(larger.students)
    # A rule may show in several networks; two wrong answers of a cell are two answers.
    return whole or (explains and topic.cell == larger.cell)


def _joined(larger: _Topic, topic: _Topic) -> _Topic:
    return _Topic(
        larger.cell,
        larger.students | topic.students,
        (*larger.rules, *topic.rules),
        (*larger.answers, *topic.answers),
    )


def _told(topic: _Topic, by_name: Mapping[str, Seen]) -> Misunderstanding:
    names = tuple(sorted(topic.students))
    shown = topic.answers[0].students if topic.answers else names
    texts = [
        (len(text), name, text)
        for name in shown
        if name in topic.students and (text := by_name[name].answers.get(topic.cell, "")).strip()
    ]
    _, student, example = min(texts, default=(0, "", ""))  # the shortest has least beside the point
    return Misunderstanding(
        title=_title(topic),
        cell=topic.cell,
        students=names,
        rules=topic.rules,
        answers=topic.answers,
        example_of=student,
        example=example,
    )


def _title(topic: _Topic) -> str:
    if topic.rules:
        return topic.rules[0].title
    answer = topic.answers[0]
    if answer.kind == NETWORK:
        return f"{answer.variable} is another network than was asked for"
    if answer.kind == THRESHOLD:
        return f"Not reached: {answer.checks[0]}"
    return f"Not so: {answer.checks[0]}"
