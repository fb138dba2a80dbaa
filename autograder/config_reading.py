"""What ``nbgrader_config.py`` sets, read without running it.

The file is Python, and a stranger's course must not be run to be looked at. So its syntax tree is
read: settings with plain values are known, everything else is told with its line, not guessed.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.nouns import JSON

CONFIG_FILE = "nbgrader_config.py"


@dataclass(frozen=True)
class Setting:
    """One assignment ``c.Class.trait = ...``. ``known`` is False where the value is no plain one,
    or where it is set under a condition; ``text`` is the statement as it stands there."""

    name: str
    value: JSON
    known: bool
    line: int
    text: str


@dataclass(frozen=True)
class ReadConfig:
    """The settings in the order of the file, and sentences on what could not be read. ``broken`` is
    why nothing of it can be: nbgrader and autograder then stop at the file too."""

    settings: tuple[Setting, ...] = ()
    unread: tuple[str, ...] = ()
    there: bool = False
    values: Mapping[str, JSON] = field(default_factory=dict)
    broken: str = ""


def read_config(root: Path) -> ReadConfig:
    """What the configuration file in ``root`` sets. Never raises for what the file holds."""
    path = root / CONFIG_FILE
    if not path.is_file():
        return ReadConfig()
    try:
        return parse_config(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        return ReadConfig(broken=f"{CONFIG_FILE} cannot be read: {error}", there=True)


def parse_config(text: str) -> ReadConfig:
    """The settings in the text of a configuration file.

    >>> parse_config("c.Execute.timeout = 30").values
    {'Execute.timeout': 30}
    >>> parse_config("c.Execute.timeout = limit()").unread
    ('line 1: the value of Execute.timeout is computed: c.Execute.timeout = limit()',)
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return ReadConfig(broken=f"{CONFIG_FILE} is no Python: {error}", there=True)
    names = _config_names(tree)
    settings: list[Setting] = []
    unread: list[str] = []
    for statement, conditional in _statements(tree.body):
        target = _target(statement, names)
        told = ast.get_source_segment(text, statement) or ""
        if target is None:
            if why := _unknown(statement, names):
                unread.append(f"line {statement.lineno}: {why}: {_short(told)}")
            continue
        value, plain = _value(statement)
        settings.append(Setting(target, value, plain and not conditional, statement.lineno, told))
        if conditional:
            unread.append(f"line {statement.lineno}: {target} depends on what runs: {_short(told)}")
        elif not plain:
            unread.append(
                f"line {statement.lineno}: the value of {target} is computed: {_short(told)}"
            )
    values = {one.name: one.value for one in settings}
    for one in settings:  # a later line may replace a plain value by one that nobody knows
        if not one.known:
            values.pop(one.name, None)
    return ReadConfig(tuple(settings), tuple(unread), True, values)


def _config_names(tree: ast.Module) -> set[str]:
    """What the file calls the configuration: ``c``, and what ``get_config()`` is bound to."""
    found = {"c"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _is_get_config(node.value):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return found


def _is_get_config(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "get_config"
    )


def _statements(body: list[ast.stmt], inside: bool = False) -> Iterator[tuple[ast.stmt, bool]]:
    """Every statement outside of functions, and whether it stands under a condition."""
    for statement in body:
        yield statement, inside
        for name in ("body", "orelse", "finalbody"):
            if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield from _statements(getattr(statement, name, []), True)
        for handler in getattr(statement, "handlers", []):
            yield from _statements(handler.body, True)


def _target(statement: ast.stmt, names: set[str]) -> str | None:
    """``Class.trait`` of a setting, else None."""
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return None
    return _trait(statement.targets[0], names)


def _trait(node: ast.expr, names: set[str]) -> str | None:
    if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Attribute):
        return None
    owner = node.value
    if isinstance(owner.value, ast.Name) and owner.value.id in names:
        return f"{owner.attr}.{node.attr}"
    return None


def _value(statement: ast.stmt) -> tuple[JSON, bool]:
    assert isinstance(statement, ast.Assign)
    try:
        value = ast.literal_eval(statement.value)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None, False
    return _plain(value), True


def _plain(value: object) -> JSON:
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, set | frozenset):
        return [*sorted(str(one) for one in value)]
    return value if isinstance(value, str | int | float | bool | None) else repr(value)


def _unknown(statement: ast.stmt, names: set[str]) -> str:
    """Why a statement may set something that is not read, or nothing where it cannot."""
    if isinstance(statement, ast.Assign) and _is_get_config(statement.value):
        return ""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return ""  # a docstring
    if isinstance(statement, ast.If | ast.For | ast.While | ast.With | ast.Try):
        return ""  # what stands inside is told line by line
    called = [n.func for n in ast.walk(statement) if isinstance(n, ast.Call)]
    if any(isinstance(f, ast.Name) and f.id in ("exec", "eval", "load_subconfig") for f in called):
        return "other code or another file is read here"
    used = any(isinstance(n, ast.Name) and n.id in names for n in ast.walk(statement))
    return "the configuration is changed here in a way that is not read" if used else ""


def _short(text: str, width: int = 80) -> str:
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1] + "…"
