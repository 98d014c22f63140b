"""What doctor says of a machine: each fault with its state and a remedy."""

from __future__ import annotations

import subprocess
from contextlib import nullcontext
from importlib.metadata import PackageNotFoundError
from types import SimpleNamespace

import pytest

from autograder.backends import doctor
from autograder.backends.doctor import Finding, inspect_machine, print_findings
from autograder.errors import IsolationError
from autograder.wire import LAYERS


@pytest.fixture
def with_faults(monkeypatch):
    """Let layers of confinement be missing."""

    def use(**faults: str) -> dict[str, Finding]:
        found = {layer: faults.get(layer) for layer in LAYERS}
        zygote = SimpleNamespace(probe=lambda: found)
        monkeypatch.setattr(doctor, "Zygote", lambda *_: nullcontext(zygote))
        return {f.name: f for f in inspect_machine() if f.part == "confinement"}

    return use


def test_a_machine_with_all_layers(with_faults):
    assert {finding.state for finding in with_faults().values()} == {"there"}


def test_layers_that_grading_can_do_without_are_missing(with_faults):
    found = with_faults(cgroup="no controller", namespaces="refused", filesystem="no namespaces")
    assert {name for name, f in found.items() if f.state == "missing"} == {
        "cgroup", "namespaces", "filesystem"
    }  # fmt: skip
    assert found["cgroup"].what.endswith("(no controller)")
    assert found["namespaces"].remedy.startswith("run as root, or allow user namespaces")


@pytest.mark.parametrize(
    ("faults", "needed"),
    [
        ({"seccomp": "x"}, {"seccomp"}),
        ({"limits": "x"}, {"limits"}),
        ({"landlock": "x", "filesystem": "x"}, {"landlock", "filesystem"}),
    ],
)
def test_layers_that_grading_needs(with_faults, faults, needed):
    found = with_faults(**faults)
    assert {name for name, finding in found.items() if finding.state == "needed"} == needed


def test_a_machine_that_cannot_start_workers(monkeypatch):
    def refuse(*_: object) -> None:
        raise IsolationError("Grading with confinement needs Linux.")

    monkeypatch.setattr(doctor, "Zygote", refuse)
    (finding,) = doctor._confinement()
    assert (finding.name, finding.state) == ("workers", "needed")
    assert finding.what == "Grading with confinement needs Linux."


def test_an_engine_that_does_not_answer_is_missing(monkeypatch):
    paths = {"docker": "/usr/bin/docker", "sbatch": "/usr/bin/sbatch"}
    monkeypatch.setattr(doctor.shutil, "which", paths.get)

    def too_long(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("docker", 10)

    monkeypatch.setattr(doctor.subprocess, "run", too_long)
    found = {finding.name: finding for finding in doctor._engines()}
    assert found["docker"].state == "missing"
    assert found["docker"].what == "/usr/bin/docker is installed, but its engine does not answer"
    assert found["sbatch"].state == "there"
    assert (found["podman"].state, found["podman"].what) == (
        "missing", "Podman, containers without a daemon"
    )  # fmt: skip


def test_missing_data_and_programs_come_with_a_command(monkeypatch):
    sizes = SimpleNamespace(available_sizes=lambda: {"sample": None, "full": "a mirror"})
    monkeypatch.setattr(doctor.data, "names", lambda: ["digits"])
    monkeypatch.setattr(doctor.data, "dataset", lambda name: sizes)
    missing, there = doctor._data()
    assert (missing.state, missing.remedy) == (
        "missing", "run: python -m data fetch digits --size sample"
    )  # fmt: skip
    assert (there.state, there.what, there.remedy) == ("there", "a mirror", "")

    def no_version(package: str) -> str:
        raise PackageNotFoundError(package)

    monkeypatch.setattr(doctor, "version", no_version)
    assert {(f.state, f.remedy) for f in doctor._programs()} == {
        ("needed", "run: pip install typst"), ("needed", "run: pip install pypandoc_binary")
    }  # fmt: skip


def test_an_accelerator_is_named(monkeypatch):
    monkeypatch.setattr(doctor.torch.accelerator, "is_available", lambda: True)
    monkeypatch.setattr(
        doctor.torch.accelerator, "current_accelerator", lambda: SimpleNamespace(type="cuda")
    )
    for count, words in ((1, "one device"), (2, "2 devices")):
        monkeypatch.setattr(doctor.torch.accelerator, "device_count", lambda count=count: count)
        (finding,) = doctor._devices()
        assert (finding.name, finding.state, finding.what) == ("cuda", "there", words)


def test_every_gpu_is_named_with_the_driver_and_the_build_of_torch(monkeypatch, tmp_path):
    (tmp_path / "version").write_text("NVRM version: NVIDIA Kernel Module  550.54\nGCC version\n")
    monkeypatch.setattr(doctor, "_DRIVER", tmp_path / "version")
    monkeypatch.setattr(doctor, "visible_cards", lambda: ("0", "MIG-7"))
    monkeypatch.setattr(doctor.torch.version, "cuda", "12.8")
    monkeypatch.setattr(doctor.torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(doctor.torch.cuda, "device_count", lambda: 2)
    card = SimpleNamespace(name="Card X", total_memory=80 * 2**30)
    monkeypatch.setattr(doctor.torch.cuda, "get_device_properties", lambda number: card)
    assert [(f.name, f.state, f.what) for f in doctor._cards()] == [
        ("torch", "there", "built for CUDA 12.8"),
        ("driver", "there", "NVIDIA Kernel Module  550.54"),
        ("0", "there", "Card X, 80 GiB"),
        ("MIG-7", "there", "Card X, 80 GiB"),
    ]


def test_gpus_that_torch_cannot_use_come_with_a_remedy(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor, "_DRIVER", tmp_path / "none")
    monkeypatch.setattr(doctor, "visible_cards", lambda: ("0",))
    monkeypatch.setattr(doctor.torch.version, "cuda", None)
    monkeypatch.setattr(doctor.torch.cuda, "is_available", lambda: False)
    build, cards = doctor._cards()
    assert build.what == "built for CPUs"
    assert (cards.state, cards.what) == ("missing", "1 of them, which torch cannot use")
    assert cards.remedy


def test_remedies_are_printed_for_what_is_not_there(capsys):
    print_findings([
        Finding("machine", "Linux", "there", "kernel 6", "unused"),
        Finding("confinement", "landlock", "needed", "Landlock", "use another kernel"),
        Finding("device", "accelerator", "missing", "grading runs on the CPU"),
    ])  # fmt: skip
    text = capsys.readouterr().out
    assert text.endswith("landlock: use another kernel.\n")
    assert "NEEDED" in text
    assert "unused" not in text
