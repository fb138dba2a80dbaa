"""Declared files as the trusted side keeps them."""

from autograder.evidence.arrays import Blob
from autograder.jail.captures import BEFORE, Captures


def blob(data: bytes) -> Blob:
    return Blob("uint8", (len(data),), data)


OLD, NEW = blob(b"old"), blob(b"new")
CAPTURES = Captures({"check_save": ("net.keras",)}, {"renamed.csv": OLD})


def told(digest: object) -> dict[str, object]:
    return {"size": 3, "blob": digest, "reason": "", "near": []}


def test_a_file_that_the_notebook_wrote_is_kept() -> None:
    found = CAPTURES.kept("check_save", {"net.keras": told(NEW.digest)})
    assert found["net.keras"] == told(NEW.digest)


def test_content_that_was_there_before_does_not_count_under_any_name() -> None:
    found = CAPTURES.kept("check_save", {"net.keras": told(OLD.digest)})
    assert found["net.keras"] == {**told(None), "reason": BEFORE}


def test_files_that_nobody_declared_are_dropped() -> None:
    assert CAPTURES.kept("check_fit", {"net.keras": told(NEW.digest)}) == {}
    assert list(CAPTURES.kept("check_save", {"other": told(NEW.digest)})) == ["net.keras"]


def test_claims_of_another_form_are_nothing() -> None:
    for said in (None, 7, {"net.keras": 7}, {"net.keras": {"blob": 7, "near": 7, "size": "x"}}):
        found = CAPTURES.kept("check_save", said)
        assert found["net.keras"]["blob"] is None
