"""Search for the change that makes a failed question right, within a budget."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from autograder.course import Mistake, Problem, Question
from autograder.diagnose.edits.code import Code, Edit
from autograder.diagnose.edits.generate import edits
from autograder.diagnose.replays import Replays
from autograder.examine.case_run import CaseResult, seed_of_case
from autograder.examine.examiner import Examiner, Prepared, QuestionResult
from autograder.examine.testfiles import Case

from .eligible import DEAR_SECONDS, asked_by, is_right, is_searchable
from .found import Candidate, Search, candidate
from .order import Evidence, Value
from .reach import may_run
from .suspects import Differences, agreement, answers, differing, disturbances, extent, raised_at
from .trials import Budget, Ran, Revision, Trials

SECONDS = 3.0  # of CPU for one question
MOST_TRIED, MOST_PASSED = 2_500, 24
OF_A_PLACE = 2  # candidates of one statement that are compared by what else they mend
TRACED = 6  # failed cases whose lines are looked at
FRESH = 1_000_003  # added to the seed for inputs that the grading has not drawn

Timed = tuple[Case, int, float]  # a case, its seed, the CPU seconds that it took


@dataclass
class Searcher:
    """Searches in the questions of one submission to one problem, after they are graded."""

    problem: Problem
    examiner: Examiner
    replays: Replays
    seed: int
    mistakes: Sequence[Mistake] = ()
    seconds: float = SECONDS
    _trials: dict[str, Trials] = field(default_factory=dict)
    _earlier: dict[str, dict[Edit, set[str]]] = field(default_factory=dict)  # with what they mend

    def search(self, question: Question, outcomes: Mapping[str, QuestionResult]) -> Search | None:
        """Search in ``question``; None where there is nothing to search for, or it is too dear."""
        outcome = outcomes[question.name]
        prepared = outcome.prepared
        failed = [run for run in outcome.cases if run.verdict.outcome in ("failed", "error")]
        if prepared is None or not failed or not is_searchable(question, outcome.cases):
            return None
        key = str(prepared.folder)
        trials = self._trials.setdefault(key, Trials(self.examiner, prepared))
        if trials.is_refused:
            return None
        try:
            codes = {name: Code(name, prepared.sources[name]) for name in question.modules}
            return _Question(self, question, outcomes, prepared, codes, trials).search()
        except RecursionError:  # an expression is nested too deeply for its tree to be walked
            return None

    def remember(self, prepared: Prepared, question: str, found: Sequence[Candidate]) -> None:
        """Keep what mended a question, to try it first in the next one."""
        kept = self._earlier.setdefault(str(prepared.folder), {})
        for each in found:
            kept.setdefault(each.edit, {question, *each.mends})

    def remembered(self, prepared: Prepared) -> dict[Edit, set[str]]:
        """Return what mended the questions before, and which ones."""
        return dict(self._earlier.get(str(prepared.folder), {}))

    def close(self) -> None:
        """Hand the workers back."""
        for trials in self._trials.values():
            trials.close()


class _Question:
    """The search in one question."""

    def __init__(
        self,
        searcher: Searcher,
        question: Question,
        outcomes: Mapping[str, QuestionResult],
        prepared: Prepared,
        codes: Mapping[str, Code],
        trials: Trials,
    ) -> None:
        self._searcher, self._question = searcher, question
        self._outcomes, self._prepared = outcomes, prepared
        self._codes, self._trials = codes, trials
        self._budget = Budget(searcher.seconds)
        self._earlier = {
            edit: mended
            for edit, mended in searcher.remembered(prepared).items()
            if edit.file in codes
        }
        cases = sorted(outcomes[question.name].cases, key=lambda run: run.cpu_seconds)
        self._failed = [run for run in cases if run.verdict.outcome != "passed"]
        self._passed = [run for run in cases if run.verdict.outcome == "passed"]

    def search(self) -> Search:
        """Try edits in order; stop some time after the first that passes."""
        checks, passing, tried, stop = self._checks(), list[Edit](), 0, MOST_TRIED
        for edit in self._edits():
            if tried == stop or len(passing) == MOST_PASSED:
                break
            if self._budget.is_spent or self._trials.is_refused:
                break
            tried += 1
            if self._passes(self._question, edit, checks):
                if edit in self._earlier:
                    stop = len(self._earlier)  # one fault, found already
                elif not passing:
                    stop = min(MOST_TRIED, 2 * tried + 150)
                passing.append(edit)
        ran_out = self._budget.is_spent or self._trials.is_refused
        found = self._compared(passing)
        self._searcher.remember(self._prepared, self._question.name, found)
        return Search(tuple(found), tried, len(passing), self._names(), ran_out, self._budget.used)

    def _names(self) -> tuple[str, ...]:  # of the failed cases, in the order of the file
        cases = self._outcomes[self._question.name].cases
        return tuple(run.case.name for run in cases if run in self._failed)

    def _edits(self) -> Iterator[Edit]:
        """Yield the edits to try: what has mended other questions, then the most promising."""
        yield from self._earlier
        ran = self._ran()
        places = {raised_at(run.records, self._codes) for run in self._failed}
        raised = {place for place in places if place is not None}
        values = {} if raised else self._disturb(ran)
        of_statement: dict[tuple[str, int], float] = {}
        for (file, _, _), (line, share) in values.items():
            of_statement[file, line] = max(share, of_statement.get((file, line), 0.0))
        right = [outcome for outcome in self._outcomes.values() if is_right(outcome)]
        evidence = Evidence(
            codes=self._codes,
            raised=raised,
            agreement={value: share for value, (_, share) in values.items()},
            of_statement=of_statement,
            asked=asked_by([self._outcomes[self._question.name]]),
            cleared=asked_by(right),
        )
        every = edits(self._codes, ran.lines, ran.shapes, evidence.weight, self._mistakes())
        yield from (edit for edit in every if edit not in self._earlier)

    def _mistakes(self) -> list[Mistake]:
        own = self._question.name, *self._question.needs
        return [each for each in self._searcher.mistakes if each.question in own]

    def _ran(self) -> Ran:
        """Return the lines that ran in failed cases."""
        lines: dict[str, frozenset[int]] = {}
        shapes: dict[tuple[str, str], tuple[int, ...] | None] = {}
        in_order = [r for r in self._outcomes[self._question.name].cases if r in self._failed]
        for run in in_order[:TRACED]:
            if lines and self._budget.used > self._searcher.seconds / 6:
                break
            ran = self._trials.trace(self._question, self._timed(run), self._budget)
            for file, numbers in ran.lines.items():
                lines[file] = lines.get(file, frozenset()) | numbers
            shapes |= ran.shapes
        return Ran(lines, shapes)

    def _disturb(self, ran: Ran) -> dict[Value, tuple[int, float]]:
        """Find out which values feed the answers that are wrong, and no others.

        Returns the line and the agreement of each value.
        """
        wrong = {run.case.name: self._wrong(run) for run in self._failed}
        run = max(self._failed, key=lambda r: (*extent(wrong[r.case.name]), r.case.name))
        found: dict[Value, tuple[int, float]] = {}
        if not extent(wrong[run.case.name])[0]:
            return found
        for name, code in self._codes.items():
            for edit in disturbances(code, ran.lines.get(name, frozenset())):
                if self._budget.used > self._searcher.seconds / 3:
                    return found
                disturbed = self._trials.records(
                    self._question, self._revision(edit), self._timed(run), self._budget
                )
                share = agreement(differing(disturbed, run.records), wrong[run.case.name])
                is_whole = len(answers(disturbed)) >= len(answers(run.records))
                if share is not None and is_whole:
                    (change,) = edit.changes
                    found[edit.file, change.start, change.end] = edit.statements[0], share
        return found

    def _wrong(self, run: CaseResult) -> Differences:
        return differing(run.records, self._searcher.replays.of((), run).records)

    def _checks(self) -> list[Timed]:
        """Return the cases that a change must pass, the cheapest failed ones first."""
        fresh = [(run.case, self._fresh(run), run.cpu_seconds) for run in self._failed]
        passed = [self._timed(run) for run in self._passed]
        again = [(run.case, self._fresh(run), run.cpu_seconds) for run in self._passed]
        return [*map(self._timed, self._failed), *fresh, *passed, *again]

    def _timed(self, run: CaseResult) -> Timed:
        return run.case, run.seed, run.cpu_seconds

    def _fresh(self, run: CaseResult) -> int:
        """Return the seed of inputs that the grading has not drawn."""
        seed, problem = self._searcher.seed + FRESH, self._searcher.problem.name
        return seed_of_case(seed, problem, self._question.name, run.case.name)

    def _passes(self, question: Question, edit: Edit, cases: Sequence[Timed]) -> bool:
        revision = self._revision(edit)
        return revision is not None and self._trials.passes(question, revision, cases, self._budget)

    def _revision(self, edit: Edit) -> Revision | None:
        found = self._codes[edit.file].revision(edit)
        return None if found is None else (edit.file, *found)

    def _compared(self, passing: Sequence[Edit]) -> list[Candidate]:
        """Return the best candidate of each place that breaks nothing; what mends most is first."""
        chosen: dict[tuple[str, tuple[int, ...]], list[Candidate]] = {}
        for edit in passing:
            place = edit.file, edit.statements
            over = chosen and self._budget.used > 2 * self._searcher.seconds
            if len(chosen.get(place, ())) < OF_A_PLACE and not over:
                mends = self._mended_elsewhere(edit)
                if mends is not None:
                    made = candidate(self._codes[edit.file], edit, mends)
                    chosen.setdefault(place, []).append(made)
        best = [max(found, key=lambda c: len(c.mends)) for found in chosen.values()]
        return sorted(best, key=lambda c: -len(c.mends))

    def _mended_elsewhere(self, edit: Edit) -> tuple[str, ...] | None:
        """Return the other failed questions that come right too; None if a passed case breaks."""
        if edit in self._earlier:
            return tuple(sorted(self._earlier[edit] - {self._question.name}))
        changed = self._codes[edit.file].name_of_top(edit.line)
        mends: list[str] = []
        for name, outcome in self._outcomes.items():
            other = outcome.question
            is_other = name != self._question.name and outcome.prepared is self._prepared
            if not is_other or not may_run(outcome, self._codes, changed):
                continue
            usual = [run for run in outcome.cases if run.cpu_seconds <= DEAR_SECONDS]
            passed = [self._timed(run) for run in usual if run.verdict.outcome == "passed"]
            if passed and not self._passes(other, edit, passed):
                return None
            failed = [r for r in outcome.cases if r.verdict.outcome in ("failed", "error")]
            if failed and is_searchable(other, outcome.cases):
                if self._passes(other, edit, list(map(self._timed, failed))):
                    mends.append(name)
        return tuple(mends)
