"""One setting for the repository and one for the install line reach every source notebook."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from traitlets.config import Config

from autograder.authoring import build_release
from autograder.authoring.exposure import exposed, points_to
from autograder.authoring.publication import (
    COLAB,
    Publication,
    bring_up_to_date,
    out_of_step,
    publication_of,
)
from autograder.course import Course
from autograder.errors import CourseError

BADGE = f"[![Open in Colab]({COLAB}assets/colab-badge.svg)]"
PUBLIC = Publication("ada/keras", "main", "pip install x --quiet")


def _add_lines(course: Course, badge: str, install: str) -> Path:
    path = course.source("one") / "lesson.ipynb"
    notebook = json.loads(path.read_text())
    text = f"# One lesson\n\n{badge}\n\nSee [Colab]({COLAB}notebooks/x.ipynb)."
    notebook["cells"][0]["source"] = text.splitlines(keepends=True)
    notebook["cells"][1]["source"] = f"import math\nINSTALL = {install}  # why\nprint(INSTALL)"
    path.write_text(json.dumps(notebook, indent=1) + "\n")
    return path


def _texts(path: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(path.read_text())["cells"]]


@pytest.mark.parametrize("install", ['"pip install old"', "'pip install old'"])
@pytest.mark.parametrize("address", ["github/OWNER/NAME/blob/main/a/b.ipynb", ""])
def test_badge_and_install_line_become_the_settings(
    small_course: Course, address: str, install: str
) -> None:
    path = _add_lines(small_course, f"{BADGE}({COLAB}{address})", install)
    assert len(out_of_step(small_course, "one", PUBLIC)) == 1
    assert bring_up_to_date(small_course, "one", PUBLIC) == [path]
    lesson, setup, *_ = _texts(path)
    assert f"{BADGE}({COLAB}github/ada/keras/blob/main/assignments/one/lesson.ipynb)" in lesson
    assert f"[Colab]({COLAB}notebooks/x.ipynb)" in lesson
    assert setup == 'import math\nINSTALL = "pip install x --quiet"  # why\nprint(INSTALL)'
    assert out_of_step(small_course, "one", PUBLIC) == []


def test_a_notebook_that_is_up_to_date_is_not_written(small_course: Course) -> None:
    path = _add_lines(small_course, f"{BADGE}({COLAB})", '"pip install old"')
    bring_up_to_date(small_course, "one", PUBLIC)
    before = path.read_bytes(), path.stat().st_mtime_ns
    assert bring_up_to_date(small_course, "one", PUBLIC) == []
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_only_the_two_lines_of_the_file_change(small_course: Course) -> None:
    path = _add_lines(small_course, f"{BADGE}({COLAB})", '"pip install old"')
    before = path.read_text().splitlines()
    bring_up_to_date(small_course, "one", PUBLIC)
    after = path.read_text().splitlines()
    changed = [a for a, b in zip(after, before, strict=True) if a != b]
    assert len(changed) == 2


def test_without_a_repository_the_badge_opens_colab_itself(small_course: Course) -> None:
    path = _add_lines(small_course, f"{BADGE}({COLAB}github/o/n/blob/main/x.ipynb)", '"x"')
    bring_up_to_date(small_course, "one", Publication())
    assert f"{BADGE}({COLAB})" in _texts(path)[0]


def test_a_release_has_colabs_metadata(small_course: Course) -> None:
    built: Any = json.loads(build_release(small_course, "one")["lesson.ipynb"])
    assert built["metadata"]["colab"] == {"name": "lesson.ipynb", "provenance": []}
    assert built["metadata"]["kernelspec"]["name"] == "python3"


@pytest.mark.parametrize(
    "settings",
    [
        {"repository": "https://github.com/ada/keras"},
        {"repository": "ada"},
        {"install": 'pip install "x"'},
        {"install": "pip\ninstall"},
        {"install": ""},
        {"repository": 3},
    ],
)
def test_a_setting_that_fits_no_notebook_is_refused(settings: dict[str, object]) -> None:
    with pytest.raises(CourseError, match="CoursePublication"):
        publication_of(Config(CoursePublication=settings))


def test_the_settings_are_read_from_the_configuration() -> None:
    config = Config(CoursePublication={"repository": "ada/keras", "branch": "2026"})
    found = publication_of(config)
    assert (found.repository, found.branch) == ("ada/keras", "2026")


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/ada/keras",
        "https://github.com/Ada/Keras.git/",
        "https://token@github.com/ada/keras.git",
        "git@github.com:ada/keras.git",
        "ssh://git@github.com:22/ada/keras",
        "git://www.github.com/ada/keras.git",
    ],
)
def test_one_repository_is_recognised_however_it_is_spelled(address: str) -> None:
    assert points_to(address, "ada/keras")


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/ada/keras-private",
        "https://github.com/bob/ada/keras",
        "https://gitlab.com/ada/keras",
        "/srv/git/ada/keras",
        "",
    ],
)
def test_another_repository_is_another(address: str) -> None:
    assert not points_to(address, "ada/keras")


def test_answers_in_the_badges_repository_are_told(small_course: Course) -> None:
    def git(*arguments: str) -> None:
        subprocess.run(["git", "-C", str(small_course.root), *arguments], check=True)

    git("init", "--quiet")
    git("remote", "add", "origin", "git@github.com:ada/keras.git")
    assert exposed(small_course, "ada/keras") == []  # nothing is tracked yet
    git("add", "source")
    (told,) = exposed(small_course, "ada/keras")
    assert "source" in told and "solutions" not in told
    assert exposed(small_course, "ada/keras-exercises") == []
    assert exposed(small_course, "") == []


def test_a_folder_that_is_no_repository_exposes_nothing(small_course: Course) -> None:
    assert exposed(small_course, "ada/keras") == []
