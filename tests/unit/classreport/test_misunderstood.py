"""Which mistakes stand at the top, and which are only the trace of another one."""

from autograder.classreport.seen import Network

UNITS = "it has units 2"


def tops(report):
    return [(len(one.students), one.title) for one in report.misunderstandings]


def test_the_most_frequent_three_stand_at_the_top_with_an_answer_and_names(
    told, student, wrong_network
):
    class_ = [
        *(student(f"a{n}", network=wrong_network, net=UNITS) for n in range(4)),
        *(student(f"b{n}", loss="the loss mse") for n in range(3)),
        *(student(f"c{n}", share=0.4) for n in range(5)),
        *(student(f"d{n}", loss="the loss mae") for n in range(2)),
        student("right"),
    ]
    report = told(*class_)
    assert tops(report) == [
        (5, "Not reached: Reads unseen rows."),
        (4, "model is another network than was asked for"),
        (3, "Not so: The loss fits."),
    ]
    second = report.misunderstandings[1]
    assert second.students == ("a0", "a1", "a2", "a3")
    assert second.example == f"{second.example_of} wrote check_build"


def test_a_rule_that_speaks_of_the_same_students_explains_and_is_no_second_topic(
    told, student, wrong_network
):
    rules = (("O3", "check_build"),)
    class_ = [student(n, network=wrong_network, net=UNITS, rules=rules) for n in ("ada", "bob")]
    (one,) = told(*class_).misunderstandings
    assert [rule.rule for rule in one.rules] == ["O3"]
    assert [answer.layers for answer in one.answers] == [wrong_network.layers]
    assert one.title.startswith("A softmax over a single unit")


def test_one_rule_gathers_the_networks_in_which_it_shows(told, student, wrong_network):
    other = Network("model", "c" * 64, "Input(4)\nDense(units=2)\nDense(units=1)")
    rules = (("O3", "check_build"),)
    class_ = [
        *(student(f"a{n}", network=wrong_network, net=UNITS, rules=rules) for n in range(3)),
        *(student(f"b{n}", network=other, net=UNITS, rules=rules) for n in range(2)),
    ]
    (one,) = told(*class_).misunderstandings
    assert len(one.students) == 5
    assert len(one.answers) == 2


def test_a_threshold_counts_for_those_alone_for_whom_nothing_else_is_known(
    told, student, wrong_network
):
    class_ = [
        *(student(f"a{n}", network=wrong_network, net=UNITS, share=0.3) for n in range(4)),
        *(student(f"b{n}", share=0.3) for n in range(2)),
        student("right"),
    ]
    assert tops(told(*class_)) == [
        (4, "model is another network than was asked for"),
        (2, "Not reached: Reads unseen rows."),
    ]


def test_a_smaller_mistake_of_another_cell_is_not_swallowed_by_a_larger_one(
    told, student, wrong_network
):
    class_ = [
        *(student(f"a{n}", network=wrong_network, net=UNITS) for n in range(4)),
        *(
            student(f"b{n}", network=wrong_network, net=UNITS, loss="the loss mse")
            for n in range(3)
        ),
        student("c", loss="the loss mse"),
    ]
    assert tops(told(*class_)) == [
        (7, "model is another network than was asked for"),
        (4, "Not so: The loss fits."),
    ]


def test_what_one_student_got_wrong_is_no_topic_of_the_class(told, student):
    report = told(student("ada", loss="the loss mse"), student("bob"))
    assert report.misunderstandings == ()
    assert len(report.wrong) == 1


def test_a_symptom_among_the_rules_is_no_topic_beside_its_cause(told, student, wrong_network):
    both = (("O3", "check_build"), ("T1", "check_fit"))
    class_ = [
        student(n, network=wrong_network, net=UNITS, share=0.3, rules=both) for n in ("ada", "bob")
    ]
    report = told(*class_)
    assert [one.rules[0].rule for one in report.misunderstandings] == ["O3"]
    assert {one.rule: one.symptom for one in report.rules} == {"O3": False, "T1": True}
