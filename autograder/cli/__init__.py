"""The command line: parsing and printing only. Every command is a function of a floor below."""

from autograder.cli.app import main

__all__ = ["main"]
