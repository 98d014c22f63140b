"""Find out where a failed question may be wrong: what ran, what raised, what wrong answers need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from autograder.diagnose.edits.code import Code, Edit, combined
from autograder.diagnose.replays import Replays
from autograder.examine.case_run import CaseResult
from autograder.examine.examiner import QuestionResult
from autograder.remote.sessions import Record

from .attempts import Budget, Ran, Trial
from .eligible import asked_by, excuses_nothing, is_right
from .order import Evidence, Value
from .reach import reached
from .suspects import (
    Differences,
    Place,
    agreement,
    answers,
    differing,
    disturbances,
    extent,
    has_no_number,
    joined,
    made_of_uses,
    raised_at,
)
from .trials import Trials

CHEAP_SECONDS = 0.01  # what a failed case may take more than the cheapest to be disturbed in
TRACED, TRACED_SECONDS = 6, 0.1  # failed cases whose lines are looked at, and what they may take


class Localiser:
    """Runs the unchanged code of a failed question, and disturbs one value at a time."""

    def __init__(
        self,
        outcomes: Mapping[str, QuestionResult],
        name: str,
        codes: Mapping[str, Code],
        trials: Trials,
        replays: Replays,
        budget: Budget,
    ) -> None:
        self._outcomes, self._name, self._codes = outcomes, name, codes
        self._trials, self._replays, self._budget = trials, replays, budget
        self._question = outcomes[name].question
        cases = sorted(outcomes[name].cases, key=lambda run: run.cpu_seconds)
        self.failed = [run for run in cases if run.verdict.outcome != "passed"]
        self.passed = [run for run in cases if run.verdict.outcome == "passed"]

    def trial(self, run: CaseResult, name: str | None = None) -> Trial:
        """Return a case of this question, or of question ``name``, as it is tried."""
        name, is_plain = name or self._name, False
        if run.verdict.outcome != "passed" and excuses_nothing(name, self._outcomes):
            is_plain = self._replays.of((), replace(run, carries=frozenset())).passed
        return Trial(run.case, run.seed, run.cpu_seconds, is_plain)

    def ran(self, base: Edit | None = None) -> Ran:
        """Return the lines that run in failed cases once ``base`` is changed, and shapes there."""
        revision = () if base is None else self._codes[base.file].revision(base) or ()
        traced = self.failed[: TRACED if base is None else 1]
        lines: dict[str, frozenset[int]] = {}
        shapes: dict[tuple[str, str], tuple[int, ...] | None] = {}
        seconds = 0.0
        for run in traced:
            seconds += run.cpu_seconds
            is_late = self._budget.used > self._budget.seconds / 6
            if lines and (is_late or seconds > TRACED_SECONDS):
                break
            ran = self._trials.trace(self._question, revision, self.trial(run), self._budget)
            for file, numbers in ran.lines.items():
                lines[file] = lines.get(file, frozenset()) | numbers
            shapes |= ran.shapes
        return Ran(lines, shapes)

    def right(self, run: CaseResult) -> Sequence[Record]:
        """Return what the reference answers in a case."""
        return self._replays.of((), run).records

    def evidence(self, ran: Ran, base: Edit | None = None, share: float = 1 / 3) -> Evidence:
        """Return what is known of the place of the fault, once ``base`` is changed.

        At most ``share`` of the budget goes into it.
        """
        raised = set()
        right = [outcome for outcome in self._outcomes.values() if is_right(outcome)]
        asked, cleared = asked_by([self._outcomes[self._name]]), asked_by(right)
        if base is None:
            innocent = reached(self._codes, cleared) - asked
            places = {raised_at(run.records, self._codes, innocent) for run in self.failed}
            raised = {place for place in places if place is not None}
        values, of_statement = ({}, {}) if raised else self._disturb(ran, base, share)
        for code in self._codes.values():
            made_of_uses(code, of_statement)
        return Evidence(
            codes=self._codes,
            raised=raised,
            agreement=values,
            of_statement=of_statement,
            asked=asked,
            cleared=cleared,
        )

    def _disturb(
        self, ran: Ran, base: Edit | None, share: float
    ) -> tuple[dict[Value, float], dict[Place, float]]:
        """Find out how well each value and each statement agree with what is wrong."""
        end = self._budget.used + self._budget.seconds * share
        found: dict[Value, float] = {}
        of_statement: dict[Place, float] = {}
        changed: dict[Place, list[Differences]] = {}
        asked = asked_by([self._outcomes[self._name]])
        run, usual = self._usual(base)
        wrong = differing(usual, self.right(run))
        if not extent(wrong)[0]:
            return found, {}
        hides = has_no_number(usual)
        for name, code in self._codes.items():
            for edit in disturbances(code, ran.lines.get(name, frozenset()), asked):
                if self._budget.used > end:
                    break
                disturbed = self._records(edit if base is None else combined(base, edit), run)
                differences = differing(disturbed, usual)
                agrees = agreement(differences, wrong)
                if hides and not agrees:
                    continue  # NaN stays NaN, whatever is disturbed
                if agrees is not None and len(answers(disturbed)) >= len(answers(usual)):
                    (change,), line = edit.changes, edit.statements[0]
                    found[edit.file, change.start, change.end] = agrees
                    of_statement[edit.file, line] = max(
                        agrees, of_statement.get((edit.file, line), 0.0)
                    )
                    changed.setdefault((edit.file, line), []).append(differences)
        for place, several in changed.items():
            of_statement[place] = max(of_statement[place], joined(several, wrong) or 0.0)
        return found, of_statement

    def _usual(self, base: Edit | None) -> tuple[CaseResult, Sequence[Record]]:
        """Return the cheap failed case in which most is wrong, and what is answered there."""
        most = self.failed[0].cpu_seconds + CHEAP_SECONDS
        cheap = [run for run in self.failed if run.cpu_seconds <= most]
        wrong = {run.case.name: differing(run.records, self.right(run)) for run in cheap}
        run = max(cheap, key=lambda run: (*extent(wrong[run.case.name]), run.case.name))
        return run, self._records(base, run)

    def _records(self, edit: Edit | None, run: CaseResult) -> list[Record]:
        revision = () if edit is None else self._codes[edit.file].revision(edit)
        if revision is None:
            return []
        return self._trials.records(self._question, revision, self.trial(run), self._budget)
