"""The same checks under ``nbgrader autograde``: a notebook whose test cells are the same cases."""

from __future__ import annotations

import ast
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from .checks import Check, write_kit
from .series import BenchError, Series, python, repeat

WHAT = "nbgrader autograde"
ASSIGNMENT = "ps1"
MORE = 3  # submissions added in one command, to tell what a further one takes


def measure(check: Check, folder: Path, times: int) -> Iterator[Series]:
    """Yield one submission in one command, and each further one in the same command."""
    folder.mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(
        "c = get_config()\n"
        f"c.CourseDirectory.root = {str(folder)!r}\n"
        f"c.CourseDirectory.course_id = {check.name!r}\n"
    )
    write_kit(folder / "modules")
    points = _write(folder / "source" / ASSIGNMENT / f"{check.problem}.ipynb", check)
    _nbgrader(folder, "generate_assignment", ASSIGNMENT)
    released = folder / "release" / ASSIGNMENT / f"{check.problem}.ipynb"
    for number in range(1 + MORE):
        _hand_in(folder / "submitted" / f"student{number}" / ASSIGNMENT, released, check)

    def grade_one() -> None:
        _nbgrader(folder, "autograde", ASSIGNMENT, "--student", "student0", "--force")

    def grade_all() -> None:
        _nbgrader(folder, "autograde", ASSIGNMENT, "--force")

    one = repeat(grade_one, times, warm_ups=0, seconds=12.0)
    _must_be_full(folder, points, 1)
    (everybody,) = repeat(grade_all, 1, warm_ups=0)
    _must_be_full(folder, points, 1 + MORE)
    further = max(0.0, everybody - min(one)) / MORE
    what = f"{check.name} check: {WHAT}"
    yield Series(f"{check.name}.nbgrader", f"{what}, one submission", "s", one)
    yield Series(f"{check.name}.nbgrader_further", f"{what}, each further one in the same command",
                 "s", (further,), note=f"{MORE} more, in one command")  # fmt: skip


def _nbgrader(folder: Path, *arguments: str) -> None:
    python("-m", "nbgrader", *arguments, cwd=folder, path=folder / "modules")


def _write(path: Path, check: Check) -> float:
    """Write the instructor's notebook; return the points of its test cells."""
    tree = ast.parse(check.test_file.read_text(encoding="utf-8"))
    shared: list[ast.stmt] = []
    cells = [new_code_cell("# the answer", metadata=_metadata("answer", solution=True))]
    total = 0.0
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            (decorator,) = node.decorator_list
            points = _points(decorator)
            node.decorator_list = []
            arguments = ", ".join(argument.arg for argument in node.args.args)
            text = f"{ast.unparse(node)}\n\n\n{node.name}({arguments})"
            cells.append(new_code_cell(text, metadata=_metadata(node.name, points=points)))
            total += points
        elif not _is_of_otter(node):
            shared.append(node)
    setup = ast.unparse(ast.Module(shared, []))
    cells.insert(1, new_code_cell(setup, metadata=_metadata("shared", locked=True)))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path.parent.mkdir(parents=True)
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    return total


def _hand_in(folder: Path, released: Path, check: Check) -> None:
    """Write a student's notebook: the released one with the reference in the answer cell."""
    notebook = nbformat.read(released, as_version=4)
    notebook.cells[0].source = check.module.read_text(encoding="utf-8")
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / released.name)


def _metadata(
    name: str, *, solution: bool = False, points: float | None = None, locked: bool = False
) -> dict[str, object]:
    cell: dict[str, object] = {
        "schema_version": 3,
        "grade_id": name,
        "solution": solution,
        "grade": points is not None,
        "locked": locked or points is not None,
        "task": False,
    }
    return {"nbgrader": cell if points is None else cell | {"points": points}}


def _points(decorator: ast.expr) -> float:
    assert isinstance(decorator, ast.Call)
    (value,) = (k.value for k in decorator.keywords if k.arg == "points")
    return float(ast.literal_eval(value))


def _is_of_otter(node: ast.stmt) -> bool:
    """Tell whether a statement is there for Otter alone."""
    if isinstance(node, ast.ImportFrom):
        return str(node.module).startswith("otter")
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in (
        "OK_FORMAT", "name", "points",
    )  # fmt: skip


def _must_be_full(folder: Path, points: float, students: int) -> None:
    """Raise unless every reference got all points: a grader that fails early looks fast."""
    with sqlite3.connect(folder / "gradebook.db") as book:
        (total,) = book.execute("SELECT SUM(auto_score) FROM grade").fetchone()
    book.close()
    if total != points * students:
        raise BenchError(f"{WHAT} gave {total} points, not {points * students}")
