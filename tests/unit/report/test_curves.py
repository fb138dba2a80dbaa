"""A curve is that of the history which a check asked for; a threshold only where it was told."""

import math
from typing import Any

import pytest

from autograder.nouns import JSON, CheckOutcome, Measure, Verdict
from autograder.report.curve import HEIGHT, WIDTH, figure
from autograder.report.histories import Training, trainings

MISSED = Measure("net", "accuracy", 0.71234, 0.9, 200)


def run(**curves: Any) -> dict[str, JSON]:
    value: JSON = {"kind": "history", "history": curves}
    return {"snapshots": {"check_fit": {"values": {"history": value}}}}


def check(stated: Measure | None, *asked: str) -> CheckOutcome:
    return CheckOutcome("t", "check_fit", "T", Verdict.FAILED, 0.0, 1.0, asked=asked, stated=stated)


CURVES = {"loss": [2.0, 1.0], "accuracy": [0.4, 0.6], "val_accuracy": [0.3, 0.5]}


def test_a_missed_threshold_stands_in_the_curve_that_it_is_about() -> None:
    (found,) = trainings(run(**CURVES), "check_fit", [check(MISSED, "net", "history")])
    assert (found.title, found.training, found.validation) == ("Accuracy", (0.4, 0.6), (0.3, 0.5))
    assert (found.threshold, found.asked) == (0.9, "at least 90.0%")


def test_without_one_the_loss_is_drawn_and_no_threshold() -> None:
    (found,) = trainings(run(**CURVES), "check_fit", [check(None, "history")])
    assert (found.title, found.training, found.threshold) == ("Loss", (2.0, 1.0), None)


def test_an_output_of_several_has_its_own_curve() -> None:
    stated = Measure("net, output kind", "accuracy", 0.1, 0.8, 9)
    curves = {"loss": [1.0], "side_accuracy": [0.1], "kind_accuracy": [0.2]}
    (found,) = trainings(run(**curves), "check_fit", [check(stated, "history")])
    assert found.training == (0.2,)


def test_nothing_is_drawn_that_no_check_asked_for() -> None:
    assert trainings(run(**CURVES), "check_fit", [check(MISSED, "net")]) == ()
    assert trainings(run(**CURVES), "check_other", [check(MISSED, "history")]) == ()
    assert trainings(None, "check_fit", [check(MISSED, "history")]) == ()


def test_how_near_a_miss_was_is_not_drawn() -> None:
    (found,) = trainings(run(**CURVES), "check_fit", [check(MISSED, "history")])
    assert "71" not in repr(figure(found))


@pytest.mark.parametrize(
    "line",
    [
        (1.0,),
        (1.0, 1.0),
        (math.nan, 1.0, math.inf, 3.0, 2.0),
        (1e-300, 1e300, -5.0),
        tuple(float(n % 7) for n in range(5000)),
        (0.0,),
    ],
)
def test_every_point_lies_in_the_picture(line: tuple[float, ...]) -> None:
    drawn = figure(Training("h", "Loss", line, line[:1], 0.5, "below 0.5"))
    assert drawn is not None
    points = [p.split(",") for piece in (*drawn.solid, *drawn.dashed) for p in piece.split()]
    points += [list(dot) for dot in (*drawn.solid_dots, *drawn.dashed_dots)]
    assert 0 < len(points) < 500
    assert all(0 <= float(x) <= WIDTH and 0 <= float(y) <= HEIGHT for x, y in points)
    assert 2 <= len(drawn.ticks) <= 7


def test_a_gap_is_left_where_no_number_is() -> None:
    drawn = figure(Training("h", "Loss", (1.0, 2.0, math.nan, 3.0, 4.0)))
    assert drawn is not None
    assert [len(piece.split()) for piece in drawn.solid] == [2, 2]


def test_numbers_alone_make_a_figure() -> None:
    assert figure(Training("h", "Loss", (math.nan, math.inf))) is None
