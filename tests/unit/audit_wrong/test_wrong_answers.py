"""What holds of all wrong answers together, on written notebooks and on the course's own."""

import ast
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.authoring.audit.variants import Kind, Solution, Variant
from autograder.authoring.audit.wrong import wrong_answers
from autograder.authoring.audit.wrong.catalogue import OPERATORS

ASSIGNMENTS, LEAST = 8, 25
TWO_BUILDS = (
    "model = tf.keras.Sequential([tf.keras.layers.Dense(4, 'relu'), tf.keras.layers.Dense(1)])",
    "net = tf.keras.Sequential([tf.keras.layers.Dense(8, 'relu'), tf.keras.layers.Dense(2)])",
    "last = tf.keras.Sequential([tf.keras.layers.Dense(9, 'relu'), tf.keras.layers.Dense(3)])",
)

Written = Callable[..., Solution]


Solutions = dict[str, Solution]
Variants = dict[str, list[Variant]]


def test_at_least_twenty_five_for_each_assignment(course_variants: Variants) -> None:
    assert len(course_variants) == ASSIGNMENTS
    assert {name for name, found in course_variants.items() if len(found) < LEAST} == set()


def test_every_variant_is_python_and_another_text(
    course_solutions: Solutions, course_variants: Variants
) -> None:
    for name, solution in course_solutions.items():
        for variant in course_variants[name]:
            (text,) = variant.cells.values()
            original = ast.unparse(ast.parse(solution.source(variant.cell)))
            assert ast.unparse(ast.parse(text)) != original, variant.name


def test_every_variant_changes_one_solution_cell_by_one_operator(
    course_solutions: Solutions, course_variants: Variants
) -> None:
    for name, solution in course_solutions.items():
        answers = {cell.name for cell in solution.answers}
        for variant in course_variants[name]:
            assert (variant.kind, len(variant.operators)) == (Kind.WRONG, 1)
            assert {variant.cell} == set(variant.cells) <= answers
            assert variant.change and "\n" not in variant.change


def test_no_text_and_no_name_comes_twice(course_variants: Variants) -> None:
    for variants in course_variants.values():
        texts = Counter((variant.cell, variant.cells[variant.cell]) for variant in variants)
        names = Counter(variant.name for variant in variants)
        assert max(texts.values()) == max(names.values()) == 1


def test_the_same_variants_in_the_same_order_each_time(
    course_solutions: Solutions, course_variants: Variants
) -> None:
    for name, solution in course_solutions.items():
        assert wrong_answers(solution) == course_variants[name]


def test_variants_come_cell_by_cell_and_every_cell_has_some(
    course_solutions: Solutions, course_variants: Variants
) -> None:
    for name, solution in course_solutions.items():
        cells = [variant.cell for variant in course_variants[name]]
        order = [cell.name for cell in solution.answers]
        assert list(dict.fromkeys(cells)) == order
        assert cells == sorted(cells, key=order.index)


def test_a_cell_with_magics_is_left_alone(notebook: Written) -> None:
    timed = "%%time\nmodel.fit(X_train, y_train, epochs=5)"
    variants = wrong_answers(notebook(timed, "!ls\nnumber = 1", "answer = int(42)"))
    assert {variant.cell for variant in variants} == {"answer_3"}


def test_a_cell_that_is_no_python_takes_nothing_from_the_others(notebook: Written) -> None:
    broken = notebook("model.fit(X_train, y_train, epochs=5)", data="%matplotlib inline\nX = (")
    assert "one-epoch" in {variant.operators[0] for variant in wrong_answers(broken)}


@pytest.mark.parametrize(
    "unusual",
    [
        "model.fit(*data, **more)\nmodel.compile(**more)",
        "out = Dense(*sizes)(*branches)\nmodel = Model(*ends)",
        "model.fit({**inputs}, [*labels], epochs=3)",
        "model.compile(loss={**losses, 'size': 'mse'}, metrics=[[], {}], optimizer=None)",
        "x.add()\nDense()\nInput()\nmodel.evaluate()\nmodel.predict()\np.argmax()\nnp.round()",
        "with scope:\n    past = made().fit(x, y)\nmade().save('net.keras')",
        "def f(*X, **more):\n    return\ndef g(X):\n    return X[0].shape, len(X), X.shape",
        "match x:\n    case 1:\n        model.fit(x, y, 9, 2)",
        "try:\n    model.save('a.h5')\nexcept OSError:\n    model.fit(x, y)\nfinally:\n    pass",
        "x = Dense(1)(x)\nx = Dense(1)(x)\nmodel = Model(x, x)\nother = Model(x, [])",
    ],
)
def test_unusual_spellings_give_python_too(notebook: Written, unusual: str) -> None:
    variants = wrong_answers(notebook(unusual))
    assert variants[-1].operators == ("unanswered",)
    for variant in variants:
        ast.parse(variant.cells["answer"])


def test_an_empty_cell_has_no_variants(notebook: Written) -> None:
    assert wrong_answers(notebook("", "# nothing but words")) == []


def test_cells_that_no_student_writes_are_not_changed(notebook: Written) -> None:
    variants = wrong_answers(notebook(data="X_train, y_train = load()\nnumber = int(42)"))
    assert variants == []


def test_an_operator_takes_its_places_from_different_cells(notebook: Written) -> None:
    variants = wrong_answers(notebook(*TWO_BUILDS))
    taken = Counter(variant.operators[0] for variant in variants)
    cells = Counter((variant.operators[0], variant.cell) for variant in variants)
    assert taken["hidden-activation-removed"] == 2
    assert max(cells.values()) == 1


def test_every_cell_meets_a_part_of_the_operators_and_can_be_left_unanswered(
    notebook: Written,
) -> None:
    variants = wrong_answers(notebook(*TWO_BUILDS))
    cells = Counter(variant.cell for variant in variants)
    assert max(cells.values()) - min(cells.values()) <= 1
    assert sum(variant.operators == ("unanswered",) for variant in variants) == len(TWO_BUILDS)


def test_two_places_that_read_alike_are_told_apart(notebook: Written) -> None:
    twins = "def total(a, b):\n    return (a + b) * (a + b)"
    changes = [
        variant.change
        for variant in wrong_answers(notebook(twins))
        if variant.operators == ("term-dropped",)
    ]
    assert changes == ["a + b -> a", "a + b -> a (place 2)"]


def test_a_library_that_the_notebook_does_not_have_is_imported(notebook: Written) -> None:
    bare = notebook("model.fit(x, y, epochs=5)", setup="", data="model, x, y = load()")
    texts = {variant.operators[0]: variant.cells["answer"] for variant in wrong_answers(bare)}
    assert texts["labels-rolled"].startswith("import numpy as np\nmodel.fit(x, np.roll(y,")
    assert texts["model-made-anew-after-fit"].startswith("import keras\nmodel.fit(x, y, epochs=5)")
    assert "import" not in texts["one-epoch"]


def test_changes_are_written_with_the_notebooks_own_names(notebook: Written) -> None:
    spelled = {
        "import tensorflow.keras as K, numpy": ("K.models.clone_model", "numpy.roll"),
        "from tensorflow import keras\nimport numpy as n": ("keras.models.clone_model", "n.roll"),
        "import tensorflow\nimport numpy as np": ("tensorflow.keras.models.clone", "np.roll"),
    }
    for setup, (clone, roll) in spelled.items():
        own = notebook("model.fit(x, y, epochs=5)", setup=setup)
        texts = "\n".join(variant.cells["answer"] for variant in wrong_answers(own))
        assert f"model = {clone}" in texts and f"{roll}(y" in texts and "import" not in texts


def test_every_operator_has_a_test_and_a_name_of_its_own() -> None:
    names = [operator.__name__.replace("_", "-") for operator in OPERATORS]
    tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    assert len(set(names)) == len(names)
    assert [name for name in names if f'"{name}"' not in tests] == []
