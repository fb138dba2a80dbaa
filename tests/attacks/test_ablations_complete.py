"""A new wall needs a test that takes it away: the marks of all tests here name every wall."""

import ast
from pathlib import Path

from autograder.jail.ablations import WALLS


def marked(folder: Path) -> set[str]:
    """The words in the `ablates` marks of a folder's tests."""
    found = set()
    for path in folder.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.ablates":
                found |= {word.value for word in node.args if isinstance(word, ast.Constant)}
    return found


def test_each_wall_that_can_be_left_out_has_a_test_that_leaves_it_out() -> None:
    assert marked(Path(__file__).parent) == WALLS


def test_a_wall_without_a_mark_is_missed(tmp_path: Path) -> None:
    test = "@pytest.mark.ablates('net', *MORE)\n@pytest.mark.skipif('pid')\ndef test(): pass"
    (tmp_path / "test_one.py").write_text(test)
    (tmp_path / "other.py").write_text(test.replace("net", "uts"))
    assert marked(tmp_path) == {"net"}
