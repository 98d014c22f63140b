"""What this machine has for grading: confinement, devices, engines, data, programs."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch
from rich.console import Console
from rich.table import Table

import data
from autograder.errors import IsolationError
from autograder.remote.cards import visible_cards
from autograder.remote.workers import Zygote
from autograder.wire import DESCRIPTIONS

_ENGINES = {
    "docker": "Docker's container engine",
    "podman": "Podman, containers without a daemon",
    "apptainer": "Apptainer, containers on clusters",
    "sbatch": "Slurm's command to submit jobs",
}
_DRIVER = Path("/proc/driver/nvidia/version")
_REMEDIES = {
    "cgroup": "run as root, or have a memory controller delegated to you",
    "namespaces": "run as root, or allow user namespaces (kernel.unprivileged_userns_clone=1)",
    "filesystem": "make the namespaces available",
    "landlock": "use a kernel from 5.13 on with Landlock enabled",
    "seccomp": "use a kernel with CONFIG_SECCOMP_FILTER on x86-64 or aarch64",
}


@dataclass(frozen=True)
class Finding:
    """One line; its ``state`` is there, missing (optional) or needed (no grading without it)."""

    part: str
    name: str
    state: str
    what: str
    remedy: str = ""


def inspect_machine() -> list[Finding]:
    """Look at everything and return what was found; takes as long as torch takes to import."""
    parts = _machine, _confinement, _devices, _cards, _engines, _data, _programs
    return [finding for part in parts for finding in part()]


def print_findings(findings: list[Finding]) -> None:
    """Print ``findings`` as a table, and what to do below it."""
    table = Table("part", "name", "", "what")
    marks = {"there": "[green]yes[/green]", "missing": "[yellow]no[/yellow]",
             "needed": "[red]NEEDED[/red]"}  # fmt: skip
    for finding in findings:
        table.add_row(finding.part, finding.name, marks[finding.state], finding.what)
    console = Console()
    console.print(table)
    for finding in findings:
        if finding.state != "there" and finding.remedy:
            console.print(f"{finding.name}: {finding.remedy}.", highlight=False)


def _machine() -> Iterator[Finding]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    yield Finding("machine", platform.system(), "there",
                  f"kernel {platform.release()}, {platform.machine()}, {cores} cores")  # fmt: skip
    packages = ", ".join(f"{name} {version(name)}" for name in ("torch", "numpy", "otter-grader"))
    yield Finding("machine", f"Python {platform.python_version()}", "there", packages)


def _confinement() -> Iterator[Finding]:
    try:
        with Zygote(["numpy"], "none") as zygote:
            faults = zygote.probe()
    except IsolationError as error:
        yield Finding(
            "confinement", "workers", "needed", str(error), "use Linux, and allow the layers below"
        )
        return
    vital = {"limits", "seccomp"}
    if faults["filesystem"] and faults["landlock"]:
        vital |= {"filesystem", "landlock"}
    for layer, fault in faults.items():
        state = "there" if fault is None else "needed" if layer in vital else "missing"
        what = DESCRIPTIONS[layer] + (f" ({fault})" if fault else "")
        yield Finding("confinement", layer, state, what, _REMEDIES.get(layer, ""))


def _devices() -> Iterator[Finding]:
    accelerator = torch.accelerator.current_accelerator() if _has_accelerator() else None
    if accelerator is None:
        yield Finding("device", "accelerator", "missing", "grading runs on the CPU")
        return
    count = torch.accelerator.device_count()
    yield Finding(
        "device", str(accelerator.type), "there", "one device" if count == 1 else f"{count} devices"
    )


def _cards() -> Iterator[Finding]:
    """Yield torch's build, the driver and every GPU; tell why a GPU would not be used."""
    build = torch.version.cuda
    yield Finding(
        "device", "torch", "there", f"built for CUDA {build}" if build else "built for CPUs"
    )
    cards = visible_cards()
    if not cards:
        return
    if _DRIVER.is_file():
        version_line = _DRIVER.read_text(encoding="utf-8", errors="replace").splitlines()[0]
        yield Finding("device", "driver", "there", version_line.partition(":")[2].strip())
    if not torch.cuda.is_available():
        yield Finding(
            "device", "GPUs", "missing", f"{len(cards)} of them, which torch cannot use",
            "install a build of torch for CUDA that the driver supports",
        )  # fmt: skip
        return
    for number, name in enumerate(cards[: torch.cuda.device_count()]):
        card = torch.cuda.get_device_properties(number)
        yield Finding("device", name, "there", f"{card.name}, {card.total_memory / 2**30:.0f} GiB")


def _has_accelerator() -> bool:
    return bool(torch.accelerator.is_available())


def _engines() -> Iterator[Finding]:
    for program, what in _ENGINES.items():
        path = shutil.which(program)
        if path and program in ("docker", "podman") and not _answers(path):
            yield Finding(
                "engine", program, "missing", f"{path} is installed, but its engine does not answer"
            )
        else:
            yield Finding("engine", program, "there" if path else "missing", path or what)


def _answers(path: str) -> bool:
    try:
        done = subprocess.run([path, "info"], capture_output=True, timeout=10)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _data() -> Iterator[Finding]:
    for name in data.names():
        for size, source in data.dataset(name).available_sizes().items():
            yield Finding(
                "data", f"{name} {size}", "missing" if source is None else "there",
                "not on this machine" if source is None else str(source),
                "" if source else f"run: python -m data fetch {name} --size {size}",
            )  # fmt: skip


def _programs() -> Iterator[Finding]:
    for package, what in (("typst", "report PDFs"), ("pypandoc_binary", "written answers in PDFs")):
        try:
            yield Finding("report", package, "there", f"{what}, version {version(package)}")
        except PackageNotFoundError:
            yield Finding("report", package, "needed", what, f"run: pip install {package}")
