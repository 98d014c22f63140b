"""Grade the right answers with many seeds: no draw of the inputs may cost them a point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from autograder.course import Course, Problem
from autograder.prove.answers import Answer, answers_of
from autograder.prove.gate import NO_BAR, Bar
from autograder.prove.pool import Job, Pool
from autograder.prove.sources import CAUGHT, Graders, grade_text, preload_for
from checks import evidence

BATCH = 5  # seeds in one job


@dataclass
class Seeds:
    """How many gradings there were of one problem, and which cases they lost."""

    answers: int
    gradings: int
    lost: list[str]


def grade_seeds(
    course: Course, problems: Sequence[Problem], seeds: int, processes: int = 1, bar: Bar = NO_BAR
) -> dict[str, Seeds]:
    """Grade the reference and all right answers in the short questions, with ``seeds`` seeds."""
    jobs = list(_jobs(problems, seeds))
    total = sum(job.cost for job in jobs)
    found = {p.name: Seeds(len(_answers(p)), 0, []) for p in problems}
    with Pool(jobs, partial(Graders, course), processes) as pool, bar() as advance:
        for job, (gradings, lost) in pool.results():
            found[job.problem].gradings += gradings
            found[job.problem].lost += lost
            advance(job.cost / total, "")
    return found


def _jobs(problems: Sequence[Problem], seeds: int) -> Iterator[Job]:
    for problem in problems:
        zygote = " ".join(preload_for(problem))
        for start in range(1, seeds + 1, BATCH):
            batch = range(start, min(start + BATCH, seeds + 1))
            yield Job(problem.name, zygote, float(len(batch)), partial(_grade, problem, batch))


def _answers(problem: Problem) -> list[Answer]:
    """Return the reference in its short questions, and the right answers."""
    answers = answers_of(problem, ("reference", "right answer"))
    return [a for n, a in enumerate(answers) if a.kind == "right answer" or n == 0]


def _grade(problem: Problem, seeds: range, graders: Graders) -> tuple[int, list[str]]:
    grader, answers, lost, gradings = graders.of(problem), _answers(problem), [], 0
    for seed in seeds:
        grader.seed = seed
        for answer in answers:
            with evidence.without_figures():
                result = grade_text(grader, answer.texts, answer.questions)
            gradings += 1
            lost += [
                f"{answer.name}, seed {seed}: {question['name']}: {case['name']}"
                for question in result["problems"][0]["questions"]
                for case in question["cases"]
                if case["outcome"] in (*CAUGHT, "grader_error")
            ]
    return gradings, lost
