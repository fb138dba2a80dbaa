"""The callbacks that ``fit`` was given, as the recorder took them down when training began.

A claim, like compile settings: the recorder runs beside student code. Matchers hold it against the
curves, which the same run left behind.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder.evidence.reading import as_list, as_mapping
from autograder.nouns import JSON


@dataclass(frozen=True)
class CallbackEvidence:
    """One callback. ``kinds`` are its class and the Keras classes that it is derived from.

    ``settings`` are its plain attributes when training began, such as ``monitor`` and ``patience``.
    """

    class_name: str
    kinds: frozenset[str]
    settings: Mapping[str, JSON] = field(default_factory=dict)

    def whole(self, name: str) -> int | None:
        """A setting that is a whole number, else None."""
        found = self.settings.get(name)
        return found if isinstance(found, int) and not isinstance(found, bool) else None


def callbacks_of(value: JSON) -> tuple[CallbackEvidence, ...] | None:
    """The recorded callbacks, None where none were taken down.

    Raises EvidenceError for what the format does not allow.
    """
    if value is None:
        return None
    return tuple(
        CallbackEvidence(
            class_name=str(record.get("class_name", ""))[:100],
            kinds=frozenset(str(kind)[:100] for kind in as_list(record.get("kinds"))),
            settings=as_mapping(record.get("settings") or {}),
        )
        for record in map(as_mapping, as_list(value))
    )
