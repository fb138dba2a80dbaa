"""From submissions to the report: counts, what waits for a person, figures, and what is alike."""

import math

from autograder.classreport.seen import Seen
from autograder.classreport.summary import mean_of, median_of
from autograder.nouns import Result, Status, Verdict

FIT = ("check_fit", "history")


def test_checks_are_counted_by_verdict(told, student, with_checks, check):
    class_ = [
        student("ada"),
        student("bob", loss="the loss mse"),
        with_checks("cyd", (check("loss", Verdict.SKIPPED),)),
        with_checks("dan", (check("loss", Verdict.ERRORED),)),
    ]
    (loss,) = [one for one in told(*class_).checks if one.id == "loss"]
    assert (loss.passed, loss.failed, loss.skipped, loss.errored, loss.asked) == (1, 1, 1, 1, 4)


def test_undecided_cells_come_first_in_the_review(told, student, with_checks, check):
    unsure = (check("loss", Verdict.ERRORED), check("unseen", Verdict.ERRORED))
    class_ = [student("ada"), with_checks("zoe", unsure, reasons=["no prediction"])]
    report = told(*class_)
    (one,) = report.review
    assert (one.student, one.undecided) == ("zoe", ("check_compile", "check_fit"))
    assert report.undecided == 2
    assert [row.score for row in report.rows] == [5.0, None]


def test_a_persons_points_decide_a_cell_and_count(told, student, with_checks, check):
    class_ = [student("ada"), with_checks("zoe", (check("loss", Verdict.ERRORED),))]
    report = told(*class_, by_hand={("zoe", "check_compile"): 0.5, ("ada", "check_fit"): 0.0})
    assert [(row.student, row.score) for row in report.rows] == [("ada", 3.0), ("zoe", 0.5)]
    assert report.review == ()
    assert (mean_of(report), median_of(report)) == (1.75, 1.75)


def test_figures_on_held_out_rows_keep_who_reached_the_threshold(told, student):
    (one,) = told(student("ada", share=0.95), student("bob", share=0.5)).heldout
    assert one.found == {"ada": 0.95, "bob": 0.5}
    assert (one.limit, one.passed) == (0.9, frozenset({"ada"}))


def test_what_has_no_stored_run_is_told_and_counted_nowhere(told, student):
    gone = Seen("zoe", Result("a1", "zoe", Status.KILLED, {}), missing="no stored run")
    report = told(student("ada"), gone)
    assert [one.student for one in report.not_graded] == ["zoe"]
    assert [row.student for row in report.rows] == ["ada"]


def test_repairs_are_told_once_with_all_whose_they_are(told, student):
    class_ = [student(name, repairs=["Renamed."]) for name in ("bob", "ada")]
    (one,) = told(*class_).repairs
    assert (one.text, one.students) == ("Renamed.", ("ada", "bob"))


def alike(report):
    return [(one.students, one.same_code) for one in report.alike]


def test_equal_evidence_is_a_group_and_equal_code_within_it_another(told, student):
    values = {("check_fit", "model"): "w1"}
    class_ = [
        student("ada", values=values, code="x"),
        student("bob", values=values, code="x"),
        student("cyd", values=values, code="y"),
        student("dan", values={("check_fit", "model"): "w2"}, code="x"),
    ]
    assert alike(told(*class_)) == [(("ada", "bob"), True), (("ada", "bob", "cyd"), False)]


def test_a_variable_of_ones_own_does_not_hide_equal_evidence(told, student):
    usual = {("check_fit", "model"): "w1"}
    class_ = [
        student("ada", values={**usual, ("check_fit", "mine"): "1"}, code="x"),
        student("bob", values={**usual, ("check_fit", "yours"): "2"}, code="y"),
        student("cyd", values={("check_fit", "model"): "w3"}, code="z"),
    ]
    assert alike(told(*class_)) == [(("ada", "bob"), False)]


def test_notebooks_that_earned_nothing_are_not_alike(told, with_checks, check):
    nothing = tuple(check(id, Verdict.SKIPPED) for id in ("net", "loss", "unseen"))
    values = {("check_fit", "data"): "d"}
    class_ = [with_checks(name, nothing, values=values, code="c") for name in ("ada", "bob")]
    assert told(*class_).alike == ()


def test_curves_stand_under_the_figure_that_the_check_compares_and_then_the_loss(told, student):
    curves = {"loss": (0.9, 0.5), "accuracy": (0.5, 0.8), "val_accuracy": (0.4, 0.7)}
    class_ = [student("ada", histories={FIT: curves}), student("bob", share=0.1)]
    found = [(one.metric, one.threshold) for one in told(*class_).trainings]
    assert found == [("val_accuracy", 0.9), ("loss", None)]


def test_a_figure_that_few_recorded_gives_way_to_one_that_most_did(told, student):
    usual = {"loss": (0.9, 0.5), "accuracy": (0.5, 0.8)}
    class_ = [student(name, histories={FIT: usual}) for name in ("ada", "bob", "cyd")]
    class_.append(student("dan", histories={FIT: {**usual, "val_accuracy": (0.4, 0.7)}}))
    assert [one.metric for one in told(*class_).trainings] == ["accuracy", "loss"]


def test_long_curves_are_thinned_to_their_end_and_empty_ones_left_out(told, student):
    long = tuple(1 / (n + 1) for n in range(9_000))
    class_ = [
        student("ada", histories={FIT: {"loss": long}}),
        student("bob", histories={FIT: {"loss": (math.nan, math.nan)}}),
    ]
    (one,) = told(*class_).trainings
    assert list(one.curves) == ["ada"]
    assert len(one.curves["ada"]) == 100
    assert (one.curves["ada"][0], one.curves["ada"][-1]) == (long[0], long[-1])


def test_full_points_of_the_cell_tell_a_curve_from_the_others(told, student):
    curves = {"accuracy": (0.5, 0.8), "loss": (0.9, 0.5)}
    class_ = [
        student("ada", histories={FIT: curves}),
        student("bob", histories={FIT: curves}, share=0.1),
    ]
    assert told(*class_).trainings[0].passed == frozenset({"ada"})


def test_an_empty_class_is_a_report_too(told):
    report = told()
    assert (report.rows, report.checks, mean_of(report)) == ((), (), None)
