"""Files that come with a problem; checks, figures and data must be ours, others may be changed."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from autograder.course import Course, Problem
from autograder.examine import KIT
from autograder.release.package_tree import data_files

_SHARED = ("checks", "figures")


def fixed_files(course: Course, problem: Problem) -> Mapping[str, bytes]:
    """Return the provided files of ``problem`` by the path at which its modules import them."""
    files: dict[str, bytes] = {}
    for base in problem.builds_on:
        files |= {name: (base.folder / file).read_bytes() for name, file in base.stand_ins.items()}
        files |= {name: (base.folder / name).read_bytes() for name in base.provided}
    files |= {name: (problem.folder / name).read_bytes() for name in problem.provided}
    for package in _SHARED:
        for path in sorted((KIT / package).glob("*.py")):
            files[f"{package}/{path.name}"] = path.read_bytes()
    if problem.data:
        files |= data_files(course.root / "data", problem.data)
    return files


def is_fixed(path: str) -> bool:
    """Tell whether ours replaces what was handed in: the grading needs it as it is."""
    return path.split("/")[0] in (*_SHARED, "data")


def write_tree(folder: Path, *layers: Mapping[str, bytes]) -> None:
    """Write ``layers`` below ``folder``, later ones over earlier ones, readable by any user."""
    files: dict[str, bytes] = {}
    for layer in layers:
        files |= layer
    for name, content in sorted(files.items()):
        target = folder / name
        if target.is_dir():
            shutil.rmtree(target)
        for above in reversed(target.relative_to(folder).parents[:-1]):
            if (folder / above).is_file():
                (folder / above).unlink()
            (folder / above).mkdir(exist_ok=True)
            (folder / above).chmod(0o755)
        target.write_bytes(content)
        target.chmod(0o644)
    folder.chmod(0o755)
