"""A class on leased devices, from the command line and from a desk. The devices are terminals.

No GPU takes part: what is shown is who gets which device, that runs on the CPU are kept apart, and
what is said where there is none.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from autograder.cli.app import app
from autograder.course import Course
from autograder.gradebook import load_config
from autograder.grading import Desk, choice_of, plan_of, prepare_folder

pytestmark = pytest.mark.jail

TELL = "total = sum(range(5))\nimport os\nprint('device', os.environ['CUDA_VISIBLE_DEVICES'])"
KILLED = "total = 10\nimport os\nprint('device', os.environ['CUDA_VISIBLE_DEVICES'])\nos._exit(1)"


@pytest.fixture(scope="module")
def terminals() -> Iterator[list[str]]:
    pairs = [os.openpty() for _ in range(2)]
    yield [os.ttyname(node) for _, node in pairs]
    for pair in pairs:
        for end in pair:
            os.close(end)


@pytest.fixture
def course(new_course, answered, hand_in, tmp_path: Path, terminals) -> Course:
    made: Course = new_course(tmp_path / "course")
    with (made.root / "nbgrader_config.py").open("a") as settings:
        declared = {str(n): [f"{host}:/dev/card{n}"] for n, host in enumerate(terminals)}
        settings.write(f"\nc.Gpus.declared = {declared!r}\n")
    for number in range(4):
        hand_in(made, f"s{number}", answered(made, total=f"who = {number}\n{TELL}"))
    hand_in(made, "killed", answered(made, total=KILLED))
    return made


def printed(manifest: Any) -> str:
    outputs = [output for cell in manifest["cells"] for output in cell["outputs"]]
    return "".join(str(output.get("text", "")) for output in outputs)


def test_a_class_is_spread_over_the_devices_and_every_lease_ends(course: Course):
    choice = choice_of(load_config(course.root), "auto")
    leases = choice.leases()
    plan = plan_of(course, "sums")
    students = [f"s{number}" for number in range(4)] + ["killed"]
    prepared = [prepare_folder(plan, course.submitted("sums", name), name) for name in students]
    with Desk(course.state / "store", leases=leases) as desk:
        found = {g.result.student: g for g in desk.grade_all(plan, prepared, workers=4)}
        texts = {name: printed(graded.manifests["lesson"]) for name, graded in found.items()}
        assert {texts[f"s{n}"] for n in range(4)} == {"device 0\n", "device 1\n"}
        assert [found[f"s{n}"].result.score for n in range(4)] == [10.0] * 4
        assert found["killed"].result.score < 10.0
        assert leases.held == (0, 0)
        assert desk.executor.executed == 5

    with Desk(course.state / "store", leases=choice.leases()) as again:
        list(again.grade_all(plan, prepared, workers=2))
        assert (again.executor.executed, again.executor.reused) == (0, 5)

    with Desk(course.state / "store") as cpu:
        graded = cpu.grade(plan, prepared[0])
        assert printed(graded.manifests["lesson"]) == "device -1\n"
        assert (cpu.executor.executed, cpu.executor.reused) == (1, 0)


def command(course: Course, *options: str) -> Any:
    words = ["grade", "sums", "s0", "s1", "--course", str(course.root), "--workers", "2", *options]
    return CliRunner().invoke(app, words)


def test_the_command_grades_on_the_gpus_that_it_is_given(course: Course):
    done = command(course, "--gpus", "auto")
    assert done.exit_code == 0, done.output
    assert "GPU" not in done.stderr
    assert "2 run, 0 reused" in done.stderr
    assert "2 run, 0 reused" in command(course).stderr  # on the CPU nothing of it counts


def test_no_gpu_means_cpu_and_is_said_once(course: Course):
    done = command(course, "--gpus", "998,999")
    assert done.exit_code == 0, done.output
    note = "GPU 998, 999 expected (/dev/nvidia0, ...), found none: notebooks run on the CPU."
    told = " ".join(done.stderr.split())  # in lines of 80 columns
    assert told.count(note) == 1
    assert told.count("GPU") == 1
    assert "2 run, 0 reused" in done.stderr
    kept = command(course)
    assert "GPU" not in kept.stderr
    assert "0 run, 2 reused" in kept.stderr  # it was the CPU, and its runs count as such
