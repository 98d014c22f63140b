"""The release gate stops whatever is not sound, and says what; here with a made-up grader."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from autograder.course import Course
from autograder.errors import CourseError
from autograder.prove.answers import Answer, right_answers
from autograder.prove.gate import Options, check_problem
from autograder.prove.table import show
from autograder.prove.verdict import Catch, Verdict
from autograder.release.drift import drift, rewrite
from autograder.release.student import student_tree

QUESTIONS = ("column_means", "Scaler", "ranks")


class FakeGrader:
    """Grades by what the text of a submission says, and remembers what it was asked."""

    def __init__(self, **outcomes: str) -> None:
        self.outcomes = outcomes
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def __call__(self, answer: Answer) -> dict[str, Any]:
        self.asked.append((answer.name, answer.questions))
        return self.result(answer.name, answer.texts, answer.questions)

    def result(self, name: str, texts: Mapping[str, str], asked: tuple[str, ...]) -> dict[str, Any]:
        assert list(texts) == ["columns.py"]
        usual = "not_attempted" if "raise NotImplementedError" in texts["columns.py"] else "passed"
        right = name in ("reference", "skeleton") or name.endswith(".py")
        usual = usual if right else "failed"
        outcome = self.outcomes.get(name, usual)
        shown = "passed" if name == "reference" or name.endswith(".py") else "failed"
        score = 7.0 if outcome == "passed" else 0.0
        questions = [
            {
                "name": question,
                "optional": question == "ranks",
                "outcome": outcome,
                "cases": [
                    {"name": "shown", "hidden": False, "outcome": shown},
                    {"name": f"tests_{question}", "hidden": True, "outcome": outcome},
                ],
            }
            for question in asked
        ]
        return {"score": score, "max_score": 7.0, "problems": [{"questions": questions}]}


def checked(course: Course, grader: FakeGrader) -> Verdict:
    return check_problem(course, course.problem("columns"), grade=grader)


@pytest.fixture
def released(course: Course) -> Course:
    rewrite(course.root / "student" / "columns", student_tree(course.problem("columns")))
    return course


def test_a_sound_problem_passes(released: Course) -> None:
    grader = FakeGrader()
    verdict = checked(released, grader)
    assert verdict.faults() == []
    assert verdict.as_json() == {
        "reference": {"score": 7.0, "max": 7.0, "lost": []},
        "skeleton": {
            "score": 0.0,
            "questions": dict.fromkeys(("column_means", "Scaler", "ranks"), "not_attempted"),
        },
        "right_answers": {},
        "mistakes": {
            "variance_for_deviation": ["tests_Scaler"],
            "rows_for_columns": ["tests_column_means"],
        },
        "named": {"variance_for_deviation": [], "rows_for_columns": []},
        "escaped": [],
        "leaks": [],
        "drift": [],
        "not_run": ["cases of a mistake after the first hidden one that catches it"],
    }
    assert sorted(grader.asked) == [
        ("reference", QUESTIONS),
        ("rows_for_columns", ("column_means",)),
        ("skeleton", QUESTIONS),
        ("variance_for_deviation", ("Scaler",)),
    ]


@pytest.fixture
def answered(released: Course) -> Path:
    """Return a right answer of the course."""
    path = released.solutions / "columns" / "right_answers" / "loops.py"
    path.parent.mkdir()
    path.write_text("def column_means(x):\n    return [sum(c) / len(c) for c in zip(*x)]\n")
    return path


def test_right_answers_are_graded_and_kept_right(released: Course, answered: Path) -> None:
    grader = FakeGrader()
    verdict = checked(released, grader)
    assert verdict.faults() == []
    assert verdict.right_answers == {"loops.py": []}
    assert ("loops.py", QUESTIONS) in grader.asked
    verdict = checked(released, FakeGrader(**{"loops.py": "failed"}))
    assert verdict.faults() == [
        f"the right answer loops.py does not pass {name}: tests_{name} (failed)"
        for name in QUESTIONS
    ]
    verdict = checked(released, FakeGrader(**{"loops.py": "not_attempted"}))
    assert [fault.split()[7] for fault in verdict.faults()] == ["column_means:", "Scaler:"]


def test_a_right_answer_in_a_folder_replaces_the_module_of_that_name(
    released: Course, answered: Path
) -> None:
    problem = released.problem("columns")
    for folder in ("columns", "rows"):
        (answered.parent / folder).mkdir()
    answered.rename(answered.parent / "columns" / "loops.py")
    assert [answer.name for answer in right_answers(problem)] == ["columns/loops.py"]
    (answered.parent / "columns" / "loops.py").rename(answered.parent / "rows" / "loops.py")
    with pytest.raises(CourseError, match=r"rows/loops.py: problem.toml has no module 'rows.py'"):
        list(right_answers(problem))


def test_what_takes_minutes_is_left_out_for_right_answers_and_said(
    released: Course, answered: Path
) -> None:
    path = released.solutions / "columns" / "problem.toml"
    path.write_text(path.read_text() + "\n[questions.limits]\ncpu_seconds = 100\n")
    grader = FakeGrader()
    verdict = checked(released, grader)
    assert ("loops.py", QUESTIONS[:2]) in grader.asked
    assert ("reference", QUESTIONS[:2]) in grader.asked
    assert ("reference", QUESTIONS[2:]) in grader.asked
    assert verdict.not_run[0] == "right answers in ranks"
    grader = FakeGrader()
    verdict = check_problem(released, released.problem("columns"), Options(everything=True), grader)
    assert ("loops.py", QUESTIONS) in grader.asked
    assert verdict.not_run == []


UNSOUND = {
    "reference": (
        {"reference": "failed"},
        ["the reference gets 0 of 7 points"]
        + [f"the reference does not pass {name}: tests_{name} (failed)"
           for name in ("column_means", "Scaler", "ranks")],
    ),
    "skeleton": (
        {"skeleton": "passed"},
        ["the skeleton gets 7 points"]
        + [f"the skeleton's {name} is passed, not not_attempted"
           for name in ("column_means", "Scaler", "ranks")],
    ),
    "skeleton that fails": (
        {"skeleton": "error"},
        [f"the skeleton's {name} is error, not not_attempted"
         for name in ("column_means", "Scaler", "ranks")],
    ),
    "mistake": (
        {"rows_for_columns": "passed"},
        ["no hidden case catches the mistake rows_for_columns"],
    ),
    "mistake that could not be graded": (
        {"rows_for_columns": "grader_error"},
        ["no hidden case catches the mistake rows_for_columns"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", UNSOUND)
def test_an_unsound_problem_is_stopped(case: str, released: Course) -> None:
    outcomes, faults = UNSOUND[case]
    assert checked(released, FakeGrader(**outcomes)).faults() == faults


@pytest.mark.parametrize("outcome", ["error", "timeout", "out_of_memory", "forbidden"])
def test_a_mistake_is_caught_however_its_case_ends(outcome: str, released: Course) -> None:
    verdict = checked(released, FakeGrader(rows_for_columns=outcome))
    assert verdict.mistakes["rows_for_columns"].hidden == ("tests_column_means",)


def test_a_leak_stops_it(released: Course) -> None:
    handout = released.solutions / "columns" / "handout.md"
    handout.write_text(handout.read_text() + "\n    return total / x.shape[0]\n")
    verdict = checked(released, FakeGrader())
    assert [line.split(":")[0] for line in verdict.leaks] == ["columns/columns/handout.md"]
    assert verdict.drift == ["columns/handout.md has changed"]


def test_drift_names_every_file_and_a_rewrite_removes_it(released: Course) -> None:
    folder = released.root / "student" / "columns"
    tree = student_tree(released.problem("columns"))
    (folder / "columns.py").write_text("solved\n")
    (folder / "answers.md").unlink()
    (folder / "tests" / "old.py").write_text("")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "columns.pyc").write_text("")
    assert drift(folder, tree) == [
        "columns/answers.md is missing",
        "columns/columns.py has changed",
        "columns/tests/old.py is not part of it",
    ]
    assert rewrite(folder, tree) == [
        "wrote columns/answers.md",
        "wrote columns/columns.py",
        "removed columns/tests/old.py, which no longer belongs there",
    ]
    assert drift(folder, tree) == []
    assert rewrite(folder, tree) == []


def test_the_table_says_what_is_wrong() -> None:
    sound = Verdict((7.0, 7.0), mistakes={"a": Catch("q", hidden=("case",))}, not_run=["x"])
    unsound = Verdict(
        (6.5, 7.0),
        mistakes={"b": Catch("q")},
        leaks=["x.py:1: [bold]"],
        drift=["x.py is missing"],
    )
    stream = io.StringIO()
    show({"good": sound, "bad": unsound}, Console(file=stream, width=100))
    text = stream.getvalue()
    for expected in (
        "bad: the reference gets 6.5 of 7 points.",
        "bad: no hidden case catches the mistake b.",
        "bad: leak: x.py:1: [bold].",
        "bad: drift: x.py is missing.",
        "`python build_assignment.py build ASSIGNMENT` renews student/.",
        "Not ready for release.",
        "Not run: x (good).",
    ):
        assert expected in text
    assert "good:" not in text
