"""nbgrader's late penalties, with the open gradebook instead of a new one for each notebook."""

from functools import cached_property
from typing import Any

from nbgrader.preprocessors import AssignLatePenalties
from traitlets.config import Config

from autograder.errors import GradebookError


class LatePenalties:
    """The configured ``AssignLatePenalties`` and its plugin, made when the first one is late."""

    def __init__(self, config: Config) -> None:
        self._config = config

    @cached_property
    def _step(self) -> Any:
        # Any: nbgrader is untyped.
        step = AssignLatePenalties(config=self._config)
        step.init_plugin()
        return step

    @property
    def enabled(self) -> bool:
        """Whether the configuration wants penalties at all."""
        return bool(self._step.enabled)

    def penalty(self, student: str, score: float, late_s: float) -> float | None:
        """Points to take off a notebook of ``score`` points, ``late_s`` seconds late.

        No less than 0 and no more than the score, as nbgrader caps it; None where the plugin
        gives none. Raises GradebookError when the plugin, which is the instructor's, raises.
        """
        plugin = self._step.plugin_inst
        try:
            penalty = plugin.late_submission_penalty(student, score, late_s)
        except Exception as error:
            raise GradebookError(
                f"a late penalty expected from {type(plugin).__name__}, it raised "
                f"{type(error).__name__}: {error}. Mend the plugin and grade again."
            ) from error
        if penalty is None:
            return None
        return 0.0 if penalty < 0 else float(min(penalty, score))
