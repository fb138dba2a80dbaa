"""The GPUs of this machine, as nodes in /dev and the name by which CUDA picks one.

Nothing here opens a device: it reads names in /dev and what the driver writes into /proc.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError

CONTROL = ("nvidiactl", "nvidia-uvm", "nvidia-uvm-tools")
"""Nodes of NVIDIA's driver that belong to no GPU; every job with a GPU needs them."""

_OWN = re.compile(r"nvidia(\d+)")
_FACT = re.compile(r"^(Model|GPU UUID|Device Minor):\s*(.+?)\s*$", re.MULTILINE)
_NODE = re.compile(r"(?P<host>/[^:\s]+)(:(?P<inside>/dev/[^:\s]+))?")
_VISIBLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]{0,99}")


@dataclass(frozen=True)
class Node:
    """A device node: its path on this machine, and the one under which a job finds it."""

    host: str
    inside: str


@dataclass(frozen=True)
class Device:
    """One GPU. ``nodes`` are all that a job with it may open; GPUs have some of them in common.

    ``visible`` is what goes into the job's CUDA_VISIBLE_DEVICES.
    """

    name: str
    nodes: tuple[Node, ...]
    visible: str

    @property
    def number(self) -> str:
        """The driver's number of a GPU that was found: 0 of /dev/nvidia0."""
        return self.nodes[0].host.removeprefix("/dev/nvidia")


def found_devices(root: Path = Path("/")) -> tuple[Device, ...]:
    """NVIDIA's GPUs, in the order of their numbers.

    A job that can open the node of one GPU alone counts from 0, so a GPU's own number would name
    none there: ``visible`` is its UUID, where the driver tells it.
    """
    told = _told_by_driver(root)
    control = [Node(f"/dev/{n}", f"/dev/{n}") for n in CONTROL if (root / "dev" / n).exists()]
    numbers = sorted(
        int(match[1]) for path in root.glob("dev/nvidia*") if (match := _OWN.fullmatch(path.name))
    )
    found = []
    for number in numbers:
        facts = told.get(str(number), {})
        place = f"/dev/nvidia{number}"
        name = f"nvidia{number}" + (f" ({facts['Model']})" if "Model" in facts else "")
        visible = facts.get("GPU UUID", str(number))
        found.append(Device(name, (Node(place, place), *control), visible))
    return tuple(found)


def declared_devices(declared: Mapping[str, Sequence[str]]) -> tuple[Device, ...]:
    """Devices written down by hand: for each CUDA_VISIBLE_DEVICES the nodes that belong to it.

    A node is a path below /dev, or ``HOST:/dev/INSIDE`` for one that jobs find elsewhere.
    Raises CourseError for a node that cannot be, or is not there.
    """
    return tuple(
        Device(visible, tuple(_node(visible, text) for text in nodes), visible)
        for visible, nodes in declared.items()
        if _sound(visible, nodes)
    )


def nodes_of(devices: Sequence[Device]) -> tuple[Node, ...]:
    """Every node of these devices once."""
    return tuple(dict.fromkeys(node for device in devices for node in device.nodes))


def _sound(visible: str, nodes: Sequence[str]) -> bool:
    if isinstance(nodes, (str, bytes)) or not nodes:
        raise CourseError(
            f"a list of device nodes expected for GPU {visible!r}, found {nodes!r}. Write for "
            "example {'0': ['/dev/nvidia0', '/dev/nvidiactl', '/dev/nvidia-uvm']}"
        )
    if not _VISIBLE.fullmatch(visible):
        raise CourseError(
            f"a value for CUDA_VISIBLE_DEVICES that names one GPU expected, found {visible!r}"
        )
    return True


def _node(visible: str, text: str) -> Node:
    match = _NODE.fullmatch(text)
    inside = "" if match is None else match["inside"] or match["host"]
    if match is None or not inside.startswith("/dev/") or ".." in text.split("/"):
        raise CourseError(
            f"a node of GPU {visible} expected as /dev/NAME or /PATH:/dev/NAME, found {text!r}"
        )
    if not Path(match["host"]).exists():
        raise CourseError(f"a device node of GPU {visible} expected at {match['host']}, found none")
    return Node(match["host"], inside)


def _told_by_driver(root: Path) -> dict[str, dict[str, str]]:
    """What NVIDIA's driver says of each GPU, by its number in /dev."""
    return {facts["Device Minor"]: facts for facts in _facts(root) if "Device Minor" in facts}


def _facts(root: Path) -> Iterator[dict[str, str]]:
    for path in sorted(root.glob("proc/driver/nvidia/gpus/*/information")):
        try:
            yield dict(_FACT.findall(path.read_text(encoding="utf-8", errors="replace")))
        except OSError:
            continue
