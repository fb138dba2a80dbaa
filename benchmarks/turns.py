"""Steps that are measured by turns with others: a shared machine drifts while a long one runs."""

from numbers import Real

from results import Results, Values

TURN = ", turn "


def turn(name: str, number: int) -> str:
    """The name of a step's turn; the first is the step itself."""
    return name if number == 1 else f"{name}{TURN}{number}"


def mean_of(results: Results, name: str) -> Values | None:
    """The mean of every number of the step's turns and how many there were, None for no turn."""
    found = [
        step for key, step in results.steps.items() if key == name or key.startswith(name + TURN)
    ]
    if not found:
        return None
    numbers = {key for key, value in found[0].items() if isinstance(value, Real)}
    means = {key: sum(step[key] for step in found) / len(found) for key in numbers}
    submissions = found[0].get("submissions")
    return {**found[0], **means, "submissions": submissions, "turns": len(found)}
