"""A declared call is compared by content, and its arguments are new values every time."""

import numpy as np
import pytest

from autograder.errors import CheckError
from autograder.evidence.calls import Call, arguments, call

X = np.arange(6, dtype="float32").reshape(3, 2)


def test_equal_arguments_make_equal_calls_and_other_ones_do_not() -> None:
    one = call("f", X, 3, units=[1, 2], rate=0.1)
    assert one == call("f", X.copy(), 3, rate=0.1, units=[1, 2])
    assert one.key == call("f", X.copy(), 3, rate=0.1, units=[1, 2]).key
    others: list[Call] = [
        call("g", X, 3, units=[1, 2], rate=0.1),
        call("f", X + 1, 3, units=[1, 2], rate=0.1),
        call("f", X, 3, units=(1, 2), rate=0.1),
        call("f", X, 3.0, units=[1, 2], rate=0.1),
        call("f", X, True, units=[1, 2], rate=0.1),
        call("f", X, np.int64(3), units=[1, 2], rate=0.1),
        one.then(X),
    ]
    assert len({one.key, *(other.key for other in others)}) == 1 + len(others)


def test_arguments_come_back_as_they_were_given() -> None:
    given = call("f", None, "x", (1, [2.5, float("inf")]), {"b": 1, "a": X}, n=np.float32(0.1))
    args, kwargs, then = arguments(given.as_json(), given.blobs)
    assert args[:3] == [None, "x", (1, [2.5, float("inf")])]
    assert list(args[3]) == ["b", "a"]
    assert args[3]["a"].dtype == np.float32
    np.testing.assert_array_equal(args[3]["a"], X)
    assert type(kwargs["n"]) is np.float32
    assert kwargs["n"] == np.float32(0.1)
    assert then is None


def test_a_function_that_changes_its_argument_changes_a_copy() -> None:
    given = call("f", X, [1]).then(X)
    (array, numbers), _, then = arguments(given.as_json(), given.blobs)
    array[:] = 0
    numbers.append(2)
    assert then is not None
    then[0][:] = 0
    (again, same), _, fed = arguments(given.as_json(), given.blobs)
    assert again.sum() == X.sum()
    assert same == [1]
    assert fed is not None
    assert fed[0].sum() == X.sum()


def test_what_was_declared_stays_when_the_authors_array_changes() -> None:
    mine = X.copy()
    given = call("f", mine)
    mine[:] = 0
    assert given == call("f", X)


def test_a_message_shows_short_arguments_and_describes_long_ones() -> None:
    assert call("f", 4, "x", units=16).name == "f(4, 'x', units=16)"
    assert call("f", X, list(range(100))).name == "f(array of shape (3, 2), list of 100)"
    assert call("f", "y" * 99).name.endswith("...)")


@pytest.mark.parametrize("value", [object(), {1, 2}, {1: 2}, np.array(["a"]), [np.array([None])]])
def test_what_cannot_go_into_the_jail_is_refused(value: object) -> None:
    with pytest.raises(CheckError, match="plain values and arrays"):
        call("f", value)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["", "a b", "model.fit", "lambda", 3])
def test_a_function_is_one_name(name: object) -> None:
    with pytest.raises(CheckError, match="the name of a function"):
        call(name)  # type: ignore[arg-type]


def test_then_takes_arrays() -> None:
    for wrong in ((), ([1, 2],), (np.array(["a"]),)):
        with pytest.raises(CheckError, match="then"):
            call("f").then(*wrong)
