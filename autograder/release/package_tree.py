"""The student package of an assignment: an allow-list of files, zipped always to the same bytes."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from string import Template
from typing import Any

from autograder.course import Assignment, Course, Entry, Problem
from autograder.errors import CourseError
from autograder.release.grading_table import counted, points_table
from autograder.release.hand_in_rules import hand_in_rules, sentences
from autograder.release.imports import (
    NOTEBOOK,
    dependency,
    imports_of,
    package_closure,
    requirements,
)
from autograder.release.student import Tree, notebook_name, student_tree

_HERE = Path(__file__).resolve().parent
_KIT = _HERE.parent / "kit"
_CHECKING = ("__init__", "archive", "ask", "cases", "documents", "explain", "forbidden", "limits",
             "loose", "notebooks", "output", "pack", "packed_documents", "pages",
             "questions", "report", "rules", "shapes", "students", "uses", "watch")  # fmt: skip
_RUNNER = ("check.py", *(f"checking/{name}.py" for name in _CHECKING))
_DATA_DENIED = ("make_samples", "holdout")
_SHARED = ("checks", "figures")
TAKEN = {"check", "checking", "data", *_SHARED}
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODE, _PROGRAM = 0o100644 << 16, 0o100755 << 16


def assignment_tree(course: Course, assignment: Assignment) -> Tree:
    """Return every file of an assignment's student package by its path in the package.

    What goes in is named by rule: the student folder of each problem, the runner of the public
    cases, the modules of ``checks`` and ``data`` that these import, samples of the datasets that
    the problems name, and four files made here.
    """
    tree: Tree = {}
    for entry in assignment.entries:
        if entry.problem.name in TAKEN:
            raise CourseError(
                f"The problem {entry.problem.name!r} has the name of a part of every package; "
                "give its folder another name."
            )
        for name, content in student_tree(entry.problem, entry.points).items():
            tree[f"{entry.problem.name}/{name}"] = content
    for name in _RUNNER:
        tree[name] = (_KIT / name).read_bytes()
    used = {module for name, text in tree.items() for _, module in imports_of(name, text)}
    for package in _SHARED:
        if any(module.split(".")[0] == package for module in used):
            for name in package_closure(_KIT / package, _submodules(used, package)):
                tree[f"{package}/{name}"] = (_KIT / package / name).read_bytes()
    datasets = {name for entry in assignment.entries for name in entry.problem.data}
    if datasets or any(module.split(".")[0] == "data" for module in used):
        tree.update(data_files(course.root / "data", datasets))
    tree["assignment.json"] = _json(_description(assignment, tree))
    tree["requirements.txt"] = _requirements(assignment, tree)
    tree["README.md"] = _readme(assignment).encode()
    return dict(sorted(tree.items()))


def zip_bytes(tree: Tree, folder: str = "", programs: Iterable[str] = ()) -> bytes:
    """Return a zip of ``tree`` below ``folder``: sorted, with fixed dates and permissions.

    ``programs`` are the files that can be executed.
    """
    executable = set(programs)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in sorted(tree.items()):
            info = zipfile.ZipInfo(f"{folder}/{name}" if folder else name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = _PROGRAM if name in executable else _MODE
            archive.writestr(info, content)
    return stream.getvalue()


def data_files(folder: Path, datasets: Iterable[str]) -> Tree:
    """Return the loaders and the samples of ``datasets``, never the held-out parts.

    A sample belongs to the loader of its name; a loader may import other loaders.
    """
    if not folder.is_dir():
        raise CourseError(f"There is no folder {folder}, but a problem uses data; add the loaders.")
    loaders = package_closure(folder, ["__main__", *sorted(datasets)], _DATA_DENIED)
    tree = {f"data/{name}": (folder / name).read_bytes() for name in loaders}
    samples = [folder / "samples" / f"{Path(name).stem}.npz" for name in loaders]
    here = [path for path in (*samples, folder / "samples" / "SOURCE.md") if path.is_file()]
    return tree | {f"data/samples/{path.name}": path.read_bytes() for path in here}


def _submodules(modules: Iterable[str], package: str) -> list[str]:
    return sorted(name.split(".")[1] for name in modules if name.startswith(f"{package}."))


def _requirements(assignment: Assignment, tree: Mapping[str, bytes]) -> bytes:
    files = [name for name in tree if name.endswith(".py")]
    local = {"support", *(name.split("/")[0].removesuffix(".py") for name in files)}
    local |= {Path(name).stem for name in files if "/" in name and "/tests/" not in name}
    bases = [base for entry in assignment.entries for base in entry.problem.builds_on]
    local |= {Path(name).stem for base in bases for name in (*base.modules, *base.provided)}
    lines = requirements(tree, local)
    if any(entry.problem.notebook for entry in assignment.entries):
        lines.append(NOTEBOOK)
    if assignment.hand_in.max_pages:
        lines.append(dependency("pypdf"))
    return ("\n".join(lines) + "\n").encode()


def _description(assignment: Assignment, tree: Mapping[str, bytes]) -> dict[str, Any]:
    """Return what the runner in the package needs to know."""

    def problem(item: Problem, place: str) -> dict[str, Any]:
        questions = [
            {
                "name": question.name,
                "title": question.title,
                "modules": list(question.modules),
                "objects": list(question.objects),
                "optional": question.optional,
                "forbidden": {
                    "imports": list(question.forbidden.imports),
                    "names": list(question.forbidden.names),
                },
                "limits": {
                    "cpu_seconds": question.limits.cpu_seconds,
                    "import_seconds": question.limits.import_seconds,
                },
                "checks": f"{item.name}/tests/{question.name}.py" in tree,
            }
            for question in item.questions
        ]
        return {
            "name": item.name,
            "title": item.title,
            "folder": place,
            "modules": list(item.modules),
            "provided": list(item.provided),
            "outputs": list(item.outputs),
            "may_hand_in": list(item.may_hand_in),
            "preload": list(item.preload),
            "builds_on": [base.name for base in item.builds_on],
            "notebook": notebook_name(item.notebook) if item.notebook else None,
            "answers": "answers.md" if item.written else None,
            "questions": questions,
        }

    return {
        "assignment": assignment.name,
        "title": assignment.title,
        "problems": [problem(entry.problem, entry.place) for entry in assignment.entries],
        "hand_in": hand_in_rules(assignment.hand_in),
    }


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _readme(assignment: Assignment) -> str:
    template = Template((_HERE / "README.template.md").read_text(encoding="utf-8"))
    return template.substitute(
        title=assignment.title,
        name=assignment.name,
        problem=assignment.entries[0].problem.name,
        product="one zip" if assignment.hand_in.zip else "the files",
        written="the zip" if assignment.hand_in.zip else "the files to hand in into one folder",
        pack="python check.py --pack"
        + (" NAME" if "<" in (assignment.hand_in.archive or "") else ""),
        questions="\n\n".join(_question_list(entry) for entry in assignment.entries),
        first=next((q.name for e in assignment.entries for q in e.problem.questions), "it"),
        hand_in="\n".join(f"- {rule}" for rule in sentences(assignment)),
    )


def _question_list(entry: Entry) -> str:
    problem = entry.problem
    files = [f"`{name}`" for name in problem.modules]
    if problem.written:
        files.append("`answers.md`")
    return "\n\n".join(
        [
            f"### {problem.title}: `{problem.name}/` ({counted(entry.points.total)})",
            points_table(problem, entry.points),
            f"You edit {', '.join(files)}. Start with `handout.html`; "
            "`handout.pdf` and `handout.md` say the same.",
        ]
    )
