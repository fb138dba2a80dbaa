"""Small judgements of the source audit: one class, one magic, one literal text at a time."""

import ast
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby

from autograder.evidence.source_audit.tables import (
    BAD_MAGICS,
    EXTENSIONS,
    MAGICS,
    RUNS_CODE,
    SHELLS,
    SPECIAL_PATH,
)
from autograder.evidence.tree import Magic

_COMPARISONS = frozenset({"__eq__", "__ne__", "__lt__", "__gt__", "__le__", "__ge__"})
_OVERRIDES = frozenset(
    {"__instancecheck__", "__subclasscheck__", "__getattribute__", "__del__", "__reduce__"}
    | {"__class__", "__prepare__"}
)
_METACLASSES = frozenset({"type", "ABCMeta", "EnumMeta", "EnumType"})
_IDENTITY = frozenset({"__module__", "__qualname__", "__class__", "__eq__", "__match_args__"})


def class_reasons(node: ast.ClassDef) -> list[str]:
    """What is suspicious about the body of a class."""
    found: list[str] = []
    if any(last_part(getattr(base, "func", base)) in _METACLASSES for base in node.bases):
        found.append("makes a class of classes")
    if any(isinstance(item, (ast.Import, ast.ImportFrom)) for item in _outside_functions(node)):
        found.append("imports within a class")  # and keeps the module as an attribute
    for item in node.body:
        if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if item.name in _COMPARISONS and _always_true(item):
                found.append(f"defines a class whose {item.name} is always true")
            if item.name in _OVERRIDES:
                found.append(f"defines {item.name}")
        elif isinstance(item, (ast.Assign, ast.AnnAssign)):
            targets = item.targets if isinstance(item, ast.Assign) else [item.target]
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            found.extend(f"sets {name} of a class" for name in names if name in _IDENTITY)
    return found


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    """The statements of a class's body, those under an ``if`` or a ``with`` included."""
    waiting = [node]
    while waiting:
        for child in ast.iter_child_nodes(waiting.pop()):
            if isinstance(child, (ast.stmt, ast.ExceptHandler, ast.match_case)):
                yield child
                if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                    waiting.append(child)


def magic_reasons(magic: Magic) -> list[str]:
    """What is suspicious about a magic or a shell line."""
    found: list[str] = []
    text = f"{magic.line}\n{magic.body}"
    if magic.name in BAD_MAGICS:
        found.append(f"runs code from elsewhere (%{magic.name})")
    elif magic.name not in MAGICS:
        found.append(f"uses %{magic.name[:60]}, which no exercise needs")
    if magic.name == "load_ext" and magic.line.strip() not in EXTENSIONS:
        found.append("loads an extension of IPython (%load_ext)")
    if magic.name in ("writefile", "file") and magic.line.strip(" '\"").endswith((".py", ".pth")):
        found.append("writes a Python file (%%writefile)")
    if magic.name in SHELLS and RUNS_CODE.search(text):
        found.append("runs another program's code in a shell")
    if magic.name in SHELLS and SPECIAL_PATH.search(text):
        found.append("names a path under /proc or /dev")
    return found


def prefixes(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:n]) for n in range(1, len(parts) + 1)]


def within(name: str, allowed: Collection[str]) -> bool:
    return any(name == item or name.startswith(item + ".") for item in allowed)


_GIVE_NUMBERS = frozenset({"int", "abs", "len", "ord", "round", "sum", "hash", "id"})


def called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def last_part(node: ast.AST) -> str:
    """The last part of a dotted name; "" for what is none."""
    return str(getattr(node, "attr", getattr(node, "id", "")))


def plain_super(node: ast.AST) -> bool:
    """Whether it is ``super()``: with arguments, super reaches any object."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "super"
        and not node.args
    )


def chain(node: ast.AST) -> list[ast.AST]:
    found: list[ast.AST] = [node]
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
        found.append(node)
    return found


def folded(node: ast.AST) -> str | None:
    """The text of a string expression, as far as it is literal."""
    if isinstance(node, ast.Constant):
        value = node.value
        if isinstance(value, bytes):
            return value.decode("latin-1")
        return value if isinstance(value, str) else None
    if is_sum(node):
        parts = [folded(part) for part in summands(node)[0]]
        texts = [part for part in parts if part is not None]
        return "".join(texts) if len(texts) == len(parts) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(folded(part) or "?" for part in node.values)
    return None


def is_sum(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)


def summands(node: ast.AST) -> tuple[list[ast.AST], list[ast.AST]]:
    """The parts of a sum from left to right, and the sums that it is made of, itself first."""
    parts: list[ast.AST] = []
    sums: list[ast.AST] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        sums.append(node)
        parts.append(node.right)
        node = node.left
    return [node, *reversed(parts)], sums


def literal_texts(node: ast.AST, seen: set[int]) -> Iterator[str]:
    """The literal texts that a string expression has in it: of a sum, what stands side by side.

    ``seen`` keeps the sums within a sum, which says all that they do: a chain of thousands is gone
    through once, and not once for each of its links.
    """
    if not is_sum(node):
        if text := folded(node):
            yield text
    elif id(node) not in seen:
        parts, sums = summands(node)
        seen.update(map(id, sums))
        for literal, run in groupby(map(folded, parts), key=lambda text: text is not None):
            if literal:
                yield "".join(text for text in run if text is not None)


def runs_program(node: ast.Call) -> bool:
    seen: set[int] = set()
    texts = [text for part in ast.walk(node) for text in literal_texts(part, seen)]
    executable = any(
        isinstance(p, ast.Attribute) and p.attr == "executable" for p in ast.walk(node)
    )
    return executable or bool(RUNS_CODE.search(" ".join(texts)))


def _always_true(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    returns = [n for n in ast.walk(function) if isinstance(n, ast.Return)]
    values = [r.value.value for r in returns if isinstance(r.value, ast.Constant)]
    return bool(returns) and len(values) == len(returns) and all(values)


def number_names(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """Names that are given a number somewhere: what ``open`` takes for a descriptor."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Assign) and may_be_number(node.value, frozenset()):
            found |= {t.id for t in node.targets if isinstance(t, ast.Name)}
        elif isinstance(node, (ast.For, ast.comprehension)) and isinstance(node.target, ast.Name):
            counted = isinstance(node.iter, ast.Call) and called(node.iter) == "range"
            literal = isinstance(node.iter, (ast.List, ast.Tuple)) and any(
                may_be_number(item, frozenset()) for item in node.iter.elts
            )
            found |= {node.target.id} if counted or literal else set()
    return frozenset(found)


def may_be_number(node: ast.AST | None, numbers: frozenset[str]) -> bool:
    """Whether an expression looks like a whole number rather than a path."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int)
    if isinstance(node, ast.Name):
        return node.id in numbers
    if isinstance(node, ast.UnaryOp):
        return True
    if isinstance(node, ast.BinOp):
        return may_be_number(node.left, numbers) and may_be_number(node.right, numbers)
    return isinstance(node, ast.Call) and called(node) in _GIVE_NUMBERS
