"""Precision and recall of the diagnosis on small Keras programs, faulty and correct.

    python benchmarks/diagnosis.py                 # both parts of the corpus, Markdown tables
    python benchmarks/diagnosis.py tuned           # the part that rules were tuned on
    python benchmarks/diagnosis.py tuned --wrong   # each miss and each false alarm

Ideas of published tools are measured on the same programs (heuristics.py).
"""

import argparse
import sys
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator

from corpus import PARTS, Program, Told, programs, told
from heuristics import HEURISTICS, Heuristic

from autograder.diagnosis import RULES, Level

LEVELS = {rule.id: rule.level for rule in RULES}


def table(results: list[Told]) -> str:
    """Precision and recall for each rule."""
    right: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    false: Counter[str] = Counter()
    for one in results:
        right.update(one.program.faults & one.said)
        missed.update(one.missed)
        false.update(finding.id for finding in one.false)
    lines = [
        "| rule | level | faults | found | false alarms | recall | precision |",
        "|---" * 7 + "|",
    ]
    for rule in RULES:
        faults, found, wrong = right[rule.id] + missed[rule.id], right[rule.id], false[rule.id]
        if faults or wrong:
            shares = f"{_share(found, faults)} | {_share(found, found + wrong)}"
            lines.append(f"| {rule.id} | {rule.level} | {faults} | {found} | {wrong} | {shares} |")
    unknown = {id for one in results for id in one.program.faults} - set(LEVELS)
    lines += [f"| {id} | none | {missed[id]} | 0 | 0 | 0.00 | |" for id in sorted(unknown)]
    return "\n".join(lines)


def summary(results: list[Told]) -> str:
    """The figures that count, over all rules."""
    faults = sum(len(one.program.faults) for one in results)
    found = sum(len(one.program.faults & one.said) for one in results)
    lines = [f"- recall: {_share(found, faults)} ({found} of {faults} faults)"]
    for level in (Level.ERROR, Level.WARNING):
        right = sum(
            one.level is level and one.id in each.program.faults
            for each in results
            for one in each.findings
        )
        wrong = sum(one.level is level for each in results for one in each.false)
        told_of = f"{right} of {right + wrong} told"
        lines.append(f"- precision of {level}s: {_share(right, right + wrong)} ({told_of})")
    sound = [one for one in results if not one.program.faults]
    errors = sum(one.level is Level.ERROR for each in sound for one in each.false)
    others = sum(one.level is Level.WARNING for each in sound for one in each.false)
    lines.append(
        f"- {len(sound)} correct programs: {_share(errors, len(sound))} false errors each "
        f"({errors}), {_share(others, len(sound))} false warnings each ({others})"
    )
    first = [one for one in results if one.program.faults]
    led = sum(any(f.id in one.program.faults for f in one.findings[:2]) for one in first)
    lines.append(f"- {led} of {len(first)} faulty programs: a fault among the two that are shown")
    return "\n".join(lines)


def rivals(results: list[Told]) -> str:
    """Ideas of published tools beside the rules that look for the same faults."""
    lines = [
        "| test | meant for | programs flagged | recall | precision | false on correct programs |",
        "|---" * 6 + "|",
    ]
    for one in HEURISTICS:
        flagged = [each for each in results if one.name in each.flagged]
        lines.append(_rival(f"{one.name} ({one.source})", one, flagged, results))
        ours = [each for each in results if any(f.id in one.meant_for for f in each.findings)]
        lines.append(_rival(f"our {_listed(one)}", one, ours, results))
    return "\n".join(dict.fromkeys(lines))


def _rival(name: str, one: Heuristic, flagged: list[Told], results: list[Told]) -> str:
    meant = [each for each in results if each.program.faults & one.meant_for]
    right = [each for each in flagged if each.program.faults & one.meant_for]
    sound = sum(not each.program.faults for each in results)
    false = sum(not each.program.faults for each in flagged)
    return (
        f"| {name} | {_listed(one)} | {len(flagged)} of {len(results)} "
        f"| {_share(len(right), len(meant))} | {_share(len(right), len(flagged))} "
        f"| {false} of {sound} |"
    )


def _listed(one: Heuristic) -> str:
    return ", ".join(sorted(one.meant_for))


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else ""


def wrong(results: list[Told]) -> Iterator[str]:
    """Each miss and each false alarm, as a line."""
    for one in results:
        for id in sorted(one.missed):
            also = ", ".join(f.id for f in one.findings) or "nothing"
            yield f"missed {id:4} in {one.program.name} (found: {also}) {one.error[:100]}"
        for finding in one.false:
            yield f"FALSE  {finding.id:4} {finding.level} in {one.program.name}: {finding.facts}"


def _alone() -> None:
    """One thread: the same numbers on every machine, and no slower for networks of this size."""
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)


def _told(program: Program) -> Told | None:
    try:
        return told(program)
    except Exception:
        print(f"the diagnosis itself failed on {program.name}", file=sys.stderr)
        traceback.print_exc()
        return None


def main() -> int:
    """Runs the parts and prints the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", default=PARTS, choices=[*PARTS, PARTS])
    parser.add_argument("--wrong", action="store_true", help="List what was missed and false.")
    parser.add_argument("--only", default="", help="Programs whose name contains this.")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    _alone()
    failed = 0
    for part in given.parts:
        asked = [_told(one) for one in programs(part) if given.only in one.name]
        results = [one for one in asked if one is not None]
        print(f"### {part.capitalize()}: {len(results)} programs\n")
        print(table(results), "\n")
        print(summary(results), "\n")
        print(rivals(results), "\n", flush=True)
        if given.wrong:
            print("\n".join(wrong(results)), "\n")
        failed += len(asked) - len(results)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
