"""Inside a fresh jail: a saved model file loaded by Keras, and recorded like any other model.

The file came from a student's run and is hostile. Nothing secret is in this jail, the process loads
this one file, and its limits hold whatever the file makes Keras allocate. What comes of it is a
claim, like every record: predictions are made from the record elsewhere.
"""

import re
import zipfile
from pathlib import Path
from typing import Any  # Keras has no type information

from autograder.nouns import JSON
from autograder.recorder.models import record_model
from autograder.recorder.plain import text
from autograder.recorder.sink import Sink

MAX_UNPACKED_BYTES = 256 * 1024**2
MAX_ENTRIES = 1_000
HDF5 = b"\x89HDF\r\n\x1a\n"
PARTS = ("config.json", "metadata.json")
"""What makes a zip archive a model file of Keras 3 (keras/src/saving/saving_lib.py)."""

OWN_CODE = ("could not locate class", "could not locate function", "register_keras_serializable")
"""Words of Keras for a class that only the notebook knows: the file itself may be right."""

_OWN_NAME = re.compile(r"could not locate (class|function) '(\w{1,60})'", re.IGNORECASE)

MAX_REASON = 200


class NoModel(Exception):
    """The file holds no model that could be loaded. ``own`` when the student's code is missing.

    ``why`` and ``hint`` are for the student, in whose own kernel the visible checks load a file.
    """

    def __init__(self, reason: str, own: bool = False, why: str = "", hint: str = "") -> None:
        super().__init__(reason)
        self.own = own
        self.why = why
        self.hint = hint


def load_saved(data: bytes, sink: Sink, folder: Path | None = None) -> dict[str, JSON]:
    """``{"type": "saved", "ref"}`` of the model in the file, or "unsaved" with a reason."""
    path = (folder or Path()) / "saved.keras"
    try:
        _check_archive(data)
        path.write_bytes(data)
        _check_entries(path)
        model = _loaded(path)
    except NoModel as error:
        return {"type": "unsaved", "reason": text(error), "own": error.own}
    finally:
        path.unlink(missing_ok=True)
    return {"type": "saved", "ref": sink.model(record_model(model, sink))}


def saved_model(path: Path) -> Any:
    """The model in a file that the notebook's own owner wrote, in their own kernel.

    Raises NoModel. The grader never loads a file this way: see ``load_saved``.
    """
    _check_archive(path.read_bytes())
    _check_entries(path)
    try:
        return _keras_load(path, compiled=False)
    except Exception as error:
        # Keras raises whatever the reader of the damaged part raises.
        raise _refused(error) from None


def _check_archive(data: bytes) -> None:
    if not data:
        raise NoModel("an empty file")
    if data.startswith(HDF5):
        raise NoModel(
            "an HDF5 file, as save_weights and the old .h5 format write it",
            why="weights alone are no model: the file has to hold the layers too.",
            hint="Which method saves the whole model? The end of the name chooses the format.",
        )
    if not data.startswith(b"PK"):
        raise NoModel("a file that is no archive, under a model's name")


def _check_entries(path: Path) -> None:
    """Refuses what would fill the disk or the memory before Keras unpacks it."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except Exception:
        # A crafted archive can break zipfile in many ways; each of them is no model.
        raise NoModel("a broken archive") from None
    if len(entries) > MAX_ENTRIES or sum(e.file_size for e in entries) > MAX_UNPACKED_BYTES:
        raise NoModel("an archive that is far too large when it is unpacked")
    names = {entry.filename for entry in entries}
    if not names.issuperset(PARTS):
        raise NoModel("an archive without a model in it")


def _loaded(path: Path) -> Any:
    import keras

    try:
        model = _keras_load(path, compiled=True)
    except Exception:
        # A loss or metric of the student's own is not needed for predictions.
        try:
            model = _keras_load(path, compiled=False)
        except Exception as error:
            raise _refused(error) from None
    if not isinstance(model, keras.Model):
        raise NoModel("an archive with something else than a model in it")
    return model


def _keras_load(path: Path, *, compiled: bool) -> Any:
    import keras

    return keras.saving.load_model(path, compile=compiled, safe_mode=True)


def _refused(error: Exception) -> NoModel:
    words = str(error)
    lower = words.lower()
    if "lambda" in lower and ("safe_mode" in lower or "unsafe" in lower):
        return NoModel("a model with Python code in it (a lambda), which Keras refuses to load")
    if any(phrase in lower for phrase in OWN_CODE):
        return _of_its_own(words)
    if isinstance(error, MemoryError) or "allocat" in lower or "oom" in lower:
        return NoModel("a model that does not fit into memory")
    line = next((line.strip() for line in words.splitlines() if line.strip()), "")
    return NoModel(f"a file that Keras cannot load ({type(error).__name__}: {line})"[:MAX_REASON])


def _of_its_own(words: str) -> NoModel:
    """What Keras cannot find again by its name, from its own words."""
    found = _OWN_NAME.search(words)
    kind, name = (found[1].lower(), found[2]) if found else ("layer or function", "")
    is_function = kind == "function"
    what = f"the {kind} {name}, which is not Keras's own" if name else f"a {kind} of its own"
    return NoModel(
        f"a model with {what}",
        own=True,
        why="a file holds names, not code: Keras finds its own functions and classes again, no "
        "others.",
        hint="An activation that is given by its name, as a string, can be loaded."
        if is_function
        else "A layer of Keras can be loaded, and a class that is registered with "
        "keras.saving.register_keras_serializable.",
    )
