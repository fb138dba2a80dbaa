"""Feedback is released to whoever handed in through the exchange, and the others are named."""

from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]


def test_one_without_a_secret_keeps_nobody_elses_feedback_back(
    lesson: Any, graded: Any, tmp_path: Path
) -> None:
    place = graded.pages["bob"].parent
    (place / "timestamp.txt").write_text("2026-01-01 10:00:00.000000 UTC")
    (place / "submission_secret.txt").write_text("s3cret")
    exchange = tmp_path / "exchange"
    exchange.mkdir()
    told = lesson.nbgrader(
        graded.course.root,
        tmp_path / "home",
        *("release_feedback", lesson.ASSIGNMENT, f"--Exchange.root={exchange}"),
    )
    (released,) = exchange.glob("keras/feedback/*.html")
    assert released.read_bytes() == graded.pages["bob"].read_bytes()
    assert "Feedback of 'ada' stays in 'feedback'" in told
