"""Grade one submission: every problem, every question, one result that reports are made of."""

from __future__ import annotations

import ast
import functools
import hashlib
import itertools
import json
import math
import os
import platform
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from autograder.checks import bars
from autograder.course import Assignment, Course, Entry, Problem, Question
from autograder.errors import KitError, SubmissionError
from autograder.grade import forbidden, intake, testfiles, unpack
from autograder.grade.diagnosis import OUR_FAULT, Diagnostician
from autograder.grade.examiner import CaseResult, Examiner, Prepared, QuestionResult
from autograder.grade.intake import Modules, Submission
from autograder.grade.outcomes import Verdict
from autograder.grade.provided import lay_out, provided_files
from autograder.grade.sessions import OUTPUT_LIMIT
from autograder.grade.source import parse
from autograder.grade.workers import Zygote

SCHEMA = 1
Result = dict[str, Any]


@dataclass
class Grader:
    """Grades submissions to one assignment, one after another, with one zygote."""

    course: Course
    assignment: Assignment
    zygote: Zygote
    seed: int
    diagnose: bool = True
    only: Callable[[Problem, Question], bool] = lambda problem, question: True

    def __post_init__(self) -> None:
        self._diagnosticians: dict[str, Diagnostician] = {}
        self._provided = {
            entry.problem.name: provided_files(self.course, entry.problem)
            for entry in self.assignment.entries
        }

    def _others(self) -> dict[str, str]:
        """Return the modules of problems that are not in the assignment, with their problems."""
        used = {entry.problem.name for entry in self.assignment.entries}
        return {
            module: name
            for name in self.course.problem_names()
            if name not in used
            for module in self.course.problem(name).modules
        }

    def grade(self, path: Path, folder: Path, name: str | None = None) -> Result:
        """Grade the submission at ``path``; write result.json and figures into ``folder``."""
        start = time.monotonic()
        fault = None
        try:
            submission = intake.read(path, self.assignment)
        except SubmissionError as error:
            fault = str(error)
            submission = Submission(
                intake.safe_name(path.stem), {}, unpack.digest_of_unreadable(path)
            )
        if name:
            submission = replace(submission, name=name)
        folder.mkdir(parents=True, exist_ok=True)
        times: dict[str, float] = {}
        problems = [
            self._problem(entry, submission, fault, folder, times)
            for entry in self.assignment.entries
        ]
        times["total_seconds"] = round(time.monotonic() - start, 4)
        notes = [*([fault] if fault else []), *submission.notes]
        result = self._result(submission, notes, problems, times)
        write_json(folder / "result.json", result)
        return result

    def fault(self, path: Path, name: str, reason: str) -> Result:
        """Return a result in which every case asks for a regrade, because we failed."""
        submission = Submission(name, {}, "", (f"The grader failed: {reason}",))
        verdict = Verdict("grader_error", OUR_FAULT, reason)
        problems = []
        for entry in self.assignment.entries:
            problem = entry.problem
            questions = [
                self._question(problem, q, unrun(q, verdict), {}, Modules(), _scale(entry), path)
                for q in problem.questions
            ]
            problems.append(_problem_result(problem, questions, {}))
        return self._result(submission, list(submission.notes), problems, {})

    def _result(
        self,
        submission: Submission,
        notes: list[str],
        problems: list[Result],
        times: dict[str, float],
    ) -> Result:
        return {
            "schema": SCHEMA,
            "assignment": self.assignment.name,
            "title": self.assignment.title,
            "submission": {
                "name": submission.name,
                "sha256": submission.sha256,
                "files": sorted(submission.files)[:200],
                "notes": notes,
            },
            "seed": self.seed,
            "isolation": {
                "level": self.zygote.isolation.level,
                "layers": list(self.zygote.isolation.layers),
            },
            "environment": _environment(),
            "grades": dict(self.assignment.grades),
            "score": _total(problems, "score"),
            "max_score": _total(problems, "max_score"),
            "problems": problems,
            "times": times,
        }

    def _problem(
        self,
        entry: Entry,
        submission: Submission,
        fault: str | None,
        folder: Path,
        times: dict[str, float],
    ) -> Result:
        problem = entry.problem
        modules = (
            Modules(faults=dict.fromkeys(problem.modules, fault))
            if fault
            else intake.modules(submission, problem, self._others)
        )
        done: dict[str, Result] = {}
        searched: dict[Any, str | None] = {}
        with tempfile.TemporaryDirectory(prefix="submission-") as root:
            os.chmod(root, 0o711)  # noqa: S103  (workers of another user reach the folder inside)
            prepared = [
                self._prepared(problem, modules, below, Path(root) / f"files{number}")
                for number, below in enumerate([modules.below, {}] if modules.below else [{}])
            ]
            wanted = [q for q in problem.questions if self.only(problem, q)]
            with Examiner(self.zygote, self.seed) as examiner:
                if wanted and modules.fault(wanted[0]) is None:
                    examiner.start_ahead(prepared[0], wanted[0])
                for question, following in itertools.zip_longest(wanted, wanted[1:]):
                    start = time.monotonic()
                    verdict = self._without_running(problem, question, modules, done, searched)
                    if following and modules.fault(following) is None:
                        examiner.start_ahead(prepared[0], following)
                    if verdict is None:
                        outcome = _examined(examiner, prepared, question)
                    else:
                        outcome = unrun(question, verdict)
                    explained = self._explain(problem, question, outcome)
                    done[question.name] = self._question(
                        problem, question, outcome, explained, modules, _scale(entry), folder
                    )
                    times[f"{problem.name}.{question.name}"] = round(time.monotonic() - start, 4)
        given = {} if fault else intake.answers(submission, problem)
        return _problem_result(problem, list(done.values()), given)

    def _prepared(
        self, problem: Problem, modules: Modules, below: Mapping[str, bytes], place: Path
    ) -> Prepared:
        """Lay out the student's modules with what they import, on ``below`` or our stand-ins."""
        place.mkdir()
        lay_out(place, modules.beside, self._provided[problem.name], below)
        return Prepared(problem, place, modules.texts)

    def _without_running(
        self,
        problem: Problem,
        question: Question,
        modules: Modules,
        done: Mapping[str, Result],
        searched: dict[Any, str | None],
    ) -> Verdict | None:
        """Return a verdict where nothing needs to run, else None."""
        if (fault := modules.fault(question)) is not None:
            missing = not modules.missing.isdisjoint(question.modules)
            return Verdict("not_attempted" if missing else "error", fault)
        looked_for = question.modules, question.forbidden
        if looked_for not in searched:
            searched[looked_for] = forbidden.find(
                {name: modules.texts[name] for name in question.modules},
                question.forbidden,
                self._own_files(problem, modules.beside),
            )
        found = searched[looked_for]
        if found is not None:
            return Verdict("forbidden", found)
        for name in question.needs:
            needed = done.get(name)
            if needed is None or needed["score"] > 0:
                continue
            if needed["outcome"] == "not_attempted":
                return Verdict("not_attempted", f"This builds on {name}, which is not written yet.")
            return Verdict("skipped", f"This builds on {name}, which does not work yet.")
        return None

    def _own_files(self, problem: Problem, beside: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return what the student's modules may import of the student's own."""
        provided = self._provided[problem.name]
        return {path: content for path, content in beside.items() if path not in provided}

    def _explain(
        self, problem: Problem, question: Question, outcome: QuestionResult
    ) -> dict[str, Any]:
        failed = [
            r for r in outcome.cases if r.verdict.outcome in ("failed", "error") and r.records
        ]
        if not self.diagnose or not failed:
            return {}
        if problem.name not in self._diagnosticians:
            self._diagnosticians[problem.name] = Diagnostician(
                problem, self._provided[problem.name]
            )
        return dict(self._diagnosticians[problem.name].explain(question, failed))

    def _question(
        self,
        problem: Problem,
        question: Question,
        outcome: QuestionResult,
        explained: Mapping[str, Any],
        modules: Modules,
        scale: float,
        folder: Path,
    ) -> Result:
        file = testfiles.load(question.test_file)
        all_passed = all(r.verdict.outcome == "passed" for r in outcome.cases)
        earns = all_passed or not file.all_or_nothing
        cases = [self._case(result, explained, scale, earns) for result in outcome.cases]
        figures = []
        for number, (caption, content) in enumerate(outcome.evidence.figures, 1):
            name = f"figures/{problem.name}.{question.name}.{number}.png"
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
            "score": _total(cases, "points"),
            "max_score": 0.0 if question.optional else _total(cases, "max_points"),
            "optional": question.optional,
            "message": message,
            "cases": cases,
            "code": _code(question, modules),
            "figures": figures,
            "metrics": {k: v for k, v in outcome.evidence.metrics.items() if math.isfinite(v)},
            "output": outcome.output,
        }

    def _case(
        self, result: CaseResult, explained: Mapping[str, Any], scale: float, earns: bool
    ) -> Result:
        case, verdict = result.case, result.verdict
        mistake = explained.get(case.name)
        points = round(case.points * scale, 4)
        visibility = (
            self.assignment.hidden_visibility if case.hidden else self.assignment.public_visibility
        )
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


def _examined(
    examiner: Examiner, prepared: Sequence[Prepared], question: Question
) -> QuestionResult:
    """Examine a question on the student's own modules below, and if need be on our stand-ins.

    An error in a module of another problem has lost its points there.
    """
    outcome = examiner.examine(prepared[0], question)
    if len(prepared) == 1 or _earned(outcome) == _earned(unrun(question, Verdict("passed"))):
        return outcome
    again = examiner.examine(prepared[1], question)
    if _earned(again) <= _earned(outcome):
        return outcome
    names = " and ".join(name for base in prepared[0].problem.builds_on for name in base.stand_ins)
    again.message = f"Graded with the grader's own {names}, since it does not work with yours."
    return again


def _earned(result: QuestionResult) -> float:
    return sum(run.case.points for run in result.cases if run.verdict.outcome == "passed")


def _scale(entry: Entry) -> float:
    """Return what the points of a problem's test files are multiplied by in this assignment."""
    questions = [question for question in entry.problem.questions if not question.optional]
    available = sum(testfiles.load(question.test_file).points for question in questions)
    return 1.0 if entry.points is None or not available else entry.points / available


def _problem_result(
    problem: Problem, questions: list[Result], answers: Mapping[str, str]
) -> Result:
    return {
        "name": problem.name,
        "title": problem.title,
        "score": _total(questions, "score"),
        "max_score": _total(questions, "max_score"),
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


def unrun(question: Question, verdict: Verdict) -> QuestionResult:
    """Return the result of a question of which nothing could run."""
    cases = testfiles.load(question.test_file).cases
    results = [CaseResult(case, verdict) for case in cases]
    return QuestionResult(question, results, message=verdict.message)


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
                lines = text.splitlines()[first - 1 : node.end_lineno]
                source = "\n".join(lines)[:20_000]
                found.append({"file": file, "line": first, "name": node.name, "source": source})
    return found


def _total(parts: Sequence[Mapping[str, Any]], key: str) -> float:
    return round(sum(float(part[key]) for part in parts), 4)


def _data_sizes(problem: Problem) -> dict[str, str]:
    sizes = {}
    for name in problem.data:
        try:
            sizes[name] = bars.data_size(problem.name, name)
        except KitError:
            sizes[name] = "none"
    return sizes


@functools.cache
def _environment() -> dict[str, str]:
    return {
        "python": platform.python_version(),
        "torch": version("torch"),
        "numpy": version("numpy"),
    }
