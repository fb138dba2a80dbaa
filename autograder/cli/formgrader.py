"""Whether Jupyter's server would load what Formgrader and the student's lists need."""

import sys

from autograder.errors import AutograderError

EXTENSIONS = {
    "nbgrader.server_extensions.formgrader": "Formgrader",
    "nbgrader.server_extensions.assignment_list": "the students' Assignment List",
}
"""Extensions of the server by module, and what an instructor would miss without them."""


def missing_extensions() -> list[str]:
    """One sentence for each extension that Jupyter's server has not switched on, with the command
    that mends it; none where there is no Jupyter server, which grading does not need."""
    try:
        found = _enabled()
    except ImportError:
        return []
    except (AutograderError, OSError, ValueError) as error:
        return [f"Jupyter's configuration could not be read: {error}"]
    return [
        f"{what} is not switched on in Jupyter's server; type: {sys.executable} -m jupyter "
        f"server extension enable --sys-prefix {module}"
        for module, what in EXTENSIONS.items()
        if not found.get(module)
    ]


def _enabled() -> dict[str, bool]:
    """All extensions that a server started by this Python would load, by module."""
    from jupyter_core.paths import jupyter_config_path
    from jupyter_server.extension.config import ExtensionConfigManager

    manager = ExtensionConfigManager(read_config_path=jupyter_config_path())
    known = manager.get_jpserver_extensions()  # type: ignore[no-untyped-call]
    return {str(name): bool(on) for name, on in known.items()}
