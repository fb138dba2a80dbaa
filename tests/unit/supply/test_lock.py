"""The lock has every package that pyproject.toml asks for, in a version that it allows, with sums.

Offline: nothing is resolved here. What a resolver would add is seen because each locked package
says who asked for it.
"""

import re
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

REPOSITORY = Path(__file__).resolve().parents[3]
FOLDER = REPOSITORY / "requirements"
PYTHONS = ("3.11", "3.12", "3.13")
PROJECT = "keras-autograder"
PIN = re.compile(r"^(?P<pin>[A-Za-z0-9][\w.-]*==[^ ;\\]+)(?: ; (?P<marker>[^\\]+?))? *\\?$")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}( \\)?")

Pins = dict[str, list[tuple[Version, Marker | None]]]


def text() -> str:
    return (FOLDER / "lock.txt").read_text(encoding="utf-8")


def pins() -> Pins:
    found: Pins = defaultdict(list)
    for line in text().splitlines():
        matched = PIN.match(line)
        if matched:
            pin = Requirement(matched["pin"])
            (only,) = pin.specifier
            marker = Marker(matched["marker"]) if matched["marker"] else None
            found[canonicalize_name(pin.name)].append((Version(only.version), marker))
    return found


def asked_for() -> list[Requirement]:
    """The direct requirements of the [dev] extra, its own extras unfolded, and of the build."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    waiting, found = ["dev"], [Requirement(r) for r in project["project"]["dependencies"]]
    while waiting:
        for line in extras[waiting.pop()]:
            wanted = Requirement(line)
            if wanted.name == PROJECT:
                waiting += wanted.extras
            else:
                found.append(wanted)
    built = (FOLDER / "build.in").read_text(encoding="utf-8").splitlines()
    lines = [line for line in built if line and not line.startswith("#")]
    return [*found, *(Requirement(r) for r in [*project["build-system"]["requires"], *lines])]


def chosen(of: list[tuple[Version, Marker | None]], python: str) -> list[Version]:
    where = {"python_version": python, "python_full_version": f"{python}.0"}
    where |= {"sys_platform": "linux", "os_name": "posix", "platform_machine": "x86_64"}
    return [version for version, marker in of if marker is None or marker.evaluate(where)]


@pytest.mark.parametrize("python", PYTHONS)
def test_each_requirement_has_one_allowed_version_on_each_python(python: str) -> None:
    locked = pins()
    for wanted in asked_for():
        versions = chosen(locked.get(canonicalize_name(wanted.name), []), python)
        assert len(versions) == 1, f"{wanted} on {python}: run `make lock`"
        assert wanted.specifier.contains(versions[0]), f"{wanted}, {versions}: run `make lock`"


def test_no_package_is_locked_that_nobody_asks_for() -> None:
    names = {canonicalize_name(wanted.name) for wanted in asked_for()}
    because = re.compile(r"^(\S+)==.*?(?=^\S|\Z)", re.MULTILINE | re.DOTALL)
    for block in because.finditer(text()):
        askers = re.findall(r"#\s+(?:via\s+)?([A-Za-z0-9][\w.-]*)", block.group())
        direct = f"{PROJECT} (pyproject.toml)" in block.group() or "build.in" in block.group()
        name = canonicalize_name(block[1])
        assert not direct or name in names, f"{name} is no requirement any more: run `make lock`"
        assert direct or askers, name


def test_every_locked_package_has_sums() -> None:
    lines = text().splitlines()
    for number, line in enumerate(lines):
        if PIN.match(line):
            assert HASH.search(lines[number + 1]), line
    assert "://" not in text().replace("https://", ""), "no other place than PyPI"
    assert " @ " not in text() and "--index" not in text() and "--find-links" not in text()


def test_each_ignored_advisory_has_its_reason() -> None:
    for line in (FOLDER / "audit-ignore.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            assert re.fullmatch(r"[A-Z]+-[\w-]+ +# .{20,}", line), line
