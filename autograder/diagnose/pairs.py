"""Find two mistakes that explain an answer together.

Pairs are ruled out by what each mistake alone does to the parts of an answer. A part that neither
changes is the reference's in both together, and a part that only one changes is as that one leaves
it. Two changes may still meet in code that neither reaches alone; such a pair is not tried, and
nothing is said about it.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

from autograder.course import Mistake, Question
from autograder.diagnose.compare_records import about, alike
from autograder.diagnose.replays import Replays
from autograder.errors import CourseError
from autograder.examine.case_run import CaseResult
from autograder.remote.sessions import Record

SECONDS = 2.0  # of CPU time, for trying mistakes two by two


class Part(NamedTuple):
    """What an answer has in one place: is it the reference's, and is it the student's?"""

    right: bool
    students: bool


Effect: TypeAlias = tuple[Part, ...] | None  # None: the answers have other parts


def explaining_pair(
    replays: Replays,
    question: Question,
    candidates: Sequence[Mistake],
    failed: Sequence[CaseResult],
    fits: Callable[[tuple[Mistake, ...]], bool],
) -> tuple[Mistake, Mistake] | None:
    """Return two mistakes which together answer as the student's code does everywhere.

    The likeliest candidates come first. ``fits`` tells whether mistakes fit the cases that the
    student's code passes.
    """
    deadline = time.thread_time() + SECONDS
    effects: dict[tuple[str, ...], Effect] = {}

    def effect_of(result: CaseResult, *mistakes: Mistake) -> Effect:
        key = result.case.name, *(mistake.name for mistake in mistakes)
        if key not in effects:
            records, right = (replays.of(some, result).records for some in (mistakes, ()))
            effects[key] = effect(records, right, result.records, question.objects)
        return effects[key]

    for one, other in itertools.combinations(candidates, 2) if failed else ():
        if time.thread_time() > deadline:
            return None
        pair = one, other
        if not all(
            may_explain(effect_of(r, one), effect_of(r, other), effect_of(r)) for r in failed
        ):
            continue
        try:
            agree = all(replays.agree(pair, result, question.objects) for result in failed)
        except CourseError:  # both change the same text
            continue
        if agree and fits(pair):
            return pair
    return None


def effect(
    records: Sequence[Record],
    right: Sequence[Record],
    students: Sequence[Record],
    names: Sequence[str],
) -> Effect:
    """Compare the parts of an answer with the reference's and with the student's, by value."""
    answers = [list(_parts(found, names)) for found in (records, right, students)]
    if len({len(parts) for parts in answers}) > 1:
        return None
    return tuple(
        Part(alike(one, wanted, by_value=True), alike(one, given, by_value=True))
        for one, wanted, given in zip(*answers, strict=True)
    )


def may_explain(first: Effect, second: Effect, neither: Effect) -> bool:
    """Tell whether two mistakes together may give the student's answer; ``neither`` is right."""
    if first is None or second is None or neither is None:
        return True
    return all(
        (a.students if b.right else True) if not a.right else (right if b.right else b).students
        for a, b, right in zip(first, second, neither, strict=True)
    )


def _parts(records: Sequence[Record], names: Sequence[str]) -> Iterator[Any]:
    kept = [record for record in records if record.operation != "get"]
    for record in about(kept, names) or kept:
        yield from _leaves(record.outcome)


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item)
    else:
        yield value
