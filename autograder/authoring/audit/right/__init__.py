"""Right answers: the solution in other spellings, which every hidden check has to accept.

The first sentence of ``matchers`` is that the same network passes however it is written. Here it is
put to the test by spellings that nobody thought of when the checks were written: each operator is a
small transformation of the syntax tree that keeps what the cell does, and variants are several of
them on top of each other. An operator whose condition cannot be seen in the text is not applied.
"""

from autograder.authoring.audit.right.compose import right_answers

__all__ = ["right_answers"]
