"""The release gate stops whatever is not sound, and says what; here with a made-up grader."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from rich.console import Console

from autograder.course import Course, Problem
from autograder.prove.gate import Verdict, check_problem
from autograder.prove.table import show
from autograder.release.drift import drift, rewrite
from autograder.release.student import student_tree


class FakeGrader:
    """Grades by what the text of a submission says, and remembers what it was asked."""

    def __init__(self, **outcomes: str) -> None:
        self.outcomes = outcomes
        self.asked: list[tuple[list[str], list[str] | None]] = []

    def __call__(
        self,
        course: Course,
        problem: Problem,
        sources: Mapping[str, Mapping[str, str]],
        questions: Sequence[str] | None,
    ) -> dict[str, dict[str, Any]]:
        self.asked.append((sorted(sources), list(questions) if questions else None))
        return {name: self.result(name, texts, problem) for name, texts in sources.items()}

    def result(self, name: str, texts: Mapping[str, str], problem: Problem) -> dict[str, Any]:
        assert list(texts) == ["columns.py"]
        usual = "not_attempted" if "raise NotImplementedError" in texts["columns.py"] else "passed"
        usual = usual if name in ("reference", "skeleton") else "failed"
        outcome = self.outcomes.get(name, usual)
        shown = "passed" if name == "reference" else "failed"
        score = 7.0 if outcome == "passed" else 0.0
        questions = [
            {
                "name": question.name,
                "outcome": outcome,
                "cases": [
                    {"name": "shown", "hidden": False, "outcome": shown},
                    {"name": f"tests_{question.name}", "hidden": True, "outcome": outcome},
                ],
            }
            for question in problem.questions
        ]
        return {"score": score, "max_score": 7.0, "problems": [{"questions": questions}]}


def checked(course: Course, grader: FakeGrader) -> Verdict:
    return check_problem(course, course.problem("columns"), grader)


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
        "mistakes": {
            "variance_for_deviation": ["tests_Scaler"],
            "rows_for_columns": ["tests_column_means"],
        },
        "escaped": [],
        "leaks": [],
        "drift": [],
    }
    assert grader.asked == [
        (["reference", "skeleton"], None),
        (["variance_for_deviation"], ["Scaler"]),
        (["rows_for_columns"], ["column_means"]),
    ]


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
    assert verdict.caught["rows_for_columns"] == ["tests_column_means"]


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
    sound = Verdict((7.0, 7.0), caught={"a": ["case"]})
    unsound = Verdict(
        (6.5, 7.0), caught={"b": []}, leaks=["x.py:1: [bold]"], drift=["x.py is missing"]
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
    ):
        assert expected in text
    assert "good:" not in text
