"""One student's evidence, of whatever form, is that student's affair: the class is graded."""

import json
from types import SimpleNamespace

import pytest

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

FIT = "history = class_model.fit(X_train, y_train, epochs=5, verbose=0)\n"
SHOT = """
import autograder.recorder.snapshot as snapshot
whole = snapshot.take_snapshot
def put(names, sink):
    found = whole(names, sink)
    CHANGE
    return found
snapshot.take_snapshot = put
"""
UNHEARD_OF = {
    "smallest_number": 'curve = history.history\ncurve["loss"] = [5e-324]',
    "no_reference": SHOT.replace("CHANGE", 'found["values"]["class_model"]["ref"] = []'),
    "no_array": """
import autograder.recorder.models as models
weights = models._weights
models._weights = lambda found, sink: [{**one, "blob": "ab" * 32} for one in weights(found, sink)]
""",
    "began_with_no_array": SHOT.replace(
        "CHANGE",
        "[fit.update(begun=[*fit.get('begun', ['ab' * 32])[:1], 'cd' * 32])"
        " for one in found['values'].values() for fit in one.get('fits', [])[:1]]",
    ),
    "huge_target": SHOT.replace(
        "CHANGE", 'found["values"]["history"]["fits"] = [{"targets": [[10**400]]}]'
    ),
    "infinite": """
import json as whole
import autograder.jail.inside.channel as channel
class Json:
    def dumps(value, **rest):
        return whole.dumps(value, **rest).replace("0.123456789", "1e999")
channel.json = Json
marker = 0.123456789
""",
}
HONEST = ("honest_a", "honest_b")


@pytest.fixture(scope="module")
def done(forging, jail, tmp_path_factory):
    course = forging.copied_course(tmp_path_factory.mktemp("class") / "course")
    for name in HONEST:
        forging.hand_in(course, name, {})
    for name, text in UNHEARD_OF.items():
        forging.hand_in(course, name, {"fit": FIT + text})
    return SimpleNamespace(results=forging.graded(course, [*UNHEARD_OF, *HONEST], jail.parent))


@pytest.mark.parametrize("name", HONEST)
def test_the_others_are_graded(done, name):
    result = done.results[name]
    assert result.score == 10 and not result.needs_review, result.reasons


@pytest.mark.parametrize("name", UNHEARD_OF)
def test_its_own_result_can_be_told(done, name):
    assert json.loads(json.dumps(done.results[name].as_json(), allow_nan=False))


@pytest.mark.parametrize("name", [name for name in UNHEARD_OF if name != "smallest_number"])
def test_a_person_looks_at_what_was_not_our_recorders(done, name):
    assert done.results[name].needs_review


@pytest.mark.parametrize("name", ["no_array", "began_with_no_array"])
def test_arrays_that_did_not_come_with_the_run_are_told(done, name):
    told = " ".join(done.results[name].reasons)
    assert "it names arrays that it did not send" in told
