"""The numbers of a class: questions, cases, discrimination, slow and lost submissions.

No number counts a result that needs a regrade.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .wording import labelled_questions, unsettled

LEAST_CLASS = 10  # submissions that a correlation needs
SLOW_TIMES, SLOW_SECONDS, MOST_SLOW = 3.0, 1.0, 20

Result = Mapping[str, Any]


@dataclass(frozen=True)
class CaseNumbers:
    """A case: in how many submissions it passed."""

    name: str
    hidden: bool
    passed: int
    count: int

    @property
    def rate(self) -> float:
        """The share of submissions in which it passed."""
        return self.passed / self.count if self.count else 0.0


@dataclass(frozen=True)
class QuestionNumbers:
    """A question over a class; ``count`` is the number of submissions that are graded in it.

    ``discrimination`` is the correlation between its points and the points of all other questions.
    """

    label: str
    title: str
    optional: bool
    count: int
    mean: float | None
    full: float
    outcomes: Mapping[str, int]
    discrimination: float | None
    cases: tuple[CaseNumbers, ...]

    @property
    def fraction(self) -> float | None:
        """The mean as a share of the full points."""
        return min(1.0, self.mean / self.full) if self.mean is not None and self.full else None


def question_numbers(results: Sequence[Result]) -> dict[str, QuestionNumbers]:
    """Return the numbers of each question by its label, in order."""
    graded: dict[str, list[tuple[Result, Result]]] = {}
    first: dict[str, Result] = {}
    for result in results:
        is_settled = not unsettled(result)
        for label, question in labelled_questions(result):
            first.setdefault(label, question)
            found = graded.setdefault(label, [])
            if is_settled:
                found.append((result, question))
    return {label: _numbers(label, first[label], graded[label]) for label in first}


def _numbers(label: str, first: Result, graded: Sequence[tuple[Result, Result]]) -> QuestionNumbers:
    questions = [question for _, question in graded]
    scores = [float(question["score"]) for question in questions]
    counted = [q["score"] if q["counted"] else 0.0 for q in questions]
    rests = [r["score"] - own for (r, _), own in zip(graded, counted, strict=True)]
    passed: Counter[str] = Counter()
    cases: dict[str, Result] = {}
    for question in questions:
        for case in question["cases"]:
            cases.setdefault(case["name"], case)
            passed[case["name"]] += case["outcome"] == "passed"
    return QuestionNumbers(
        label,
        first["title"],
        first["optional"],
        len(questions),
        statistics.fmean(scores) if scores else None,
        max([first["max_score"], *(question["max_score"] for question in questions)]),
        dict(Counter(question["outcome"] for question in questions).most_common()),
        correlation(scores, rests),
        tuple(
            CaseNumbers(name, case["hidden"], passed[name], len(questions))
            for name, case in cases.items()
        ),
    )


def correlation(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Return the correlation of two series; None where the class is too small or all are equal."""
    if len(first) < LEAST_CLASS or min(first) == max(first) or min(second) == max(second):
        return None
    return statistics.correlation(first, second)


def seconds_of(result: Result) -> float:
    """Return how long the grading of a submission took."""
    return float(result["times"].get("total_seconds", 0.0))


def slow(results: Iterable[Result]) -> list[tuple[str, float]]:
    """Return the submissions that took much longer than most, the slowest ones first."""
    times = {str(r["submission"]["name"]): seconds_of(r) for r in results}
    if not times:
        return []
    limit = max(SLOW_SECONDS, SLOW_TIMES * statistics.median(times.values()))
    found = [(name, seconds) for name, seconds in times.items() if seconds > limit]
    return sorted(found, key=lambda entry: (-entry[1], entry[0]))[:MOST_SLOW]


def not_attempted(result: Result) -> list[str]:
    """Return the titles of the questions that a submission leaves out, optional ones apart."""
    return [
        question["title"]
        for _, question in labelled_questions(result)
        if question["outcome"] == "not_attempted" and not question["optional"]
    ]
