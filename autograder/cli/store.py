"""``autograder store``: what the evidence store holds, whether it is whole, and clearing it."""

import json
from collections import Counter
from pathlib import Path

from autograder.cli import printing
from autograder.cli.commands import opened_course
from autograder.cli.terminal import console, line
from autograder.evidence.shelves import KINDS, damaged, entries, prune, remove
from autograder.evidence.store import Store
from autograder.grading.classroom import default_store

MIB = 1024**2
DAY_S = 86_400.0


def list_command(root: Path, url: str, as_json: bool) -> int:
    """Prints how many files of each kind there are, and how large they are."""
    place = _place(root, url)
    count: Counter[str] = Counter()
    size: Counter[str] = Counter()
    for entry in entries(Store(place)):
        count[entry.kind] += 1
        size[entry.kind] += entry.size
    kinds = [*KINDS, *(["temporary"] if count["temporary"] else [])]
    if as_json:
        told = {kind: {"files": count[kind], "bytes": size[kind]} for kind in kinds}
        print(json.dumps({"store": place, **told}, indent=2))
        return 0
    rows = printing.table()
    rows.add_column("")
    for title in ("files", "MiB"):
        rows.add_column(title, justify="right", no_wrap=True)
    for kind in kinds:
        rows.add_row(kind, f"{count[kind]:,}", f"{size[kind] / MIB:,.1f}")
    out = console()
    line(out, place)
    out.print(rows)
    return 0


def verify_command(root: Path, url: str, repair: bool, as_json: bool) -> int:
    """Reads every file; 1 when one is damaged and was not removed."""
    store = Store(_place(root, url))
    total = sum(entry.kind != "temporary" for entry in entries(store))
    with printing.progress("Reading the store", total) as advance:
        found = damaged(store, advance)
    if repair:
        for entry, _ in found:
            remove(store, entry)
    if as_json:
        told = [{"path": entry.path, "reason": reason} for entry, reason in found]
        print(json.dumps({"files": total, "damaged": told, "removed": repair}, indent=2))
        return int(bool(found) and not repair)
    out = console()
    for entry, reason in found:
        line(out, f"✗ {entry.path}: {reason}")
    after = " They were removed: what needs them runs again." if found and repair else ""
    hint = " Run again with --repair to remove them." if found and not repair else ""
    line(out, f"{total - len(found):,} of {total:,} files are whole.{after}{hint}")
    return int(bool(found) and not repair)


def prune_command(root: Path, url: str, days: float, dry_run: bool, as_json: bool) -> int:
    """Removes old runs, and the arrays that nothing names."""
    found = prune(Store(_place(root, url)), older_than_s=days * DAY_S, dry_run=dry_run)
    if as_json:
        told = {"files": dict(found.files), "bytes": found.size, "dry_run": dry_run}
        print(json.dumps(told, indent=2))
        return 0
    parts = ", ".join(f"{count:,} {kind}" for kind, count in sorted(found.files.items()))
    would = "would be removed" if dry_run else "removed"
    print(f"{parts or 'nothing'} {would}, {found.size / MIB:,.1f} MiB.")
    return 0


def _place(root: Path, url: str) -> str:
    course, _ = opened_course(root)
    return str(url or default_store(course))
