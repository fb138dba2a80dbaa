"""Plots of results.json as SVG: plain, told apart without colour."""

from pathlib import Path
from typing import Any

import matplotlib
from courses import BUILD
from results import Results
from tables import WAYS, beyond, sized
from turns import mean_of

matplotlib.use("svg")

import matplotlib.pyplot as plt

GREYS = ("0.2", "0.4", "0.6", "0.8", "0.97")
HATCHES = ("", "\\\\", "//", "..", "xx")
LINES = {"sqlite": ("o-", "SQLite"), "postgres": ("s--", "PostgreSQL")}


def draw(results: Results, folder: Path) -> list[Path]:
    """Every plot that there are figures for; the files written."""
    plt.rcParams.update(
        {"svg.hashsalt": "autograder", "svg.fonttype": "path", "font.size": 10, "figure.dpi": 100}
    )
    folder.mkdir(parents=True, exist_ok=True)
    drawn = [_classes(results, folder), _size(results, folder), _parts(results, folder)]
    return [path for path in drawn if path is not None]


def _classes(results: Results, folder: Path) -> Path | None:
    figure, (wall, cpu) = plt.subplots(1, 2, figsize=(8, 3.2), layout="constrained")
    found = False
    for axes, key, title in (
        (wall, "wall_s_each", "wall time, s per submission"),
        (cpu, "cpu_s_each", "CPU, s per submission"),
    ):
        for place, (way, name) in enumerate(WAYS.items()):
            steps = [mean_of(results, f"classes/{assignment}/{way}") for assignment in BUILD]
            for group, step in enumerate(steps):
                if step is None or (way == "cluster" and key != "wall_s_each"):
                    continue  # a worker's CPU is not the command's
                bars = axes.bar(
                    group + 0.17 * place,
                    step[key],
                    0.16,
                    color=GREYS[place],
                    hatch=HATCHES[place],
                    edgecolor="black",
                    linewidth=0.8,
                    label="_" if (found and axes is cpu) or group else name.replace("`", ""),
                )
                axes.bar_label(bars, fmt="%.1f", fontsize=8, padding=1)
                found = True
        axes.set_title(title, fontsize=10)
        axes.set_xticks([0.34, 1.34], list(BUILD))
        _plain(axes)
    if found:
        figure.legend(loc="outside lower center", ncols=4, fontsize=8, frameon=False)
    return _saved(figure, folder / "classes.svg") if found else None


def _size(results: Results, folder: Path) -> Path | None:
    figure, axes = plt.subplots(figsize=(5.5, 3.2), layout="constrained")
    highest = 0.0
    for database, (style, name) in LINES.items():
        steps = sized(results, database)
        if steps:
            each = [1000 * beyond(step) for step in steps]
            highest = max(highest, *each)
            numbers = [step["submissions"] for step in steps]
            axes.plot(numbers, each, style, color="black", label=name, markerfacecolor="white")
    axes.set_xscale("log")
    ticks = sorted({one["submissions"] for name in LINES for one in sized(results, name)})
    axes.set_xticks(ticks, [f"{number:,}" for number in ticks])
    axes.minorticks_off()
    axes.set_ylim(0, 1.25 * highest or 1)
    axes.set_xlabel("submissions")
    axes.set_title("wall time without the start, ms per submission", fontsize=10)
    _plain(axes)
    if highest:
        axes.legend(frameon=False)
    return _saved(figure, folder / "size.svg") if highest else None


def _parts(results: Results, folder: Path) -> Path | None:
    found = results.get("grader/profile")
    figure, axes = plt.subplots(figsize=(7, 2.6), layout="constrained")
    if found is None:
        return _saved(figure, None)
    parts = ("intake", "run, as the grader sees it", "checks", "score", "graded notebook", "record")
    for row, kind in enumerate(("stored", "first")):
        left = 0.0
        for place, name in enumerate(parts):
            width = 1000 * found[kind]["parts_cpu_s_each"].get(name, 0.0)
            axes.barh(
                row,
                width,
                left=left,
                color=GREYS[place % 4],
                hatch=HATCHES[(place + place // 4) % 4],
                edgecolor="black",
                linewidth=0.8,
                label=name if row else "_",
            )
            left += width
    axes.set_yticks([0, 1], ["stored", "first time"])
    axes.set_title("CPU of the grader's own process, ms per submission", fontsize=10)
    _plain(axes)
    figure.legend(loc="outside lower center", ncols=3, fontsize=8, frameon=False)
    return _saved(figure, folder / "grader.svg")


def _plain(axes: Any) -> None:
    # Any: matplotlib's Axes is untyped here.
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(y=0.12)


def _saved(figure: Any, path: Path | None) -> Path | None:
    if path is not None:
        figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
    return path
