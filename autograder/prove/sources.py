"""Grade sources that we wrote ourselves: reference, skeleton and known mistakes, all confined."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from autograder.course import Assignment, Course, Problem
from autograder.examine.case_run import CaseResult
from autograder.grade.grader import Grader
from autograder.grade.opening import preload_of, prepare_bans, prepare_examiner
from autograder.remote.workers import Zygote
from autograder.result import Result

CAUGHT = ("failed", "error", "timeout", "out_of_memory", "forbidden")


@contextmanager
def gate_grader(
    course: Course, problem: Problem, seed: int = 0, diagnose: bool = False
) -> Iterator[Grader]:
    """Yield a grader for ``problem`` alone; its zygote ends with the block."""
    with Graders(course, seed, diagnose) as graders:
        yield graders.of(problem)


class Graders:
    """One grader a problem, made when it is first needed.

    Problems that preload the same libraries share a zygote; all zygotes end with the block.
    """

    def __init__(self, course: Course, seed: int = 0, diagnose: bool = False) -> None:
        self._course, self._seed, self._diagnose = course, seed, diagnose
        self._zygotes: dict[tuple[str, ...], Zygote] = {}
        self._graders: dict[str, Grader] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Graders:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def of(self, problem: Problem) -> Grader:
        """Return the grader of ``problem``."""
        if problem.name not in self._graders:
            prepare_examiner()
            assignment = Assignment.of(problem)
            preload = preload_for(problem)
            if preload not in self._zygotes:
                self._zygotes[preload] = self._stack.enter_context(Zygote(preload))
            zygote = self._zygotes[preload]
            prepare_bans(zygote, assignment)
            self._graders[problem.name] = Grader(
                self._course, assignment, zygote, self._seed, self._diagnose
            )
        return self._graders[problem.name]


def preload_for(problem: Problem) -> tuple[str, ...]:
    """Return the libraries that a zygote for ``problem`` alone imports ahead."""
    return tuple(preload_of(Assignment.of(problem)))


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
    grader: Grader,
    texts: Mapping[str, str],
    questions: Sequence[str] | None = None,
    until_caught: bool = False,
) -> Result:
    """Grade one submission given as {file: text}, only in ``questions`` if they are named.

    With ``until_caught``, a question ends with the first hidden case that its answer fails.
    """
    grader.only = lambda problem, question: questions is None or question.name in questions
    grader.until = _is_caught if until_caught else lambda run: False
    with tempfile.TemporaryDirectory() as folder:
        handed_in = Path(folder) / "submission"
        handed_in.mkdir()
        for name, text in texts.items():
            (handed_in / name).write_text(text, encoding="utf-8")
        return grader.grade(handed_in, Path(folder) / "result")


def _is_caught(run: CaseResult) -> bool:
    return run.case.hidden and run.verdict.outcome in CAUGHT
