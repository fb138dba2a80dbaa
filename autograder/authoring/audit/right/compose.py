"""Variants out of operators: each by itself first, then several on top of each other at random."""

import random
from collections.abc import Iterator, Sequence
from itertools import islice

from autograder.authoring.audit.right.catalogue import OPERATORS
from autograder.authoring.audit.right.notebook import Edit, Notebook
from autograder.authoring.audit.right.operators import Operator
from autograder.authoring.audit.variants import Kind, Solution, Variant

FEWEST, MOST = 2, 5
"""Operators in a composed variant."""

DRAWS = 60
"""Operators that are looked at for one composed variant; some fit few notebooks."""

IN_VAIN = 200
"""Composed variants in a row that were there already, after which there are no more to find."""


def right_answers(
    solution: Solution, count: int, seed: int, *, exclude: frozenset[str] = frozenset()
) -> list[Variant]:
    """``count`` different right answers, or fewer where the solution has less to vary.

    The first ones are made by one operator each, and every operator that fits is there; where
    those alone are more than ``count``, half of the variants are single ones that ``seed`` draws.
    The rest are composed of several. ``exclude`` holds "operator" or "operator:cell" for spellings
    that an exercise's text forbids. The same arguments give the same variants.
    """
    chance = random.Random(f"{solution.assignment} {seed}")
    found = _distinct(_variants(solution, chance, count, exclude))
    return list(islice(found, count))


def _variants(
    solution: Solution, chance: random.Random, count: int, exclude: frozenset[str]
) -> Iterator[Variant]:
    start = Notebook.of(solution)
    singles = [(one, edits) for one in OPERATORS if (edits := one.made(start, exclude))]
    if len(singles) > count:
        singles = chance.sample(singles, (count + 1) // 2)
    for operator, edits in singles:
        yield _variant(start, [(operator, chance.choice(edits))])
    deck = _deck(chance)
    while singles:
        yield _composed(start, chance, deck, exclude)


def _deck(chance: random.Random) -> Iterator[Operator]:
    """Operators without end, each of them once before any comes again."""
    while True:
        yield from chance.sample(OPERATORS, len(OPERATORS))


def _composed(
    start: Notebook, chance: random.Random, deck: Iterator[Operator], exclude: frozenset[str]
) -> Variant:
    """A variant of several operators, those on bare text last."""
    wanted = chance.randint(FEWEST, MOST)
    made: list[tuple[Operator, Edit]] = []
    last: Operator | None = None
    for operator in islice(deck, DRAWS):
        if operator.last:
            last = last or operator
        else:
            _add(start, made, operator, chance, exclude)
        if len(made) + (last is not None) >= wanted:
            break
    if last is not None:
        _add(start, made, last, chance, exclude)
    return _variant(start, made)


def _add(
    start: Notebook,
    made: list[tuple[Operator, Edit]],
    operator: Operator,
    chance: random.Random,
    exclude: frozenset[str],
) -> None:
    """One more edit on top of those that are made, where the operator fits and is not there yet."""
    notebook = start.with_texts(_texts(made))
    edits = operator.made(notebook, exclude)
    if edits and not any(operator is used for used, _ in made):
        made.append((operator, chance.choice(edits)))


def _texts(made: Sequence[tuple[Operator, Edit]]) -> dict[str, str]:
    return {cell: text for _, edit in made for cell, text in edit.texts.items()}


def _variant(start: Notebook, made: Sequence[tuple[Operator, Edit]]) -> Variant:
    texts = _texts(made)
    return Variant(
        kind=Kind.RIGHT,
        operators=tuple(operator.name for operator, _ in made),
        cell=next((cell for _, edit in made for cell in edit.texts), ""),
        change="; ".join(" ".join(edit.says.split()) for _, edit in made),
        cells={page.name: texts[page.name] for page in start.pages if page.name in texts},
    )


def _distinct(variants: Iterator[Variant]) -> Iterator[Variant]:
    """Those whose cells and whose names were not there before, until there are no more."""
    cells, names, in_vain = set[tuple[tuple[str, str], ...]](), set[str](), 0
    for variant in variants:
        key = tuple(variant.cells.items())
        if not key or key in cells or variant.name in names:
            in_vain += 1
            if in_vain > IN_VAIN:
                return
            continue
        in_vain = 0
        cells.add(key)
        names.add(variant.name)
        yield variant
