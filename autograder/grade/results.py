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

from autograder.course import Assignment, Entry, Problem, Question
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
        _case(assignment, run, explained.get(run.case.name), worth, earns)
        for run, worth in zip(outcome.cases, points, strict=False)  # a proof may stop early
    ]
    figures = []
    for number, (caption, content) in enumerate(outcome.evidence.figures, 1):
        name = f"figures/{entry.problem.name}.{question.name}.{number}.png"
        (folder / "figures").mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
        sha256 = hashlib.sha256(content).hexdigest()
        figures.append(Figure(file=name, sha256=sha256, caption=caption))
    message = outcome.message
    if outcome.printed > OUTPUT_LIMIT:
        megabytes = outcome.printed / 2**20
        size = f"{megabytes:.0f} MB" if megabytes >= 1 else f"{outcome.printed >> 10} KB"
        message = f"Your code printed {size}; only the first 64 KiB are kept."
    metrics = outcome.evidence.metrics.items()
    return GradedQuestion(
        name=question.name,
        title=question.title,
        outcome=overall(case.outcome for case in cases),
        score=total(case.points for case in cases),
        max_score=0.0 if question.optional else total(points),
        optional=question.optional,
        message=message,
        cases=cases,
        code=_code(question, modules),
        figures=figures,
        metrics={name: float(value) for name, value in metrics if math.isfinite(value)},
        output=outcome.output,
    )


def _case(
    assignment: Assignment,
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
        ),
    )


def problem_result(
    entry: Entry, questions: list[GradedQuestion], answers: Mapping[str, str]
) -> GradedProblem:
    """Return the result of a problem, with its written questions and the ``answers`` to them."""
    problem, points = entry.problem, entry.points
    return GradedProblem(
        name=problem.name,
        title=problem.title,
        score=total(question.score for question in questions),
        max_score=total(question.max_score for question in questions),
        data=_data_sizes(problem),
        questions=questions,
        written=[
            WrittenAnswer(
                name=question.name,
                title=question.title,
                prompt=question.prompt,
                max_points=points.of(question.name),
                answer=answers.get(question.name),
                model_answer=question.model_answer,
                criteria=[
                    Criterion(points=worth, text=text)
                    for worth, (_, text) in zip(
                        points.criteria[question.name], question.criteria, strict=True
                    )
                ],
            )
            for question in problem.written
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
