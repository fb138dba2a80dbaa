"""Fair, safe and quick grading of Keras notebooks. See docs/architecture.md for the map."""

__version__ = "0.1.0"
