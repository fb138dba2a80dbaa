"""``python -m autograder``: the same as the command."""

from autograder.cli.app import main

main()
