"""Search in one failed question: one change first, then further ones beside the most helpful."""

from __future__ import annotations

import ast
import itertools
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from autograder.course import Mistake, Problem
from autograder.diagnose.edits.code import Code, Edit, combined
from autograder.diagnose.edits.generate import edits
from autograder.diagnose.edits.neighbours import neighbours
from autograder.diagnose.replays import Replays
from autograder.examine.case_run import CaseResult, seed_of_case
from autograder.examine.examiner import QuestionResult
from autograder.remote.sessions import Record

from .attempts import Budget, Ran, Revision, Trial
from .eligible import DEAR_SECONDS, is_searchable
from .evasion import evades
from .found import Candidate, Search, candidate
from .localise import Localiser
from .plausible import most_plausible
from .progress import Progress
from .reach import may_run
from .trials import Trials

MOST_TRIED, MOST_PASSED = 2_500, 24
OF_A_PLACE = 2  # candidates of one statement that are compared by what else they mend
DEAR_AGAIN = 0.02  # CPU seconds of a passed case, above which new inputs of it are not tried
ELSEWHERE_SECONDS = 0.25  # CPU seconds of another question's cases that a candidate must not break
FRESH = 1_000_003  # added to the seed for inputs that the grading has not drawn
ALONE_SHARE = 0.45  # of the budget for one change, where some change helps a little
LEAST_ALONE = 700  # single changes before any two: fewer say little about single faults
SEVERAL_UNTIL = 0.8  # of the budget; then single changes again
BESIDE = 150  # further changes that are tried beside a helpful one
MOST_CHANGES = 3
DOUBTED, DOUBTED_COST, DOUBT_SECONDS = 150, 1.0, 0.5  # changes beside one that passes


def _cheapest(cases: Sequence[CaseResult]) -> list[CaseResult]:
    """Return the cheapest cases of another question, as many as may be run for a candidate."""
    runs = sorted(cases, key=lambda run: run.cpu_seconds)
    until = itertools.accumulate(run.cpu_seconds for run in runs)
    return [
        run for run, seconds in zip(runs, until, strict=True)
        if run.cpu_seconds <= DEAR_SECONDS and (run is runs[0] or seconds <= ELSEWHERE_SECONDS)
    ]  # fmt: skip


def _of_no_weight(file: str, start: int, end: int, statements: tuple[int, ...]) -> float:
    return 0.0


class QuestionSearch:
    """The search in one question."""

    def __init__(
        self,
        problem: Problem,
        name: str,
        outcomes: Mapping[str, QuestionResult],
        codes: Mapping[str, Code],
        trials: Trials,
        replays: Replays,
        budget: Budget,
        seed: int,
        right: Mapping[str, Sequence[ast.Module]],
    ) -> None:
        self._problem, self._name, self._seed = problem, name, seed
        self._right = right
        self._outcomes, self._codes, self._trials = outcomes, codes, trials
        self._budget = budget
        self._question = outcomes[name].question
        self._local = Localiser(outcomes, name, codes, trials, replays, budget)
        self._checks = self._cases()
        self._progress = Progress(self._local.right(self._local.failed[0]))
        self._tried, self._stop, self._passing = 0, MOST_TRIED, list[Edit]()
        self._ran = Ran({}, {})

    def search(self, earlier: Mapping[Edit, set[str]], mistakes: Sequence[Mistake]) -> Search:
        """Try what mended earlier questions, then single edits, then further ones with them."""
        self._earlier = {edit: mends for edit, mends in earlier.items() if edit.file in self._codes}
        first = self._trials.records(self._question, (), self._checks[0], self._budget)
        self._progress.start(first)
        for edit in self._earlier:
            self._try(edit)
        if self._passing:
            self._stop = self._tried  # one fault, found already
        if not self._is_over():
            singles = self._singles(mistakes)
            self._try_all(singles, ALONE_SHARE)
            if not self._passing:
                self._several(mistakes)
            self._try_all(singles)
            self._doubt()
        ran_out = self._budget.is_spent or self._trials.is_refused
        alone = [edit for edit in self._passing if not edit.parts]
        found = self._compared(alone or self._passing)
        cases = [run.case.name for run in self._outcomes[self._name].cases]
        failed = {run.case.name for run in self._local.failed}
        names = tuple(name for name in cases if name in failed)
        counts = self._tried, len(self._passing)
        return Search(tuple(found), *counts, names, ran_out, self._budget.used)

    def _singles(self, mistakes: Sequence[Mistake]) -> Iterator[Edit]:
        """Yield the edits, the most promising first."""
        self._ran = self._local.ran()
        weight = self._local.evidence(self._ran).weight
        every = edits(
            self._codes, self._ran.lines, self._ran.shapes, weight, mistakes, self._is_over,
            self._right,
        )  # fmt: skip
        yield from (edit for edit in every if edit not in self._earlier)

    def _several(self, mistakes: Sequence[Mistake]) -> None:
        """Try further edits with each one that helps, the most helpful first."""
        streams = deque[tuple[Iterator[Edit], float]]()
        end = SEVERAL_UNTIL * self._budget.seconds
        while not self._is_over() and not self._passing and self._budget.used < end:
            helpful = self._progress.best()
            if helpful is not None:
                base, gain = helpful
                if len(base.parts) < MOST_CHANGES:
                    streams.appendleft((self._with(base, mistakes), gain))
            elif not streams:
                return
            if streams:
                stream, gain = streams.popleft()
                some = list(itertools.islice(stream, BESIDE))
                for edit in some:
                    self._try(edit, gain)
                if len(some) == BESIDE:
                    streams.append((stream, gain))

    def _with(self, base: Edit, mistakes: Sequence[Mistake]) -> Iterator[Edit]:
        """Yield the edits that combine ``base`` with a further one, the most promising first."""
        ran = self._local.ran(base)
        lines = {
            file: self._ran.lines.get(file, frozenset()) | ran.lines.get(file, frozenset())
            for file in self._codes
        }
        shapes = {**self._ran.shapes, **ran.shapes}
        weight = self._local.evidence(Ran(lines, shapes), base, share=0.1).weight
        for edit in edits(self._codes, lines, shapes, weight, mistakes, self._is_over):
            both = combined(base, edit)
            if both is not None:
                yield both

    def _doubt(self) -> None:
        """Try small changes of the statements beside the only place where one has passed.

        An error can often be made up for in a statement that uses what the wrong one computes.
        """
        places = {(edit.file, edit.statements) for edit in self._passing if not edit.parts}
        if len(places) != 1:
            return
        ((file, lines),) = places
        beside = {file: neighbours(self._codes[file], lines)}
        self._budget.seconds = max(self._budget.seconds, self._budget.used + DOUBT_SECONDS)
        self._stop = self._tried + DOUBTED
        for edit in edits(self._codes, beside, self._ran.shapes, _of_no_weight, (), self._is_over):
            if edit.cost > DOUBTED_COST:
                return
            self._try(edit)

    def _try_all(self, stream: Iterator[Edit], share: float = 1.0) -> None:
        """Try edits until the end of the budget, or of a share of it if some edit helps."""
        for edit in stream:
            self._try(edit)
            if self._is_over():
                return
            over = self._budget.used > share * self._budget.seconds
            enough = self._tried >= LEAST_ALONE and self._progress.has_any
            if over and enough and not self._passing:
                return

    def _is_over(self) -> bool:
        return (
            self._tried >= self._stop
            or len(self._passing) == MOST_PASSED
            or self._budget.is_spent
            or self._trials.is_refused
        )

    def _try(self, edit: Edit, above: float = 0.0) -> None:
        """Try one edit; some time after the first that passes, the search ends."""
        if self._is_over():
            return
        revision = self._revision(edit)
        if revision is None or self._is_known(edit):
            return
        self._tried += 1
        attempt = self._trials.attempt(self._question, revision, self._checks, self._budget)
        if attempt.passed < len(self._checks):
            self._progress.note(edit, attempt.passed, attempt.records, above)
            return
        if self._evades(attempt.answers):
            return
        if not self._passing:
            self._stop = min(MOST_TRIED, 2 * self._tried + 150)
        self._passing.append(edit)

    def _is_known(self, edit: Edit) -> bool:
        """Tell whether enough changes of the same statements pass already."""
        same = sum(each.statements == edit.statements for each in self._passing)
        return same >= OF_A_PLACE and edit.file == self._passing[0].file

    def _evades(self, found: Sequence[Sequence[Record]]) -> bool:
        """Tell whether what gives these answers has only found a way round a failed case."""
        return any(
            evades(answers, self._local.right(run), run.records)
            for answers, run in zip(found, self._local.failed, strict=False)
        )

    def _cases(self) -> list[Trial]:
        """Return the cases that a change must pass, the cheapest failed ones first."""
        failed = [self._local.trial(run) for run in self._local.failed]
        passed = [self._local.trial(run) for run in self._local.passed]
        fresh = [replace(trial, seed=self._fresh(trial.case.name)) for trial in failed]
        again = [
            replace(trial, seed=self._fresh(trial.case.name))
            for trial in passed
            if trial.usual <= DEAR_AGAIN
        ]
        return [*failed, *fresh, *passed, *again]

    def _fresh(self, case: str) -> int:
        """Return the seed of inputs that the grading has not drawn."""
        return seed_of_case(self._seed + FRESH, self._problem.name, self._name, case)

    def _revision(self, edit: Edit) -> Revision | None:
        return self._codes[edit.file].revision(edit)

    def _compared(self, passing: Sequence[Edit]) -> list[Candidate]:
        """Return the best candidate of each place that breaks nothing; what mends most is first."""
        chosen: dict[tuple[str, tuple[int, ...]], list[Candidate]] = {}
        for edit in passing:
            place = edit.file, edit.statements
            over = chosen and self._budget.used > 2 * self._budget.seconds
            if len(chosen.get(place, ())) < OF_A_PLACE and not over:
                mends = self._mended_elsewhere(edit)
                if mends is not None:
                    made = candidate(self._codes[edit.file], edit, mends)
                    chosen.setdefault(place, []).append(made)
        best = [max(found, key=lambda c: len(c.mends)) for found in chosen.values()]
        best = most_plausible(best, self._codes)
        return sorted(best, key=lambda c: -len(c.mends))

    def _mended_elsewhere(self, edit: Edit) -> tuple[str, ...] | None:
        """Return the other failed questions that come right too; None if a passed case breaks."""
        if edit in self._earlier:
            return tuple(sorted(self._earlier[edit] - {self._name}))
        changed = self._codes[edit.file].names_of_tops(edit)
        prepared = self._outcomes[self._name].prepared
        mends: list[str] = []
        for name, outcome in self._outcomes.items():
            is_other = name != self._name and outcome.prepared is prepared
            if not is_other or not any(may_run(outcome, self._codes, each) for each in changed):
                continue
            cheap = _cheapest(outcome.cases)
            passed = [
                self._local.trial(run, name) for run in cheap if run.verdict.outcome == "passed"
            ]
            if passed and not self._passes_elsewhere(outcome, edit, passed):
                return None
            failed = [r for r in outcome.cases if r.verdict.outcome in ("failed", "error")]
            if failed and is_searchable(outcome.question, outcome.cases):
                trials = [self._local.trial(run, name) for run in failed]
                if self._passes_elsewhere(outcome, edit, trials):
                    mends.append(name)
        return tuple(mends)

    def _passes_elsewhere(
        self, outcome: QuestionResult, edit: Edit, trials: Sequence[Trial]
    ) -> bool:
        revision = self._revision(edit) or ()
        attempt = self._trials.attempt(outcome.question, revision, trials, self._budget)
        return attempt.passed == len(trials)
