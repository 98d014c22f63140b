"""The bank of known mistakes proves the tests of every problem, and names itself."""

from __future__ import annotations

import pytest

from autograder.build.gate import check_problem
from autograder.course import default_course
from autograder.errors import CourseError
from autograder.grade import mistakes as bank
from autograder.grade.gate import catch_mistakes
from autograder.grade.mistakes import Mistake

COURSE = default_course()


@pytest.mark.slow  # trains the reference and grades every mistake
@pytest.mark.parametrize("name", COURSE.problem_names())
def test_the_release_gate_is_open(name):
    assert check_problem(COURSE, COURSE.problem(name)).faults() == []


@pytest.mark.slow
@pytest.mark.parametrize("name", COURSE.problem_names())
def test_no_mistake_escapes_other_inputs_and_nearly_all_are_named(name):
    """The gate draws with one seed; a class is graded with another."""
    catches = catch_mistakes(COURSE, COURSE.problem(name), seed=20_261)
    assert [catch.mistake for catch in catches if catch.escaped] == []
    named = [catch for catch in catches if catch.mistake in catch.diagnoses]
    assert len(named) >= 0.9 * len(catches)


def test_the_small_bank_is_caught_and_named(small):
    for name in small.problem_names():
        for catch in catch_mistakes(small, small.problem(name)):
            assert catch.hidden
            assert catch.diagnoses == (catch.mistake,)


def test_an_edit_has_to_fit_the_reference_exactly_once(small):
    reference = bank.reference(small.problem("affine"))
    for old, count in (("x @ v", 0), ("x", 2)):
        with pytest.raises(CourseError, match=r"stands .* times"):
            bank.apply(Mistake("m", {old: "y"}, "..."), reference)
        assert reference["affine.py"].count(old) >= count


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1", "must define MISTAKES, a list of mistakes by question"),
        ("import nowhere", "ModuleNotFoundError"),
        (
            "from autograder.grade.mistakes import Mistake as M\n"
            "MISTAKES = {'affine_forward': [M('a', {}, ''), M('a', {}, '')]}",
            "two mistakes are called 'a'",
        ),
        (
            "from autograder.grade.mistakes import Mistake as M\n"
            "MISTAKES = {'q': [M('a', {}, '')]}",
            "a question that problem.toml does not have",
        ),
    ],
)
def test_a_faulty_bank_is_refused_in_a_sentence(small, tmp_path, text, message):
    import dataclasses

    (tmp_path / "mistakes.py").write_text(text)
    problem = dataclasses.replace(small.problem("affine"), folder=tmp_path)
    with pytest.raises(CourseError, match=message):
        bank.load(problem)
