"""The warm parent counts its threads only when those that imports began have ended."""

import threading

from autograder.jail.inside import warm_parent


def test_a_thread_that_is_about_to_end_is_waited_for() -> None:
    ended = threading.Event()
    timer = threading.Timer(0.2, ended.set)
    timer.start()
    warm_parent._settle()
    assert ended.is_set() and not timer.is_alive()


def test_a_thread_that_stays_is_not_waited_for_without_end() -> None:
    leave = threading.Event()
    thread = threading.Thread(target=leave.wait)
    thread.start()
    try:
        warm_parent._settle(0.1)
        assert thread.is_alive()
    finally:
        leave.set()
        thread.join()
