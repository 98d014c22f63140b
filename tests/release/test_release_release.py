"""The student package: exactly the files on the list, and always the same bytes."""

import ast
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.course import Course, default_course
from autograder.errors import CourseError
from autograder.release.package_tree import assignment_tree, zip_bytes

FILES = [
    "README.md",
    "assignment.json",
    "check.py",
    "checking/__init__.py",
    "checking/archive.py",
    "checking/ask.py",
    "checking/cases.py",
    "checking/documents.py",
    "checking/explain.py",
    "checking/forbidden.py",
    "checking/limits.py",
    "checking/loose.py",
    "checking/notebooks.py",
    "checking/output.py",
    "checking/pack.py",
    "checking/packed_documents.py",
    "checking/pages.py",
    "checking/questions.py",
    "checking/report.py",
    "checking/rules.py",
    "checking/shapes.py",
    "checking/students.py",
    "checking/uses.py",
    "checking/watch.py",
    "columns/answers.md",
    "columns/columns.ipynb",
    "columns/columns.py",
    "columns/handout.md",
    "columns/shapes.py",
    "columns/tests/Scaler.py",
    "columns/tests/column_means.py",
    "requirements.txt",
]
DATA = ('written = ["centring"]\n', 'written = ["centring"]\n\n[data]\ntable = ["full"]\n')
RULES = """\
max_pages = 10
due = 2030-03-14T23:59:00+01:00
attempts = "best"
groups = 3

[hand_in.late]
per_day = 0.1
cap = 0.5
grace_minutes = 15
free_days = 2
"""
LOADER = '"""Load."""\n\nfrom . import table\nfrom .errors import DataError\n'


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def with_data(course: Course) -> None:
    """Give the course a data room with more in it than students may have."""
    for name, text in {
        "__init__.py": LOADER,
        "__main__.py": "import data\n\n\ndef main():\n    from data.make_samples import make\n",
        "errors.py": "class DataError(Exception): ...\n",
        "table.py": "import numpy as np\nfrom .sources import read\n",
        "sources.py": "def read(): ...\n",
        "make_samples.py": "def make(): ...\n",
        "notes.py": "NOTE = 'nobody imports this'\n",
        "holdout/__init__.py": "",
        "holdout/table.npz": "private",
        "samples/SOURCE.md": "# Where the samples come from\n",
        "samples/table.npz": "sample",
        "samples/other.npz": "sample of another set",
    }.items():
        path = course.root / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    edit(course.solutions / "columns" / "problem.toml", *DATA)


def test_the_files_of_a_package(course: Course) -> None:
    tree = assignment_tree(course, course.assignment("hw1"))
    assert [name for name in tree if not name.startswith("checks/")] == FILES
    checks = [name for name in tree if name.startswith("checks/")]
    assert {"checks/__init__.py", "checks/compare.py", "checks/draw.py"} <= set(checks)
    assert tree["requirements.txt"].decode().splitlines() == ["numpy>=1.26", "jupyterlab>=4.0"]


def test_of_data_only_loaders_and_named_samples_go_in(course: Course) -> None:
    with_data(course)
    tree = assignment_tree(course, course.assignment("hw1"))
    assert [name for name in tree if name.startswith("data/")] == [
        "data/__init__.py",
        "data/__main__.py",
        "data/errors.py",
        "data/samples/SOURCE.md",
        "data/samples/table.npz",
        "data/sources.py",
        "data/table.py",
    ]


def test_the_readme_names_questions_points_and_rules(course: Course) -> None:
    readme = assignment_tree(course, course.assignment("hw1"))["README.md"].decode()
    assert readme.startswith("# Homework 1\n")
    assert "| `column_means` | the mean of each column | 6 |" in readme
    assert "| `ranks` | ranks, if you like (optional) | 2 |" in readme
    assert "| `centring` | why centre? (written) | 2 |" in readme
    assert "The zip is called `hw1-<login>.zip`" in readme
    assert "python check.py --pack NAME" in readme
    assert "At most 1 MB." in readme
    assert "$" not in readme


def test_the_package_knows_every_hand_in_rule(course: Course) -> None:
    path = course.assignments / "hw1.toml"
    edit(path, "max_size_mb = 1", f"max_size_mb = 1\n{RULES}")
    tree = assignment_tree(course, course.assignment("hw1"))
    rules = json.loads(tree["assignment.json"])["hand_in"]
    assert rules["due"] == "2030-03-14T23:59:00+01:00"
    assert (rules["max_pages"], rules["groups"]) == (10, 3)
    readme = tree["README.md"].decode()
    for line in (
        "- Each PDF has at most 10 pages.",
        "- Due: 2030-03-14 23:59 (UTC+01:00). Each started day after that costs 10 % of the points "
        "that you earn; at most 50 %; up to 15 minutes cost nothing; 2 days are free.",
        "- You may hand in again; the best submission counts.",
        "- At most 3 students hand in together.",
    ):
        assert line in readme.splitlines()
    path.write_text(path.read_text().partition("[hand_in.late]")[0])
    readme = assignment_tree(course, course.assignment("hw1"))["README.md"].decode()
    assert "(UTC+01:00). A late submission is marked as late." in readme


def test_the_zip_has_fixed_dates_and_permissions(course: Course) -> None:
    tree = assignment_tree(course, course.assignment("hw1"))
    with zipfile.ZipFile(io.BytesIO(zip_bytes(tree, "hw1"))) as archive:
        entries = archive.infolist()
        assert archive.testzip() is None
    assert [entry.filename for entry in entries] == [f"hw1/{name}" for name in sorted(tree)]
    for entry in entries:
        assert entry.date_time == (1980, 1, 1, 0, 0, 0)
        assert entry.external_attr >> 16 == 0o100644
        assert entry.extra == b""


def test_a_rebuild_gives_the_same_bytes(course: Course, tmp_path: Path) -> None:
    found = []
    for number in (1, 2):
        out = tmp_path / str(number)
        for path in course.root.rglob("*"):
            os.utime(path, (number, number))
        subprocess.run(
            [sys.executable, "build_assignment.py", "--course", str(course.root), "build", "hw1",
             "--out", str(out)],
            check=True, cwd=default_course().root, stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONHASHSEED": str(number), "TZ": f"UTC{number}"},
        )  # fmt: skip
        found.append((out / "hw1.zip").read_bytes())
    assert found[0] == found[1]


def test_what_students_run_is_valid_in_the_oldest_python_promised(course: Course) -> None:
    tree = assignment_tree(course, course.assignment("hw1"))
    for name, content in tree.items():
        if name.endswith(".py"):
            ast.parse(content, name, feature_version=(3, 10))


BROKEN = {
    "no handout": (
        lambda c: (c.solutions / "columns" / "handout.md").unlink(),
        "handout.md cannot be read (No such file or directory); add the file.",
    ),
    "import nobody can install": (
        lambda c: edit(c.solutions / "columns" / "shapes.py", "def", "import frob\n\n\ndef"),
        "columns/shapes.py:4: it imports frob, which students cannot install from this package;",
    ),
    "path for a module": (
        lambda c: edit(c.solutions / "columns" / "problem.toml", '"shapes.py"', '"../x.py"'),
        "'../x.py' is not the plain name of a file in this folder; write one without folders.",
    ),
    "block in a provided file": (
        lambda c: edit(
            c.solutions / "columns" / "shapes.py",
            "    return len(table[0])",
            "    # BEGIN SOLUTION: count\n    return len(table[0])\n    # END SOLUTION",
        ),
        "shapes.py:6: a provided file holds a solution block; list the file under `modules`",
    ),
    "notebook that is no master": (
        lambda c: edit(c.solutions / "columns" / "problem.toml", "columns.nb.py", "columns.ipynb"),
        "The notebook 'columns.ipynb' must be a master; name it like 'name.nb.py'.",
    ),
    "data without a data room": (
        lambda c: edit(c.solutions / "columns" / "problem.toml", *DATA),
        "but a problem uses data; add the loaders.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_problem_that_is_not_sound_is_refused(case: str, course: Course) -> None:
    damage, expected = BROKEN[case]
    damage(course)
    with pytest.raises(CourseError) as caught:
        assignment_tree(course, course.assignment("hw1"))
    assert expected in str(caught.value)
