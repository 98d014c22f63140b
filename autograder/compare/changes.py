"""What differs between two runs, submission by submission and case by case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from autograder.batch.keep import Record, changed_parts
from autograder.report.read import read_result, result_folders
from autograder.report.wording import unsettled

Kind: TypeAlias = Literal["gained", "lost", "other cases", "only before", "only after", "same"]
KINDS: tuple[Kind, ...] = ("lost", "gained", "other cases", "only before", "only after", "same")
UNKNOWN = "unknown: a run does not record what it was made from"
_DRAWN = "other inputs, or a machine that was slower"


class CaseChange(Struct, frozen=True):
    """A case that ended in another way, or earned other points; None where it did not exist."""

    question: str
    case: str
    before: str | None
    after: str | None
    points_before: float | None
    points_after: float | None


class Change(Struct, frozen=True):
    """What became of one submission; a score is None where it is missing or needs a regrade."""

    submission: str
    kind: Kind
    before: float | None
    after: float | None
    cases: list[CaseChange]
    reasons: list[str]


def compare_runs(before: Path, after: Path) -> list[Change]:
    """Return a change for each submission of two runs, the losses first."""
    old = {folder.name: folder for folder in result_folders(before)}
    new = {folder.name: folder for folder in result_folders(after)}
    changes = [_change(name, old.get(name), new.get(name)) for name in sorted(old | new)]
    return sorted(changes, key=lambda change: KINDS.index(change.kind))


def _change(name: str, before: Path | None, after: Path | None) -> Change:
    old = read_result(before) if before else None
    new = read_result(after) if after else None
    score, score_now = _score(old), _score(new)
    if before is None or after is None or old is None or new is None:
        return Change(
            name, "only after" if before is None else "only before", score, score_now, [], []
        )
    cases = list(_cases(old, new))
    kind = _kind(score, score_now, bool(cases))
    reasons = [] if kind == "same" else _reasons(old, new, before, after)
    return Change(name, kind, score, score_now, cases, reasons)


def _score(result: Mapping[str, Any] | None) -> float | None:
    return None if result is None or unsettled(result) else float(result["score"])


def _kind(before: float | None, after: float | None, has_cases: bool) -> Kind:
    if before is not None and after is not None and before != after:
        return "gained" if after > before else "lost"
    return "other cases" if has_cases or before != after else "same"


def _cases(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[CaseChange]:
    first, second = dict(_all_cases(old)), dict(_all_cases(new))
    for key in dict.fromkeys((*first, *second)):
        a, b = first.get(key), second.get(key)
        seen = [(case["outcome"], case["points"]) if case else (None, None) for case in (a, b)]
        if seen[0] != seen[1]:
            (outcome, points), (outcome_now, points_now) = seen
            yield CaseChange(*key, outcome, outcome_now, points, points_now)


def _all_cases(result: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Mapping[str, Any]]]:
    for problem in result["problems"]:
        for question in problem["questions"]:
            for case in question["cases"]:
                yield (f"{problem['name']}.{question['name']}", case["name"]), case


def _reasons(
    old: Mapping[str, Any], new: Mapping[str, Any], before: Path, after: Path
) -> list[str]:
    """Return what a result was made from that is different now."""
    reasons = []
    if old["submission"]["sha256"] != new["submission"]["sha256"]:
        reasons.append("submission")
    if old["seed"] != new["seed"]:
        reasons.append("seed")
    first, second = Record.read(before), Record.read(after)
    if first is None or second is None:
        return reasons or [UNKNOWN]
    for label, parts in second.questions.items():
        for part in changed_parts(first.questions.get(label), parts):
            is_shared = part in ("grader", "settings", "reference")
            reasons.append(part if is_shared else f"{part} of {label}")
    return list(dict.fromkeys(reasons)) or [_DRAWN]
