"""Files as learning platforms name them, to students and notebooks."""

import re
from pathlib import PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.course import safe_name
from autograder.engine import UploadCollector
from autograder.engine.uploads import parsed

KNOWN = {
    "Ada Lovelace_1234567_assignsubmission_file_lesson.ipynb": ("ada_lovelace", "lesson"),
    "Ada Lovelace_1234567_assignsubmission_file_/lesson.ipynb": ("ada_lovelace", "lesson"),
    "Ada Lovelace_1234567_assignsubmission_file/lesson (1).ipynb": ("ada_lovelace", "lesson"),
    "Eve_8_assignsubmission_file_/x/Bob_9_assignsubmission_file_lesson.ipynb": (
        "eve",
        "Bob_9_assignsubmission_file_lesson",
    ),
    "Eve_8_assignsubmission_file_/Bob_9_assignsubmission_file_/lesson.ipynb": ("eve", "lesson"),
    "Eve_8_assignsubmission_file_/bob_12_345_lesson.ipynb": ("eve", "bob_12_345_lesson"),
    "Eve_8_assignsubmission_file_Bob_9_assignsubmission_file_lesson.ipynb": (
        "eve",
        "Bob_9_assignsubmission_file_lesson",
    ),
    "Zoë Çelik-Ørsted_7_assignsubmission_file/lesson.ipynb": ("zoe_celik_orsted", "lesson"),
    "李雷_12_assignsubmission_file_lesson.ipynb": ("12", "lesson"),
    "Ada_Lovelace_9_assignsubmission_file_my_lesson.ipynb": ("ada_lovelace", "my_lesson"),
    "lovelaceada_123_4567_lesson.ipynb": ("lovelaceada_123", "lesson"),
    "lovelaceada_LATE_123_4567_lesson-2.ipynb": ("lovelaceada_123", "lesson"),
    "lovelaceada_123_4567_a_b_c.ipynb": ("lovelaceada_123", "a_b_c"),
}


@pytest.mark.parametrize("name", KNOWN)
def test_student_and_notebook_are_found(name: str) -> None:
    found = parsed(PurePosixPath("/course/downloaded/one/extracted/all") / name)
    assert found is not None
    assert (found["student_id"], found["file_id"]) == KNOWN[name]
    assert safe_name(found["student_id"], "student")


@pytest.mark.parametrize(
    "name", ["lesson.ipynb", "ada_lesson.ipynb", "ada_x_4567_lesson.ipynb", "_1_2_.ipynb"]
)
def test_another_name_is_nobodys(name: str) -> None:
    assert parsed(PurePosixPath("/course/extracted") / name) is None


def test_only_notebooks_are_collected() -> None:
    assert UploadCollector().collect("/x/lovelaceada_123_4567_lesson.pdf") is None
    assert UploadCollector().collect("/x/lovelaceada_123_4567_lesson.ipynb") is not None


def test_a_configured_pattern_takes_the_place_of_the_known_ones() -> None:
    collector = UploadCollector(named_regexp=r".*/(?P<student_id>\w+)-(?P<file_id>\w+)\.ipynb")
    assert collector.collect("/x/ada-lesson.ipynb") == {"student_id": "ada", "file_id": "lesson"}
    assert collector.collect("/x/lovelaceada_123_4567_lesson.ipynb") is None


def test_a_second_upload_and_a_namesake_end_no_collection_and_lose_nothing() -> None:
    names = [
        "x/Ada Lovelace_7_assignsubmission_file/lesson (1).ipynb",
        "x/Ada Lovelace_7_assignsubmission_file/lesson.ipynb",
        "x/Ada Lovelace_7_assignsubmission_file/lesson.final.ipynb",
        "x/Ada Lovelace_8_assignsubmission_file/lesson.ipynb",
        "x/Ada Lovelace_7_assignsubmission_file/other.ipynb",
    ]
    collector = UploadCollector()
    found = [collector.collect(name) for name in names]
    assert [(one["student_id"], one["file_id"]) for one in found if one] == [
        ("ada_lovelace", "lesson"),
        ("ada_lovelace", "lesson-2"),
        ("ada_lovelace", "lesson-3"),
        ("ada_lovelace_8", "lesson"),
        ("ada_lovelace", "other"),
    ]


@given(st.text(max_size=60))
@settings(derandomize=True, max_examples=200, deadline=None)
def test_no_name_of_a_file_makes_the_collector_raise(name: str) -> None:
    collector = UploadCollector()
    for shaped in (
        name,
        f"{name}_1_assignsubmission_file/{name}.ipynb",
        f"{name}_1_2_{name}.ipynb",
    ):
        found = collector.collect(f"x/{shaped}")
        if found is not None and re.fullmatch(r"[a-z0-9_]+", found["student_id"]):
            assert safe_name(found["student_id"], "student")
