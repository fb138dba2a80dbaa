"""The store says what it holds, finds what is damaged, and clears what nothing names."""

import json
import os
import time
from pathlib import Path

import numpy as np
import pytest

from autograder.cli.store import list_command, prune_command, verify_command
from autograder.evidence.arrays import pack
from autograder.evidence.shelves import damaged, entries, prune
from autograder.evidence.store import Store

ONE, OTHER = pack(np.arange(6.0)), pack(np.ones(4))
RUN, LATER, ASKED = "a" * 64, "b" * 64, "c" * 64
DAY_S = 86_400.0


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(str(tmp_path / "store"))
    for blob in (ONE, OTHER):
        made.put_blob(blob)
    made.put_run(RUN, {"models": {"x": {"weights": [{"blob": ONE.digest}]}}, "raw": "d" * 64})
    made.put_run(LATER, {"snapshots": {}})
    made.put_predictions(ASKED, [OTHER.digest])
    return made


def aged(store: Store, days: float, *keys: str) -> None:
    for entry in entries(store):
        if not keys or entry.key in keys:
            then = time.time() - days * DAY_S
            os.utime(entry.path, (then, then))


def kinds(store: Store) -> list[str]:
    return sorted(entry.kind for entry in entries(store))


def test_every_file_is_listed_with_its_kind(store: Store) -> None:
    assert kinds(store) == ["arrays", "arrays", "predictions", "runs", "runs"]
    assert {entry.key for entry in entries(store)} == {ONE.digest, OTHER.digest, RUN, LATER, ASKED}
    assert damaged(store) == []


def test_an_empty_store_has_nothing(tmp_path: Path) -> None:
    assert list(entries(Store(str(tmp_path / "none")))) == []


@pytest.mark.parametrize("key", [RUN, ASKED, ONE.digest])
def test_a_flipped_bit_is_found(store: Store, key: str) -> None:
    (path,) = [Path(entry.path) for entry in entries(store) if entry.key == key]
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)
    assert key in {entry.key for entry, _ in damaged(store)}


@pytest.mark.parametrize(("lost", "names"), [(ONE.digest, RUN), (OTHER.digest, ASKED)])
def test_what_names_a_lost_array_is_found(store: Store, lost: str, names: str) -> None:
    (path,) = [Path(entry.path) for entry in entries(store) if entry.key == lost]
    path.unlink()
    assert [entry.key for entry, _ in damaged(store)] == [names]


def test_old_runs_go_and_then_the_arrays_that_nothing_names(store: Store) -> None:
    aged(store, 10)
    aged(store, 1, LATER, ASKED)
    assert prune(store, older_than_s=5 * DAY_S, dry_run=True).files == {"runs": 1, "arrays": 1}
    assert len(kinds(store)) == 5
    assert prune(store, older_than_s=5 * DAY_S).files == {"runs": 1, "arrays": 1}
    assert {entry.key for entry in entries(store)} == {LATER, ASKED, OTHER.digest}
    assert damaged(store) == []


def test_what_a_grader_has_just_written_stays(store: Store) -> None:
    aged(store, 10, RUN, LATER, ASKED)
    assert prune(store, older_than_s=5 * DAY_S).files == {"runs": 2, "predictions": 1}
    assert kinds(store) == ["arrays", "arrays"]


def test_a_torn_write_goes_when_it_is_old(store: Store, tmp_path: Path) -> None:
    torn = tmp_path / "store" / "runs" / "aa" / f"{RUN}.json.7-7-x.tmp"
    torn.write_bytes(b"half")
    assert prune(store, older_than_s=5 * DAY_S).files == {}
    aged(store, 1, RUN)
    assert prune(store, older_than_s=5 * DAY_S).files == {"temporary": 1}


def test_the_commands_say_what_they_found(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = str(tmp_path / "store")
    assert list_command(tmp_path, place, as_json=True) == 0
    assert json.loads(capsys.readouterr().out)["runs"]["files"] == 2
    assert verify_command(tmp_path, place, repair=False, as_json=True) == 0
    assert json.loads(capsys.readouterr().out) == {"files": 5, "damaged": [], "removed": False}
    (path,) = [Path(entry.path) for entry in entries(store) if entry.key == RUN]
    path.write_bytes(b"x" * 80)
    assert verify_command(tmp_path, place, repair=False, as_json=False) == 1
    assert "4 of 5 files are whole. Run again with --repair" in capsys.readouterr().out
    assert verify_command(tmp_path, place, repair=True, as_json=False) == 0
    assert not path.exists()
    capsys.readouterr()
    aged(store, 10)
    assert prune_command(tmp_path, place, 5, dry_run=False, as_json=False) == 0
    assert capsys.readouterr().out.startswith("2 arrays, 1 predictions, 1 runs removed")
