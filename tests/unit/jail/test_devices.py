"""What is found in /dev and told by the driver, and devices that are declared by hand."""

from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.jail import mounts
from autograder.jail.devices import Node, declared_devices, found_devices, nodes_of


def machine(root: Path, *nodes: str) -> Path:
    (root / "dev").mkdir()
    for name in nodes:
        (root / "dev" / name).touch()
    return root


def driver_tells(root: Path, bus: str, minor: int, model: str, uuid: str) -> None:
    path = root / "proc/driver/nvidia/gpus" / bus / "information"
    path.parent.mkdir(parents=True)
    path.write_text(
        f"Model: \t\t {model}\nIRQ:   \t\t 11\nGPU UUID: \t {uuid}\nVideo BIOS: \t 96.00.9f\n"
        f"Bus Location: \t {bus}\nDevice Minor: \t {minor}\nGPU Excluded:\t No\n"
    )


def test_a_machine_without_a_gpu_has_no_devices(tmp_path: Path) -> None:
    assert found_devices(machine(tmp_path, "null", "nvidiactl", "nvidia-caps")) == ()


def test_gpus_come_in_the_order_of_their_numbers_with_the_nodes_they_share(tmp_path: Path) -> None:
    root = machine(tmp_path, "nvidia10", "nvidia2", "nvidiactl", "nvidia-uvm", "nvidia-modeset")
    found = found_devices(root)
    assert [device.name for device in found] == ["nvidia2", "nvidia10"]
    assert [device.visible for device in found] == ["2", "10"]
    hosts = [[node.host for node in device.nodes] for device in found]
    assert hosts[0] == ["/dev/nvidia2", "/dev/nvidiactl", "/dev/nvidia-uvm"]
    assert [node.host for node in nodes_of(found)] == [*hosts[0], "/dev/nvidia10"]


def test_a_gpu_goes_by_the_uuid_that_the_driver_tells(tmp_path: Path) -> None:
    root = machine(tmp_path, "nvidia0", "nvidia1", "nvidiactl")
    driver_tells(root, "0000:86:00.0", 0, "Tesla T4", "GPU-11111111-aaaa")
    driver_tells(root, "0000:3b:00.0", 1, "NVIDIA A10", "GPU-22222222-bbbb")
    found = found_devices(root)
    assert [device.name for device in found] == ["nvidia0 (Tesla T4)", "nvidia1 (NVIDIA A10)"]
    assert [device.visible for device in found] == ["GPU-11111111-aaaa", "GPU-22222222-bbbb"]


def test_a_declared_device_has_the_nodes_that_are_written_down() -> None:
    (device,) = declared_devices({"MIG-1": ["/dev/null", "/dev/zero:/dev/nvidia-caps/cap1"]})
    assert (device.visible, device.name) == ("MIG-1", "MIG-1")
    places = (Node("/dev/null", "/dev/null"), Node("/dev/zero", "/dev/nvidia-caps/cap1"))
    assert device.nodes == places


@pytest.mark.parametrize(
    ("declared", "text"),
    [
        ({"0": []}, "a list of device nodes expected for GPU '0'"),
        ({"0": "/dev/null"}, "a list of device nodes expected for GPU '0'"),
        ({"0,1": ["/dev/null"]}, "names one GPU expected, found '0,1'"),
        ({"0": ["null"]}, "as /dev/NAME or /PATH:/dev/NAME, found 'null'"),
        ({"0": ["/etc/passwd"]}, "as /dev/NAME or /PATH:/dev/NAME, found '/etc/passwd'"),
        ({"0": ["/dev/null:/dev/../etc/x"]}, "as /dev/NAME or /PATH:/dev/NAME"),
        ({"0": ["/dev/no-such-node"]}, "expected at /dev/no-such-node, found none"),
    ],
)
def test_a_declaration_that_cannot_be_says_what_was_expected(declared, text: str) -> None:
    with pytest.raises(CourseError, match=text):
        declared_devices(declared)


@pytest.mark.parametrize("root", [True, False])
def test_each_node_is_bound_once_and_after_dev_itself(root: bool) -> None:
    devices = declared_devices(
        {"0": ["/dev/full:/dev/gpu0", "/dev/null:/dev/caps/all"],
         "1": ["/dev/zero:/dev/gpu1", "/dev/null:/dev/caps/all"]}
    )  # fmt: skip
    python = mounts.this_interpreter()
    options = mounts.arguments(python, 9, root=root, devices=devices)
    bound = [options[n + 1 : n + 3] for n, word in enumerate(options) if word == "--dev-bind"]
    wanted = [
        ["/dev/full", "/dev/gpu0"],
        ["/dev/null", "/dev/caps/all"],
        ["/dev/zero", "/dev/gpu1"],
    ]
    assert bound == wanted
    assert options.index("--dev") < options.index("--dev-bind")
    at = options.index("CUDA_VISIBLE_DEVICES")
    assert options[at + 1] == "-1"
    without = mounts.arguments(python, 9, root=root)
    assert "--dev-bind" not in without
