"""Grade sources that we wrote ourselves: reference, skeleton and known mistakes, all confined."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Assignment, Course, Entry, Problem, load_mistakes
from autograder.diagnose import bank
from autograder.errors import CourseError
from autograder.grade.grader import Grader
from autograder.grade.opening import preload_of, prepare_examiner
from autograder.grade.results import Result
from autograder.remote.workers import Zygote

CAUGHT = ("failed", "error", "timeout", "out_of_memory", "forbidden")


@contextmanager
def gate_grader(
    course: Course, problem: Problem, seed: int = 0, diagnose: bool = False
) -> Iterator[Grader]:
    """Yield a grader for ``problem`` alone; its zygote ends with the block."""
    prepare_examiner()
    assignment = Assignment(problem.name, problem.title, (Entry(problem),))
    with Zygote(preload_of(assignment)) as zygote:
        yield Grader(course, assignment, zygote, seed, diagnose)


def grade_sources(
    course: Course,
    problem: Problem,
    sources: Mapping[str, Mapping[str, str]],
    questions: Sequence[str] | None = None,
) -> dict[str, Result]:
    """Grade modules given as text, {name: {file: text}}; return {name: result}."""
    with gate_grader(course, problem) as grader:
        return {name: grade_text(grader, texts, questions) for name, texts in sources.items()}


def grade_text(
    grader: Grader, texts: Mapping[str, str], questions: Sequence[str] | None = None
) -> Result:
    """Grade one submission given as {file: text}, only in ``questions`` if they are named."""
    grader.only = lambda problem, question: questions is None or question.name in questions
    with tempfile.TemporaryDirectory() as folder:
        handed_in = Path(folder) / "submission"
        handed_in.mkdir()
        for name, text in texts.items():
            (handed_in / name).write_text(text, encoding="utf-8")
        return grader.grade(handed_in, Path(folder) / "result")


@dataclass(frozen=True)
class Catch:
    """What became of one known mistake: the cases that caught it, and what it was called."""

    mistake: str
    question: str
    cases: tuple[str, ...]
    hidden: tuple[str, ...]
    diagnoses: tuple[str, ...]

    @property
    def escaped(self) -> bool:
        """Whether no hidden case noticed it."""
        return not self.hidden


def catch_mistakes(course: Course, problem: Problem, seed: int = 0) -> list[Catch]:
    """Grade every known mistake of ``problem`` in its own question and say what caught it."""
    catches = []
    with gate_grader(course, problem, seed, diagnose=True) as grader:
        for mistake in load_mistakes(problem):
            texts = bank.apply(mistake, problem)
            result = grade_text(grader, texts, [mistake.question])
            cases = result["problems"][0]["questions"][0]["cases"]
            if any(case["outcome"] == "grader_error" for case in cases):
                raise CourseError(
                    f"{problem.name}: grading the mistake {mistake.name!r} failed on our side: "
                    f"{next(c['detail'] for c in cases if c['outcome'] == 'grader_error')}."
                )
            caught = [case for case in cases if case["outcome"] in CAUGHT]
            names = {case["diagnosis"]["mistake"] for case in caught if case["diagnosis"]}
            catches.append(
                Catch(
                    mistake.name,
                    mistake.question,
                    tuple(case["name"] for case in caught),
                    tuple(case["name"] for case in caught if case["hidden"]),
                    tuple(sorted(names)),
                )
            )
    return catches
