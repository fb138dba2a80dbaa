"""Every rule has its page, and no rule is written carelessly."""

from pathlib import Path

import pytest

from autograder.diagnosis import RULES, rule
from autograder.diagnosis.pages import index, page

PAGES = Path(__file__).resolve().parents[3] / "docs/rules"


@pytest.mark.parametrize("one", RULES, ids=lambda one: one.id)
def test_the_page_of_a_rule_is_current(one):
    assert (PAGES / f"{one.id}.md").read_text(encoding="utf-8") == page(one)


def test_the_index_is_current_and_no_page_is_left_over():
    assert (PAGES / "index.md").read_text(encoding="utf-8") == index()
    assert {path.stem for path in PAGES.glob("*.md")} == {"index", *(one.id for one in RULES)}


def test_ids_are_unique_and_what_a_rule_hides_exists():
    ids = [one.id for one in RULES]
    assert len(ids) == len(set(ids))
    assert {id for one in RULES for id in one.hides} <= set(ids)


@pytest.mark.parametrize("one", RULES, ids=lambda one: one.id)
def test_a_rule_speaks_in_whole_sentences(one):
    for text in (one.title, one.why, one.look):
        assert text[0].isupper() and text[-1] in ".?"
    assert set(one.needs) <= set("SMCDHAK")
    assert rule(one.id) is one
