"""Every vector of tests/attacks on every page, where `make test` has a sample."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.jail

PAGES = Path(__file__).resolve().parents[1] / "attacks" / "test_pages.py"


def test_no_vector_runs_or_loads_anything_on_a_page(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", f"--basetemp={tmp_path / 'pages'}", str(PAGES)]
    done = subprocess.run(
        command,
        cwd=PAGES.parents[2],
        env={**os.environ, "AUTOGRADER_SOAK_VECTORS": "1"},
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    assert "6 passed" in done.stdout, "nothing was left out for want of a browser"
