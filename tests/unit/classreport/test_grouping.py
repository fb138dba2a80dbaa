"""Which wrong answers are the same one."""

from dataclasses import replace

from autograder.classreport.grouping import found_in, same_text, wrong_answers
from autograder.classreport.seen import Network
from autograder.nouns import Verdict

UNITS = "layer 1 is Dense(units=2): it has units 2"


def groups(submissions, cells):
    found = wrong_answers(submissions, tuple(cells))
    return [(one.kind, one.cell, one.students) for one in found]


def test_one_network_is_one_answer_whatever_a_check_says_of_it(student, cells, wrong_network):
    class_ = [
        student("ada", network=wrong_network, net=UNITS),
        student("bob", network=wrong_network, net="layer 2, named 'my_layer', has units 2"),
        student("cyd"),
    ]
    (one,) = wrong_answers(class_, tuple(cells))
    assert (one.kind, one.students) == ("network", ("ada", "bob"))
    assert one.layers == wrong_network.layers


def test_two_networks_are_two_answers_though_a_check_says_the_same(student, cells, wrong_network):
    other = Network("model", "c" * 64, "Input(4)\nDense(units=2)\nDense(units=1)")
    class_ = [
        student("ada", network=wrong_network, net=UNITS),
        student("bob", network=other, net=UNITS),
    ]
    assert [one[2] for one in groups(class_, cells)] == [("ada",), ("bob",)]


def test_what_fails_in_the_wake_of_a_wrong_network_belongs_to_it(student, cells, wrong_network):
    class_ = [
        student("ada", network=wrong_network, net=UNITS, loss="a loss for one unit"),
        student("bob"),
    ]
    (one,) = wrong_answers(class_, tuple(cells))
    assert (one.kind, one.checks, one.then) == ("network", ("One unit.",), ("The loss fits.",))


def test_the_same_mistake_with_a_right_and_with_a_wrong_network_is_one(
    student, cells, wrong_network
):
    class_ = [
        student("ada", network=wrong_network, net=UNITS, loss="the loss mse"),
        student("bob", loss="the loss mse"),
        student("cyd", loss="the loss mae"),
    ]
    assert groups(class_, cells) == [
        ("found", "check_compile", ("ada", "bob")),
        ("network", "check_build", ("ada",)),
        ("found", "check_compile", ("cyd",)),
    ]


def test_two_spellings_of_one_loss_are_one_answer_and_another_loss_is_not(student, cells):
    def net(spelling, name):
        return replace(Network("model", "a" * 64, ""), losses={spelling: name})

    class_ = [
        student("ada", network=net("mse", "mse"), loss="the loss mse"),
        student("bob", network=net("MeanSquaredError", "mse"), loss="the loss MeanSquaredError"),
        student("cyd", network=net("mae", "mae"), loss="the loss mae"),
    ]
    assert [one[2] for one in groups(class_, cells)] == [("ada", "bob"), ("cyd",)]


def test_a_wrong_loss_is_no_wrong_network_even_if_nobody_has_it_right(student, cells):
    class_ = [student("ada", loss="the loss mse"), student("bob", loss="the loss mse")]
    assert groups(class_, cells) == [("found", "check_compile", ("ada", "bob"))]


def test_networks_that_pass_are_not_wrong_where_another_spelling_of_them_fails(student, cells):
    class_ = [student("ada"), student("bob", net="a bias that is not there")]
    assert groups(class_, cells) == [("found", "check_build", ("bob",))]


def test_missed_thresholds_are_one_answer_whatever_the_share(student, cells):
    class_ = [student("ada", share=0.5), student("bob", share=0.7), student("cyd")]
    assert groups(class_, cells) == [("threshold", "check_fit", ("ada", "bob"))]


def test_a_missing_variable_is_told_once_where_it_is_missed_first(with_checks, check, cells):
    gone = "model: a Keras model expected, but this variable does not exist."
    waits = "Looked at only when this is right: One unit."
    checks = (
        replace(check("net", Verdict.SKIPPED), message=gone),
        replace(check("loss", Verdict.SKIPPED), message=waits),
        replace(check("unseen", Verdict.SKIPPED), message=gone),
    )
    assert groups([with_checks("ada", checks)], cells) == [("absent", "check_build", ("ada",))]


def test_undecided_checks_are_no_wrong_answers(with_checks, check, cells):
    assert groups([with_checks("ada", (check("net", Verdict.ERRORED),))], cells) == []


def test_the_order_of_the_class_does_not_matter(student, cells, wrong_network):
    class_ = [
        student("ada", network=wrong_network, net=UNITS, loss="a loss for one unit"),
        student("bob", loss="the loss mse"),
        student("cyd", share=0.2),
        student("dan", network=wrong_network, net=UNITS, loss="the loss mse"),
    ]
    assert groups(class_, cells) == groups(class_[::-1], cells)


def test_the_found_value_is_read_from_a_checks_message():
    assert found_in("Expected: a\nFound: b\n  c\nWhy: d") == "b c"
    assert found_in("Expected: a\nFound: b") == "b"
    assert found_in("in the author's own words") == "in the author's own words"


def test_fractions_that_two_trainings_leave_are_one_value_and_whole_numbers_are_not():
    assert same_text("0.5347, which is another number") == same_text(
        "0.5371, which is another number"
    )
    assert same_text("0.5347") != same_text("0.9")
    assert same_text("12 units") != same_text("13 units")
