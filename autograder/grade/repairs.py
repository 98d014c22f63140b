"""Add to graded questions which small change of the student's code makes them right."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing

import msgspec

from autograder.course import RepairFeedback
from autograder.diagnose.replay import Found
from autograder.diagnose.search.found import Candidate, Search
from autograder.diagnose.search.searcher import Searcher
from autograder.diagnose.search.words import told
from autograder.examine.examiner import QuestionResult
from autograder.result import GradedQuestion, Repair, RepairCandidate

SHOWN = 3
_MOST_CHARACTERS = 2_000


def add_repairs(
    done: Mapping[str, GradedQuestion],
    outcomes: Mapping[str, QuestionResult],
    explained: Mapping[str, Mapping[str, Found]],
    searcher: Searcher,
    allowed: RepairFeedback,
    times: dict[str, float],
) -> dict[str, GradedQuestion]:
    """Return the graded questions with what a search found; nothing else about them changes.

    The CPU seconds of each search go into ``times``.
    """
    found = dict(done)
    with closing(searcher):
        for name, outcome in outcomes.items():
            search = searcher.search(outcome.question, outcomes)
            if search is not None:
                label = f"{searcher.problem.name}.{name}.search"
                times[label] = round(search.cpu_seconds, 4)
                repair = repair_of(search, explained.get(name, {}), allowed)
                found[name] = msgspec.structs.replace(done[name], repair=repair)
    return found


def repair_of(search: Search, explained: Mapping[str, Found], allowed: RepairFeedback) -> Repair:
    """Return the record of a search; ``explained`` are the known mistakes that were named.

    Where they lie in another function than the change, the student is told of one alone: of the
    mistake if it explains all failed cases, else of the change.
    """
    best = search.best
    contradicts = best is not None and any(_is_elsewhere(f, best) for f in explained.values())
    complete = all(f.explains == f.failed for f in explained.values())
    silent = best is None or (contradicts and complete)
    return Repair(
        candidates=[_candidate(each) for each in search.candidates[:SHOWN]],
        cases=list(search.cases),
        tried=search.tried,
        passed=search.passed,
        ran_out=search.ran_out,
        told=None if silent or best is None else told(best, len(search.cases), allowed),
        outweighs=contradicts and not complete and allowed != "nothing",
    )


def _is_elsewhere(found: Found, candidate: Candidate) -> bool:
    """Tell whether a known mistake is in another function than a change."""
    blocks = {edit.block or found.mistake.block for edit in found.mistake.edits}
    names = {block.split(".")[-1] for block in blocks if block}
    return bool(names) and candidate.function not in names


def _candidate(candidate: Candidate) -> RepairCandidate:
    return RepairCandidate(
        file=candidate.edit.file,
        lines=list(candidate.edit.statements),
        function=candidate.function,
        kind=candidate.edit.kind,
        old=candidate.old[:_MOST_CHARACTERS],
        new=candidate.new[:_MOST_CHARACTERS],
        mends=list(candidate.mends),
    )
