"""The outer wall's arguments: an allow-list, for the root user and for an ordinary one."""

import pytest

from autograder.jail import mounts


def given(*, root: bool) -> list[str]:
    return mounts.arguments(mounts.this_interpreter(), 9, root=root, broad=False)


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


def test_an_ordinary_user_gets_a_user_namespace_and_root_none() -> None:
    assert "--unshare-all" in given(root=False)
    assert "--unshare-all" not in given(root=True)
    assert "--unshare-net" in given(root=True)
