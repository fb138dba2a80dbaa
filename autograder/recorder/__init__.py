"""What runs beside student code and writes down what is there, changing nothing.

Its output is a claim: a student's process can forge it, so points for skill rest on what the
trusted side derives again from it. Only JSON and plain arrays leave, through a ``Sink``.
"""

from autograder.recorder.models import record_model
from autograder.recorder.sink import Sink
from autograder.recorder.snapshot import take_snapshot

__all__ = ["Sink", "record_model", "take_snapshot"]
