"""The report of a class: its data as both formats show them, and the PDF."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.similarity import Pair
from autograder.text import clipped, sentence, visible

from .class_numbers import QuestionNumbers, question_numbers, slow
from .read import ReportError, write_whole
from .repairs import frequent_repairs
from .typeset import LayoutError, typeset
from .wording import (
    OUTCOMES,
    breakable,
    is_unsettled,
    labelled_questions,
    metric,
    points,
    score_of,
    smaller_is_better,
    unsettled,
)

REPORT = "class.pdf"
LEGEND = ("passed", "failed", "not attempted or skipped", "error, limit exceeded or forbidden")
_GROUPS = {"passed": 0, "failed": 1, "not_attempted": 2, "skipped": 2}
_MOST_MISTAKES = 25
_MOST_CASES = 15
_MOST_PLACES = 20

Result = Mapping[str, Any]


def write_class_pdf(run: Path, view: dict[str, Any]) -> Path:
    """Write ``class.pdf`` of a run; ``view`` is what ``class_view`` returns."""
    path = run / REPORT
    try:
        content = typeset("class.typ", view, {})
    except LayoutError as error:
        raise ReportError(f"{path} cannot be laid out: {error}.") from None
    return write_whole(path, content)


def class_view(
    results: Sequence[Result],
    totals: Sequence[Result | None] = (),
    pairs: Sequence[Pair] = (),
    lost: Sequence[str] = (),
) -> dict[str, Any]:
    """Arrange cleaned results for the template; no number counts a result that needs a regrade.

    ``totals`` are the totals with all marks, ``lost`` the submissions without a result.
    """
    settled = [result for result in results if not unsettled(result)]
    numbers = question_numbers(results)
    scores = [result["score"] for result in settled]
    full = max((result["max_score"] for result in results), default=0.0)
    title = results[0]["title"]
    return {
        "title": _short(title, 120),
        "short": {"title": clipped(title, 60), "run": f"{len(results)} submissions"},
        "summary": [
            ["Submissions", str(len(results))],
            ["Full score", points(full)],
            ["Mean", points(statistics.fmean(scores)) if scores else "–"],
            ["Median", points(statistics.median(scores)) if scores else "–"],
            ["Range", f"{points(min(scores))} to {points(max(scores))}" if scores else "–"],
        ],
        "grades": _grades(results, totals),
        "histogram": _histogram(settled),
        "legend": LEGEND,
        "problems": _problems(results, numbers),
        "hardest": _hardest(numbers),
        "mistakes": _mistakes(results),
        "repairs": frequent_repairs(results),
        "slow": [[_short(name, 80), f"{seconds:.1f} s"] for name, seconds in slow(results)],
        "lost": [_short(name, 80) for name in lost],
        "similar": _similar(pairs),
        "leaderboards": _leaderboards(results),
        "regrade": [
            [_name(result), breakable(", ".join(unsettled(result)))]
            for result in results
            if unsettled(result)
        ],
    }


def _grades(results: Sequence[Result], totals: Sequence[Result | None]) -> str:
    """Count the grades, best first, if somebody has one."""
    scale = {name: share for result in results for name, share in result["grades"].items()}
    counts = Counter(total["grade"] for total in totals if total and total["grade"])
    if not counts:
        return ""
    shown = [f"{counts[name]} {name}" for name in sorted(scale, key=lambda n: -scale[n])]
    unmarked = len(results) - counts.total()
    left = f"; {unmarked} not marked completely" if unmarked else ""
    return _short(f"{', '.join(shown)}{left}", 300)


def _histogram(results: Sequence[Result]) -> list[dict[str, Any]]:
    tenths = Counter(
        min(9, int(10 * result["score"] / result["max_score"] + 1e-9)) if result["max_score"] else 0
        for result in results
    )
    return [
        {"label": f"{10 * i} to {10 * i + 10}", "count": tenths[i]}
        for i in range(10)
    ]  # fmt: skip


def _problems(
    results: Sequence[Result], numbers: Mapping[str, QuestionNumbers]
) -> list[dict[str, Any]]:
    shown: dict[str, dict[str, Any]] = {}
    for result in results:
        for problem in result["problems"]:
            entry = shown.setdefault(
                problem["name"], {"title": _short(problem["title"], 120), "questions": {}}
            )
            for question in problem["questions"]:
                label = f"{problem['name']}.{question['name']}"
                entry["questions"].setdefault(label, _question(numbers[label]))
    return [entry | {"questions": list(entry["questions"].values())} for entry in shown.values()]


def _question(numbers: QuestionNumbers) -> dict[str, Any]:
    found = numbers.discrimination
    return {
        "title": _short(numbers.title, 120),
        "optional": numbers.optional,
        "mean": "–" if numbers.mean is None else score_of(numbers.mean, numbers.full),
        "fraction": numbers.fraction,
        "discrimination": "–" if found is None else f"{found:.2f}".replace("-", "−"),
        "parts": parts_of(numbers),
        "outcomes": ", ".join(
            f"{OUTCOMES[outcome]} {count / numbers.count:.0%}"
            for outcome, count in numbers.outcomes.items()
        ),
    }


def parts_of(numbers: QuestionNumbers) -> list[float]:
    """Return the shares of the outcomes in the order of ``LEGEND``."""
    parts = [0.0] * len(LEGEND)
    for outcome, count in numbers.outcomes.items():
        parts[_GROUPS.get(outcome, 3)] += count / numbers.count
    return parts


def _hardest(numbers: Mapping[str, QuestionNumbers]) -> list[list[str]]:
    """Return the cases that pass least, each as share, question and case.

    Those of a question that nobody has attempted say nothing.
    """
    cases = [
        (case, question.title)
        for question in numbers.values()
        for case in question.cases
        if case.count and case.rate < 1 and set(question.outcomes) != {"not_attempted"}
    ]
    cases.sort(key=lambda entry: entry[0].rate)
    return [
        [f"{case.rate:.0%}", _short(title, 80), _short(sentence(case.name), 120)]
        for case, title in cases[:_MOST_CASES]
    ]


def _similar(pairs: Sequence[Pair]) -> list[list[str]]:
    return [
        [f"{pair.share:.0%}", _short(visible(pair.left), 80), _short(visible(pair.right), 80),
         breakable(", ".join(visible(p.name) for p in pair.evidence[0]))]
        for pair in pairs
    ]  # fmt: skip


def _mistakes(results: Sequence[Result]) -> list[dict[str, Any]]:
    """Count each known mistake once per submission."""
    counts: Counter[tuple[str, str]] = Counter()
    about: dict[tuple[str, str], tuple[str, str]] = {}
    for result in results:
        found = {
            (label.partition(".")[0], case["diagnosis"]["mistake"]): (
                case["diagnosis"]["question"] or question["title"],
                case["diagnosis"]["explanation"],
            )
            for label, question in labelled_questions(result)
            for case in question["cases"]
            if case["diagnosis"]
        }
        counts.update(found.keys())
        about = found | about
    ordered = sorted(counts, key=lambda key: (-counts[key], key))
    return [
        {
            "count": str(counts[key]),
            "question": _short(about[key][0], 120),
            "mistake": breakable(sentence(key[1])),
            "explanation": _short(about[key][1], 600),
        }
        for key in ordered[:_MOST_MISTAKES]
    ]


def _leaderboards(results: Sequence[Result]) -> list[dict[str, Any]]:
    boards: dict[tuple[str, str, str], list[tuple[float, str]]] = {}
    for result in results:
        for label, question in labelled_questions(result):
            if question["optional"] and not is_unsettled(question):
                for name, value in question["metrics"].items():
                    if math.isfinite(value):
                        key = (label, question["title"], name)
                        boards.setdefault(key, []).append((value, _name(result)))
    return [
        {
            "question": _short(title, 80),
            "metric": breakable(sentence(name).lower()),
            "rows": _ranking(entries, smaller_is_better(name)),
            "left_out": f"… and {len(entries) - _MOST_PLACES} more."
            if len(entries) > _MOST_PLACES
            else None,
        }
        for (_, title, name), entries in boards.items()
    ]


def _ranking(entries: Sequence[tuple[float, str]], ascending: bool) -> list[list[str]]:
    """Return (rank, submission, value), best first; equal values share a rank."""
    ordered = sorted(entries, key=lambda entry: (entry[0] if ascending else -entry[0], entry[1]))
    values = [value for value, _ in ordered]
    return [
        [f"{values.index(value) + 1}.", name, metric(value)]
        for value, name in ordered[:_MOST_PLACES]
    ]


def _name(result: Result) -> str:
    return _short(result["submission"]["name"], 80)


def _short(text: str, characters: int) -> str:
    return breakable(clipped(text, characters))
