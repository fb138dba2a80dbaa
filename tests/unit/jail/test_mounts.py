"""The outer wall's arguments: an allow-list, for the root user and for an ordinary one."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.jail import mounts
from autograder.jail.inside import warm_parent

WORK = (
    "autograder.jail.inside.bootstrap",
    "autograder.jail.inside.work",
    "autograder.recorder.saved",
)
"""What the jail imports of this package beside the warm parent's list."""


def given(*, root: bool) -> list[str]:
    return mounts.arguments(mounts.this_interpreter(), 9, root=root)


@pytest.mark.parametrize("root", [True, False])
def test_the_host_is_never_bound_as_a_whole(root: bool) -> None:
    options = given(root=root)
    bound = [options[i + 1] for i, word in enumerate(options) if word.startswith("--ro-bind")]
    assert "/" not in bound
    assert "/etc" not in bound
    assert "/home" not in bound
    assert options.count("--bind") == 0


@pytest.mark.parametrize("root", [True, False])
def test_the_checks_and_the_gradebook_code_are_not_in_the_jail(root: bool) -> None:
    text = " ".join(given(root=root))
    for part in ("autograder/checks", "autograder/grading", "autograder/gradebook", "tests"):
        assert f"/opt/autograder/{part}" not in text


def test_every_visible_part_of_the_package_exists() -> None:
    assert all((mounts.PACKAGE / part).exists() for part in mounts.VISIBLE)


def test_what_the_jail_imports_is_visible_in_it() -> None:
    visible = {
        path
        for part in mounts.VISIBLE
        for path in [mounts.PACKAGE / part, *(mounts.PACKAGE / part).rglob("*.py")]
    }
    seen: set[Path] = set()
    left = [path for name in (*WORK, *warm_parent.MODULES) for path in _files(name)]
    while left:
        path = left.pop()
        assert path in visible, f"{path} is imported in the jail and not mounted"
        if path not in seen:
            seen.add(path)
            left += [found for name in _imported(path) for found in _files(name)]
    assert len(seen) > len(WORK)


def _files(module: str) -> list[Path]:
    place = mounts.PACKAGE.parent.joinpath(*module.split("."))
    return [p for p in (place.with_suffix(".py"), place / "__init__.py") if p.is_file()]


def _imported(path: Path) -> Iterator[str]:
    """The modules of this package that importing ``path`` imports; a name in one may be another."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("autograder"):
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_an_ordinary_user_gets_a_user_namespace_and_root_none() -> None:
    assert "--unshare-all" in given(root=False)
    assert "--unshare-all" not in given(root=True)
    assert "--unshare-net" in given(root=True)


@pytest.mark.parametrize("root", [True, False])
def test_data_is_bound_read_only_and_only_when_there_is_some(root: bool, tmp_path: Path) -> None:
    interpreter = mounts.this_interpreter()
    options = mounts.arguments(interpreter, 9, root=root, data=tmp_path)
    place = options.index(str(tmp_path))
    assert options[place - 1 : place + 2] == ["--ro-bind", str(tmp_path), mounts.DATA]
    assert mounts.DATA not in given(root=root)
