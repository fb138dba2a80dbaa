"""What the text of a notebook says of a training."""

import pytest

from autograder.diagnosis import source_of


def test_calls_are_known_by_the_name_before_the_dot():
    found = source_of(["net.compile('adam', 'mse')", "run = net.fit(x, y)\nother.predict(x)"])
    assert found.compiled == {"net"} and found.fitted == {"net"} and found.asked == {"other"}
    assert found.trains


def test_validation_rows_are_known_by_name():
    found = source_of(["net.fit(x, y, validation_data=(X_test, y_test))"])
    assert set(found.validated) == {"X_test", "y_test"}


def test_a_scaler_is_known_by_what_it_was_made_from():
    text = "scaler = StandardScaler()\na = scaler.fit_transform(X_test)\nb = net.fit(X_test)"
    assert source_of([text]).scaled == ("X_test",)
    assert source_of(["z = MinMaxScaler().fit(X_test)"]).scaled == ("X_test",)


def test_a_scaler_that_has_seen_the_test_rows_is_known_by_the_split_after_it():
    split = "x, x_test, y, y_test = train_test_split(Z, t)"
    made = "s = StandardScaler()\ns.fit(X)\nZ = s.transform(X)"
    assert source_of([made, split]).split_after == ("Z",)
    assert source_of(["Z = MinMaxScaler().fit_transform(X)", split]).split_after == ("Z",)


def test_a_scaler_behind_the_split_has_not_seen_the_test_rows():
    split = "x, x_test, y, y_test = train_test_split(X, t)"
    later = "s = StandardScaler()\nx = s.fit_transform(x)\nx, x_val = train_test_split(x)"
    assert source_of([split, later]).split_after == ()
    assert source_of(["X = MinMaxScaler().fit_transform(W)", "X = V / 2", split]).split_after == ()


@pytest.mark.parametrize(
    "text", ["X, t = load_wine(return_X_y=True)", "d = tf.keras.datasets.mnist.load_data()"]
)
def test_data_of_classes_are_known_by_name(text: str):
    assert source_of([text]).classes


def test_other_data_may_be_amounts():
    assert not source_of(["X, t = load_diabetes(return_X_y=True)", "mnist = 3"]).classes


def test_magics_and_what_does_not_parse_are_left_out():
    found = source_of(["%matplotlib inline\n!ls\nnet.fit(x)", "this is no Python", ""])
    assert found.fitted == {"net"}


@pytest.mark.parametrize(
    "text",
    [
        "net" + ".a" * 1000 + ".fit(x)",
        "net" + ".a" * 5000 + ".fit(x)",
        "-" * 100_000 + "1",
        "(" * 5000,
        "f" + "()" * 5000,
    ],
)
def test_what_is_nested_too_deep_is_left_out(text: str):
    assert source_of([text, "net.compile('adam', 'mse')"]).compiled == {"net"}


def test_a_loop_of_ones_own_trains():
    assert source_of(["with tf.GradientTape() as tape:\n    pass"]).trains
    assert not source_of(["net.predict(x)"]).trains
