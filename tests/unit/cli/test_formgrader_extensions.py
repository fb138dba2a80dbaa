"""``doctor`` names an extension that Jupyter's server would not load, and how to switch it on."""

import json
from pathlib import Path

import pytest

from autograder.cli.formgrader import EXTENSIONS, missing_extensions


def test_nothing_is_missing_where_nbgrader_is_installed_as_usual() -> None:
    assert missing_extensions() == []


def test_one_that_is_switched_off_is_named_with_its_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    off = {"ServerApp": {"jpserver_extensions": {"nbgrader.server_extensions.formgrader": False}}}
    (tmp_path / "jupyter_server_config.json").write_text(json.dumps(off))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(tmp_path))
    (told,) = missing_extensions()
    assert "Formgrader" in told
    assert "extension enable --sys-prefix nbgrader.server_extensions.formgrader" in told
    assert len(EXTENSIONS) == 2
