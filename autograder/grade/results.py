"""The shape of a result: plain data of problems, questions and cases, as reports read it."""

from __future__ import annotations

import ast
import functools
import hashlib
import json
import math
import os
import platform
import tempfile
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from autograder.course import Assignment, Entry, Problem, Question
from autograder.errors import KitError
from autograder.examine import testfiles, thresholds
from autograder.examine.examiner import CaseResult, QuestionResult
from autograder.remote.sessions import OUTPUT_LIMIT
from autograder.submission.intake import Modules
from autograder.submission.source import parse
from autograder.text import source_lines

Result = dict[str, Any]


def question_result(
    assignment: Assignment,
    entry: Entry,
    question: Question,
    outcome: QuestionResult,
    explained: Mapping[str, Any],
    modules: Modules,
    folder: Path,
) -> Result:
    """Return what a question came to; figures go into ``folder``."""
    file, scale = testfiles.load(question.test_file), _scale(entry)
    all_passed = all(r.verdict.outcome == "passed" for r in outcome.cases)
    earns = all_passed or not file.all_or_nothing
    cases = [_case(assignment, result, explained, scale, earns) for result in outcome.cases]
    figures = []
    for number, (caption, content) in enumerate(outcome.evidence.figures, 1):
        name = f"figures/{entry.problem.name}.{question.name}.{number}.png"
        (folder / "figures").mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
        sha256 = hashlib.sha256(content).hexdigest()
        figures.append({"file": name, "sha256": sha256, "caption": caption})
    message = outcome.message
    if outcome.printed > OUTPUT_LIMIT:
        megabytes = outcome.printed / 2**20
        size = f"{megabytes:.0f} MB" if megabytes >= 1 else f"{outcome.printed >> 10} KB"
        message = f"Your code printed {size}; only the first 64 KiB are kept."
    return {
        "name": question.name,
        "title": question.title,
        "outcome": overall(case["outcome"] for case in cases),
        "score": total(cases, "points"),
        "max_score": 0.0 if question.optional else total(cases, "max_points"),
        "optional": question.optional,
        "message": message,
        "cases": cases,
        "code": _code(question, modules),
        "figures": figures,
        "metrics": {k: v for k, v in outcome.evidence.metrics.items() if math.isfinite(v)},
        "output": outcome.output,
    }


def _case(
    assignment: Assignment,
    result: CaseResult,
    explained: Mapping[str, Any],
    scale: float,
    earns: bool,
) -> Result:
    case, verdict = result.case, result.verdict
    mistake = explained.get(case.name)
    points = round(case.points * scale, 6)
    visibility = assignment.hidden_visibility if case.hidden else assignment.public_visibility
    return {
        "name": case.name,
        "hidden": case.hidden,
        "visibility": visibility,
        "outcome": verdict.outcome,
        "points": points if earns and verdict.outcome == "passed" else 0.0,
        "max_points": points,
        "message": verdict.message,
        "detail": verdict.detail,
        "diagnosis": None
        if mistake is None
        else {"mistake": mistake.name, "explanation": mistake.explanation},
    }


def _scale(entry: Entry) -> float:
    """Return what the points of a problem's test files are multiplied by in this assignment."""
    questions = [question for question in entry.problem.questions if not question.optional]
    available = sum(testfiles.load(question.test_file).points for question in questions)
    return 1.0 if entry.points is None or not available else entry.points / available


def problem_result(problem: Problem, questions: list[Result], answers: Mapping[str, str]) -> Result:
    """Return what a problem came to, with its written questions and the ``answers`` to them."""
    return {
        "name": problem.name,
        "title": problem.title,
        "score": total(questions, "score"),
        "max_score": total(questions, "max_score"),
        "data": _data_sizes(problem),
        "questions": questions,
        "written": [
            {
                "name": question.name,
                "title": question.title,
                "prompt": question.prompt,
                "max_points": question.points,
                "answer": answers.get(question.name),
                "model_answer": question.model_answer,
                "criteria": [
                    {"points": points, "text": text} for points, text in question.criteria
                ],
            }
            for question in problem.written
        ],
    }


def overall(outcomes: Any) -> str:
    """Return one word for a question: the gravest of its cases, untouched only if all are."""
    seen = set(outcomes)
    if len(seen) == 1:
        return str(seen.pop())
    order = ("grader_error", "forbidden", "timeout", "out_of_memory", "error", "failed", "skipped")
    return next((word for word in order if word in seen), "failed")


def write_json(path: Path, value: object) -> None:
    """Write ``value`` atomically: a reader finds the whole file or none."""
    text = json.dumps(value, indent=1, ensure_ascii=True, allow_nan=False) + "\n"
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, prefix=".", suffix=".tmp", delete=False, encoding="utf-8"
    ) as file:
        file.write(text)
    os.replace(file.name, path)


def _code(question: Question, modules: Modules) -> list[Result]:
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
                found.append({"file": file, "line": first, "name": node.name, "source": source})
    return found


def total(parts: Sequence[Mapping[str, Any]], key: str) -> float:
    """Return the sum of what stands under ``key``, free of the noise of floats."""
    return round(sum(float(part[key]) for part in parts), 6)


def _data_sizes(problem: Problem) -> dict[str, str]:
    sizes = {}
    for name in problem.data:
        try:
            sizes[name] = thresholds.data_size(name, problem)
        except KitError:
            sizes[name] = "none"
    return sizes


@functools.cache
def environment() -> dict[str, str]:
    """Return the versions that a result may depend on."""
    return {
        "python": platform.python_version(),
        "torch": version("torch"),
        "numpy": version("numpy"),
    }
