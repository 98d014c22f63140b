"""One test file, two graders: Otter on the student's objects, ours on proxies, the same score."""

from __future__ import annotations

import os

import pytest
from otter_scores import otter_run_scores, otter_scores

from autograder.course import Course, Problem, default_course, load_mistakes
from autograder.diagnose import bank
from autograder.prove.answers import is_long
from autograder.prove.sources import grade_sources
from autograder.release.student import student_tree

PROVE = "PROVE" in os.environ
MISTAKES = 3 if PROVE else 1  # how many are graded by the command `otter run`
IN_CI = "simple_cnn", "text_classification", "transfer_learning"
LONG = pytest.mark.skipif(not PROVE, reason="runs for minutes: run `make prove`")


def variants(problem: Problem, mistakes: int) -> dict[str, dict[str, str]]:
    """Return reference, skeleton and some known mistakes, each as {file: text}."""
    reference = bank.reference(problem)
    tree = student_tree(problem)
    chosen = load_mistakes(problem)
    step = max(1, len(chosen) // mistakes)
    return {
        "reference": reference,
        "skeleton": {name: tree[name].decode() for name in problem.modules},
        **{m.name: bank.apply(m, problem) for m in chosen[::step][:mistakes]},
    }


def our_scores(course: Course, problem: Problem, sources, questions) -> dict[str, dict[str, float]]:
    results = grade_sources(course, problem, sources, questions)
    return {
        name: {q["name"]: q["score"] for q in result["problems"][0]["questions"]}
        for name, result in results.items()
    }


@pytest.mark.parametrize("name", ["affine", "attention"])
def test_both_graders_agree_on_the_small_course(small, name, tmp_path):
    problem = small.problem(name)
    questions = [question.name for question in problem.questions]
    sources = variants(problem, 3)
    ours = our_scores(small, problem, sources, questions)
    for variant, texts in sources.items():
        theirs = otter_scores(problem, texts, tmp_path / variant, questions)
        assert ours[variant] == pytest.approx(theirs), variant


@pytest.mark.slow  # minutes: every quick case, several times under each grader
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name in IN_CI else LONG)
        for name in default_course().problem_names()
    ],
)
def test_the_command_otter_run_agrees(name, tmp_path):
    course = default_course()
    problem = course.problem(name)
    quick = [q.name for q in problem.questions if not is_long(q)]
    sources = variants(problem, MISTAKES)
    ours = our_scores(course, problem, sources, quick)
    assert sum(ours["reference"].values()) > 0
    for variant, texts in sources.items():
        theirs = otter_run_scores(problem, texts, tmp_path / variant, quick)
        assert ours[variant] == pytest.approx(theirs), variant
