"""Make the parts of a result from what the examiner found out."""

from __future__ import annotations

import ast
import functools
import hashlib
import math
import platform
from collections.abc import Collection, Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

import msgspec
from msgspec import structs

from autograder.course import Assignment, Choice, Entry, Problem, Question, WrittenQuestion
from autograder.diagnose.replay import Found
from autograder.errors import KitError
from autograder.examine import testfiles, thresholds
from autograder.examine.case_run import CaseResult
from autograder.examine.examiner import QuestionResult
from autograder.remote.worker_session import OUTPUT_LIMIT
from autograder.result import (
    RESULT,
    Code,
    Criterion,
    Diagnosis,
    Figure,
    GradedCase,
    GradedProblem,
    GradedQuestion,
    GradedSubmission,
    Outcome,
    Versions,
    WrittenAnswer,
)
from autograder.submission.intake import Modules
from autograder.submission.pictures import Picture
from autograder.submission.source import parse
from autograder.text import source_lines


def question_result(
    assignment: Assignment,
    entry: Entry,
    question: Question,
    outcome: QuestionResult,
    explained: Mapping[str, Found],
    modules: Modules,
    folder: Path,
) -> GradedQuestion:
    """Return the result of a question; figures go into ``folder``."""
    all_passed = all(run.verdict.outcome == "passed" for run in outcome.cases)
    earns = all_passed or not testfiles.load(question.test_file).all_or_nothing
    points = entry.points.cases[question.name]
    cases = [
        _case(assignment, entry.problem, question, run, explained.get(run.case.name), worth, earns)
        for run, worth in zip(outcome.cases, points, strict=False)  # a proof may stop early
    ]
    stem = f"{entry.problem.name}.{question.name}"
    figures = [
        _figure(folder, f"{stem}.{number}", caption, content)
        for number, (caption, content) in enumerate(outcome.evidence.figures, 1)
    ]
    message = outcome.message
    if outcome.printed > OUTPUT_LIMIT:
        message = "Your code printed more than 64 KiB; only the first 64 KiB are kept."
    metrics = outcome.evidence.metrics.items()
    return GradedQuestion(
        name=question.name,
        title=question.title,
        outcome=overall(case.outcome for case in cases),
        score=total(case.points for case in cases),
        max_score=0.0 if question.optional else total(points),
        optional=question.optional,
        counted=True,
        message=message,
        cases=cases,
        code=_code(question, modules),
        figures=figures,
        metrics={name: float(value) for name, value in metrics if math.isfinite(value)},
        output=outcome.output,
        repair=None,
    )


def _figure(folder: Path, stem: str, caption: str, content: bytes) -> Figure:
    name = f"figures/{stem}.png"
    (folder / "figures").mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    return Figure(file=name, sha256=hashlib.sha256(content).hexdigest(), caption=caption)


def _case(
    assignment: Assignment,
    problem: Problem,
    question: Question,
    run: CaseResult,
    found: Found | None,
    points: float,
    earns: bool,
) -> GradedCase:
    case, verdict = run.case, run.verdict
    return GradedCase(
        name=case.name,
        hidden=case.hidden,
        visibility=assignment.hidden_visibility if case.hidden else assignment.public_visibility,
        outcome=verdict.outcome,
        points=points if earns and verdict.outcome == "passed" else 0.0,
        max_points=points,
        message=verdict.message,
        detail=verdict.detail,
        diagnosis=None
        if found is None
        else Diagnosis(
            mistake=found.mistake.name,
            explanation=found.mistake.explanation,
            explains=found.explains,
            failed=found.failed,
            question=None
            if found.mistake.question == question.name
            else problem.question(found.mistake.question).title,
        ),
    )


def problem_result(
    entry: Entry,
    questions: list[GradedQuestion],
    answers: Mapping[str, str],
    pictures: Mapping[str, list[Picture]],
    folder: Path,
) -> GradedProblem:
    """Return the result of a problem, with its written questions and the ``answers`` to them.

    The ``pictures`` of the answers go into ``folder``.
    """
    problem, choice = entry.problem, entry.points.choice
    if choice is not None:
        questions = _with_the_best(choice, questions)
    return GradedProblem(
        name=problem.name,
        title=problem.title,
        score=total(question.score for question in questions if question.counted),
        max_score=total(question.max_score for question in questions),
        data=_data_sizes(problem),
        questions=questions,
        written=[
            _written(
                entry, question, answers.get(question.name), pictures.get(question.name, []), folder
            )
            for question in problem.written
        ],
    )


def _with_the_best(choice: Choice, questions: list[GradedQuestion]) -> list[GradedQuestion]:
    """Let the best of the optional questions count; of equal ones, the first ones."""
    optional = [question for question in questions if question.optional]
    ranked = sorted(optional, key=lambda question: -question.score)
    best = {question.name for question in ranked[: choice.best]}

    def settled(question: GradedQuestion) -> GradedQuestion:
        if not question.optional:
            return question
        if question.name in best:
            return structs.replace(question, counted=True, max_score=choice.each)
        said = question.message
        if question.score and said is None:
            said = f"Not counted: the best {choice.best} of these questions count."
        return structs.replace(question, counted=False, max_score=0.0, message=said)

    return [settled(question) for question in questions]


def _written(
    entry: Entry,
    question: WrittenQuestion,
    answer: str | None,
    pictures: list[Picture],
    folder: Path,
) -> WrittenAnswer:
    stem = f"{entry.problem.name}.{question.name}.answer"
    worth = entry.points.criteria[question.name]
    return WrittenAnswer(
        name=question.name,
        title=question.title,
        prompt=question.prompt,
        max_points=entry.points.of(question.name),
        answer=answer,
        figures=[
            _figure(folder, f"{stem}.{number}", picture.caption, picture.png)
            for number, picture in enumerate(pictures, 1)
            if picture.fault is None
        ],
        faults=[picture.fault for picture in pictures if picture.fault is not None],
        model_answer=question.model_answer,
        criteria=[
            Criterion(points=points, text=text)
            for points, (_, text) in zip(worth, question.criteria, strict=True)
        ],
    )


def earlier_questions(
    folder: Path, problems: Collection[str]
) -> tuple[dict[str, list[GradedQuestion]], dict[str, float]]:
    """Return the graded questions of ``problems`` in the result of ``folder``, and their times."""
    if not problems:
        return {}, {}
    earlier = msgspec.json.decode((folder / RESULT).read_bytes(), type=GradedSubmission)
    found = {p.name: p.questions for p in earlier.problems if p.name in problems}
    times = {
        label: seconds
        for label, seconds in earlier.times.items()
        if label.partition(".")[0] in found
    }
    return found, times


def overall(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the outcome of a question: the most serious one of its cases, or their only one."""
    seen = set(outcomes)
    if len(seen) == 1:
        return seen.pop()
    order: tuple[Outcome, ...] = (
        "grader_error", "forbidden", "timeout", "out_of_memory", "error", "failed", "skipped",
    )  # fmt: skip
    return next((word for word in order if word in seen), "failed")


def _code(question: Question, modules: Modules) -> list[Code]:
    """Return the source of the objects a question is about, as the student wrote them."""
    found = []
    for file, text in modules.texts.items():
        for node in parse(text).body:
            if not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
                continue
            if node.name in question.objects:
                first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
                lines = source_lines(text)[first - 1 : node.end_lineno]
                source = "\n".join(lines)[:20_000]
                found.append(Code(file=file, line=first, name=node.name, source=source))
    return found


def total(points: Iterable[float]) -> float:
    """Return the sum of ``points``, rounded to six decimals."""
    return round(sum(points), 6)


def _data_sizes(problem: Problem) -> dict[str, str]:
    sizes = {}
    for name in problem.data:
        try:
            sizes[name] = thresholds.data_size(name, problem)
        except KitError:
            sizes[name] = "none"
    return sizes


@functools.cache
def environment() -> Versions:
    """Return the versions that a result may depend on."""
    return Versions(
        python=platform.python_version(), torch=version("torch"), numpy=version("numpy")
    )
