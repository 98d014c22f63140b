"""Arrange what the search for the faulty line found, for staff and for students."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from autograder.text import clipped, sentence

from .wording import breakable, excerpt, labelled_questions

_MOST_LINES = 12
_MOST_PLACES = 15


def repair_view(repair: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Arrange the search of one question: the text before and after each change."""
    if repair is None:
        return None
    found = repair["candidates"]
    tried = f"{repair['tried']:,} small changes were tried, {repair['passed']:,} passed all cases"
    ran_out = ", and then the CPU time for it was used up" if repair["ran_out"] else ""
    return {
        "headline": _headline(repair),
        "candidates": [_candidate(each) for each in found],
        "told": f"The student reads: {repair['told']}" if repair["told"] else _untold(repair),
        "effort": f"{tried}{ran_out}.",
    }


def _headline(repair: Mapping[str, Any]) -> str:
    found, cases = repair["candidates"], len(repair["cases"])
    every = "The failed case passes" if cases == 1 else f"All {cases} failed cases pass"
    if not found:
        return "No small change of the code was found that makes the failed cases pass."
    if competes(repair):
        return f"{every} after a change of one of these places; look which one is meant."
    return f"{every}, on new inputs too, after this change alone."


def competes(repair: Mapping[str, Any]) -> bool:
    """Tell whether changes of different places are equally good."""
    found = repair["candidates"]
    best = [each for each in found if len(each["mends"]) == len(found[0]["mends"])]
    return len({(each["file"], *each["lines"]) for each in best}) > 1


def _untold(repair: Mapping[str, Any]) -> str | None:
    if not repair["candidates"]:
        return None
    if competes(repair):
        return "The student is not told, since several places compete."
    return (
        "The student is not told: the assignment does not allow it, or the known mistake above "
        "explains all failed cases."
    )


def _candidate(found: Mapping[str, Any]) -> dict[str, Any]:
    mends = ", ".join(found["mends"])
    return {
        "place": breakable(place(found)),
        "kind": sentence(found["kind"]),
        "mends": f"The same change makes {mends} right." if mends else None,
        "first": found["lines"][0],
        "old": breakable(excerpt(found["old"], _MOST_LINES, 0, width=200), 60, 10),
        "new": breakable(excerpt(found["new"], _MOST_LINES, 0, width=200), 60, 10),
    }


def place(found: Mapping[str, Any]) -> str:
    """Return file, lines and function of a change."""
    numbers = [str(line) for line in found["lines"]]
    lines = f"line {numbers[0]}" if len(numbers) == 1 else f"lines {', '.join(numbers)}"
    return f"{clipped(found['file'], 60)}, {lines} ({clipped(found['function'], 60)})"


def frequent_repairs(results: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Count for a class the changes that make questions right, once per submission.

    Two changes count as one if function, kind and the lines before and after agree, whatever their
    line numbers are. A change that mends several questions is listed with the first.
    """
    counts: Counter[tuple[str, ...]] = Counter()
    titles: dict[tuple[str, ...], str] = {}
    for result in results:
        keys = set()
        for _, question in labelled_questions(result):
            repair = question["repair"]
            if repair and repair["candidates"] and not competes(repair):
                key = _key(repair["candidates"][0])
                keys.add(key)
                titles.setdefault(key, question["title"])
        counts.update(keys)
    ordered = sorted(counts, key=lambda key: (-counts[key], key))
    return [_row(titles[key], key, counts[key]) for key in ordered[:_MOST_PLACES]]


def single_repairs(
    results: Iterable[Mapping[str, Any]], problem: str
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield submission, question and best change wherever no other place competes with it."""
    for result in results:
        for each in result["problems"]:
            for question in each["questions"] if each["name"] == problem else ():
                repair = question["repair"]
                if repair and repair["candidates"] and not competes(repair):
                    yield result["submission"]["name"], question["name"], repair["candidates"][0]


def _key(found: Mapping[str, Any]) -> tuple[str, ...]:
    return found["function"], found["kind"], *(" ".join(found[k].split()) for k in ("old", "new"))


def _row(question: str, key: Sequence[str], count: int) -> dict[str, Any]:
    function, kind, old, new = key
    return {
        "count": str(count),
        "question": breakable(clipped(question, 120)),
        "place": breakable(f"{clipped(function, 60)}: {kind}"),
        "old": breakable(clipped(old, 200), 60, 10),
        "new": breakable(clipped(new, 200), 60, 10),
    }
