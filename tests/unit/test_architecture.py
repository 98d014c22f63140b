"""Arrows between the rooms of the code go down only, and no import hides one."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib.machinery import PathFinder
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "autograder"

# A room imports rooms of the rows above it, and none of its own row.
ROWS = (
    ("errors", "text", "warm", "atomic", "progress", "kit"),
    ("wire", "interrupts"),
    ("course", "worker"),
    ("result",),
    ("release", "submission", "remote", "command_line"),
    ("examine",),
    ("diagnose",),
    ("grade", "marks", "similarity"),
    ("backends", "prove", "report", "reference"),
    ("batch", "exchange", "publish"),
    ("marking",),
    ("running",),
    ("run", "regrade", "compare"),
    ("class_commands",),
    ("demo", "cli"),
    ("__main__",),
)
ROW_OF = {room: number for number, row in enumerate(ROWS) for room in row}
WORKER_MAY_IMPORT = {"warm", "wire", "worker"}
KIT = PACKAGE / "kit"


def modules() -> list[Path]:
    return [path for path in PACKAGE.rglob("*.py") if KIT not in path.parents]


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and full name of every import in a file, inside functions too."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            start = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{start}.{alias.name}") for alias in node.names)


def arrows() -> Iterator[tuple[str, str, str]]:
    """Yield (room, room that it imports, where)."""
    for path in modules():
        for line, name in imported(path):
            parts = name.split(".")
            if parts[0] == "autograder" and len(parts) > 1 and parts[1] != room_of(path):
                yield room_of(path), parts[1], f"{path.relative_to(ROOT)}:{line}"


def test_every_room_is_in_the_table():
    rooms = {room_of(path) for path in modules()} - {"__init__"}
    assert rooms <= set(ROW_OF), f"add {sorted(rooms - set(ROW_OF))} to the table"


def test_arrows_go_down_only():
    upward = [
        f"{where}: {room} imports {other}"
        for room, other, where in arrows()
        if ROW_OF[other] >= ROW_OF[room]
    ]
    assert upward == []


def test_only_the_worker_imports_the_worker():
    assert [where for room, other, where in arrows() if other == "worker"] == []
    assert {other for room, other, _ in arrows() if room == "worker"} <= WORKER_MAY_IMPORT


def test_what_students_get_and_the_data_import_nothing_of_the_grader():
    files = [*KIT.rglob("*.py"), *(ROOT / "data").rglob("*.py")]
    found = [
        f"{path}:{line}"
        for path in files
        for line, name in imported(path)
        if f"{name}.".startswith("autograder.") and not name.startswith("autograder.kit.")
    ]
    assert found == []


def test_no_module_of_ours_is_imported_by_name():
    """Such an import would hide an arrow from the tests above."""
    found = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and "import" in ast.unparse(node.func):
                texts = [c.value for c in ast.walk(node) if isinstance(c, ast.Constant)]
                if any(str(text).startswith(("autograder", ".")) for text in texts):
                    found.append(f"{path}:{node.lineno}")
    assert found == []


@pytest.mark.parametrize(
    ("entry", "absent"),
    [
        ("autograder.run, autograder.regrade, autograder.prove.gate", {"worker"}),
        ("autograder.worker.zygote", set(ROW_OF) - WORKER_MAY_IMPORT),
    ],
)
def test_a_process_holds_one_side_only(entry, absent):
    code = (
        f"import sys, {entry}\n"
        "print(*{n.split('.')[1] for n in sys.modules if n.startswith('autograder.')})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert not set(done.stdout.split()) & absent


def test_a_students_value_becomes_an_array_in_one_place():
    """``numbers`` has limits; a bare ``np.asarray`` makes gigabytes of a list of long strings."""
    files = [*(ROOT / "solutions").glob("*/questions/*.py"), *(KIT / "checks").glob("*.py")]
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in files
        if path.name != "values.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "asarray"
    ]
    assert found == []


@pytest.mark.slow  # half a second for each
@pytest.mark.parametrize(
    "module",
    [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in modules()
        if "template" not in path.parts
        and any(name.split(".")[0] in ("checks", "figures") for _, name in imported(path))
    ],
)
def test_what_uses_the_kit_finds_it_whatever_was_imported_before(module):
    done = subprocess.run(
        [sys.executable, "-c", f"import {module}"], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr


def test_no_test_module_hides_a_library():
    """Pytest puts folders of tests first on the path: a file ``otter.py`` there would be otter."""
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    ours = {path.stem for folder in folders for path in folder.glob("*.py")}
    path = [place for place in sys.path if not Path(place).is_relative_to(ROOT / "tests")]
    assert not [name for name in sorted(ours) if PathFinder.find_spec(name, path)]
