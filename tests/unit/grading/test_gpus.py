"""Which devices a command leases: the course's setting, the command line's word, and the notes."""

import pytest
from traitlets.config import Config

from autograder.errors import CourseError, UsageError
from autograder.grading.gpus import choice_of

TWO = {"0": ["/dev/full:/dev/gpu0"], "1": ["/dev/zero:/dev/gpu1"]}


def config(**settings: object) -> Config:
    return Config({"Gpus": settings})


def names(choice) -> list[str]:
    return [device.visible for device in choice.devices]


def test_nothing_is_leased_and_nothing_said_unless_a_gpu_is_asked_for() -> None:
    for settings in (Config(), config(declared=TWO), config(devices="none", declared=TWO)):
        choice = choice_of(settings)
        assert (choice.devices, choice.note, choice.leases()) == ((), "", None)


@pytest.mark.parametrize(
    ("setting", "asked", "found"),
    [
        ("auto", "", ["0", "1"]),
        ("none", "auto", ["0", "1"]),
        ("auto", "none", []),
        ("auto", "1", ["1"]),
        ("1", "", ["1"]),
        ("none", " 1, 0 ,1", ["1", "0"]),
    ],
)
def test_the_command_line_goes_before_the_setting(setting: str, asked: str, found) -> None:
    choice = choice_of(config(devices=setting, declared=TWO), asked)
    assert names(choice) == found
    assert choice.note == ""


def test_a_gpu_that_is_not_there_is_said_and_the_others_are_used() -> None:
    choice = choice_of(config(declared=TWO), "0,7")
    assert names(choice) == ["0"]
    assert choice.note == "GPU 7 expected, not found: notebooks run on 0 alone."


@pytest.mark.parametrize(("asked", "which"), [("999", "GPU 999"), ("998,999", "GPU 998, 999")])
def test_no_gpu_means_cpu_and_is_said(asked: str, which: str) -> None:
    choice = choice_of(Config(), asked)
    assert choice.leases() is None
    told = f"{which} expected (/dev/nvidia0, ...), found none: notebooks run on the CPU."
    assert choice.note == told


def test_jobs_per_device_is_the_share() -> None:
    leases = choice_of(config(devices="auto", jobs_per_device=3, declared=TWO)).leases()
    assert leases is not None
    assert (leases.share, leases.room) == (3, 6)


def test_a_text_that_names_no_gpu_is_wrong_use() -> None:
    with pytest.raises(UsageError, match="none, auto or GPUs as 0,1 expected, found 'fast'"):
        choice_of(config(declared=TWO), "0,fast")


@pytest.mark.parametrize("settings", [{"jobs_per_device": 0}, {"devices": 3}, {"declared": []}])
def test_a_wrong_setting_is_named(settings) -> None:
    with pytest.raises(CourseError, match=r"c\.Gpus in nbgrader_config\.py cannot be read"):
        choice_of(config(**settings))
