"""A file that the notebook saved, and what came of loading it in a fresh jail.

Reads the parts "files" and "saved" of a manifest, whose content is a claim. A file that was there
before the notebook ran never counts: the trusted side has taken it out by its content.
"""

from collections.abc import Mapping

from autograder.errors import CheckError, EvidenceError
from autograder.evidence.absence import broken_near
from autograder.evidence.model_view import CallFailed, NotJudgeable
from autograder.evidence.reading import as_list, as_mapping
from autograder.evidence.values import NotAttempted
from autograder.nouns import JSON

MISSING = "missing"
"""The recorder's reason for a file that is not there."""

SHOWN = 300
WEIGHTS = "Weights alone are not a model: save the whole model."
FORMAT = "Save the whole model, with save and a name that ends in .keras: the ending decides."
EITHER = (
    "Weights alone are not a model, and the old format is another one: let save write the file, "
    "under the name that ends in .keras."
)


def saved_ref(manifest: Mapping[str, JSON], cell: str, name: str) -> str:
    """The reference of the model in the file ``name``, as it was just before the grade cell.

    Raises NotAttempted where there is no such file, CallFailed for one that Keras cannot load,
    NotJudgeable where loading needs the student's own code, CheckError for a file that no check of
    the cell declares.
    """
    snapshots = as_mapping(manifest.get("snapshots") or {})
    if cell not in snapshots:
        ended = "the notebook's run ended before this cell was reached"
        raise NotAttempted(name, "a saved model", ended)
    files = as_mapping(as_mapping(snapshots[cell]).get("files") or {})
    if name not in files:
        raise CheckError(f"{name} has to stand in files= of a check of {cell}")
    file = as_mapping(files[name])
    digest = file.get("blob")
    if not isinstance(digest, str):
        raise _no_file(name, file, broken_near(manifest, cell))
    loaded = as_mapping(manifest.get("saved") or {}).get(digest)
    if loaded is None:
        raise EvidenceError(f"{name} was kept, but not loaded")
    return _loaded(name, as_mapping(loaded))


def _no_file(name: str, file: Mapping[str, JSON], why: str) -> NotAttempted | CallFailed:
    reason = _reason(file)
    if reason and reason != MISSING:
        return CallFailed(f"{name} is a model file that this notebook saved", reason)
    near = [str(other)[:100] for other in as_list(file.get("near"))]
    weights = [other for other in near if "weights" in other or not other.endswith(".keras")]
    hint = ""
    if weights:
        # An .h5 file may hold a whole model, in the format of old Keras.
        hint = f"There is {weights[0]!r}. {WEIGHTS if 'weights' in weights[0] else FORMAT}"
    if near and not weights:
        hint = f"There is {near[0]!r}: is one of the names misspelled?"
    found = "the notebook saved no file of this name" + (f": {why}" if why else "")
    return NotAttempted(name, "a saved model", found, hint)


def _loaded(name: str, record: Mapping[str, JSON]) -> str:
    ref, reason = record.get("model"), _reason(record) or "a file without a model"
    if isinstance(ref, str):
        return ref
    if record.get("own") is True:
        raise NotJudgeable(f"{name} holds {reason}, so it cannot be loaded without the notebook")
    hint = EITHER if "HDF5" in reason else ""
    raise CallFailed(f"{name} is a model file that Keras can load", reason, hint)


def _reason(record: Mapping[str, JSON]) -> str:
    reason = record.get("reason")
    return reason[:SHOWN] if isinstance(reason, str) else ""
