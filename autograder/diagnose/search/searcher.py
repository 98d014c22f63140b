"""Search for the change that makes a failed question right, within a budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from autograder.course import Mistake, Problem, Question
from autograder.diagnose.bank import RightText
from autograder.diagnose.edits.code import Code, Edit
from autograder.diagnose.replays import Replays
from autograder.examine.examiner import Examiner, Prepared, QuestionResult

from .attempts import Budget
from .eligible import is_searchable
from .found import Candidate, Search
from .question import QuestionSearch
from .trials import Trials

SECONDS = 3.0  # of CPU for one question


@dataclass
class Searcher:
    """Searches in the questions of one submission to one problem, after they are graded."""

    problem: Problem
    examiner: Examiner
    replays: Replays
    seed: int
    mistakes: Sequence[Mistake] = ()
    right: Sequence[RightText] = ()
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
        budget = Budget(self.seconds)
        own = question.name, *question.needs
        mistakes = [each for each in self.mistakes if each.question in own]
        right = {
            name: [each.tree for each in self.right if each.module == name]
            for name in question.modules
        }
        try:
            codes = {name: Code(name, prepared.sources[name]) for name in question.modules}
            search = QuestionSearch(
                self.problem, question.name, outcomes, codes, trials, self.replays, budget,
                self.seed, right,
            )  # fmt: skip
            found = search.search(self._earlier.get(key, {}), mistakes)
        except RecursionError:  # an expression is nested too deeply for its tree to be walked
            return None
        self._remember(prepared, question.name, found.candidates)
        return found

    def _remember(self, prepared: Prepared, question: str, found: Sequence[Candidate]) -> None:
        """Keep what mended a question, to try it first in the next one."""
        kept = self._earlier.setdefault(str(prepared.folder), {})
        for each in found:
            kept.setdefault(each.edit, {question, *each.mends})

    def close(self) -> None:
        """Hand the workers back."""
        for trials in self._trials.values():
            trials.close()
