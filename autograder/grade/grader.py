"""Grade one submission: every problem, every question, one result that reports are made of."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.course import Assignment, Course, Entry, Mistake, Problem, Question
from autograder.diagnose.replay import Diagnostician, Found
from autograder.diagnose.shared import SharedReplays
from autograder.errors import SubmissionError
from autograder.examine.case_run import CaseResult
from autograder.examine.examiner import Examiner, QuestionResult
from autograder.examine.fixed_files import fixed_files
from autograder.examine.headlines import set_headlines
from autograder.examine.outcomes import OUR_FAULT, Verdict
from autograder.grade.examined import (
    broken_need,
    examined,
    is_judged,
    points_earned,
    unrun,
    without_running,
)
from autograder.grade.preparation import modules_elsewhere, prepared_files, searches
from autograder.grade.repairs import add_repairs
from autograder.grade.results import (
    earlier_questions,
    environment,
    problem_result,
    question_result,
    total,
)
from autograder.remote.endpoint import Launcher
from autograder.remote.patience import Patience
from autograder.result import (
    SCHEMA,
    Confinement,
    GradedProblem,
    GradedQuestion,
    GradedSubmission,
    HandedIn,
    Result,
    plain,
    write_result,
)
from autograder.submission import forbidden, intake, unpack
from autograder.submission.forbidden import Search
from autograder.submission.intake import Modules, Submission
from autograder.submission.pictures import pictures_of


@dataclass
class Grader:
    """Grades submissions to one assignment, one after another, with one zygote."""

    course: Course
    assignment: Assignment
    zygote: Launcher
    seed: int
    diagnose: bool = True
    search: bool = False
    replays: Path | None = None  # a file of the replays that all processes of a run share
    only: Callable[[Problem, Question], bool] = lambda problem, question: True
    until: Callable[[CaseResult], bool] = lambda run: False

    def __post_init__(self) -> None:
        self._diagnosticians: dict[str, Diagnostician] = {}
        self._shared: SharedReplays | None = None
        self._provided = {
            entry.problem.name: fixed_files(self.course, entry.problem)
            for entry in self.assignment.entries
        }

    def _others(self) -> dict[str, str]:
        return modules_elsewhere(self.course, self.assignment)

    def grade(
        self, path: Path, folder: Path, name: str | None = None, keep: Sequence[str] = ()
    ) -> Result:
        """Grade the submission at ``path``; write result.json and figures into ``folder``.

        The questions of the problems ``keep`` are taken from the result in ``folder``: nothing
        that they depend on has changed.
        """
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
        kept, times = earlier_questions(folder, keep)
        self._patience = Patience()
        notes = [*([fault] if fault else []), *submission.notes]
        problems = []
        for entry in self.assignment.entries:
            problem = entry.problem
            modules = (
                Modules(faults=dict.fromkeys(problem.modules, fault))
                if fault
                else intake.modules(submission, problem, self._others)
            )
            wanted = [q for q in problem.questions if self.only(problem, q)]
            searched = searches(wanted, modules, self._provided[problem.name])
            notes += forbidden.notes(searched.values())
            questions = kept.get(problem.name)
            if questions is None:
                questions = self._questions(entry, wanted, modules, searched, folder, times)
            problems.append(self._completed(entry, submission, fault, questions, folder))
        times["total_seconds"] = round(time.monotonic() - start, 4)
        result = self._result(submission, notes, problems, times)
        write_result(folder, result)
        return result

    def fault(self, path: Path, name: str, reason: str) -> Result:
        """Return a result in which every case asks for a regrade, because we failed."""
        submission = Submission(name, {}, "", (f"The grader failed: {reason}",))
        verdict = Verdict("grader_error", OUR_FAULT, reason)
        problems = []
        for entry in self.assignment.entries:
            questions = [
                question_result(self.assignment, entry, q, unrun(q, verdict), {}, Modules(), path)
                for q in entry.problem.questions
            ]
            problems.append(problem_result(entry, questions, {}, {}, path))
        return self._result(submission, list(submission.notes), problems, {})

    def _result(
        self,
        submission: Submission,
        notes: list[str],
        problems: list[GradedProblem],
        times: dict[str, float],
    ) -> Result:
        isolation = self.zygote.isolation
        return plain(
            GradedSubmission(
                schema=SCHEMA,
                assignment=self.assignment.name,
                title=self.assignment.title,
                submission=HandedIn(
                    name=submission.name,
                    sha256=submission.sha256,
                    files=sorted(submission.files)[:200],
                    notes=notes,
                ),
                seed=self.seed,
                isolation=Confinement(level=isolation.level, layers=list(isolation.layers)),
                environment=environment(),
                grades=dict(self.assignment.grades),
                score=total(problem.score for problem in problems),
                max_score=total(problem.max_score for problem in problems),
                problems=problems,
                times=times,
            )
        )

    def _questions(
        self,
        entry: Entry,
        wanted: Sequence[Question],
        modules: Modules,
        searched: Mapping[str, Search],
        folder: Path,
        times: dict[str, float],
    ) -> list[GradedQuestion]:
        problem = entry.problem
        done: dict[str, GradedQuestion] = {}
        known: dict[str, Mistake] = {}
        outcomes: dict[str, QuestionResult] = {}
        found: dict[str, Mapping[str, Found]] = {}
        with tempfile.TemporaryDirectory(prefix="submission-") as root:
            os.chmod(root, 0o711)  # noqa: S103  (workers of another user reach the folder inside)
            prepared = [
                prepared_files(
                    problem,
                    self._provided[problem.name],
                    modules,
                    below,
                    Path(root) / f"files{number}",
                )
                for number, below in enumerate([modules.below, {}] if modules.below else [{}])
            ]
            with Examiner(self.zygote, self.seed, self._patience) as examiner:
                for question in wanted:
                    start = time.monotonic()
                    verdict = without_running(question, modules, done, searched)
                    if verdict is None:
                        outcome = examined(examiner, prepared, question, self.until)
                        broken = broken_need(question, done)
                        failed = is_judged(outcome) and not points_earned(outcome)
                        if broken is not None and failed:
                            outcome = unrun(question, broken)
                    else:
                        outcome = unrun(question, verdict)
                    explained = self._explain(problem, question, outcome, known)
                    if _is_known(outcome, explained):
                        known |= {found.mistake.name: found.mistake for found in explained.values()}
                        examiner.trust(question)
                    set_headlines(outcome.cases, outcome.message)
                    outcomes[question.name], found[question.name] = outcome, explained
                    done[question.name] = question_result(
                        self.assignment, entry, question, outcome, explained, modules, folder
                    )
                    times[f"{problem.name}.{question.name}"] = round(time.monotonic() - start, 4)
                if self.search and self.diagnose:
                    searcher = self._diagnostician(problem).searcher(examiner, self.seed)
                    feedback = self.assignment.repair_feedback
                    done = add_repairs(done, outcomes, found, searcher, feedback, times)
        return list(done.values())

    def _completed(
        self,
        entry: Entry,
        submission: Submission,
        fault: str | None,
        questions: list[GradedQuestion],
        folder: Path,
    ) -> GradedProblem:
        """Return the result of a problem from its graded questions and the written answers."""
        problem = entry.problem
        given = {} if fault else intake.answers(submission, problem)
        pictures = {
            name: list(pictures_of(text, submission, problem.name)) for name, text in given.items()
        }
        return problem_result(entry, questions, given, pictures, folder)

    def _explain(
        self,
        problem: Problem,
        question: Question,
        outcome: QuestionResult,
        known: Mapping[str, Mistake],
    ) -> dict[str, Found]:
        """Return the known mistakes behind failed cases; pass what follows from ``known`` ones."""
        failed = [
            r for r in outcome.cases if r.verdict.outcome in ("failed", "error") and r.records
        ]
        if not self.diagnose or not failed:
            return {}
        diagnostician, shown = self._diagnostician(problem), list(known.values())
        try:
            diagnostician.accept_what_follows(question, outcome.cases, shown)
            return diagnostician.explain(question, outcome.cases, shown)
        except Exception:  # nobody knows whether these cases are the student's fault
            for run in failed:
                if run.verdict.outcome != "passed":  # as what follows from a known mistake does
                    why = traceback.format_exc(limit=-5)
                    run.verdict = Verdict("grader_error", OUR_FAULT, why)
            return {}

    def _diagnostician(self, problem: Problem) -> Diagnostician:
        if problem.name not in self._diagnosticians:
            if self.replays and self._shared is None:
                with contextlib.suppress(OSError):  # then this process replays everything itself
                    self._shared = SharedReplays(self.replays)
            self._diagnosticians[problem.name] = Diagnostician(
                problem, self._provided[problem.name], self._shared
            )
        return self._diagnosticians[problem.name]


def _is_known(outcome: QuestionResult, explained: Mapping[str, Found]) -> bool:
    """Tell whether known mistakes explain every case of a question that did not pass."""
    return all(
        run.verdict.outcome in ("passed", "grader_error") or run.case.name in explained
        for run in outcome.cases
    )
