"""Who is who: by the surest key, and nobody where a key names two."""

from collections.abc import Sequence

from autograder.exports.people import collected, emails, ids, names, own_id, paired
from autograder.gradebook.standings import Person

Entry = tuple[str, ...]


def whole(entry: Entry) -> Sequence[str]:
    return entry


def found(entries: Sequence[Entry], people: Sequence[Person]) -> dict[int, str]:
    pairs = paired(entries, people, [(whole, ids)])
    assert {p.id for p in pairs.found.values()} | {p.id for p in pairs.left} == {
        p.id for p in people
    }
    return {number: person.id for number, person in pairs.found.items()}


def test_case_and_spaces_around_a_key_do_not_matter() -> None:
    assert found([(" ADA ",), ("ben",)], [Person("Ada"), Person("ben")]) == {0: "Ada", 1: "ben"}


def test_an_entry_that_names_two_people_is_nobody() -> None:
    assert found([("ada", "ben")], [Person("ada"), Person("ben")]) == {}


def test_a_person_whom_two_entries_name_is_neither_of_them() -> None:
    assert found([("ada",), ("12",)], [Person("ada", lms_id="12")]) == {}
    assert found([("ada",), ("ada",)], [Person("ada")]) == {}


def test_two_people_with_one_key_are_nobody() -> None:
    assert found([("12",)], [Person("ada", lms_id="12"), Person("ben", lms_id="12")]) == {}


def test_an_empty_key_names_nobody() -> None:
    assert found([("",), ("",)], [Person("ada"), Person("ben")]) == {}


def test_the_first_way_outranks_the_second() -> None:
    people = [Person("ada", "Lovelace", "Ada"), Person("12", "King", "Zoë")]
    entries = [("12", "Lovelace, Ada"), ("x", "King, Zoë")]
    pairs = paired(entries, people, [(lambda e: e[:1], own_id), (lambda e: e[1:], names)])
    assert {number: person.id for number, person in pairs.found.items()} == {0: "12"}
    assert [person.id for person in pairs.left] == ["ada"]  # told, not given to Zoë's entry


def test_an_id_that_is_an_address_counts_as_one() -> None:
    assert emails(Person("ada@example.org")) == ("", "ada@example.org")
    assert names(Person("ada", first_name="Ada")) == ()


def test_a_platforms_name_and_number_make_the_ids_of_collected_uploads() -> None:
    assert collected("Núñez, José", "7") == ("nunezjose_7", "nunez_jose_7")
    assert collected("", "7") == collected("Ada", "") == ()
