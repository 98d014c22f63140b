"""The release gate: nothing goes to students unless the references, skeletons and checks hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any

from autograder.course import Assignment, Course, Problem
from autograder.progress import Advance, progress_bar
from autograder.prove.answers import KINDS, Answer, answers_of, cost_of, is_long
from autograder.prove.pool import Job, Pool
from autograder.prove.sources import Graders, grade_text, preload_for
from autograder.prove.verdict import Verdict
from autograder.release.drift import drift
from autograder.release.leaks import scan
from autograder.release.package_tree import assignment_tree, zip_bytes
from autograder.release.private import collect
from autograder.release.student import student_tree
from autograder.result import Result
from checks import evidence

JOB_SECONDS = 2.0  # answers that take about as long together are one job
PACKAGE_COST = 1.0

Grade = Callable[[Answer], Mapping[str, Any]]
Bar = Callable[[], AbstractContextManager[Advance]]
NO_BAR = partial(progress_bar, "", 1.0, quiet=True)


@dataclass(frozen=True)
class Options:
    """How to check: the seed of all inputs, and how much.

    ``diagnose`` asks what each known mistake is named as; then all its cases run. ``everything``
    leaves nothing out. ``only_mistakes`` grades nothing else, ``everywhere`` grades them in all
    short questions, to find where an error is penalised again. ``one_of`` leaves all known mistakes
    out but one of so many, and of a long question all but one; the seed says which.
    """

    seed: int = 0
    diagnose: bool = False
    everything: bool = False
    only_mistakes: bool = False
    everywhere: bool = False
    one_of: int = 1

    @property
    def until_caught(self) -> bool:
        """Whether the cases of a mistake end with the first hidden one that catches it."""
        return not (self.diagnose or self.everything or self.everywhere)


def check_problem(
    course: Course, problem: Problem, options: Options = Options(), grade: Grade | None = None
) -> Verdict:
    """Put one problem through the gate; tests replace the grader by ``grade``."""
    if grade is None:
        return check_problems(course, [problem], options)[problem.name]
    results = [(answer, grade(answer)) for answer in _answers(problem, options)]
    return _verdict(problem, options, results, _check_package(course, problem))


def check_problems(
    course: Course,
    problems: Sequence[Problem],
    options: Options = Options(),
    processes: int = 1,
    bar: Bar = NO_BAR,
) -> dict[str, Verdict]:
    """Put problems through the gate, on several processes; the bar gets a line for each."""
    jobs = [job for problem in problems for job in _jobs(course, problem, options)]
    total = sum(job.cost for job in jobs)
    known = {problem.name: problem for problem in problems}
    parts: dict[str, list[Any]] = {name: [] for name in known}
    verdicts: dict[str, Verdict] = {}
    make = partial(Graders, course, options.seed, options.diagnose)
    with Pool(jobs, make, processes) as pool, bar() as advance:
        for job, part in pool.results():
            name, line = job.problem, ""
            parts[name].append(part)
            if len(parts[name]) == sum(other.problem == name for other in jobs):
                verdicts[name] = _conclude(known[name], options, parts[name])
                line = f"{name}: {_summary(verdicts[name])}"
            advance(job.cost / total, line)
    return {name: verdicts[name] for name in known}


@dataclass(frozen=True)
class Package:
    """What is wrong with the student package of one problem."""

    leaks: tuple[str, ...] = ()
    drift: tuple[str, ...] = ()


def leaks_of(course: Course, problem: Problem) -> list[str]:
    """Return the leaks of a package of just this problem."""
    assignment = Assignment.of(problem)
    archive = zip_bytes(assignment_tree(course, assignment), assignment.name)
    return [str(leak) for leak in scan("package.zip", archive, collect(course, [problem]))]


def _check_package(course: Course, problem: Problem) -> Package:
    changed = drift(course.root / "student" / problem.name, student_tree(problem))
    return Package(tuple(leaks_of(course, problem)), tuple(changed))


def _answers(problem: Problem, options: Options) -> list[Answer]:
    kinds = ("mistake",) if options.only_mistakes else KINDS
    found = answers_of(problem, kinds, options.everything, options.everywhere)
    if options.one_of == 1:
        return found
    mistakes = [answer for answer in found if answer.kind == "mistake"]
    first: dict[str, Answer] = {}  # of each long question
    for answer in mistakes[options.seed % options.one_of :: options.one_of]:
        question = problem.question(answer.questions[0])
        key = question.name if is_long(question) else f"{question.name}/{answer.name}"
        first.setdefault(key, answer)
    others = [answer for answer in found if answer.kind != "mistake"]
    return [*others, *first.values()]


def _jobs(course: Course, problem: Problem, options: Options) -> Iterator[Job]:
    """Yield the jobs of one problem: its package, and groups of answers by their numbers."""
    if not options.only_mistakes:
        yield Job(problem.name, "", PACKAGE_COST, lambda graders: _check_package(course, problem))
    zygote = " ".join(preload_for(problem))
    group: dict[int, Answer] = {}
    cost = 0.0
    for number, answer in enumerate(_answers(problem, options)):
        if group and cost + cost_of(problem, answer) > JOB_SECONDS:
            yield Job(problem.name, zygote, cost, partial(_grade, problem, options, group))
            group, cost = {}, 0.0
        group[number] = answer
        cost += cost_of(problem, answer)
    if group:
        yield Job(problem.name, zygote, cost, partial(_grade, problem, options, group))


def _grade(
    problem: Problem, options: Options, answers: Mapping[int, Answer], graders: Graders
) -> dict[int, Result]:
    grader = graders.of(problem)
    results = {}
    for number, answer in answers.items():
        until_caught = answer.kind == "mistake" and options.until_caught
        with nullcontext() if answer.kind == "reference" else evidence.without_figures():
            results[number] = grade_text(grader, answer.texts, answer.questions, until_caught)
    return results


def _conclude(problem: Problem, options: Options, parts: Sequence[Any]) -> Verdict:
    """Return the verdict on a problem whose jobs are all done."""
    package = next((part for part in parts if isinstance(part, Package)), Package())
    graded: dict[int, Result] = {}
    for part in parts:
        if not isinstance(part, Package):
            graded |= part
    answers = _answers(problem, options)
    return _verdict(problem, options, [(a, graded[i]) for i, a in enumerate(answers)], package)


def _summary(verdict: Verdict) -> str:
    count = len(verdict.faults())
    return f"{count or 'no'} fault" + ("" if count == 1 else "s")


def _verdict(
    problem: Problem,
    options: Options,
    results: Sequence[tuple[Answer, Mapping[str, Any]]],
    package: Package,
) -> Verdict:
    verdict = Verdict(leaks=list(package.leaks), drift=list(package.drift))
    for answer, result in results:
        verdict.add(answer, result)
    long = [question.name for question in problem.questions if is_long(question)]
    if long and verdict.right_answers and not options.everything:
        verdict.not_run.append(f"right answers in {', '.join(long)}")
    if options.one_of > 1:
        verdict.not_run.append(
            f"known mistakes but one of {options.one_of} (of a long question, all but one)"
        )
    if options.until_caught and verdict.mistakes:
        verdict.not_run.append("cases of a mistake after the first hidden one that catches it")
    return verdict
