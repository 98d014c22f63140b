"""The student folder of one problem, as it is committed under ``student/`` and released."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from autograder.course import Points, Problem, WrittenQuestion, points_of
from autograder.course.casefile import read_case_file
from autograder.course.source import read_source
from autograder.errors import CourseError
from autograder.release.grading_table import counted, with_grading_table
from autograder.release.imports import imports_of
from autograder.release.markers import find_markers
from autograder.release.notebook import notebook_skeleton
from autograder.release.public import public_version
from autograder.release.skeleton import skeleton

Tree = dict[str, bytes]
_MASTER = ".nb.py"


def student_tree(problem: Problem, points: Points | None = None) -> Tree:
    """Return every file of a problem's student folder by its path in that folder.

    Its tables show ``points``, by default the points that the cases and criteria state.
    """
    points = points or points_of(problem)
    tree: Tree = {}
    for name in problem.modules:
        source = read_source(_inside(problem, name))
        tree[name] = skeleton(source).encode()
    for name in problem.provided:
        path = _inside(problem, name)
        if path.suffix == ".py" and (markers := find_markers(read_source(path))):
            raise CourseError(
                f"{path}:{markers[0].begin}: a provided file holds a solution block; "
                "list the file under `modules` in problem.toml, or remove the markers."
            )
        tree[name] = _read(path)
    handout = _inside(problem, "handout.md")
    text = with_grading_table(handout, _read(handout).decode(), problem, points)
    tree["handout.md"] = text.encode()
    if problem.notebook:
        name = notebook_name(problem.notebook)
        source = read_source(_inside(problem, problem.notebook))
        tree[name] = notebook_skeleton(source, PurePosixPath(name).stem).encode()
    if problem.written:
        tree["answers.md"] = answers_sheet(problem, points).encode()
    for question in problem.questions:
        if (checks := public_version(read_case_file(question.test_file))) is not None:
            tree[f"tests/{question.name}.py"] = checks.encode()
    if any(_uses_support(name, content) for name, content in tree.items()):
        tree["tests/support.py"] = _read(problem.folder / "questions" / "support.py")
    return dict(sorted(tree.items()))


def _uses_support(name: str, content: bytes) -> bool:
    return name.startswith("tests/") and any(
        module.split(".")[0] == "support" for _, module in imports_of(name, content)
    )


def notebook_name(master: str) -> str:
    """Return the name of the notebook made from a master: ``a.nb.py`` gives ``a.ipynb``."""
    if not master.endswith(_MASTER):
        raise CourseError(
            f"The notebook {master!r} must be a master; name it like 'name{_MASTER}'."
        )
    return master.removesuffix(_MASTER) + ".ipynb"


def answers_sheet(problem: Problem, points: Points) -> str:
    """Return the sheet for written answers: a heading, the question, an empty place."""
    parts = [f"# {problem.title}: written answers", ""]
    parts += ["Write below each question; leave the headings as they are.", ""]
    for question in problem.written:
        parts += [_heading(question, points.of(question.name)), ""]
        parts += [f"> {line}".rstrip() for line in question.prompt.splitlines()]
        parts += ["", "", ""]
    return "\n".join(parts).rstrip("\n") + "\n\n"


def _heading(question: WrittenQuestion, points: float) -> str:
    return f"## {question.name} - {question.title} ({counted(points)})"


def _inside(problem: Problem, name: str) -> Path:
    """Return the path of a file that stands directly in the problem's folder."""
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", name):
        raise CourseError(
            f"{problem.folder / 'problem.toml'}: {name!r} is not the plain name of a file in "
            "this folder; write one without folders."
        )
    return problem.folder / name


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CourseError(f"{path} cannot be read ({error.strerror}); add the file.") from None
