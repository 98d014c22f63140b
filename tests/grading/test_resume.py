"""A run goes on by content: what is kept, what runs again and why, and who may write."""

from __future__ import annotations

import csv
import json
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.batch import keep
from autograder.batch.lock import locked
from autograder.batch.progress import Count
from autograder.batch.versions import course_versions
from autograder.course import Choice, Course, default_course
from autograder.errors import KitError
from autograder.grade.settings import Settings
from autograder.run import grade_run


@pytest.fixture
def course(small, tmp_path):
    """A copy of the small course that a test may change."""
    root = tmp_path / "course"
    shutil.copytree(small.root, root)
    return Course(root)


@pytest.fixture
def grade(course, tmp_path, capsys):
    """Return a function that grades into one run and returns scores, times and messages."""

    def run(*paths):
        capsys.readouterr()
        results = grade_run(
            Course(course.root), "small", paths, tmp_path / "run", processes=1, pdf=False,
            progress=False,
        )  # fmt: skip
        return results, capsys.readouterr().err

    return run


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def seconds(result, problem):
    return {k: v for k, v in result["times"].items() if k.startswith(problem)}


def rows(run: Path) -> dict[str, dict[str, str]]:
    with (run / "grades.csv").open(newline="") as file:
        return {row["submission"]: row for row in csv.DictReader(file)}


def test_only_the_problem_with_the_changed_test_runs_again(course, grade, hand_in):
    path = hand_in()
    (before,), _ = grade(path)
    tests = course.solutions / "affine" / "questions" / "affine_forward.py"
    edit(tests, "rtol=1e-10", "rtol=1e-9")
    (after,), messages = grade(path)
    assert seconds(after, "affine") != seconds(before, "affine")
    assert seconds(after, "attention") == seconds(before, "attention")
    assert {**after, "times": {}} == {**before, "times": {}}
    assert "because test file of affine.affine_forward changed." in messages
    (again,), messages = grade(path)
    assert again == after
    assert messages.strip() == "Results kept: 1 of 1."


def test_what_has_not_changed_is_not_parsed_again(grade, hand_in, monkeypatch):
    path = hand_in()
    grade(path)
    monkeypatch.setattr(keep, "submission_versions", lambda *_: pytest.fail("it is parsed"))
    _, messages = grade(path)
    assert messages.strip() == "Results kept: 1 of 1."


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("affine/mistakes/affine_forward.toml", "title = ", "title  = ",
         "known mistakes of affine.affine_forward changed"),
        ("affine/affine.py", "about 2 lines", "some lines", "the reference changed"),
        ("affine/problem.toml", "cpu_seconds = 2", "cpu_seconds = 3",
         "limits of affine.affine_backward changed"),
        ("attention/problem.toml", "title = ", "title  = ", None),
    ],
)  # fmt: skip
def test_what_a_result_depends_on_makes_it_run_again(
    course, grade, hand_in, file, old, new, reason
):
    path = hand_in()
    grade(path)
    edit(course.solutions / file, old, new)
    _, messages = grade(path)
    assert (reason or "Results kept: 1 of 1") in messages


def test_what_students_read_of_the_search_is_part_of_the_settings(course):
    settings = Settings(course.root, "small", seed=1, level="auto", search=True)
    path = course.assignments / "small.toml"
    before = course_versions(course, settings)
    path.write_text(path.read_text() + '\n[feedback]\nrepair = "nothing"\n')
    after = course_versions(Course(course.root), settings)
    changed = {
        part
        for label, parts in before.questions.items()
        for part, digest in parts.items()
        if after.questions[label][part] != digest
    }
    assert changed == {"settings"}


def test_how_many_questions_count_is_part_of_what_a_result_shows():
    settings = Settings(default_course().root, "cmpt419_a2", seed=1, level="auto")
    assignment = default_course().assignment("cmpt419_a2")
    digests = set()
    for best in (1, 2):
        entry = replace(assignment.entries[-1], total=None, choice=Choice(best, 5))
        changed = replace(assignment, entries=(entry,))
        fixed = SimpleNamespace(target=lambda _, changed=changed: changed)
        digests.add(course_versions(fixed, settings).assignment)
    assert len(digests) == 2


def test_a_note_on_a_problem_that_is_kept_stays(course, grade, hand_in):
    unused = "import numpy as np\nfrom torch import nn"
    path = hand_in(affine=lambda text: text.replace("import numpy as np", unused))
    (before,), _ = grade(path)
    assert "it costs nothing" in before["submission"]["notes"][0]
    edit(course.solutions / "attention" / "questions" / "attention.py", "rtol=", "rtol =")
    (after,), messages = grade(path)
    assert "because test file of attention.attention changed." in messages
    assert {**after, "times": {}} == {**before, "times": {}}


def test_a_score_that_changes_is_listed(course, grade, hand_in, tmp_path):
    path = hand_in(affine=lambda text: text.replace("x @ w + b", "x @ w + 1.0001 * b"))
    grade(path)
    tests = course.solutions / "affine" / "questions" / "affine_forward.py"
    edit(tests, "rtol=1e-10", "rtol=0.1")
    _, messages = grade(path)
    line = "alice: 13 is now 15 (test file of affine.affine_forward changed)."
    assert line in messages
    with (tmp_path / "run" / "changes.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["submission"], row["before"], row["after"]) == ("alice", "13", "15")
    assert "is now" not in grade(path)[1]


def test_a_file_that_no_problem_sees_runs_no_code_again(grade, hand_in):
    path = hand_in()
    for name in ("affine", "attention"):
        (path / name).mkdir()
        (path / f"{name}.py").rename(path / name / f"{name}.py")
    (before,), _ = grade(path)
    (path / "notes.md").write_text("mine")
    (after,), messages = grade(path)
    assert after["submission"]["sha256"] != before["submission"]["sha256"]
    assert after["problems"] == before["problems"]
    for name in ("affine", "attention"):
        assert seconds(after, name) == seconds(before, name)
    assert "because the submission has changed" in messages


def test_a_result_that_somebody_changed_is_not_kept(grade, hand_in, tmp_path):
    path = hand_in()
    grade(path)
    edit(tmp_path / "run" / "alice" / "result.json", '"score": 15.0', '"score": 14.0')
    (result,), messages = grade(path)
    assert result["score"] == 15
    assert "because nothing records its versions" in messages


def test_a_part_of_the_class_cuts_no_grades(course, grade, hand_in, tmp_path):
    paths = [hand_in(name) for name in ("ada", "bob")]
    grade(*paths)
    grade(paths[0])
    assert set(rows(tmp_path / "run")) == {"ada", "bob"}
    edit(course.solutions / "affine" / "questions" / "affine_forward.py", "1e-10", "1e-9")
    _, messages = grade(paths[0])
    assert "1 results are of other tests or another grader" in messages
    assert "bob" in messages


def test_a_change_during_a_run_is_told_and_nothing_is_kept(course, grade, hand_in, monkeypatch):
    from autograder import run

    write = run.write_files

    def change(*arguments):
        write(*arguments)
        edit(course.solutions / "affine" / "questions" / "affine_forward.py", "1e-10", "1e-9")

    monkeypatch.setattr(run, "write_files", change)
    path = hand_in()
    _, messages = grade(path)
    assert "changed during this run; repeat the command." in messages
    monkeypatch.undo()
    _, messages = grade(path)
    assert "Graded again: 1, because nothing records its versions." in messages


def test_the_best_attempt_counts(course, hand_in, tmp_path, monkeypatch):
    from autograder.exchange.attempts import Rules

    monkeypatch.setattr(Rules, "of", lambda _: Rules(attempts="best"))
    roster = tmp_path / "roster.csv"
    roster.write_text("login\nada\n")
    hand_in("class/ada")
    hand_in("class/ada-2", affine=lambda text: text.replace("x @ w + b", "x @ w"))
    run = tmp_path / "run"
    grade_run(
        course, "affine", [tmp_path / "class"], run, processes=1, roster=roster, progress=False
    )
    (row,) = rows(run).values()
    assert (row["login"], row["total"], row["attempt"]) == ("ada", "5", "1 of 2")
    assert json.loads((run / "ada.2" / "result.json").read_text())["score"] < 5


def test_a_run_is_locked_while_its_process_lives(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from autograder.batch.lock import locked\n"
        "with locked(Path(sys.argv[1])): print('held', flush=True); time.sleep(600)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, tmp_path], stdout=subprocess.PIPE)
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(KitError, match=f"is in use by process {holder.pid} on .*; wait"):
        with locked(tmp_path):
            pytest.fail("two processes hold the lock")
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    with locked(tmp_path):
        pass


def test_progress_says_rate_and_remaining_time():
    now = [0.0]
    count = Count(10, lambda: now[0])
    assert str(count) == "0 a minute, no estimate yet"
    now[0] = 60.0
    for failed in (False, True):
        count.add(failed)
    assert str(count) == "2 a minute, about 4 minutes left, 1 need a regrade"
