"""Markdown tables of results.json. A step that was not measured has no row."""

from collections.abc import Iterator, Sequence

from courses import BUILD
from results import Results, Values
from turns import TURN, mean_of

WAYS = {
    "grade": "`autograder grade`",
    "cluster": "`autograder grade --scheduler`, two workers",
    "engine": "`nbgrader autograde`, our engine",
    "stock": "`nbgrader autograde`, stock",
    "otter": "`otter run`",
}
LARGE = 1000
TARGETS = {"regrade": 20.0, "resubmission": 0.020, "flat": 0.15, "export": 10.0}


def tables(results: Results) -> str:
    """All tables, one after the other."""
    parts = [_classes(results), _jobs(results), _parts(results), _grader(results)]
    parts += [_regrade(results), _size(results), _start(results)]
    return "\n".join(part for part in parts if part)


def _classes(results: Results) -> str:
    rows = []
    for assignment in BUILD:
        ours = mean_of(results, f"classes/{assignment}/grade")
        for way, name in WAYS.items():
            found = mean_of(results, f"classes/{assignment}/{way}")
            if found is not None:
                rows.append([assignment, name, *_class_row(found, ours, way == "cluster")])
    head = ["assignment", "way", "submissions", "wall, all", "wall, each", "CPU, each"]
    note = (
        "Each is the command's whole cost, its start included, by its submissions. Where the "
        "numbers of submissions differ, only the columns named *each* compare. Ours is graded "
        "before and after all other ways.\n"
    )
    return _table("Classes", [*head, "times our wall time", "times our CPU"], rows, note)


def _class_row(found: Values, ours: Values | None, elsewhere: bool) -> list[str]:
    ratios = ["", ""]
    if ours is not None:
        ratios = [f"{found[k] / ours[k]:.1f}" for k in ("wall_s_each", "cpu_s_each")]
    times = [f"{found['wall_s']:.1f} s", f"{found['wall_s_each']:.2f} s"]
    if elsewhere:  # the workers' CPU is not the command's
        return [_number(found), *times, "", ratios[0], ""]
    return [_number(found), *times, f"{found['cpu_s_each']:.2f} s", *ratios]


def _number(found: Values) -> str:
    turns = found["turns"]
    return f"{found['submissions']:,}" + (f", mean of {turns} turns" if turns > 1 else "")


def _jobs(results: Results) -> str:
    rows = []
    start = results.get("jobs/start")
    if start is not None:
        rows += [
            ["warm parent: start, once per command", f"{start['warm_s']:.1f} s"],
            ["fork to the first line in the jail", _ms(start["started_s"])],
            ["a whole one-line notebook, wall", _ms(start["one_line_wall_s"])],
        ]
    for assignment in BUILD:
        found = results.get(f"jobs/{assignment}")
        if found is not None:
            above = found["jail_cpu_s"] - found["bare_cpu_s"]
            memory = found["memory_bytes"]
            more = (memory[-1] - memory[1]) / (len(memory) - 2)
            rows += [
                [f"{assignment}: CPU bare in a warm fork", f"{found['bare_cpu_s']:.2f} s"],
                [f"{assignment}: CPU in the jail, recorded", f"{found['jail_cpu_s']:.2f} s"],
                [f"{assignment}: CPU above the bare training", f"{above:+.2f} s"],
                [f"{assignment}: memory (PSS), idle", f"{memory[0] / 2**20:.0f} MiB"],
                [f"{assignment}: the first job", f"{(memory[1] - memory[0]) / 2**20:.0f} MiB"],
                [f"{assignment}: one more job, mean", f"{more / 2**20:.0f} MiB"],
            ]
    return _table("Single jobs", ["measure", "value"], rows)


PARTS = {
    "_prepare": "work folder",
    "make_shell": "shell",
    "_seed": "seeds",
    "_watch_fits": "watching fits",
    "_run_cell": "cells",
    "take_snapshot": "snapshots",
    "record_model": "of them, models",
    "run_notebook": "whole run in the recorder",
}


def _parts(results: Results) -> str:
    start = results.get("jobs/start")
    names = [name for name in BUILD if results.get(f"jobs/{name}") is not None]
    if start is None or not names:
        return ""
    rows = [["fork, walls, end", *(_ms(start["walls_cpu_s"]) for _ in names)]]
    for key, title in PARTS.items():
        found = [results.steps[f"jobs/{name}"]["parts_cpu_s"].get(key, 0.0) for name in names]
        rows.append([title, *map(_ms, found)])
    for key in ("jail_cpu_s", "bare_cpu_s"):
        title = "job in the jail, in all" if key == "jail_cpu_s" else "the cells, bare"
        rows.append([title, *(_ms(results.steps[f"jobs/{name}"][key]) for name in names)])
    return _table("Where a job's CPU goes", ["part", *names], rows)


def _grader(results: Results) -> str:
    found = results.get("grader/profile")
    if found is None:
        return ""
    both = found["first"], found["stored"]
    names = dict.fromkeys([*both[0]["parts_cpu_s_each"], *both[1]["parts_cpu_s_each"]])
    rows = [
        [name, *(_ms(one["parts_cpu_s_each"].get(name, 0.0), 2) for one in both)] for name in names
    ]
    rows.append(["all of it", *(_ms(one["cpu_s_each"], 2) for one in both)])
    title = "CPU of the grader's own process, for one submission"
    return _table(title, ["part", "first time", "stored"], rows)


def _regrade(results: Results) -> str:
    found = results.get("grader/regrade")
    if found is None:
        return ""
    again, few, marginal = found["again"], found["again_few"], found["again_marginal_wall_s"]
    number = again["submissions"]
    limit, each = TARGETS["regrade"], TARGETS["resubmission"]
    return _table(
        f"{number} stored submissions",
        ["measure", "value", "target for 1,000"],
        [
            ["a threshold changed", f"{found['threshold']['wall_s']:.1f} s", f"{limit:g} s"],
            ["a check changed", f"{found['check']['wall_s']:.1f} s", f"{limit:g} s"],
            ["nothing changed, whole command", f"{again['wall_s']:.1f} s", ""],
            ["the same, each", _ms(again["wall_s_each"], 1), _ms(each)],
            [f"each beyond {few['submissions']}", _ms(marginal, 1), _ms(each)],
        ],
    )


def _size(results: Results) -> str:
    rows = []
    for database in ("sqlite", "postgres"):
        found = sized(results, database)
        for one in found:
            rows.append(
                [
                    database,
                    _number(one),
                    f"{one['wall_s']:.0f} s",
                    _ms(one["wall_s_each"], 1),
                    _ms(beyond(one), 1),
                    f"{beyond(one) / beyond(found[0]) - 1:+.0%}",
                    _second_half(one),
                    f"{one['export_wall_s']:.1f} s",
                    f"{one['export_stock_wall_s']:.1f} s",
                ]
            )
    head = ["gradebook", "submissions", "wall", "each", "each without the start"]
    head += [
        "against the smallest",
        "second half against the first",
        "export",
        "export, nbgrader's own",
    ]
    note = (
        "The start is what the command takes for one submission. The smallest class is graded "
        "before and after each other one. Targets: within "
        f"{TARGETS['flat']:.0%} of the smallest; 10,000 exported within {TARGETS['export']:g} s.\n"
    )
    return _table("Size of the class", head, rows, note)


def _second_half(one: Values) -> str:
    """Records are written in batches: of a small class this tells nothing."""
    large = "second_half" in one and one["submissions"] >= LARGE
    return f"{one['second_half'] - 1:+.0%}" if large else ""


def sized(results: Results, database: str) -> list[Values]:
    """The measured sizes on one database, small to large, each the mean of its turns."""
    names = [name for name in results.steps if name.startswith(f"size/{database}/")]
    found = [mean_of(results, name) for name in names if TURN not in name]
    return sorted((one for one in found if one), key=lambda step: int(step["submissions"]))


def beyond(step: Values) -> float:
    """Wall seconds for each submission, without what the command takes for a single one.

    Two of them were graded before, so the command ran three less than the class has, net of it.
    """
    return float((step["wall_s"] - step["start_wall_s"]) / (step["submissions"] - 3))


def _start(results: Results) -> str:
    return _table("What a person waits for", ["measure", "value"], list(_start_rows(results)))


def _start_rows(results: Results) -> Iterator[list[str]]:
    told = results.get("start/help")
    if told is not None:
        yield ["`autograder --help`, best", f"{told['best_wall_s']:.2f} s"]
    score = results.get("start/score")
    if score is not None:
        yield ["`import tensorflow`", f"{score['import_wall_s']:.1f} s"]
        yield ["the training of a2, warm", f"{score['training_wall_s']:.1f} s"]
        yield ["`autograder score` of a2, from cold", f"{score['score_wall_s']:.1f} s"]
        told_s = f"{score['above_wall_s']:+.1f} s (target: {score['allowed_s']:g} s)"
        yield ["above import and training", told_s]
    visible = results.get("start/visible")
    for cell, found in (visible["cells"] if visible else {}).items():
        times = f"{_ms(found['median_s'], 1)}; {_ms(found['first_s'], 1)} the first time"
        yield [f"visible check `{cell}`", times]


def _table(title: str, head: Sequence[str], rows: list[list[str]], note: str = "") -> str:
    if not rows:
        return ""
    lines = [f"### {title}\n", _line(head), _line(["---"] * len(head)), *map(_line, rows)]
    return "\n".join(lines) + "\n" + (f"\n{note}" if note else "")


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _ms(seconds: float, digits: int = 0) -> str:
    return f"{1000 * seconds:,.{digits}f} ms"
