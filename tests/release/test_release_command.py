"""The command build_assignment.py: what it prints, its exit status, and how little it imports."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from click.testing import CliRunner, Result

import build_assignment
from autograder import cli
from autograder.course import Course, default_course
from autograder.errors import KitError
from autograder.prove.verdict import Catch, Verdict
from data import DataError

SCRIPT = default_course().root / "build_assignment.py"


def run(course: Course, *arguments: str) -> Result:
    return CliRunner().invoke(build_assignment.main, ["--course", str(course.root), *arguments])


def test_list_shows_assignments_and_problems(course: Course) -> None:
    result = run(course, "list")
    assert result.exit_code == 0
    assert result.output == (
        "hw1  Homework 1\n  columns  Columns of a table (3 autograded questions, 1 written)\n"
    )
    assert json.loads(run(course, "list", "--json").output) == {
        "assignments": {"hw1": {"title": "Homework 1", "problems": ["columns"]}},
        "problems": ["columns"],
    }
    (course.assignments / "hw1.toml").unlink()
    assert run(course, "list").output == "Problems in no assignment: columns\n"


def test_list_names_a_broken_file_and_shows_everything_else(course: Course) -> None:
    shutil.copytree(course.solutions / "columns", course.solutions / "rows")
    problem = course.solutions / "rows" / "problem.toml"
    problem.write_text("titel = 3\n")
    whole = (course.assignments / "hw1.toml").read_text()
    (course.assignments / "hw2.toml").write_text(whole.replace("columns", "rows"))
    (course.assignments / "hw3.toml").write_text(whole + "[visibility\n")
    shown = "hw1  Homework 1\n  columns  Columns of a table (3 autograded questions, 1 written)\n"
    result = run(course, "list")
    assert result.exit_code == 2
    assert result.stdout == shown
    assert result.stderr == (
        f"Error: {course.assignments / 'hw3.toml'}:11: this is not valid TOML "
        "(Expected ']' at the end of a table declaration).\n"
        f"Error: {problem}:1: 'titel' is an unknown key, and the key 'title' is missing; "
        "correct its name.\n"
    )
    result = run(course, "list", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["problems"] == ["columns"]
    assert run(course, "build", "hw1", "--out", str(course.root / "dist")).exit_code == 0


def test_check_goes_on_with_the_problems_that_can_be_read(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    (course.solutions / "rows").mkdir()
    (course.solutions / "rows" / "problem.toml").write_text("title = 3\n")
    verdict = Verdict((7.0, 7.0))
    monkeypatch.setattr("autograder.prove.gate.check_problem", lambda c, p: verdict)
    result = run(course, "check", "--json")
    assert result.exit_code == 2
    assert list(json.loads(result.stdout)["problems"]) == ["columns"]
    assert "rows/problem.toml:1: 'title' has the wrong type: expected text" in result.stderr
    assert run(course, "check", "rows").exit_code == 2


def test_build_writes_the_zip_and_the_student_folder(course: Course, tmp_path: Path) -> None:
    result = run(course, "build", "hw1", "--out", str(tmp_path))
    assert result.exit_code == 0
    assert "leak scan: nothing private in it" in result.output
    assert "student: wrote columns/columns.py" in result.output
    assert f"Wrote {tmp_path / 'hw1.zip'}" in result.output
    assert (tmp_path / "hw1.zip").is_file()
    assert (course.root / "student" / "columns" / "tests" / "Scaler.py").is_file()
    again = run(course, "build", "hw1", "--out", str(tmp_path), "--json")
    summary = json.loads(again.output)
    assert summary["student"] == []
    assert summary["leaks"] == []
    assert summary["bytes"] == (tmp_path / "hw1.zip").stat().st_size
    assert "columns/columns.ipynb" in summary["files"]


def test_build_makes_several_and_a_leak_stops_only_its_own(course: Course, tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    whole = (course.assignments / "hw1.toml").read_text()
    (course.assignments / "hw2.toml").write_text(whole.replace("Homework 1", "Homework 2"))
    assert run(course, "build", "hw1", "hw2", "--out", str(dist)).exit_code == 0
    built = {path.name: path.read_bytes() for path in dist.iterdir()}
    assert len(built) == 8
    shutil.rmtree(dist)
    shutil.copytree(course.solutions / "columns", course.solutions / "rows")
    handout = course.solutions / "rows" / "handout.md"
    handout.write_text(handout.read_text() + "\n    return total/x.shape[0]\n")
    (course.assignments / "hw1.toml").write_text(whole.replace("columns", "rows"))
    result = run(course, "build", "hw1", "hw2", "--out", str(dist))
    assert result.exit_code == 1
    assert "nothing of hw1 was written" in result.stderr
    assert {path.name: path.read_bytes() for path in dist.iterdir()} == {
        name: content for name, content in built.items() if name.startswith("hw2")
    }
    result = run(course, "build", "hw2", "hw3")
    assert result.exit_code == 2
    assert "Building hw2" not in result.output


def test_drift_names_what_differs_and_writes_nothing(course: Course) -> None:
    run(course, "build", "hw1", "--out", str(course.root / "dist"))
    assert run(course, "drift").output == ""
    page = course.root / "student" / "columns" / "handout.md"
    page.write_text("changed")
    handout = course.solutions / "columns" / "handout.md"
    handout.write_text(handout.read_text() + "\n    return total/x.shape[0]\n")
    result = run(course, "drift")
    assert result.exit_code == 1
    assert "leak: hw1/columns/handout.md:" in result.output
    assert "drift: columns/handout.md has changed\n" in result.output
    assert page.read_text() == "changed"


def test_build_refuses_to_leak(course: Course, tmp_path: Path) -> None:
    handout = course.solutions / "columns" / "handout.md"
    handout.write_text(
        "# Columns\n\nWrite `return total / x.shape[0]`\n\n    return total/x.shape[0]\n\n"
        "{{ grading }}\n"
    )
    result = run(course, "build", "hw1", "--out", str(tmp_path))
    assert result.exit_code == 1
    assert "leak: hw1/columns/handout.md:5: solution of column_means" in result.stderr
    assert "Refused: 1 leak; nothing of hw1 was written." in result.stderr
    assert not (tmp_path / "hw1.zip").exists()
    assert not (course.root / "student").exists()


def test_an_instructors_error_is_one_sentence(course: Course) -> None:
    module = course.solutions / "columns" / "columns.py"
    module.write_text(module.read_text().replace("# END SOLUTION", "# end solution", 1))
    result = run(course, "build", "hw1")
    assert result.exit_code == 2
    assert result.stderr == (
        f"Error: {module}:23: `# end solution` is not an exact marker; "
        "write `# END SOLUTION` instead.\n"
    )
    result = run(course, "build", "hw9")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: 'hw9' is neither an assignment (hw1) nor a problem")


@pytest.mark.parametrize("command", [build_assignment.main, cli.main])
@pytest.mark.parametrize("error", [KitError, DataError])
def test_both_commands_turn_an_error_into_one_sentence(
    command: click.Group, error: type[Exception]
) -> None:
    @click.command("fail")
    def fail() -> None:
        raise error("Something is wrong.")

    group = type(command)(commands={"fail": fail})
    result = CliRunner().invoke(group, ["fail"])
    assert (result.exit_code, result.stderr) == (2, "Error: Something is wrong.\n")


def test_check_reports_every_problem(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = Verdict(
        (7.0, 7.0),
        outcomes={"ranks": "not_attempted"},
        mistakes={"a": Catch("ranks", hidden=("case",))},
    )
    asked = []

    def check_problems(course, problems, *_):
        asked.extend(problem.name for problem in problems)
        return {problem.name: verdict for problem in problems}

    monkeypatch.setattr("autograder.prove.gate.check_problems", check_problems)
    result = run(course, "check", "hw1", "columns", "--json")
    assert result.exit_code == 0
    assert asked == ["columns"]
    assert json.loads(result.stdout) == {
        "problems": {"columns": verdict.as_json()},
        "ok": True,
        "totals": {"drift": 0, "leaks": 0, "escaped": 0},
    }
    assert "Ready for release." in run(course, "check").output
    verdict.mistakes["b"] = Catch("ranks")
    result = run(course, "check", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["totals"] == {"drift": 0, "leaks": 0, "escaped": 1}
    assert json.loads(result.stdout)["ok"] is False


def test_demo_is_handed_its_folder(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(
        "build_assignment.importlib.import_module",
        lambda name: SimpleNamespace(run_demo=asked.append),
    )
    assert run(course, "demo", "--out", str(tmp_path)).exit_code == 0
    assert asked == [tmp_path]


@pytest.mark.parametrize("command", [["list"], ["build", "hw1"]])
def test_neither_list_nor_build_imports_heavy_packages(
    command: list[str], course: Course, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", str(SCRIPT), "--course", str(course.root), *command],
        capture_output=True, text=True, check=True, cwd=tmp_path,
    )  # fmt: skip
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "autograder.release.package_tree" in imported
    assert not imported & {"torch", "otter", "nbformat", "jupytext", "matplotlib"}
