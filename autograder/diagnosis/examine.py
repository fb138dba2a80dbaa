"""All rules over one case: causes before symptoms, errors before warnings, hints last."""

from collections.abc import Iterable

from autograder.diagnosis import inputs, layers, pairing, refusals, settings, training
from autograder.diagnosis.case import Case
from autograder.diagnosis.rule import Finding, Level, Rule
from autograder.errors import AutograderError

RULES: tuple[Rule, ...] = (
    *(rule for rule in inputs.RULES if rule.level is Level.ERROR),
    *(rule for rule in settings.RULES if rule.level is Level.ERROR),
    *pairing.RULES,
    *refusals.RULES,
    *layers.RULES,
    *(rule for rule in inputs.RULES if rule.level is not Level.ERROR),
    *(rule for rule in settings.RULES if rule.level is not Level.ERROR),
    *training.RULES,
)
"""Every rule, the most fundamental first."""

SHOWN = 2
"""So many causes can be followed up at a time."""

LONGEST = 300
"""Characters of what a rule has seen; the longest of the corpus has half as many."""

_ORDER = {Level.ERROR: 0, Level.WARNING: 1, Level.HINT: 3}
_SYMPTOM = 2


def examine(case: Case) -> tuple[Finding, ...]:
    """What the rules find, first what should be mended first. Never raises for a strange model."""
    found = [finding for rule in RULES if (finding := _asked(rule, case)) is not None]
    hidden = {id for finding in found for id in finding.rule.hides}
    if any(one.level is Level.ERROR and not one.rule.symptom for one in found):
        hidden |= {one.id for one in refusals.RULES}  # Keras gave up because of that
    return tuple(sorted((one for one in found if one.id not in hidden), key=_place))


def shown(findings: Iterable[Finding], first: Iterable[str] = ()) -> tuple[Finding, ...]:
    """The few that are told. ``first`` are rules that a check's author put before the others."""
    wanted = list(first)
    ordered = sorted(findings, key=lambda one: (one.id not in wanted, _place(one)))
    return tuple(ordered[:SHOWN])


def rule(id: str) -> Rule:
    """The rule with this id. Raises KeyError for an unknown one."""
    return next(one for one in RULES if one.id == id)


def _asked(rule: Rule, case: Case) -> Finding | None:
    try:
        seen = rule.sees(case)
    except AutograderError:
        return None  # a model that nobody can judge: the rule has nothing to say
    return None if seen is None else Finding(rule, seen.level or rule.level, _short(seen.facts))


def _short(facts: str) -> str:
    """One line for a screen: names of layers, metrics and variables are a student's to choose."""
    line = " ".join("".join(one if one.isprintable() else " " for one in facts).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 3]}..."


def _place(finding: Finding) -> tuple[int, int]:
    order = _ORDER[finding.level]
    if finding.rule.symptom and finding.level is not Level.HINT and finding.rule.needs != "K":
        order = _SYMPTOM
    return order, RULES.index(finding.rule)
