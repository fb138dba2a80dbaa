"""Which GPUs a command leases to its jobs: the course's setting, or the command line's word.

``c.Gpus`` in ``nbgrader_config.py`` is the only place for it. Trusts the instructor.
"""

from dataclasses import dataclass

from traitlets import Dict, Int, TraitError, Unicode
from traitlets import List as Several
from traitlets.config import Config, Configurable

from autograder.errors import CourseError, UsageError
from autograder.jail.devices import Device, declared_devices, found_devices
from autograder.jail.leases import Leases

NONE, AUTO = "none", "auto"


# The untyped base: traitlets has no annotations that mypy can follow.
class Gpus(Configurable):  # type: ignore[misc]
    """The settings, as ``nbgrader_config.py`` names them."""

    devices = Unicode(
        NONE, help="Which GPUs run notebooks: none, auto (all that are found), or numbers: 0,1."
    ).tag(config=True)
    jobs_per_device = Int(1, min=1, help="Notebooks that share one GPU at the same time.").tag(
        config=True
    )
    declared = Dict(
        value_trait=Several(Unicode()),
        key_trait=Unicode(),
        help="GPUs that are not found by themselves: {CUDA_VISIBLE_DEVICES: [device nodes]}.",
    ).tag(config=True)


@dataclass(frozen=True)
class Choice:
    """The devices that will be leased, and one sentence if they are not those asked for."""

    devices: tuple[Device, ...] = ()
    share: int = 1
    note: str = ""

    def leases(self) -> Leases | None:
        """A fresh count of leases; None where notebooks run on the CPU."""
        return Leases(self.devices, self.share) if self.devices else None


def choice_of(config: Config, asked: str = "") -> Choice:
    """What ``asked`` (none, auto or numbers; "" leaves it to the course's setting) comes to here.

    A GPU that is not there is no error: what is there is used, the CPU where nothing is, and the
    note says so. Raises UsageError for a text that names no GPU, CourseError for a wrong setting.
    """
    settings = _settings(config)
    wanted = (asked or settings.devices).strip().lower()
    if wanted == NONE:
        return Choice()
    here = _by_name(dict(settings.declared))
    if wanted == AUTO:
        chosen, missing = tuple(here.values()), []
    else:
        names = [part.strip() for part in (asked or settings.devices).split(",")]
        if wrong := [name for name in names if not name.isdecimal() and name not in here]:
            raise UsageError(
                f"none, auto or GPUs as 0,1 expected, found {wrong[0]!r}. A GPU of another name is "
                "declared with c.Gpus.declared in nbgrader_config.py."
            )
        chosen = tuple(here[name] for name in dict.fromkeys(names) if name in here)
        missing = [name for name in names if name not in here]
    return Choice(chosen, settings.jobs_per_device, _note(chosen, missing))


def wants_gpus(config: Config, asked: str = "") -> bool:
    """Whether GPUs are asked for, on whatever machine. Raises CourseError for a wrong setting."""
    return (asked or str(_settings(config).devices)).strip().lower() != NONE


def _settings(config: Config) -> Gpus:
    try:
        return Gpus(config=config)
    except TraitError as error:
        raise CourseError(f"c.Gpus in nbgrader_config.py cannot be read: {error}") from None


def _by_name(declared: dict[str, list[str]]) -> dict[str, Device]:
    """The devices by what one types for them: the declared ones where there are any."""
    if declared:
        return {device.visible: device for device in declared_devices(declared)}
    return {device.number: device for device in found_devices()}


def _note(chosen: tuple[Device, ...], missing: list[str]) -> str:
    if not chosen:
        which = f"GPU {', '.join(missing)}" if missing else "a GPU"
        return f"{which} expected (/dev/nvidia0, ...), found none: notebooks run on the CPU."
    if missing:
        used = ", ".join(device.name for device in chosen)
        return f"GPU {', '.join(missing)} expected, not found: notebooks run on {used} alone."
    return ""
