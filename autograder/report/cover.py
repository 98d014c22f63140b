"""Arrange the first page of a report: scores, total with all marks, mistakes, facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograder.text import clipped

from .parts import prose, shown_cases
from .wording import breakable, labelled_questions, points, unsettled

Result = Mapping[str, Any]


def cover(result: Result, total: Result | None, for_student: bool) -> dict[str, Any]:
    """Return the data of the first page but for the problems."""
    return {
        "title": breakable(clipped(result["title"], 120)),
        "submission": breakable(clipped(result["submission"]["name"], 80)),
        "short": {
            "title": clipped(result["title"], 60),
            "submission": clipped(result["submission"]["name"], 36),
        },
        "score": points(result["score"]),
        "max": points(result["max_score"]),
        "fraction": fraction(result["score"], result["max_score"]),
        "regrade": unsettled(result),
        "final": _final(total),
        "late": _late(total),
        "notes": [prose(note) for note in result["submission"]["notes"]],
        "mistakes": _mistakes(result, for_student),
        "facts": _facts(result, for_student),
    }


def fraction(score: float, max_score: float) -> float:
    """Return the filled part of a score bar."""
    return min(1.0, max(0.0, score / max_score)) if max_score else 0.0


def _final(total: Result | None) -> dict[str, Any] | None:
    """Arrange the total with all marks; None while a question is open."""
    if total is None or total["total"] is None:
        return None
    reasons = []
    if total["override"] is not None:
        reasons = [f"Set by the course staff: {total['override']}"]
    reasons += [
        f"{q['title']}: {points(q['score'])} points, set by the course staff: {q['override']}"
        for q in total["questions"]
        if q["override"] is not None
    ]
    return {
        "points": points(total["total"]),
        "max": points(total["max"]),
        "grade": total["grade"],
        "reasons": [prose(reason) for reason in reasons],
        "comment": prose(total["comment"]) if total["comment"] else None,
    }


def _late(total: Result | None) -> str | None:
    """Say what lateness costs; None where it does not matter."""
    if total is None or total["override"] is not None:
        return None
    reason = total["late_reason"]
    if not total["late"]:
        return prose(reason) if reason else None
    if total["total"] is None:
        return prose(f"Not deducted yet: {reason or 'late'}")
    return prose(f"{points(total['late'])} points deducted: {reason or 'late'}")


def _mistakes(result: Result, for_student: bool) -> list[list[str]]:
    """Return each mistake once: (the question that it belongs to, the explanation)."""
    found = dict.fromkeys(
        (case["diagnosis"]["question"] or question["title"], case["diagnosis"]["explanation"])
        for _, question in labelled_questions(result)
        for case in shown_cases(question, for_student)
        if case["diagnosis"]
    )
    return [[prose(title), prose(explanation)] for title, explanation in found]


def _facts(result: Result, for_student: bool) -> list[list[str]]:
    data = {
        f"{name} ({size})"
        for problem in result["problems"]
        for name, size in problem["data"].items()
    }
    submission, isolation = result["submission"], result["isolation"]
    layers = f" ({', '.join(isolation['layers'])})" if isolation["layers"] else ""
    files = ", ".join(submission["files"][:30]) or "no file of the assignment"
    grades = sorted(result["grades"].items(), key=lambda item: item[1])
    scale = ", ".join(f"{name} from {share:.0%}" for name, share in grades)
    facts = {
        "Assignment": result["assignment"],
        **({"Grades": f"{scale} of all points, including written questions"} if scale else {}),
        "Files": clipped(files, 400),
        "SHA-256": submission["sha256"],
        # With the seed, the inputs of hidden cases could be drawn again.
        **({} if for_student else {"Seed": str(result["seed"])}),
        **({} if for_student else {"Isolation": isolation["level"] + layers}),
        "Data": ", ".join(sorted(data)) or "none",
        "Versions": ", ".join(f"{name} {v}" for name, v in result["environment"].items()),
    }
    return [[name, breakable(value, 60, 20)] for name, value in facts.items()]
