"""A notebook for nbgrader's rule itself: one grade cell for each way in which a cell can end."""

from classic_cells import Cell, answer, by_hand, code, graded, locked, prose, task

NETWORK = """
class Network:
    def evaluate(self):
        return 0.25

    def fit(self):
        return 1.5

    def predict(self):
        return 0.5
"""

RULES: list[Cell] = [
    prose("# What a grade cell can end in"),
    locked("setup", "import sys\nimport numpy as np", odd="import sys\nnp = None"),
    prose("## A number as the last value"),
    answer(
        "number",
        "value = 4.0",
        wrong="value = 2.5",
        odd="value = np.float64(2.5)",
        broken="value = 1 / 0",
    ),
    graded("plain_number", 4, "value"),
    graded("python_float", 4, "float(value)"),
    graded("whole_number", 4, "int(value)"),
    graded("a_zero", 3, "value * 0"),
    graded("below_zero", 3, "-value"),
    graded("not_a_number", 3, "value - value + float('nan')"),
    graded("a_bool", 2, "value == 4"),
    graded("a_none", 2, "None if value else value"),
    graded("a_string", 2, "str(value)"),
    graded("a_list", 2, "[value]"),
    graded("a_complex", 2, "value + 0j"),
    graded("an_array", 2, "np.array(value)"),
    graded("a_large_array", 2, "np.full(3, value)"),
    graded("an_exponent", 2, "1e-3 * value"),
    graded("printed_first", 4, "print('value', value)\nvalue / 2"),
    graded("printed_only", 3, "print(0 * value)"),
    graded("displayed", 3, "display(value)"),
    graded("silenced", 4, "value;"),
    graded("assigned", 2, "kept = value"),
    graded("half_points", 0.5, "value / 8"),
    graded("no_points", 0, "assert value == 4"),
    graded("no_points_number", 0, "0.0 * value"),
    graded("two_values", 4, "value / 4\nvalue / 2"),
    graded(
        "own_repr", 3, "class Told:\n    def __repr__(self):\n        return str(value / 4)\nTold()"
    ),
    graded(
        "repr_raises",
        2,
        "class Mute:\n    def __repr__(self):\n        raise ValueError(value)\nMute()",
    ),
    graded(
        "html_too",
        3,
        "class Shown:\n    def _repr_html_(self):\n        return '<b>1</b>'\n"
        "    def __repr__(self):\n        return str(value / 2)\nShown()",
    ),
    prose("## Asserts"),
    answer(
        "word",
        "def word(n):\n    return 'a' * n",
        wrong="def word(n):\n    return 'b' * n",
        odd="def word(n):\n    print('n is', n)\n    return ''.join('a' for _ in range(n))",
        broken="def word(n)\n    return 'a'",
    ),
    graded("one_assert", 1, "assert word(3) == 'aaa'", odd="pass  # nothing to see"),
    graded("printed_then_assert", 1, "print(word(2))\nassert word(2) == 'aa', 'two letters'"),
    graded(
        "hidden_too",
        2,
        "assert len(word(2)) == 2\n### BEGIN HIDDEN TESTS\nassert word(1) == 'a'\n"
        "### END HIDDEN TESTS",
    ),
    graded(
        "hidden_only", 2, "### BEGIN HIDDEN TESTS\nassert word(4) == 4 * 'a'\n### END HIDDEN TESTS"
    ),
    graded("comment_only", 1, "# nothing is asked here"),
    graded("empty_tests", 1, ""),
    graded("caught", 1, "try:\n    assert word(1) == 'a'\nexcept AssertionError:\n    print('no')"),
    graded(
        "caught_name_error", 1, "try:\n    word(1)\nexcept NameError:\n    raise AssertionError"
    ),
    graded("leaves", 1, "assert word(1) == 'a'\nraise SystemExit"),
    graded("leaves_with_zero", 1, "sys.exit(0)"),
    graded("interrupts_itself", 1, "raise KeyboardInterrupt"),
    graded("timed", 2, "%%time\nassert word(2) == 'aa'"),
    graded("captured", 2, "%%capture\nprint('not shown')\nassert word(2) == 'aa'"),
    graded("shell_fails", 2, "!false"),
    graded("bash_fails", 2, "%%bash\nexit 1"),
    graded("bash_passes", 2, "%%bash\necho 0"),
    graded("awaited", 2, "import asyncio\nawait asyncio.sleep(0)\nlen(word(1))"),
    graded("long_output", 2, "for n in range(1500):\n    print(n)\nassert word(1) == 'a'"),
    graded("dashed-id-2", 1, 'größe = word(1)\nassert größe + "é" == "aé"'),
    prose("## What goes to standard error"),
    graded("printed_to_stderr", 2, "print('note', file=sys.stderr)\nassert word(1) == 'a'"),
    graded("warned", 2, "import warnings\nwarnings.warn('old')\nassert word(1) == 'a'"),
    graded("logged", 2, "import logging\nlogging.warning('old')\nassert word(1) == 'a'"),
    graded("bash_to_stderr", 2, "%%bash\necho note >&2"),
    prose("## Networks"),
    answer("network", NETWORK.strip(), bare=True, wrong="Network = None", broken="import nowhere"),
    graded("evaluated", 4, "Network().evaluate()"),
    graded("fitted", 4, "Network().fit()"),
    graded("predicted", 4, "Network().predict()"),
    graded("evaluated_in_print", 4, "print(Network().evaluate())"),
    graded("evaluated_in_float", 4, "float(Network().evaluate())"),
    prose("## Endings"),
    answer(
        "ending",
        "def ending():\n    return 1",
        wrong="raise SystemExit",
        odd="def ending():\n    raise SystemExit(1)",
        broken="def ending():\n    while True:\n        pass",
    ),
    graded("ended", 2, "assert ending() == 1"),
    graded("ended_number", 2, "ending()"),
    answer(
        "looping",
        "total = sum(range(10))",
        wrong="total = 0\nwhile total < 45:\n    total += 0",
        odd="total = 0\nfor n in range(10):\n    total += n\ninput('go on?')",
    ),
    graded("looped", 3, "assert total == 45"),
    prose("## By hand, and not graded at all"),
    by_hand("essay", 3, "Because it is so.", wrong="Perhaps.", odd="", broken="YOUR ANSWER HERE "),
    by_hand(
        "essay_marked",
        3,
        "Why?\n\n=== BEGIN SOLUTION ===\nBecause.\n=== END SOLUTION ===",
        wrong="Why not?",
    ),
    by_hand(
        "code_by_hand", 4, "### BEGIN SOLUTION\nkind = 1\n### END SOLUTION", "code", wrong="1/0"
    ),
    by_hand("essay_worth_nothing", 0, "Anything.", wrong="Something else."),
    answer("not_graded", "spare = 1", wrong="spare ="),
    task(
        "task", 5, "Make a plot below.\n\n=== BEGIN MARK SCHEME ===\nAxes.\n=== END MARK SCHEME ==="
    ),
    code("plot = 'of my own'"),
]
