"""The documentation site: every page can be reached, and no link leads nowhere. No network."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[3]
DOCS = REPOSITORY / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?[^)]*\)")
FENCED = re.compile(r"^ {0,3}```.*?^ {0,3}```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`|^(?: {4}|\t).*$", re.MULTILINE)


class Plain(yaml.SafeLoader):
    """Reads mkdocs.yml without the objects that its tags would name."""


Plain.add_multi_constructor("tag:yaml.org,2002:python/", lambda loader, suffix, node: suffix)


def navigated(entry: Any) -> Iterator[str]:
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, dict):
        for value in entry.values():
            yield from navigated(value)
    else:
        for one in entry:
            yield from navigated(one)


def nav() -> list[str]:
    text = (REPOSITORY / "mkdocs.yml").read_text(encoding="utf-8")
    return list(navigated(yaml.load(text, Plain)["nav"]))


def test_every_page_is_in_the_navigation_once() -> None:
    assert sorted(nav()) == sorted(page.relative_to(DOCS).as_posix() for page in PAGES)


def anchors(page: Path) -> set[str]:
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    heads = re.findall(r"^#+\s+(.*?)\s*$", text, re.MULTILINE)
    plain = (re.sub(r"[^\w\s-]", "", head.replace("`", "")).strip().lower() for head in heads)
    return {re.sub(r"[\s]+", "-", head) for head in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_every_relative_link_resolves_inside_the_site(page: Path) -> None:
    text = CODE.sub("", FENCED.sub("", page.read_text(encoding="utf-8")))
    broken = []
    for target in LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = unquote(target).partition("#")
        found = (page.parent / name).resolve() if name else page
        there = found.is_file() and found.is_relative_to(DOCS)
        heads = anchors(found) if there and found.suffix == ".md" else set()
        if not there or (anchor and anchor not in heads):
            broken.append(target)
    assert broken == []


COMMAND = re.compile(r"^autograder (\w+)", re.MULTILINE)


@pytest.mark.parametrize("page", sorted((DOCS / "tutorials").glob("*.md")), ids=lambda p: p.stem)
def test_tutorials_name_commands_that_exist(page: Path) -> None:
    import typer.main

    from autograder.cli.app import app

    group: Any = typer.main.get_command(app)
    named = set(COMMAND.findall(page.read_text(encoding="utf-8")))
    assert named <= set(group.commands)
