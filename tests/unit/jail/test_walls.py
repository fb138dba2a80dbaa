"""The doctor names what refuses user namespaces, and the command that lets them."""

from pathlib import Path

import pytest

from autograder.jail.walls import namespaces_refused_by


@pytest.mark.parametrize(
    ("file", "text", "cause", "mend"),
    [
        ("proc/sys/user/max_user_namespaces", "0", "sysctl", "user.max_user_namespaces"),
        ("proc/sys/kernel/unprivileged_userns_clone", "0\n", "sysctl", "userns_clone=1"),
        ("proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n", "AppArmor", "apparmor"),
        (".dockerenv", "", "Docker", "docker run"),
        ("run/.containerenv", "", "Podman", "docker run"),
    ],
)
def test_each_cause_has_its_name_and_its_command(
    tmp_path: Path, file: str, text: str, cause: str, mend: str
) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    found = namespaces_refused_by(tmp_path)
    assert cause in found[0]
    assert mend in found[1]


def test_settings_that_allow_them_are_no_cause(tmp_path: Path) -> None:
    kernel = tmp_path / "proc/sys/kernel"
    kernel.mkdir(parents=True)
    (kernel / "apparmor_restrict_unprivileged_userns").write_text("0\n")
    (kernel / "unprivileged_userns_clone").write_text("1\n")
    assert namespaces_refused_by(tmp_path)[0] == "the kernel refuses them"
