"""The syntax trees of notebook cells, magics included, as IPython would run them.

Used to compare and to judge student code without running it. The text is hostile: very long cells
are not parsed, and whatever the parser raises is an answer, not an error.
"""

import ast
import functools
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass

MAX_SOURCE = 100_000
"""Characters of a cell that are parsed. IPython's transformer is quadratic in the worst case."""

MAX_WORK = 2_000_000
"""Possible magics times characters: the transformer reads the whole cell again for each magic."""

MAX_NESTING = 4
"""Levels of ``%%time`` inside ``%%capture`` and the like."""

_NAMING = (
    ast.Import,
    ast.ImportFrom,
    ast.Assign,
    ast.AnnAssign,
    ast.NamedExpr,
    ast.For,
    ast.comprehension,
)

_MARKS = (ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop)

_ONE_LINE = re.compile(r"\s*([A-Za-z_]\w*)([ \t]+\S.*)\n?")
_ASSIGNED = re.compile(r"(?:[-+*/%&|^@]|//|\*\*|<<|>>)?=(?!=)")
_WORD = re.compile(r"[^\W\d]\w*")
_DOLLARS = re.compile(r"\$([A-Za-z_][\w.]*)")
_BRACES = re.compile(r"\{([^{}]+)\}")

LINE_MAGICS = frozenset(
    ["alias", "alias_magic", "autoawait", "autocall", "automagic", "bookmark", "cat", "cd",
     "code_wrap", "colors", "conda", "config", "cp", "debug", "dhist", "dirs", "doctest_mode", "ed",
     "edit", "env", "gui", "hist", "history", "killbgscripts", "ldir", "less", "lf", "lk", "ll",
     "load", "load_ext", "loadpy", "logoff", "logon", "logstart", "logstate", "logstop", "lprun",
     "ls", "lsmagic", "lx", "macro", "magic", "mamba", "man", "matplotlib", "memit", "micromamba",
     "mkdir", "more", "mprun", "mv", "notebook", "page", "pastebin", "pdb", "pdef", "pdoc", "pfile",
     "pinfo", "pinfo2", "pip", "popd", "pprint", "precision", "prun", "psearch", "psource", "pushd",
     "pwd", "pycat", "pylab", "quickref", "recall", "rehashx", "reload_ext", "rep", "rerun",
     "reset", "reset_selective", "rm", "rmdir", "run", "save", "sc", "set_env", "store", "sx",
     "system", "tb", "tensorboard", "time", "timeit", "unalias", "unload_ext", "uv", "who",
     "who_ls", "whos", "xdel", "xmode"]
)  # fmt: skip
"""IPython's own, and those of the extensions that the audit lets through."""

_PYTHON_BODIES = frozenset({"time", "timeit", "capture", "prun", "memit", "mprun", "lprun"})


@dataclass(frozen=True)
class Parsed:
    """A cell's tree. ``tree`` is None when it is no Python (``invalid``) or too large to tell."""

    tree: ast.Module | None
    invalid: bool = False


@dataclass(frozen=True)
class Magic:
    """One magic call: its name without percent signs, its line and (cell magics) its body."""

    name: str
    line: str
    body: str


@functools.lru_cache(maxsize=1024)
def read_cell(source: str) -> Parsed:
    """`parse_cell` for who only looks: the tree is shared with everybody else who asked.

    Most cells of a class are the same text, and each is looked at for several reasons.
    """
    return parse_cell(source)


@functools.lru_cache(maxsize=1024)
def nodes_of(source: str) -> tuple[ast.AST, ...]:
    """Every node of a cell and of the Python inside its magics, but for those that only say how a
    name is used or which operator stands there; none of a cell without a tree.

    Shared like `read_cell`'s tree. Raises RecursionError or MemoryError for what is too deep.
    """
    tree = read_cell(source).tree
    if tree is None:
        return ()
    return tuple(node for node in walk(tree) if not isinstance(node, _MARKS))


@functools.lru_cache(maxsize=1024)
def naming_nodes(source: str) -> tuple[ast.AST, ...]:
    """Of `nodes_of`, those that give a name a meaning: a few of hundreds."""
    return tuple(node for node in nodes_of(source) if isinstance(node, _NAMING))


def parse_cell(source: str) -> Parsed:
    """The tree of a cell after IPython's own transformation of magics, ``!`` and ``?``."""
    from IPython.core.inputtransformer2 import TransformerManager

    lines = source.split("\n")
    magics = sum(
        line.lstrip()[:1] in tuple("%!?/,;") or "?" in line or "!" in line or "%" in line
        for line in lines
    )
    if len(source) > MAX_SOURCE or magics * len(source) > MAX_WORK:
        return Parsed(None)
    try:
        transformed = TransformerManager().transform_cell(source)
        magic = automagic(transformed)
        if not magic:
            return Parsed(ast.parse(transformed))
        # `ls -l` is a magic, or a difference where there are such variables: both are told.
        both = [ast.parse(magic).body, _body_of(transformed)]
        return Parsed(ast.Module([one for body in both for one in body], type_ignores=[]))
    except (SyntaxError, ValueError):
        return Parsed(None, invalid=True)
    except (RecursionError, MemoryError):
        return Parsed(None)
    except Exception:  # the transformer is not made for hostile text; "cannot tell" is an answer
        return Parsed(None)


def automagic(cell: str) -> str:
    """A cell of one line that IPython takes for a magic without its percent sign, as the call.

    IPython does so for cells of one line alone, where no variable has the magic's name. A word by
    itself may be a variable: it is left as it is.

    >>> automagic("time f(x)")
    "get_ipython().run_line_magic('time', 'f(x)')"
    >>> automagic("time = f(x)"), automagic("time")
    ('', '')
    """
    found = _ONE_LINE.fullmatch(cell)
    if found is None:
        return ""
    rest = found[2].strip()
    if _ASSIGNED.match(rest) or found[1] not in LINE_MAGICS:
        return ""
    return f"get_ipython().run_line_magic({found[1]!r}, {rest!r})"


def _body_of(text: str) -> list[ast.stmt]:
    try:
        return ast.parse(text).body
    except (SyntaxError, ValueError):
        return []


def magic_of(call: ast.Call) -> Magic | None:
    """The magic that a transformed ``get_ipython().run_..._magic(...)`` call stands for."""
    function = call.func
    if not isinstance(function, ast.Attribute) or not is_shell(function.value):
        return None
    values = [a.value for a in call.args if isinstance(a, ast.Constant)]
    texts = [v for v in values if isinstance(v, str)]
    if len(texts) != len(call.args) or call.keywords:
        return None
    if function.attr == "run_line_magic" and len(texts) == 2:
        return Magic(texts[0], texts[1], "")
    if function.attr == "run_cell_magic" and len(texts) == 3:
        return Magic(texts[0], texts[1], texts[2])
    if function.attr in ("system", "getoutput") and len(texts) == 1:
        return Magic("!", texts[0], "")
    return None


def is_shell(node: ast.AST) -> bool:
    """Whether a node is the call ``get_ipython()``."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "get_ipython"
    )


def python_in(magic: Magic) -> list[str]:
    """The Python that a magic runs in the notebook's own process (``%time x``, ``!echo {x}``)."""
    return [*_bodies(magic), *_braces(magic.line)]


def _braces(line: str) -> Iterator[str]:
    """IPython evaluates what stands in braces in the line of a magic or of the shell, a colon and
    what follows it included, and the dotted name after a dollar sign."""
    try:
        parsed = list(string.Formatter().parse(line))
        fields = [f"{field}:{spec}" if spec else field for _, field, spec, _ in parsed if field]
    except ValueError:
        # Not what Python's formatter takes, but IPython may still find some; all pairs are tried.
        fields = _BRACES.findall(line)
    yield from (field.strip() for field in fields)
    yield from _DOLLARS.findall(line)


def _bodies(magic: Magic) -> list[str]:
    if magic.name == "config":
        return ["cfg." + magic.line.strip()]
    if magic.name not in _PYTHON_BODIES:
        return []
    return [text for text in (magic.body, *_after_options(magic.line)) if text.strip()]


def _after_options(line: str) -> Iterator[str]:
    """The line, and what may be left of it behind its options: each may have a word of its own."""
    yield line
    words = line.split()
    options = 0
    while options < len(words) and any(
        w[:1] == "-" for w in words[max(0, options - 1) : options + 1]
    ):
        options += 1
    for first in range(max(1, options - 7), min(options, len(words) - 1) + 1):
        yield " ".join(words[first:])


def shorthand(source: str) -> bool:
    """Whether a cell of one line may be run by IPython though Python cannot read it.

    What can be called without brackets (``exit x``), and magics that are glued to what follows
    (``time{x}``), are made into calls before Python sees the line.

    >>> shorthand("exit print(1), 2"), shorthand("x = exit\\ny y"), shorthand("dance dance")
    (True, False, False)
    """
    if len(source.strip().splitlines()) != 1:
        return False
    word = _WORD.match(source.strip())
    return word is not None and word[0] in {*LINE_MAGICS, *_PYTHON_BODIES, "exit", "quit"}


def walk(tree: ast.AST, depth: int = 0) -> Iterator[ast.AST]:
    """Every node of a tree, and of the Python inside its magics."""
    for node in ast.walk(tree):
        yield node
        if isinstance(node, ast.Call) and depth < MAX_NESTING and (magic := magic_of(node)):
            for text in python_in(magic):
                inner = parse_cell(text)
                if inner.tree is not None:
                    yield from walk(inner.tree, depth + 1)
