"""A course's settings beside ours: what is replaced, kept or no longer read, and what to add."""

from collections.abc import Iterator
from importlib.resources import files

from autograder.config_reading import CONFIG_FILE, ReadConfig, parse_config

OURS = (
    "Autograde.exporter_class",
    "Autograde.sanitize_preprocessors",
    "Autograde.autograde_preprocessors",
    "GenerateAssignment.preprocessors",
    "ExchangeFactory.collect",
    "ZipCollectApp.collector_plugin",
    "ExtractorPlugin.zip_ext",
    "ExportApp.plugin_class",
)
"""What the engine needs in ``nbgrader_config.py``; their values are the template's of a new one."""

UNREAD = {
    "Execute": "write limits into tests/checks/NAME/settings.toml ([limits], cell_wall_s)",
    "OverwriteCells": "intake puts locked cells back",
    "DeduplicateIds": "intake keeps one of a cell that stands there twice",
}
"""Classes whose settings our engine does not read, and what is there instead."""


def settings_told(config: ReadConfig) -> Iterator[str]:
    """One sentence for each setting that does not simply stay, and one for those that do."""
    if not config.there:
        yield f"no {CONFIG_FILE}: nbgrader's defaults"
        return
    ours = _ours()
    kept = []
    for one in {setting.name: setting for setting in config.settings}.values():
        owner = one.name.split(".")[0]
        if one.name in OURS:
            if one.known and one.value == ours[one.name][0]:
                kept.append(one.name)
                continue
            yield f"{one.name} (line {one.line}) is replaced{_lost(one.value, ours[one.name][0])}"
        elif owner in UNREAD:
            yield f"{one.name} (line {one.line}) is no longer read: {UNREAD[owner]}"
        elif one.name == "Autograde.create_student" and one.value is False:
            yield f"{one.name} (line {one.line}): `autograder grade` makes the student all the same"
        else:
            kept.append(one.name)
    if kept:
        yield f"kept as they are: {', '.join(kept)}"


def lines_to_add(config: ReadConfig) -> list[str]:
    """The lines of ``nbgrader_config.py`` that the course does not have yet."""
    found: list[str] = []
    for name, (value, text) in _ours().items():
        if config.values.get(name) != value or name not in config.values:
            found += text.split("\n")
    needs_c = found and not config.there
    return ["c = get_config()", *found] if needs_c else found


def _ours() -> dict[str, tuple[object, str]]:
    """Of each of OURS its value and its text in the template of a new course."""
    template = files("autograder.authoring") / "templates" / "course" / "nbgrader_config.py.txt"
    read = parse_config(template.read_text(encoding="utf-8"))
    found = {one.name: (one.value, one.text) for one in read.settings}
    return {name: found[name] for name in OURS}


def _lost(theirs: object, ours: object) -> str:
    """Names in a list of theirs that are neither nbgrader's own nor in ours."""
    if not isinstance(theirs, list):
        return ""
    known = set(ours) if isinstance(ours, list) else set()
    own = [
        str(name)
        for name in theirs
        if name not in known and not str(name).startswith(("nbgrader.", "nbconvert."))
    ]
    return f"; put your own {', '.join(own)} into the new list" if own else ""
