"""Predictions of a recorded model on inputs that the submission never saw, in a label-free jail."""
