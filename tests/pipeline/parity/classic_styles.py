"""Notebooks in the styles of well-known public courses; every text here is our own."""

from classic_cells import Cell, answer, by_hand, code, graded, locked, prose, task

FUNCTIONS: list[Cell] = [
    prose(
        "# Squares\n\nFill in what says `YOUR CODE HERE`. Restart and run all before you submit."
    ),
    code("NAME = ''\nCOLLABORATORS = ''"),
    answer(
        "squares",
        "def squares(n):\n    '''The squares of 1 to n.'''\n    ### BEGIN SOLUTION\n"
        "    if n < 1:\n        raise ValueError('n is at least 1')\n"
        "    return [i ** 2 for i in range(1, n + 1)]\n    ### END SOLUTION",
        wrong="def squares(n):\n    return [i ** 2 for i in range(n)]",
        odd="def squares(n):\n    if n < 1: raise ValueError\n"
        "    return list(map(lambda i: i * i, range(1, n + 1)))",
        broken="def squares(n):\n    return squares(n)",
    ),
    code("squares(10)"),
    graded("squares_one", 1, "'''One is the first.'''\nassert squares(1) == [1]"),
    graded(
        "squares_many",
        1,
        "assert squares(2) == [1, 4]\nassert squares(5) == [1, 4, 9, 16, 25]\n"
        "### BEGIN HIDDEN TESTS\nassert squares(11)[-1] == 121\n### END HIDDEN TESTS",
    ),
    graded(
        "squares_refuses",
        1,
        "try:\n    squares(0)\nexcept ValueError:\n    pass\n"
        "else:\n    raise AssertionError('it took 0')",
    ),
    answer(
        "sum_of_squares",
        "def sum_of_squares(n):\n    ### BEGIN SOLUTION\n    return sum(squares(n))\n"
        "    ### END SOLUTION",
        wrong="def sum_of_squares(n):\n    return n",
        broken="def sum_of_squares(n):\n    return sum(squares n)",
    ),
    graded("sum_is_right", 1, "assert sum_of_squares(3) == 14"),
    graded(
        "sum_uses_squares",
        0.5,
        "kept = squares\ndel squares\ntry:\n    sum_of_squares(1)\nexcept NameError:\n    pass\n"
        "else:\n    raise AssertionError('use squares')\nfinally:\n    squares = kept",
    ),
    by_hand("formula", 1, "$n(n+1)(2n+1)/6$", wrong="I do not know", broken="YOUR ANSWER HERE"),
    by_hand(
        "application",
        2,
        "def pyramidal(n):\n    ### BEGIN SOLUTION\n    return sum_of_squares(n)\n"
        "    ### END SOLUTION",
        "code",
        wrong="def pyramidal(n):\n    pass",
    ),
    task("figure", 2, "Draw the first ten pyramidal numbers in new cells below."),
]

ARRAYS: list[Cell] = [
    prose("# Logistic regression from scratch"),
    code("%matplotlib inline\nimport numpy as np\nimport matplotlib.pyplot as plt"),
    locked(
        "public_tests",
        "def sigmoid_test(target):\n"
        "    assert np.isclose(target(0), 0.5), f'0 gives {target(0)}'\n"
        "    assert np.allclose(target(np.array([0, 100])), [0.5, 1]), 'arrays'\n"
        "    print('\\033[92mAll tests passed')\n",
    ),
    answer(
        "ex_sigmoid",
        "def sigmoid(z):\n    # (about 1 line)\n    ### BEGIN SOLUTION\n"
        "    s = 1 / (1 + np.exp(-z))\n"
        "    ### END SOLUTION\n    return s",
        wrong="def sigmoid(z):\n    s = 1 / (1 + np.exp(z))\n    return s",
        odd="def sigmoid(z):\n    z = np.clip(z, -500, 500)\n"
        "    return np.exp(z) / (1 + np.exp(z))",
        broken="def sigmoid(z):\n    s = None\n    return s",
    ),
    graded("sigmoid_public", 5, "print(sigmoid(np.array([0, 2])))\nsigmoid_test(sigmoid)"),
    graded(
        "sigmoid_hidden",
        5,
        "### BEGIN HIDDEN TESTS\nassert sigmoid(np.zeros((2, 3))).shape == (2, 3)\n"
        "assert sigmoid(np.float64(-3)) < 0.05\n### END HIDDEN TESTS",
    ),
    answer(
        "ex_cost",
        "def cost(y, p):\n    ### BEGIN SOLUTION\n"
        "    return float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))\n    ### END SOLUTION",
        wrong="def cost(y, p):\n    return float(-np.sum(y * np.log(p)))",
        odd="def cost(y, p):\n    return -np.mean(np.where(y == 1, np.log(p), np.log(1 - p)))",
        broken="def cost(y, p):\n    return -mean(y * log(p))",
    ),
    graded(
        "cost_graded",
        10,
        "cases = [([1, 0], [0.9, 0.1]), ([1, 1], [0.5, 0.5]), ([0, 0], [0.2, 0.4])]\n"
        "wanted = [0.10536051565782628, 0.6931471805599453, 0.36698458754650375]\n"
        "earned = 0\n"
        "for (y, p), w in zip(cases, wanted):\n"
        "    earned += bool(np.isclose(cost(np.array(y), np.array(p)), w))\n"
        "10 * earned / 3",
    ),
    graded(
        "cost_is_finite",
        2,
        "assert np.isfinite(cost(np.array([1.0]), np.array([0.999999])))",
    ),
    graded(
        "cost_overflows",
        2,
        "print(1 / np.array([0.0]))\nassert cost(np.array([1]), np.array([0.5])) > 0",
    ),
    answer(
        "ex_gradient",
        "def gradient(X, y, w):\n    ### BEGIN SOLUTION\n"
        "    return X.T @ (sigmoid(X @ w) - y) / len(y)\n    ### END SOLUTION",
        wrong="def gradient(X, y, w):\n    return X.T @ (sigmoid(X @ w) - y)",
        odd="def gradient(X, y, w):\n    g = np.zeros_like(w)\n    for x, t in zip(X, y):\n"
        "        g += (sigmoid(x @ w) - t) * x\n    return g / len(y)",
        broken="def gradient(X, y, w):\n    return X @ (sigmoid(X @ w) - y)",
    ),
    graded(
        "gradient_graded",
        6,
        "rng = np.random.default_rng(0)\nX, w = rng.normal(size=(6, 3)), rng.normal(size=3)\n"
        "y = (rng.random(6) > 0.5) * 1.0\ng = gradient(X, y, w)\nassert g.shape == (3,)\n"
        "eps, points = 1e-6, 0\n"
        "for i in range(3):\n"
        "    d = np.eye(3)[i] * eps\n"
        "    p, m = sigmoid(X @ (w + d)), sigmoid(X @ (w - d))\n"
        "    bce = lambda q: -np.mean(y * np.log(q) + (1 - y) * np.log(1 - q))\n"
        "    points += 2 * bool(abs((bce(p) - bce(m)) / (2 * eps) - g[i]) < 1e-4)\n"
        "points",
    ),
    code("plt.plot(sigmoid(np.linspace(-4, 4)))"),
    graded("plotted", 1, "plt.plot([0, 1])"),
    graded(
        "seeded", 2, "np.random.seed(3)\nassert abs(np.random.rand() - 0.5507979025745755) < 1e-12"
    ),
    by_hand("reading", 4, "The cost falls.", wrong="It rises.", odd="*unsure*"),
]

TABLES: list[Cell] = [
    prose("# Question 1. Tables\n\nAssign `q1_1` to the number of rows."),
    locked("imports", "import hashlib\nimport json\nimport os\nimport pandas as pd"),
    code("births = pd.read_csv('births.csv')\nbirths.head(2)"),
    answer(
        "q1_1",
        "q1_1 = len(births)",
        bare=True,
        wrong="q1_1 = 5",
        odd="q1_1 = births.shape[0]",
        broken="q1_1 = births.rows",
    ),
    graded("q1_1_type", 0, "assert isinstance(q1_1, int), 'a whole number'"),
    graded(
        "q1_1_hash",
        2,
        "told = hashlib.md5(str(q1_1).encode()).hexdigest()\n"
        "assert told == '1679091c5a880faf6fb5e6087eb1b2dc', 'count the rows'",
    ),
    answer(
        "q1_2",
        "q1_2 = births.groupby('year')['count'].sum()",
        bare=True,
        wrong="q1_2 = births.groupby('year')['count'].mean()",
        odd="q1_2 = births.pivot_table(index='year', values='count', aggfunc='sum')['count']",
        broken="q1_2 = births.groupby('jahr')",
    ),
    graded("q1_2_index", 1, "assert list(q1_2.index) == [2001, 2002]"),
    graded("q1_2_values", 2, "assert q1_2.loc[2001] == 60\nassert q1_2.loc[2002] == 150"),
    graded("q1_2_shown", 1, "q1_2"),
    graded("q1_2_one_value", 3, "q1_2.loc[2001] / 20"),
    graded("q1_2_as_float", 3, "float(q1_2.loc[2001] / 20)"),
    answer(
        "q1_3",
        "with open('answer.json', 'w') as file:\n    json.dump({'rows': q1_1}, file)",
        bare=True,
        wrong="with open('answer.json', 'w') as file:\n    file.write('rows')",
        broken="open('/nowhere/answer.json', 'w')",
    ),
    graded("q1_3_file", 2, "assert json.load(open('answer.json'))['rows'] == 6"),
    graded("q1_3_beside", 1, "assert sorted(os.listdir('more')) == ['note.txt']"),
    graded("q1_3_where", 1, "assert os.environ['NBGRADER_EXECUTION'] == 'autograde'"),
    prose("## Question 2. Chance"),
    answer(
        "q2_1",
        "def chance(n, k):\n    from math import comb\n    return comb(n, k) / 2 ** n",
        bare=True,
        wrong="def chance(n, k):\n    return k / n",
        odd="from fractions import Fraction\n\ndef chance(n, k):\n    f = Fraction(1)\n"
        "    for i in range(k):\n        f = f * (n - i) / (i + 1)\n    return f / 2 ** n",
        broken="def chance(n, k):\n    return comb(n, k) / 2 ** n",
    ),
    graded("q2_1_half", 1, "assert chance(2, 1) == 0.5"),
    graded(
        "q2_1_all",
        2,
        "for n in range(1, 9):\n"
        "    assert abs(float(sum(chance(n, k) for k in range(n + 1))) - 1) < 1e-9, n",
    ),
    graded("q2_1_value", 4, "min(4, 4 * chance(4, 2) / 0.375)"),
    graded(
        "q2_1_unittest",
        2,
        "import unittest\ncase = unittest.TestCase()\ncase.assertAlmostEqual(chance(3, 3), 0.125)",
    ),
    by_hand(
        "q2_2", 3, "The coin is fair.", wrong="The coin is not fair.", broken="YOUR ANSWER HERE"
    ),
]

OBJECTS: list[Cell] = [
    prose("# Lesson: a small framework"),
    code("from pathlib import Path\nimport random\nfrom dataclasses import dataclass"),
    answer(
        "node",
        "@dataclass\nclass Node:\n    data: float\n    grad: float = 0.0\n"
        "    def __add__(self, other):\n        return Node(self.data + other.data)",
        wrong="@dataclass\nclass Node:\n    data: float\n    def __add__(self, other):\n"
        "        return Node(self.data - other.data)",
        odd="class Node:\n    def __init__(self, data, grad=0.0):\n"
        "        self.data, self.grad = data, grad\n"
        "    def __add__(self, other): return Node(self.data + other.data)\n"
        "    def __repr__(self): return f'Node({self.data})'",
        broken="class Node:\n    data = 1\n  def __add__(self, other):\n    return 1",
    ),
    code("Node(1.0) + Node(2.0)"),
    graded("node_adds", 2, "assert (Node(1.0) + Node(2.0)).data == 3.0"),
    graded("node_has_grad", 1, "assert hasattr(Node(1.0), 'grad')"),
    graded("node_shown", 1, "Node(2.0)"),
    answer(
        "batches",
        "def batches(items, size):\n    for i in range(0, len(items), size):\n"
        "        yield items[i:i + size]",
        wrong="def batches(items, size):\n    return [items]",
        odd="def batches(items, size):\n    items = list(items)\n    while items:\n"
        "        yield items[:size]\n        items = items[size:]",
        broken="def batches(items, size):\n    while True:\n        yield items[:size]",
    ),
    graded(
        "batches_split",
        2,
        "import itertools\nfound = list(itertools.islice(batches([1, 2, 3], 2), 9))\n"
        "assert found == [[1, 2], [3]]",
    ),
    graded("batches_empty", 1, "assert list(itertools.islice(batches([], 2), 9)) == []"),
    graded(
        "batches_lazy", 1, "assert iter(batches([1], 1)) is not None\nnext(iter(batches([1], 1)))"
    ),
    answer(
        "saved",
        "Path('runs').mkdir(exist_ok=True)\nPath('runs/loss.txt').write_text('0.5')",
        wrong="Path('runs/loss.txt')",
        broken="Path('runs').write_text(1)",
    ),
    graded("loss_saved", 2, "assert float(Path('runs/loss.txt').read_text()) == 0.5"),
    graded("loss_value", 1, "float(Path('runs/loss.txt').read_text())"),
    graded("listed", 1, "files = !ls runs\nassert files == ['loss.txt'], files"),
    answer(
        "better",
        "best = min([3, 1, 2])",
        bare=True,
        wrong="best = 3",
        odd="best = sorted([3, 1, 2])[0]\nprint('best', best)\nbest",
        broken="best = min(3 1 2)",
    ),
    graded("best_is_least", 1, "assert best == 1"),
    graded("best_twice", 1, "assert best == 1\nbest = best + 1"),
    graded("best_moved", 1, "assert best == 2"),
    by_hand(
        "review", 5, "### BEGIN SOLUTION\n# my own layer\n### END SOLUTION", "code", wrong="# none"
    ),
    task(
        "model_card",
        3,
        "Describe your model.\n\n### BEGIN MARK SCHEME\n3 for limits\n### END MARK SCHEME",
    ),
]
