"""A class on a real Dask scheduler with workers of their own, on loopback."""

import json
import re
import runpy
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course
from autograder.errors import UsageError
from autograder.gradebook import course_of, load_config
from autograder.grading import Desk, Shelf, StandIn, plan_of, worker
from autograder.grading.classroom import grade_class, submissions
from autograder.grading.cluster import Cluster
from autograder.grading.prepare import prepare_folder

pytest.importorskip("distributed", reason="the extra [cluster] is not installed")
pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

REPOSITORY = Path(__file__).resolve().parents[2]
FULL = {"check_total": 2.0, "check_table": 3.0, "check_word": 1.0, "check_model": 4.0}
Lab: Any = runpy.run_path(str(REPOSITORY / "tests" / "soak" / "lab.py"))["Lab"]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    made = Lab(tmp_path_factory.mktemp("lab"))
    try:
        made.worker("one")
        made.worker("two")
        yield made
    finally:
        made.end()


@pytest.fixture
def a_class(tmp_path: Path, new_course: Any, answered: Any, hand_in: Any) -> Callable[..., Course]:
    def make(size: int, table: str = "table = np.arange(3) ** 2") -> Course:
        course: Course = new_course(tmp_path / "course")
        for number in range(size):
            hand_in(course, f"s{number:02d}", answered(course, table=f"n = {number}\n{table}"))
        return course

    return make


@pytest.fixture
def a_mnist_class(tmp_path: Path) -> Callable[[int], Course]:
    """The course's a5, handed in as solved, each time with a cell's text of its own."""

    def make(size: int) -> Course:
        root = tmp_path / "course"
        for part in ("source", "tests/checks"):
            shutil.copytree(REPOSITORY / part / "a5_mnist", root / part / "a5_mnist")
        shutil.copy(REPOSITORY / "nbgrader_config.py", root)
        course = course_of(root)
        for number in range(size):
            for path in (REPOSITORY / "solutions/a5_mnist").glob("*.ipynb"):
                notebook = json.loads(path.read_text())
                answer = next(
                    cell for cell in notebook["cells"]
                    if cell["metadata"].get("nbgrader", {}).get("solution")
                )  # fmt: skip
                answer["source"] = f"mine = {number}\n" + "".join(answer["source"])
                place = course.submitted("a5_mnist", f"s{number:02d}") / path.name
                place.parent.mkdir(parents=True)
                place.write_text(json.dumps(notebook))
        return course

    return make


def graded(course: Course, place: Cluster, parent: Any) -> dict[str, Any]:
    desk = Desk(course.state / "store", parent=parent, place=place)
    students = submissions(course, "sums")
    results = list(
        grade_class(
            desk,
            plan_of(course, "sums"),
            load_config(course.root),
            students,
            workers=place.in_flight,
        )
    )
    assert len(results) == len(students)
    assert desk.executor.executed == len(students)
    return {str(result.student): result for result in results}


def points(result: Any) -> dict[str, float | None]:
    return {name: cell.score for name, cell in result.cells.items()}


def test_a_class_is_graded_by_workers(lab: Lab, a_class: Any, warm_parent: Any) -> None:
    course = a_class(4)
    with Cluster(lab.scheduler_address) as place:
        assert place.slots >= 1
        found = graded(course, place, warm_parent)
    assert {name: points(result) for name, result in found.items()} == {
        f"s{number:02d}": FULL for number in range(4)
    }


def test_what_a_worker_ran_is_what_this_machine_runs(
    lab: Lab, a_class: Any, warm_parent: Any
) -> None:
    course = a_class(1, "table = np.random.rand(3)")
    plan = plan_of(course, "sums")
    prepared = prepare_folder(plan, course.submitted("sums", "s00"), "s00")
    with Cluster(file=lab.file) as place:
        there = Desk(course.state / "there", parent=warm_parent, place=place).run(plan, prepared)
    here = Desk(course.state / "here", parent=warm_parent).run(plan, prepared)
    (one,), (other,) = there[0].values(), here[0].values()
    for part in ("snapshots", "models", "status", "raw"):
        assert one[part] == other[part]
    assert one["snapshots"]["check_table"]["values"]["table"]


def test_evidence_may_go_to_a_store_that_all_reach(
    lab: Lab, a_class: Any, warm_parent: Any, tmp_path: Path
) -> None:
    course = a_class(2)
    shared = f"local://{tmp_path}/shared"
    with Cluster(lab.scheduler_address, store=shared) as place:
        desk = Desk(shared, parent=warm_parent, place=place)
        plan = plan_of(course, "sums")
        results = list(
            grade_class(
                desk, plan, load_config(course.root), submissions(course, "sums"), workers=4
            )
        )
    assert [points(result) for result in results] == [FULL, FULL]
    assert list((tmp_path / "shared" / "arrays").rglob("*.bin"))


def test_a_worker_killed_half_way_loses_nothing(
    lab: Lab, a_class: Any, warm_parent: Any, tmp_path: Path
) -> None:
    slow = "import time\ntime.sleep(0.7)\ntable = np.arange(3) ** 2"
    course = a_class(12, slow)
    own = Lab(tmp_path)
    try:
        own.worker("lasts")
        own.worker("falls")
        with Cluster(own.scheduler_address) as place:
            while len(place._client.nthreads()) < 2:
                time.sleep(0.1)
            place._warmed()  # the second one too is warm when the class begins
            desk = Desk(course.state / "store", parent=warm_parent, place=place)
            ran: list[str] = []

            def on_run(prepared: Any) -> None:
                ran.append(str(prepared.student))
                if len(ran) == 3:
                    own.workers["falls"].send_signal(signal.SIGKILL)

            results = list(
                grade_class(
                    desk, plan_of(course, "sums"), load_config(course.root),
                    submissions(course, "sums"), workers=place.in_flight, on_run=on_run,
                )
            )  # fmt: skip
            assert len(place._client.nthreads()) == 1
    finally:
        own.end()
    assert sorted(ran) == sorted(str(result.student) for result in results)
    assert sorted(ran) == submissions(course, "sums")
    assert all(points(result) == FULL for result in results)
    assert not [reason for result in results for reason in result.reasons]


def test_a_data_set_and_predictions_survive_the_worker_that_had_them(
    tmp_path: Path, a_mnist_class: Callable[[int], Course]
) -> None:
    course = a_mnist_class(4)
    lab = Lab(tmp_path)
    try:
        lab.worker("falls")
        with Cluster(lab.scheduler_address) as place:
            desk = Desk(course.state / "store", place=place, data=course.data)
            ran: list[str] = []

            def on_run(prepared: Any) -> None:
                ran.append(str(prepared.student))
                if len(ran) == 1:  # the only worker: what it holds is nowhere else
                    lab.worker("lasts")
                    lab.workers["falls"].send_signal(signal.SIGKILL)

            plan = plan_of(course, "a5_mnist", Shelf(None, StandIn.ALWAYS))
            students = submissions(course, "a5_mnist")
            config = load_config(course.root)
            results = list(grade_class(desk, plan, config, students, workers=4, on_run=on_run))
            assert not desk.parent.alive  # no model predicted on this machine
    finally:
        lab.end()
    assert sorted(ran) == students
    assert [result.score for result in results] == [results[0].max_score] * 4
    assert desk.predictions.replayed >= 1  # of equal weights once


def test_a_worker_with_other_code_is_refused_before_work_starts(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "RECORDER_VERSION", "0")  # here alone
    place = Cluster(lab.scheduler_address)
    with place, pytest.raises(UsageError, match="recorder version 0 expected, found"):
        place.ready()


def test_a_worker_ends_its_warm_parent_when_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "IDLE_S", 0.5)
    assert worker.get_ready() == ""
    place = worker._WORKER._made and worker._WORKER._made[2]
    assert place is not None and place.parent.alive
    folder = place.parent.data
    deadline = time.monotonic() + 20
    while worker._WORKER._made is not None and time.monotonic() < deadline:
        time.sleep(0.1)
    assert worker._WORKER._made is None and not place.parent.alive
    assert folder is not None and not folder.exists()


def test_the_command_grades_on_a_scheduler(lab: Lab, a_class: Any) -> None:
    course = a_class(2)
    command = [sys.executable, "-m", "autograder", "grade", "sums", "--json"]
    done = subprocess.run(
        [*command, "--scheduler", lab.scheduler_address],
        cwd=course.root, capture_output=True, text=True,
    )  # fmt: skip
    assert [one["score"] for one in json.loads(done.stdout)] == [10.0, 10.0], done.stderr
    assert "2 submissions of sums: 2 run, 0 reused" in done.stderr
    again = subprocess.run(
        [*command, "--cluster", str(lab.file)], cwd=course.root, capture_output=True, text=True
    )
    assert "2 submissions of sums: 0 run, 2 reused" in again.stderr


def test_a_command_that_is_killed_while_workers_grade_for_it_is_taken_up_by_the_next(
    lab: Lab, a_class: Any
) -> None:
    course = a_class(6, "import time\ntime.sleep(0.7)\ntable = np.arange(3) ** 2")
    command = [sys.executable, "-m", "autograder", "grade", "sums", "--json"]
    command += ["--scheduler", lab.scheduler_address]
    stored = course.state / "store" / "runs"
    with subprocess.Popen(
        command, cwd=course.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as killed:
        while not list(stored.rglob("*.json")) and killed.poll() is None:
            time.sleep(0.02)
        killed.kill()
    done = subprocess.run(command, cwd=course.root, capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL
    assert [one["score"] for one in json.loads(done.stdout)] == [10.0] * 6, done.stderr
    ran, reused = re.findall(r"(\d+) run, (\d+) reused", done.stderr)[0]
    assert int(ran) + int(reused) == 6 and int(reused) >= 1
    assert not any(one["reasons"] for one in json.loads(done.stdout))


def test_a_cluster_that_dask_starts_itself(tmp_path: Path, a_class: Any, warm_parent: Any) -> None:
    file = tmp_path / "lab.toml"
    file.write_text(
        'cluster = "distributed.LocalCluster"\n[scale]\nn = 1\n[options]\nn_workers = 0\n'
        "threads_per_worker = 1\ndashboard_address = ''\n"
    )
    with Cluster(file=file) as place:
        assert [points(one) for one in graded(a_class(1), place, warm_parent).values()] == [FULL]


def test_a_worker_without_a_jail_ends_the_command_not_the_students(
    lab: Lab, a_class: Any, warm_parent: Any, tmp_path: Path
) -> None:
    course = a_class(2)
    own = Lab(tmp_path)
    try:
        own.worker("bare", PATH=str(tmp_path))  # no bubblewrap on its path
        with Cluster(own.scheduler_address) as place:
            desk = Desk(course.state / "store", parent=warm_parent, place=place)
            with pytest.raises(UsageError, match="bubblewrap expected"):
                list(
                    grade_class(
                        desk, plan_of(course, "sums"), load_config(course.root),
                        submissions(course, "sums"), workers=2,
                    )
                )  # fmt: skip
    finally:
        own.end()
    assert desk.executor.executed == 0


def test_a_scheduler_that_is_not_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.grading.cluster.CONNECT_S", 1.0)
    with pytest.raises(UsageError, match="a Dask scheduler expected at tcp:"):
        Cluster("tcp://127.0.0.1:1")


@pytest.mark.parametrize("text", ["", 'cluster = "no.such.Cluster"', "cluster = ["])
def test_a_description_that_is_none_is_a_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "lab.toml"
    file.write_text(text)
    with pytest.raises(UsageError, match="a description with cluster ="):
        Cluster(file=file)
