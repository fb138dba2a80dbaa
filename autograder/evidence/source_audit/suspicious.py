"""Reasons why a person should look at a submission, from the syntax trees of its cells.

Evidence is recorded beside student code, which could forge it. Nothing here proves an attack: a
hit only sets ``needs_review``. The walls are the jail's and replay's, never this reading.
"""

import ast
from collections.abc import Collection, Iterable, Sequence

from autograder.evidence.dotted import MAX_PARTS, Aliases, shortened
from autograder.evidence.source_audit.parts import (
    called,
    chain,
    class_reasons,
    last_part,
    literal_texts,
    magic_reasons,
    may_be_number,
    number_names,
    plain_super,
    prefixes,
    runs_program,
    within,
)
from autograder.evidence.source_audit.reach import (
    BY_NAME,
    OWN,
    canonical,
    forwarded,
    own_attributes,
    reach_reasons,
)
from autograder.evidence.source_audit.rules import (
    call_reasons,
    disguises,
    fickle_losses,
    keras_classes,
    logs_changed,
    private_reason,
    text_reason,
)
from autograder.evidence.source_audit.tables import (
    ATTRIBUTES,
    AUTOGRADER_ALLOWED,
    CALLS,
    GC_ALLOWED,
    IMPORTLIB_ALLOWED,
    IPYTHON_ALLOWED,
    KNOWN,
    MODULES,
    PATCHED,
    REACHED_MODULES,
    RUNNERS,
    SHELL_ALLOWED,
    SHELL_CALLS,
    SPECIAL_PATH,
    WATCHED,
)
from autograder.evidence.source_audit.values import Values
from autograder.evidence.source_audit.weights import kept_weights, weight_reasons
from autograder.evidence.tree import magic_of, naming_nodes, nodes_of, read_cell, shorthand
from autograder.nouns import CodeCell

MAX_REASONS = 20

MAX_NODES = 100_000
"""Of all syntax trees of a notebook. Honest ones have some thousands, tables typed in included; a
second or two is what an audit of so many takes."""

TOO_LARGE = "a cell is too large or too deeply nested to be audited"

_LOOKS = "looks through the interpreter's objects (gc)"

_DICT_WRITERS = frozenset({"update", "setdefault", "pop", "clear", "popitem", "append", "extend",
                           "insert", "remove", "__setitem__"})  # fmt: skip
_SAID = frozenset({"__future__", "__version__", "__doc__", "__name__", "_"})
_PLAIN = frozenset({"str", "int", "float", "bool", "list", "tuple", "dict", "set", "bytes"})
_NAMESPACES = frozenset({"builtins.globals", "builtins.locals", "builtins.vars"})
_GETATTR = frozenset({"builtins.getattr", "builtins.setattr", "builtins.delattr"})


def suspicious(
    cells: Sequence[CodeCell],
    *,
    trusted: Collection[int] = (),
    own: Collection[str] = (),
) -> tuple[str, ...]:
    """Reasons for review, each once, in the order of the cells.

    ``trusted`` holds the indices of cells whose text is the instructor's (intake.trusted_cells);
    they and grade cells give no reasons, but their imports tell what names mean. ``own`` are the
    modules that the course gives with the notebook.
    """
    aliases = Aliases()
    trees: list[tuple[CodeCell, tuple[ast.AST, ...]]] = []
    reasons: list[str] = []
    left = MAX_NODES
    for cell in cells:
        parsed = read_cell(cell.source)
        if parsed.tree is None and not parsed.invalid:
            reasons.append(TOO_LARGE)
        if parsed.invalid and shorthand(cell.source):
            reasons.append("has a line that IPython may run and Python cannot read")
        if parsed.tree is not None:
            try:
                nodes = nodes_of(cell.source)
            except (RecursionError, MemoryError):
                reasons.append(TOO_LARGE)
                continue
            left -= len(nodes)
            if left < 0:
                reasons.append(TOO_LARGE)
            else:
                trees.append((cell, nodes))
    for _ in range(3):  # a name may be used in a cell above the one that gives it meaning
        for cell, _ in trees:
            try:
                aliases.learn(naming_nodes(cell.source))
            except RecursionError:
                reasons.append(TOO_LARGE)
    reasons.extend(f"gives {name[:60]} many meanings" for name in sorted(aliases.crowded))
    numbers = _numbers(cell for cell, _ in trees)
    looked_at = [nodes for cell, nodes in trees if not cell.is_grade and cell.index not in trusted]
    values = Values(())
    try:
        values = Values(node for _, nodes in trees for node in nodes)
        keras = keras_classes((node for _, nodes in trees for node in nodes), aliases)
        whole = [node for nodes in looked_at for node in nodes]
        reasons.extend(weight_reasons(whole, kept_weights(whole), values, aliases))
        reasons.extend(fickle_losses(whole))
    except (RecursionError, ValueError):
        keras = frozenset()
        reasons.append(TOO_LARGE)
    for nodes in looked_at:
        reasons.extend(_reasons_in(nodes, _Audit(aliases, numbers, values, keras, own)))
    return _listed(tuple(dict.fromkeys(reasons)))


def _listed(reasons: tuple[str, ...]) -> tuple[str, ...]:
    """At most so many; who buries a reason below many others does not make it unsaid."""
    if len(reasons) <= MAX_REASONS:
        return reasons
    kept = MAX_REASONS - 1
    return (*reasons[:kept], f"has {len(reasons) - kept} more such places; read all of its code")


def _numbers(cells: Iterable[CodeCell]) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for cell in cells:
        try:
            found |= number_names(naming_nodes(cell.source))
        except RecursionError:
            pass  # the audit of that cell meets the same depth, and says so
    return found


def _reasons_in(nodes: Sequence[ast.AST], audit: "_Audit") -> tuple[str, ...]:
    try:
        audit.own = own_attributes(nodes)
        audit.forwarded = forwarded(nodes)
        for node in nodes:
            audit.look(node)
    except (RecursionError, ValueError):
        # A tree that Python's parser has just managed can be too deep to walk by recursion, and a
        # number too long to be written.
        return (*audit.reasons, TOO_LARGE)
    return tuple(audit.reasons)


class _Audit:
    """One cell's findings."""

    def __init__(
        self,
        aliases: Aliases,
        numbers: frozenset[str],
        values: Values,
        keras: frozenset[str] = frozenset(),
        known: Collection[str] = (),
    ) -> None:
        self.aliases = aliases
        self.numbers = numbers
        self.values = values
        self.keras = keras
        self.known = KNOWN.union(known)
        self.own: frozenset[int] = frozenset()
        self.forwarded: frozenset[int] = frozenset()
        self.reasons: list[str] = []
        self.harmless: set[int] = set()
        self.sums: set[int] = set()
        self.based: set[int] = set()
        """Names and attributes of which an attribute is asked: parents come first."""
        self.called: set[int] = set()
        self.methods: set[int] = set()

    def look(self, node: ast.AST) -> None:
        """Adds what is suspicious about one node. Parents come before their children."""
        self.reasons.extend(reach_reasons(node))
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            self._imports(node)
        elif isinstance(node, ast.Call):
            self._call(node)
        elif isinstance(node, (ast.Name, ast.Attribute)):
            self._reference(node)
        elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            self._written(node.value, item=True)
            if logs_changed(node):
                self._add("changes what a training reports")
        elif isinstance(node, ast.ClassDef):
            self._class(node)
        elif isinstance(node, ast.FunctionDef):
            if node.name in ("__getattr__", "__dir__") and id(node) not in self.methods:
                self._add(f"defines {node.name} of the notebook")
            if node.name in ("format_field", "get_field", "convert_field", "get_value"):
                self._add(f"reads attributes by a text ({node.name})")
        elif isinstance(node, ast.Compare):
            self._compared(node)
        elif isinstance(node, ast.MatchClass):
            if node.patterns and last_part(node.cls) not in _PLAIN:
                self._add("takes an object apart by place (match)")
            for name in node.kwd_attrs:  # `case object(f_globals=x)` reads the attribute
                self._reference(ast.Attribute(ast.Constant(None), name, ast.Load()))
        elif isinstance(node, (ast.Constant, ast.BinOp, ast.JoinedStr)):
            for text in literal_texts(node, self.sums):
                if SPECIAL_PATH.search(text):
                    self._add("names a path under /proc or /dev")
                if reason := text_reason(text):
                    self._add(reason)

    def _compared(self, node: ast.Compare) -> None:
        """``"x" in globals()`` asks and changes nothing; set-up cells for Colab do it."""
        part = node.comparators[0]
        if isinstance(part, ast.Call) and last_part(part.func) == "keys":
            part = part.func.value if isinstance(part.func, ast.Attribute) else part
        if len(node.ops) == 1 and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            self.harmless.add(id(part))

    def _add(self, reason: str) -> None:
        self.reasons.append(reason)

    def _imports(self, node: ast.Import | ast.ImportFrom) -> None:
        if isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                self._add("imports a file of its own")
                return
            names = [f"{base}.{alias.name}" for alias in node.names]
            self._private([*base.split("."), *(alias.name for alias in node.names)])
            if any(a.name == "*" for a in node.names) and base in ("os", "sys", "inspect"):
                self._add(f"imports everything from {base}")
        else:
            names = [alias.name for alias in node.names]
            self._private([part for name in names for part in name.split(".")])
        for name in map(shortened, names):
            if name.split(".")[0] not in self.known:
                self._add(f"imports {name.split('.')[0][:60]}, which is no well-known package")
            self._dotted(name)

    def _private(self, parts: Sequence[str]) -> None:
        """Names that are imported: insides of a package, and what runs code by a text."""
        for part in parts:
            if part.startswith("_") and part not in _SAID:
                self._add(f"imports {part[:60]}, an inside of a package")
            if part in RUNNERS:
                self._add(f"uses {part}")
            if part in ("assign", "assign_add", "assign_sub"):
                self._add(f"sets weights by hand ({part})")

    def _dotted(self, name: str) -> None:
        """A module or attribute that is named in full."""
        root = name.split(".")[0]
        if (shorter := canonical(name)) != name:
            self._dotted(shorter)
        if name.count(".") >= MAX_PARTS - 1:
            self._add(f"uses a name of {MAX_PARTS} or more parts")
        for prefix in prefixes(name):
            if prefix in MODULES:
                self._add(MODULES[prefix])
            if prefix in CALLS:
                self._add(CALLS[prefix])
        if root == "autograder" and name != root and not within(name, AUTOGRADER_ALLOWED):
            self._add(f"uses the grader's own {'.'.join(name.split('.')[:2])}")
        if name.count(".") > 1 and within(name, {"autograder.matchers"}) and "._" in name:
            self._add("uses the insides of autograder.matchers")
        if root == "IPython" and name != root and not within(name, IPYTHON_ALLOWED):
            parts = name.split(".")
            plain = parts[1] == "shell" and (len(parts) == 2 or parts[2] in SHELL_ALLOWED)
            if not plain:
                self._add("uses IPython's hooks")
        if root == "gc" and name != root and name not in GC_ALLOWED:
            self._add(_LOOKS)
        allowed = {*IMPORTLIB_ALLOWED, name if name in ("importlib", "importlib.util") else ""}
        if root == "importlib" and not within(name, allowed):
            self._add("loads modules by hand (importlib)")

    def _names(self, node: ast.AST) -> tuple[str, ...]:
        """All that an expression may name, each as short as `canonical` makes it."""
        return tuple(dict.fromkeys(map(canonical, self.aliases.meanings(node))))

    def _reference(self, node: ast.Name | ast.Attribute) -> None:
        meant = self.aliases.meanings(node)
        if isinstance(node, ast.Attribute):
            self._attribute(node)
            self.based.add(id(node.value))
            if not meant:
                self._unnamed(node)
        for name in meant:
            self._dotted(name)
        if isinstance(node.ctx, ast.Load):
            for name in self._names(node):
                self._read(node, name)
            if isinstance(node, ast.Name) and node.id in ("__builtins__", "__loader__", "__spec__"):
                self._add(f"uses {node.id}")
            if last_part(node) in SHELL_CALLS and id(node) not in self.called:
                self._add("hands on what runs a magic")

    def _unnamed(self, node: ast.Attribute) -> None:
        """An attribute of something that nobody can name."""
        if node.attr == "modules" and id(node) not in self.harmless:
            self._add("reaches modules through .modules")
        if node.attr in REACHED_MODULES:
            self._add(f"reaches a module through .{node.attr}")

    def _read(self, node: ast.Name | ast.Attribute, name: str) -> None:
        """What is suspicious about a name or attribute that is read, and not called say."""
        if name == "autograder" and id(node) not in self.based:
            self._add("hands on the grader's own package")
        if name == "sys.modules" and id(node) not in self.harmless:
            self._add("reaches modules through sys.modules")
        handed_on = name == "gc" and id(node) not in self.based
        if handed_on or (name in GC_ALLOWED and id(node) not in self.called):
            self._add(_LOOKS)
        if name in _GETATTR and id(node) not in self.harmless:
            self._add("uses getattr or setattr other than by a literal name")

    def _attribute(self, node: ast.Attribute) -> None:
        named = isinstance(node.value, ast.Name) and node.value.id in OWN
        on_self = named and id(node) in self.own
        if reason := private_reason(node, on_self):
            self._add(reason)
        by_super = plain_super(node.value) and node.attr not in BY_NAME
        if node.attr in ATTRIBUTES and not by_super and id(node) not in self.forwarded:
            self._add(f"uses {node.attr}")
        if node.attr == "__dict__" and not on_self:
            self._add("uses __dict__")
        if isinstance(node.ctx, ast.Load):
            return
        self._set(node.value, node.attr, on_self)

    def _set(self, target: ast.expr, attribute: str, on_self: bool = False) -> None:
        owners = [one for one in self.aliases.meanings(target) if one.split(".")[0] in WATCHED]
        if owners:
            self._add(f"changes {owners[0]}.{attribute}")
        elif attribute.startswith("__") and attribute not in ("__name__", "__doc__"):
            self._add(f"assigns {attribute}")
        elif not on_self and attribute in PATCHED:
            self._add(f"assigns .{attribute} of an object")
        elif isinstance(target, ast.Call) and called(target) == "type":
            self._add("changes a class through type(...)")
        elif isinstance(target, ast.Attribute) and target.attr == "__class__":
            self._add("changes a class through __class__")

    def _written(self, target: ast.expr, *, item: bool = False) -> None:
        """The object whose items are assigned, deleted, or changed by a method."""
        for name in self.aliases.meanings(target):
            # A module's function may be called append; a module's table is written in capitals.
            table = item or name.rpartition(".")[2].isupper()
            if table and name.split(".")[0] in WATCHED and name not in ("os.environ", "sys.argv"):
                self._add(f"changes {name}")
            if name.startswith(("sys.modules", "sys.meta_path", "sys.path_hooks", "builtins.__")):
                self._add(f"changes {name}")
        if any(isinstance(n, ast.Attribute) and n.attr == "history" for n in chain(target)):
            self._add("changes a recorded history")

    def _call(self, node: ast.Call) -> None:
        self.called.add(id(node.func))
        magic = magic_of(node)
        if magic is not None:
            self.reasons.extend(magic_reasons(magic))
            return
        if last_part(node.func) in SHELL_CALLS or self._of_shell(node.func):
            self._add("builds a magic at run time")
        if isinstance(node.func, ast.Attribute) and node.func.attr == "modules":
            self.harmless.add(id(node.func))  # model.modules() of another library
        if isinstance(node.func, ast.Attribute) and node.func.attr in _DICT_WRITERS:
            self._written(node.func.value)
        self._keywords(node)
        names = self._names(node.func)
        for name in names:
            self._called(node, name)
        self.reasons.extend(call_reasons(node, names))

    def _of_shell(self, function: ast.expr) -> bool:
        of = function.value if isinstance(function, ast.Attribute) else function
        on_shell = any(name.startswith("IPython.shell") for name in self.aliases.meanings(of))
        return on_shell and last_part(function) in SHELL_ALLOWED

    def _called(self, node: ast.Call, name: str) -> None:
        """What is suspicious about a call of what has this name."""
        starred = any(isinstance(one, ast.Starred) for one in node.args) or node.keywords
        if name in _GETATTR and len(node.args) >= 2 and not starred:
            for literal in self.values.texts(node.args[1]) or ():
                self.harmless.add(id(node.func))
                self._reached(name, node.args[0], literal)
        if name in _NAMESPACES and id(node) not in self.harmless:
            self._add(f"uses {name.split('.')[1]}()")
        if name == "builtins.type" and len(node.args) == 3:
            self._add("makes a class by hand")
        first = node.args[0] if node.args else None
        if name in ("builtins.open", "io.open") and may_be_number(first, self.numbers):
            self._add("opens a file descriptor")
        if name == "numpy.load" and len(node.args) > 2:
            self._add("unpickles data (allow_pickle)")
        if name.startswith("subprocess.") and runs_program(node):
            self._add("runs another program's code (subprocess)")
        if name in ("os.system", "os.popen") and runs_program(node):
            self._add(f"runs another program's code ({name})")

    def _reached(self, name: str, target: ast.expr, attribute: str) -> None:
        context: ast.Load | ast.Store = ast.Load() if name.endswith("getattr") else ast.Store()
        self._reference(ast.Attribute(value=target, attr=attribute, ctx=context))

    def _keywords(self, node: ast.Call) -> None:
        for keyword in node.keywords:
            value = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
            if keyword.arg == "allow_pickle" and value is not False:
                self._add("unpickles data (allow_pickle)")
            stream = keyword.arg in ("stdin", "stdout", "stderr")
            number = stream and may_be_number(keyword.value, self.numbers)
            if number or keyword.arg in ("pass_fds", "fileno"):
                self._add(f"hands on file descriptors ({keyword.arg})")
            if keyword.arg == "safe_mode" and value is not True:
                self._add("loads a model without safe mode")

    def _class(self, node: ast.ClassDef) -> None:
        self.reasons.extend([*class_reasons(node), *disguises(node, self.keras)])
        self.methods.update(map(id, node.body))
        for keyword in node.keywords:
            known = self.aliases.meanings(keyword.value) == ("abc.ABCMeta",)
            if keyword.arg == "metaclass" and not known:
                self._add("defines a class with a metaclass of its own")
