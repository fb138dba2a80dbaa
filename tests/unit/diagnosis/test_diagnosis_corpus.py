"""The corpus is what it is said to be, and a few of its programs get the findings they state.

benchmarks/diagnosis.py runs all of it and reports precision and recall (docs/diagnosis.md).
"""

import random
from collections import Counter
from types import ModuleType

import pytest

from autograder.diagnosis import RULES

SEED, SAMPLE = 7, 10


def test_every_rule_is_broken_by_two_programs_of_the_tuned_part(corpus: ModuleType):
    broken = Counter(id for one in corpus.programs("tuned") for id in one.faults)
    assert {rule.id for rule in RULES} == {id for id, count in broken.items() if count >= 2}


def test_there_are_as_many_programs_of_each_kind_as_was_asked_for(corpus: ModuleType):
    every = [one for part in corpus.PARTS for one in corpus.programs(part)]
    faulty = [one for one in every if one.faults]
    assert len(faulty) >= 120
    assert len(every) - len(faulty) >= 120
    assert sum(len(one.faults) >= 2 for one in faulty) >= 30
    assert sum(bool(one.looks) for one in every if not one.faults) >= 40


def test_headers_name_rules_that_exist_and_a_name_occurs_once(corpus: ModuleType):
    ids = {rule.id for rule in RULES}
    names = []
    for one in corpus.programs("tuned"):
        assert one.faults | one.also | one.looks <= ids, one.name
        assert not (one.faults and one.looks), one.name
        names.append(one.name)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("place", range(SAMPLE))
def test_a_program_gets_the_findings_that_it_states(corpus: ModuleType, place: int):
    program = random.Random(SEED).sample(list(corpus.programs("tuned")), SAMPLE)[place]
    told = corpus.told(program)
    assert not told.missed, (program.name, told.error)
    assert not told.false, (program.name, told.error)
