"""What a rule is, and what it found."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from autograder.diagnosis.case import Case


class Level(StrEnum):
    """An error is provable; a warning is likely; a hint is worth a look."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True)
class Seen:
    """What a rule saw, as a few facts; ``level`` where this case is another than usual."""

    facts: str
    level: Level | None = None


@dataclass(frozen=True)
class Rule:
    """One thing that keeps networks from learning.

    ``needs`` has a letter for each kind of fact: S source, M model, C compile settings, D data,
    H history, A weights and activations, K Keras's own error. ``symptom`` marks what follows from
    something else;
    ``hides`` are rules that say the same less well where this one has spoken. ``source`` is where
    condition or threshold come from.
    """

    id: str
    level: Level
    needs: str
    title: str
    why: str
    look: str
    sees: Callable[[Case], Seen | None]
    source: str
    symptom: bool = False
    hides: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """A rule that fired. ``facts`` are what it saw."""

    rule: Rule
    level: Level
    facts: str

    @property
    def id(self) -> str:
        """The rule's id."""
        return self.rule.id

    @property
    def message(self) -> str:
        """What was seen, why it matters, and what to look at: never the finished answer."""
        return f"{self.rule.title} Seen: {self.facts}. {self.rule.why} {self.rule.look}"
