"""Who of a platform's list is who in the gradebook.

A pair is found by the first key that both have, and only where it names one person on either side:
two students of the same name are told, never guessed.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from autograder.course import plain_id
from autograder.gradebook.standings import Person

_Entry = TypeVar("_Entry")
_Name = TypeVar("_Name", int, str)
Keys = Callable[[_Entry], Sequence[str]]
"""The texts by which an entry may be known; empty ones do not count."""


@dataclass(frozen=True)
class Pairs:
    """Persons by the number of their entry, and those left over on the gradebook's side."""

    found: Mapping[int, Person]
    left: tuple[Person, ...]


def paired(
    entries: Sequence[_Entry],
    people: Sequence[Person],
    ways: Sequence[tuple[Keys[_Entry], Keys[Person]]],
) -> Pairs:
    """Who is who. ``ways`` are the keys to compare, the surest first."""
    found: dict[int, Person] = {}
    left = {person.id: person for person in people}
    for of_entry, of_person in ways:
        mine = _by_key({id_: of_person(person) for id_, person in left.items()})
        rest = [number for number in range(len(entries)) if number not in found]
        theirs = _by_key({number: of_entry(entries[number]) for number in rest})
        pairs = {
            (theirs[key][0], mine[key][0])
            for key in mine.keys() & theirs.keys()
            if len(theirs[key]) == len(mine[key]) == 1
        }
        numbers, owners = Counter(n for n, _ in pairs), Counter(id_ for _, id_ in pairs)
        # Two keys of one way may name two people for one entry, or one person twice: nobody then.
        sure = {n: id_ for n, id_ in pairs if numbers[n] == owners[id_] == 1}
        found |= {number: left.pop(id_) for number, id_ in sure.items()}
    return Pairs(found, tuple(left.values()))


def _by_key(known: Mapping[_Name, Sequence[str]]) -> dict[str, list[_Name]]:
    found: dict[str, list[_Name]] = {}
    for name, keys in known.items():
        for key in {text.strip().casefold() for text in keys} - {""}:
            found.setdefault(key, []).append(name)
    return found


def ids(person: Person) -> Sequence[str]:
    """What may be a login, a number or an e-mail address elsewhere."""
    return (person.id, person.lms_id)


def emails(person: Person) -> Sequence[str]:
    """The address, and the id where it is one."""
    return (person.email, person.id if "@" in person.id else "")


def names(person: Person) -> Sequence[str]:
    """First and last name in either order; none of a student of whom only the id is known."""
    if not person.last_name:
        return ()
    first, last = person.first_name, person.last_name
    return (f"{first} {last}", f"{last}, {first}", f"{last} {first}")


def own_id(person: Person) -> Sequence[str]:
    """The id alone, which `UploadCollector` may have made of a platform's name and number."""
    return (person.id,)


def collected(name: str, number: str) -> Sequence[str]:
    """The ids that are made of a name and a number: Canvas's way, and Moodle's for a namesake.

    >>> collected("Lovelace, Ada", "12")
    ('lovelaceada_12', 'lovelace_ada_12')
    """
    plain = plain_id(name)
    if not plain or not number:
        return ()
    return (f"{plain.replace('_', '')}_{number}", f"{plain}_{number}")
