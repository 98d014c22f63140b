"""The package for the grading platform: the grader, the private side of one assignment, its data.

It has the layout that Gradescope documents, and the one that ``otter run`` reads, in one zip.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from autograder.course import Assignment, Course, Problem
from autograder.release.imports import dependencies, package_closure
from autograder.release.package_tree import data_files
from autograder.release.student import Tree

SCRIPTS = ("run_autograder", "setup.sh")
_PACKAGE = Path(__file__).resolve().parents[1]
_PLATFORM = Path(__file__).parent / "platform"
_JUDGE = "fashion_judge"  # which judges generated images, with held-out images of this dataset:
_JUDGED = "fashion_mnist"
_CODE = {".py", ".lua", ".typ"}
_LEFT_OUT = ("assignments/", "publish/", "release/template/")
_NOT_GRADED = ("right_answers/",)
_OTTER_TEST = '''\
"""The cases of {question} in {problem}, for `otter run`."""

from autograder.exchange.plain_otter import cases_of

OK_FORMAT = False
name = "{problem}.{question}"
globals().update(cases_of("{problem}", "{question}"))
'''


def grader_tree(course: Course, assignment: Assignment) -> Tree:
    """Return every file of the package by its path; nothing of another assignment is in it."""
    tree = {name: (_PLATFORM / name).read_bytes() for name in SCRIPTS}
    tree |= dict(_grader())
    path = course.assignments / f"{assignment.name}.toml"
    if path.is_file():
        tree[f"autograder/assignments/{path.name}"] = path.read_bytes()
    problems = [entry.problem for entry in assignment.entries]
    for problem in problems:
        tree |= dict(_private(problem))
    tree |= grader_data(course.root / "data", {name for item in problems for name in item.data})
    tree["requirements.txt"] = "".join(f"{line}\n" for line in dependencies()).encode()
    tree["target.json"] = _json({"target": assignment.name})
    tree |= _for_otter(assignment)
    return dict(sorted(tree.items()))


def _grader() -> Iterator[tuple[str, bytes]]:
    for path in _PACKAGE.rglob("*"):
        name = path.relative_to(_PACKAGE).as_posix()
        if path.suffix in _CODE and not name.startswith(_LEFT_OUT):
            yield f"autograder/{name}", path.read_bytes()


def _private(problem: Problem) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a problem's folder but those that only prove that it is sound."""
    for path in problem.folder.rglob("*"):
        name = path.relative_to(problem.folder).as_posix()
        hidden = any(part.startswith((".", "__pycache__")) for part in Path(name).parts)
        if path.is_file() and not hidden and not name.startswith(_NOT_GRADED):
            yield f"solutions/{problem.name}/{name}", path.read_bytes()


def grader_data(folder: Path, datasets: Iterable[str]) -> Tree:
    """Return the loaders, the samples and the held-out parts of ``datasets``.

    The grader's own modules name the judge of generated images, so its code is always there.
    """
    folder = folder if folder.is_dir() else _PACKAGE.parent / "data"  # which the grader imports
    held_out = folder / "holdout"
    own = set(package_closure(held_out, datasets))
    modules = own | set(package_closure(held_out, [_JUDGE]))
    loaders = {"held_out", *datasets, *(Path(name).stem for name in modules)}
    tree = data_files(folder, loaders)
    tree |= {f"data/holdout/{name}": (held_out / name).read_bytes() for name in modules}
    arrays = {Path(name).stem for name in own} | ({_JUDGE} if f"{_JUDGED}.py" in own else set())
    for name in sorted(arrays):
        if (held_out / f"{name}.npz").is_file():
            tree[f"data/holdout/{name}.npz"] = (held_out / f"{name}.npz").read_bytes()
    return tree


def _for_otter(assignment: Assignment) -> Tree:
    """Return what ``otter run`` reads: a settings file, a script to run, a test for each question.

    A test file only names the question; its cases are in the problem's own file.
    """
    tree = {
        "files/hand_in.py": (_PLATFORM / "hand_in.py").read_bytes(),
        "otter_config.json": _json({"lang": "python", "show_hidden": True}),
    }
    questions = [(e.problem.name, q.name) for e in assignment.entries for q in e.problem.questions]
    for number, (problem, question) in enumerate(questions, 1):
        test = _OTTER_TEST.format(problem=problem, question=question)
        tree[f"tests/{number:02}-{problem}-{question}.py"] = test.encode()
    return tree


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
