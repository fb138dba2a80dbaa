"""Visible checks on live objects: the same names as the matchers, one line when they fail."""

import subprocess
import sys

import keras
import numpy as np
import pytest

from autograder import student as grader
from autograder.student.live import evidence_of, history_of


def classifier(activation: str = "softmax") -> keras.Model:
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation=activation)])


def fitted() -> tuple[keras.Model, keras.callbacks.History]:
    model = classifier()
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    x, y = np.zeros((6, 4), "float32"), np.array([0, 1, 2, 0, 1, 2])
    return model, model.fit(x, y, epochs=2, verbose=0)


def test_a_right_model_passes_and_the_line_names_the_variable(
    capsys: pytest.CaptureFixture[str],
) -> None:
    grader.assert_layers(classifier(), grader.Dense(3, "softmax"), name="my_model")
    assert capsys.readouterr().out == "my_model: the visible check passes.\n"


def test_an_activation_layer_passes_like_an_argument() -> None:
    model = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(3), keras.layers.Activation("softmax")]
    )
    grader.assert_layers(model, grader.Dense(3, "softmax"), name="my_model")


def test_a_wrong_model_raises_one_line_that_names_the_variable() -> None:
    with pytest.raises(grader.VisibleFailure, match="my_model") as failure:
        grader.assert_layers(classifier("sigmoid"), grader.Dense(3, "softmax"), name="my_model")
    assert "\n" not in str(failure.value)
    assert "sigmoid" in str(failure.value)
    assert failure.value._render_traceback_() == [str(failure.value)]


def test_a_model_without_an_input_shape_is_not_called_wrong(
    capsys: pytest.CaptureFixture[str],
) -> None:
    model = keras.Sequential([keras.layers.Dense(3)])
    grader.assert_input_shape(model, (4,), name="my_model")
    assert "my_model cannot be checked yet" in capsys.readouterr().out
    assert not model.built


def test_another_input_shape_fails() -> None:
    with pytest.raises(grader.VisibleFailure, match="5"):
        grader.assert_input_shape(classifier(), (5,), name="my_model")


def test_what_is_no_model_fails_with_its_type() -> None:
    with pytest.raises(grader.VisibleFailure, match=r"my_model\. Expected: a Keras model.*dict"):
        grader.assert_parameters({}, total=15, name="my_model")


def test_a_compiled_model_passes_and_one_that_is_not_fails() -> None:
    model = classifier()
    with pytest.raises(grader.VisibleFailure, match="my_model is compiled"):
        grader.assert_compiled(model, name="my_model")
    model.compile("adam", "mse")
    grader.assert_compiled(model, name="my_model")


def test_a_history_passes_with_its_model_and_fails_with_another() -> None:
    model, history = fitted()
    grader.assert_trained(history, model=model, name="history")
    with pytest.raises(grader.VisibleFailure, match="history"):
        grader.assert_trained(history, model=classifier(), name="history")


def test_a_dictionary_is_no_history() -> None:
    with pytest.raises(grader.VisibleFailure, match="what fit returns"):
        grader.assert_trained({"loss": [1.0]}, name="history")


def test_loss_optimizer_and_metrics_are_read_from_the_live_model() -> None:
    model, _ = fitted()
    grader.assert_loss(model, "cross_entropy", name="model")
    grader.assert_optimizer(model, "sgd", name="model")
    grader.assert_metrics(model, "accuracy", name="model")
    grader.assert_output(model, 3, "softmax", name="model")
    with pytest.raises(grader.VisibleFailure, match="adam"):
        grader.assert_optimizer(model, "adam", name="model")


def test_lists_arrays_and_tensors_are_taken_as_numbers() -> None:
    grader.assert_accuracy([0, 1, 1], np.array([0, 1, 1]), at_least="1", name="labels")
    grader.assert_error(keras.ops.ones((3, 1)), np.ones(3), below="0.1", name="y_pred")
    grader.assert_array([[1.0]], shape=(None, 1), name="y_pred")
    grader.assert_close(keras.ops.mean(keras.ops.ones(3)), 1.0, name="share")
    with pytest.raises(grader.VisibleFailure, match="labels"):
        grader.assert_accuracy([0, 1, 0], np.array([0, 1, 1]), at_least="1", name="labels")


def test_live_evidence_predicts_like_the_model() -> None:
    model = classifier()
    x = np.random.default_rng(0).normal(size=(2500, 4)).astype("float32")
    found = evidence_of(model, "model").predict(x)
    np.testing.assert_allclose(found, np.asarray(model(x)), atol=1e-6)


def test_a_live_history_belongs_to_its_model_and_has_its_epochs() -> None:
    model, history = fitted()
    seen = history_of(history, "history")
    assert seen.epochs == 2
    assert seen.model_ref == evidence_of(model, "model").ref


def test_a_visible_check_changes_neither_random_state_nor_names_nor_weights() -> None:
    def first_weights(checked: bool) -> tuple[str, np.ndarray]:
        keras.backend.clear_session()
        grader.seed()
        model = classifier()
        model.compile("adam", "sparse_categorical_crossentropy")
        if checked:
            grader.assert_layers(model, grader.Dense(3, "softmax"), name="model")
            grader.assert_loss(model, "cross_entropy", name="model")
        layer = keras.layers.Dense(2)
        layer.build((None, 3))
        return layer.name, np.asarray(layer.kernel)

    (name, kernel), (name_checked, kernel_checked) = first_weights(False), first_weights(True)
    assert name == name_checked
    np.testing.assert_array_equal(kernel, kernel_checked)


def test_importing_the_package_brings_in_neither_keras_nor_nbgrader_nor_scikit_learn() -> None:
    heavy = "{'keras', 'tensorflow', 'nbgrader', 'sklearn', 'dask', 'IPython', 'pytest'}"
    code = f"import sys, autograder.student; print(sorted({heavy} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
