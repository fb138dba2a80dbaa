"""Forged evidence through the whole of ``grade``: no points without review that no work has earned.

A seeded sample of the corpus beside an honest student; ``tests/soak`` runs all of it.
"""

import random
from types import SimpleNamespace

import pytest

from autograder.evidence.source_audit import suspicious
from autograder.nouns import CodeCell

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

SAMPLE = 7
SEED = 2024
UNSEEN = (
    # No text of these cells is suspicious: only what was recorded tells of them.
    "curve changed through another name",
    "history through the list of callbacks",
)
HONEST = {
    "build": "class Net(tf.keras.Model):\n"
    "    def __init__(self, units=1, **kwargs):\n"
    "        super().__init__(**kwargs)\n"
    '        self.last = tf.keras.layers.Dense(units, activation="sigmoid")\n'
    "    def call(self, x):\n"
    "        return self.last(x)\n"
    "class_model = Net()\n"
    "class_model.build((None, 30))",
    "fit": "class Told(tf.keras.callbacks.Callback):\n"
    "    def on_epoch_end(self, epoch, logs=None):\n"
    "        self.last = dict(logs or {})\n"
    "told = Told()\n"
    "stop = tf.keras.callbacks.EarlyStopping(monitor='loss', restore_best_weights=True)\n"
    "history = class_model.fit(X_train, y_train, epochs=20, verbose=0, callbacks=[told, stop])\n"
    "%matplotlib inline\n"
    "import matplotlib.pyplot as plt\n"
    "plt.plot(history.history['loss'])\n"
    "best = min(history.history['loss'])",
}


@pytest.fixture(scope="module")
def done(forging, jail, tmp_path_factory):
    known = forging.forgeries()
    drawn = random.Random(SEED).sample(known, SAMPLE)
    drawn += [one for one in known if one.name in UNSEEN and one not in drawn]
    course = forging.copied_course(tmp_path_factory.mktemp("forging") / "course")
    forging.hand_in(course, "honest", HONEST)
    for one in drawn:
        forging.hand_in(course, one.student, one.cells)
    students = ["honest", *(one.student for one in drawn)]
    return SimpleNamespace(drawn=drawn, results=forging.graded(course, students, jail.parent))


def test_no_forgery_of_the_sample_earns_points_that_nobody_looks_at(forging, done):
    won = [one.name for one in done.drawn if forging.succeeded(one, done.results[one.student])]
    assert won == []
    assert len(done.drawn) >= SAMPLE


def test_an_honest_class_of_ones_own_and_callbacks_beside_them_are_no_reason_for_a_review(done):
    result = done.results["honest"]
    assert (result.reasons, result.needs_review) == ((), False)
    assert result.score == result.max_score


def test_what_no_text_shows_is_seen_in_the_record(forging, done):
    for one in done.drawn:
        if one.name in UNSEEN:
            cells = [CodeCell(n, text) for n, text in enumerate(one.cells.values())]
            assert suspicious(cells) == ()
            assert not forging.succeeded(one, done.results[one.student])


def test_every_forgery_of_the_corpus_is_another_one(forging):
    known = forging.forgeries()
    assert len({one.student for one in known}) == len(known) >= 60
    assert {one.wants for one in known} == {"check_compile", "check_fit", "check_predict"}
