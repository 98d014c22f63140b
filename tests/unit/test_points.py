"""Points: the round steps of a split, exact sums, and one reader for two kinds of test files."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.course import Choice, default_course, points_of
from autograder.course.assignments import read_assignment
from autograder.course.casefile import read_case_file
from autograder.course.points import PointsError, split
from autograder.errors import CourseError
from autograder.examine import testfiles

COURSE = default_course()
WEIGHTS = st.lists(st.integers(1, 40).map(lambda n: Fraction(n, 4)), min_size=1, max_size=12)


@settings(deadline=None, max_examples=200)
@given(weights=WEIGHTS, cents=st.integers(100, 10_000))
def test_a_split_is_exact_and_fair(weights: list[Fraction], cents: int) -> None:
    total = Fraction(cents, 100)
    try:
        parts = split(total, weights)
    except PointsError:
        assert any(total * weight / sum(weights) < Fraction(1, 100) for weight in weights)
        return
    assert sum(parts) == total
    assert all((part * 100).denominator == 1 for part in parts)
    for weight, part in zip(weights, parts, strict=True):
        share = total * weight / sum(weights)
        assert abs(part - share) <= max(share / 5, Fraction(1, 100))
    ordered = sorted(zip(weights, parts, strict=True))
    for (lighter, less), (heavier, more) in pairwise(ordered):
        assert more >= less - (Fraction(1, 100) if lighter == heavier else 0)


def floats(total: str, *weights: float) -> list[float]:
    return [float(part) for part in split(Fraction(total), [Fraction(w) for w in weights])]


def test_the_coarsest_step_that_is_fair_is_used() -> None:
    assert floats("5", 1, 1, 3) == [1, 1, 3]
    assert floats("4.5", 3, 3, 3) == [1.5, 1.5, 1.5]
    assert floats("1.5", 5, 7, 8) == [0.4, 0.5, 0.6]
    assert floats("1", 2, 4, 2, 2) == [0.2, 0.4, 0.2, 0.2]
    assert floats("1", 1, 1, 1) == [0.34, 0.33, 0.33]
    assert floats("2", 3, 2, 1, 3, 5, 3, 4, 3, 3, 1, 4) == [
        0.2, 0.1, 0.05, 0.2, 0.3, 0.2, 0.25, 0.2, 0.2, 0.05, 0.25
    ]  # fmt: skip


@pytest.mark.parametrize("name", COURSE.problem_names())
def test_a_problem_alone_has_the_points_that_its_files_state(name: str) -> None:
    problem = COURSE.problem(name)
    points = points_of(problem)
    for question in problem.questions:
        stated = [case.points for case in read_case_file(question.test_file).cases]
        assert list(points.cases[question.name]) == stated
    for written in problem.written:
        assert list(points.criteria[written.name]) == [worth for worth, _ in written.criteria]


@pytest.mark.parametrize("name", COURSE.problem_names())
def test_otter_reads_the_same_points_as_we_do(name: str) -> None:
    for question in COURSE.problem(name).questions:
        written = read_case_file(question.test_file).cases
        found = testfiles.parse(question.test_file)
        assert [(c.points, c.hidden) for c in written] == [
            (case.points, case.hidden) for case in found.test_cases
        ]
        assert [case.name for case in written] == [
            case.body.test_func.__name__ for case in found.test_cases
        ]
        assert [case.points for case in testfiles.load(question.test_file).cases] == [
            case.points for case in written
        ]


@pytest.mark.parametrize("total", [2.5, 3.15, 7, 33.33, 100])
@pytest.mark.parametrize("name", COURSE.problem_names())
def test_the_cases_of_a_question_add_up_exactly(name: str, total: float) -> None:
    points = points_of(COURSE.problem(name), total)
    assert points.total == total
    for parts in (*points.cases.values(), *points.criteria.values()):
        whole = sum(Fraction(str(part)) for part in parts)
        assert (whole * 100).denominator == 1
        assert round(sum(parts), 6) == float(whole)


def test_homework_5_keeps_its_points() -> None:
    entries = {e.problem.name: e.points for e in COURSE.assignment("csci5527_hw5").entries}
    assert {name: points.total for name, points in entries.items()} == {
        "tweet_sentiment": 4,
        "cross_attention": 1.5,
        "encoder_layer": 2,
        "translation": 2.5,
        "gan": 2,
        "conditional_gan": 1,
        "vae": 2,
    }
    assert entries["cross_attention"].of("correlation") == 0.5
    assert entries["encoder_layer"].of("scale") == 0.5
    assert entries["translation"].of("comparison") == 0.5


def test_the_questions_to_choose_are_part_of_the_total() -> None:
    problem = COURSE.problem("finetune_resnet")
    optional = {question.name for question in problem.questions if question.optional}
    assert len(optional) == 8
    points = points_of(problem, 30, choice=Choice(2, 5))
    assert points.total == 30
    assert {points.of(name) for name in optional} == {5}
    rest = [points.of(name) for name in (*points.cases, *points.criteria) if name not in optional]
    assert sum(rest) == 20
    with pytest.raises(PointsError, match="of 30 points nothing is left for network"):
        points_of(problem, 30, choice=Choice(3, 10))
    with pytest.raises(PointsError, match="more than two decimals"):
        points_of(problem, 30, choice=Choice(1, 1.005))


def test_an_assignment_asks_for_one_extension_and_no_more() -> None:
    entry = COURSE.assignment("cmpt419_a2").entries[-1]
    assert entry.points.total == 30
    assert entry.choice == Choice(1, 10)


def test_a_question_to_choose_has_no_points_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "odd.toml"
    path.write_text(
        'title = "x"\n\n[[problems]]\nname = "finetune_resnet"\npoints = 30\n'
        "choose = { best = 1, points = 10 }\nquestions = { html_table = 5 }\n"
    )
    with pytest.raises(CourseError, match="question 'html_table' is one to choose"):
        read_assignment(path, COURSE.problem, COURSE.problem_names())


def test_two_cases_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "affine_forward.py"
    path.write_text(
        "from checks import test_case\n\nOK_FORMAT = False\nname = 'affine_forward'\n"
        + 2 * "\n@test_case(points=1, hidden=True)\ndef same(affine_forward):\n    pass\n"
    )
    with pytest.raises(CourseError, match=r"it defines 2 test cases, but Otter finds 1; give each"):
        testfiles.load(path)
