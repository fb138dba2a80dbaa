"""Mutated notebooks through the whole intake: no exception, no hang, no memory above the cap.

``AUTOGRADER_SOAK_INPUTS`` (default 2,000) inputs from ``AUTOGRADER_SOAK_SEED`` (default 0) on; each
failure names its seed. Every 200th is turned into a feedback page too.
"""

import json
import os
import resource
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.filterwarnings("ignore::Warning")

INPUTS = int(os.environ.get("AUTOGRADER_SOAK_INPUTS", "2000"))
FIRST = int(os.environ.get("AUTOGRADER_SOAK_SEED", "0"))
DEADLINE_S = 20.0
"""For an input of some hundred kilobytes that takes 10 ms as a rule; a hang, not a slow machine."""
PAGE_DEADLINE_S = 60.0
MEMORY_BYTES = 1024**3
"""More than the process had before the first input."""
PAGES = 200
MOST_TOLD = 10


def test_no_mutated_notebook_makes_intake_raise_hang_or_swell(
    tmp_path: Path, mutations: Any, trial: Any, bases: Any, capsys: Any
) -> None:
    import nbconvert

    exporter = nbconvert.HTMLExporter()
    source = tmp_path / "source" / "lesson.ipynb"
    folder = tmp_path / "submitted"
    source.parent.mkdir()
    folder.mkdir()
    source.write_text(json.dumps(bases.source()))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    counted: Counter[str] = Counter()
    failures: list[str] = []
    slowest = (0.0, 0)
    began = time.monotonic()
    for seed in range(FIRST, FIRST + INPUTS):
        data = mutations.mutated(seed, bases.bases())
        name = "lesson.ipynb" if seed % 20 else "Lesson (1).ipynb"
        started = time.monotonic()
        try:
            with trial.deadline(DEADLINE_S):
                counted[trial.take_in(data, folder, source, name=name)] += 1
            if seed % PAGES == 0 and (page := trial.page_of(data, folder, source)) is not None:
                with trial.deadline(PAGE_DEADLINE_S):
                    assert exporter.from_notebook_node(page)[0]
                counted["pages"] += 1
        except Exception as error:  # each one is a finding; the campaign goes on
            failures.append(f"seed {seed}: {type(error).__name__}: {str(error)[:200]}")
        slowest = max(slowest, (time.monotonic() - started, seed))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before
    with capsys.disabled():
        print(
            f"\n{INPUTS} inputs in {time.monotonic() - began:.0f} s, {dict(counted)}, slowest "
            f"{slowest[0]:.2f} s (seed {slowest[1]}), memory +{peak // 1024**2} MiB, "
            f"{len(failures)} failures"
        )
    assert not failures, "\n".join(failures[:MOST_TOLD])
    assert peak < MEMORY_BYTES
    assert counted["repaired"] and counted["unreadable"]
