"""Reasons why a person should look at a submission, from the text of its cells alone.

`suspicious` reads the syntax trees of a notebook once and asks every rule: which names are used
(`tables`, `rules`, `reach`), what these can stand for (`bindings`, `values`, `sources`), and
whether the weights of a network can have come from anywhere but a training (`weights`, and what it
asks).
"""

from autograder.evidence.source_audit.suspicious import suspicious

__all__ = ["suspicious"]
