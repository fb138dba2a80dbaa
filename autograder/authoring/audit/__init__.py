"""``autograder audit``: hidden checks tried with answers that are known to be wrong, and right."""
