"""Arrange the cases and the code of a question for the template."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from autograder.text import clipped, sentence

from .wording import OUTCOMES, breakable, excerpt, explained, points

_MESSAGE = 1500
_CODE_LINES, _CODE_CHARACTERS = 300, 20_000
_PLACE = re.compile(r"(?P<file>[\w./-]{1,200}\.py), line (?P<line>\d{1,7})")

Part = dict[str, Any]


def cases_of(question: Mapping[str, Any], for_student: bool) -> list[Part]:
    """Arrange the cases of a question; a known mistake is explained once."""
    told: set[str] = set()
    rows = []
    for case in shown_cases(question, for_student):
        mistake = case["diagnosis"]["mistake"] if case["diagnosis"] else None
        rows.append(_case(case, question["message"], mistake in told, for_student))
        told |= {mistake} if mistake else set()
    return rows


def shown_cases(question: Mapping[str, Any], for_student: bool) -> list[Mapping[str, Any]]:
    """Return the cases that the reader may see."""
    return [c for c in question["cases"] if not (for_student and c["visibility"] == "hidden")]


def is_whole(question: Mapping[str, Any]) -> bool:
    """Tell whether one message of the question says all that its cases say."""
    said = question["message"]
    return said is not None and all(
        case["outcome"] == question["outcome"]
        and case["message"] in (None, said)
        and case["detail"] is None
        and case["diagnosis"] is None
        for case in question["cases"]
    )


def brief_reason(question: Mapping[str, Any], for_student: bool) -> str | None:
    """Return why nothing of a question ran, for one line; None if there is more to say."""
    cases = shown_cases(question, for_student)
    messages = [question["message"], *(case["message"] for case in cases)]
    reason = next((message for message in messages if message), "")
    if question["outcome"] in ("not_attempted", "skipped"):
        return prose(reason)
    return prose(reason) if is_whole(question) and not question["code"] else None


def code_of(part: Mapping[str, Any], seen: str | None, marked: Sequence[int]) -> Part:
    """Arrange a piece of code; ``seen`` names the question that already shows it."""
    source = part["source"]
    if len(source) > _CODE_CHARACTERS:
        source = f"{source[:_CODE_CHARACTERS]}\n[… the rest is left out …]"
    last = part["line"] + part["source"].rstrip("\n").count("\n")
    return {
        "file": breakable(part["file"]),
        "name": breakable(part["name"]),
        "first": part["line"],
        "lines": f"lines {part['line']} to {last}",
        "source": breakable(excerpt(source, _CODE_LINES, 0, width=1000), 60, 10),
        "marked": [line for line in marked if part["line"] <= line <= last],
        "seen": None if seen is None else prose(seen),
    }


def failing_lines(question: Mapping[str, Any], for_student: bool) -> dict[str, list[int]]:
    """Return the lines of code that the failed cases name, by file."""
    found: dict[str, list[int]] = {}
    for case in shown_cases(question, for_student):
        if case["outcome"] != "passed":
            detail = case["detail"] if not (for_student and case["hidden"]) else None
            for match in _PLACE.finditer(f"{case['message'] or ''}\n{detail or ''}"):
                found.setdefault(match["file"], []).append(int(match["line"]))
    return found


def prose(text: str) -> str:
    """Return a sentence for the template, cut where it is too long."""
    return breakable(clipped(text, _MESSAGE))


def optional(text: str | None) -> str | None:
    """Return a sentence for the template, if there is one."""
    return prose(text) if text else None


def _case(case: Mapping[str, Any], said: str | None, again: bool, for_student: bool) -> Part:
    """Arrange a case; does not repeat a message that its question already ``said``."""
    settled = case["outcome"] != "grader_error"
    diagnosis = case["diagnosis"]
    of_points = f"{points(case['points']) if settled else '–'} / {points(case['max_points'])}"
    is_secret = for_student and case["hidden"]  # its detail may hold expected values
    return {
        "title": prose(sentence(case["name"])),
        "tag": "hidden" if case["hidden"] else "",
        "outcome": case["outcome"],
        "word": OUTCOMES[case["outcome"]],
        "settled": settled,
        "points": of_points if case["max_points"] else "",
        "message": None if case["message"] == said else optional(case["message"]),
        "detail": None if is_secret else optional(case["detail"]),
        "diagnosis": prose(_explained(diagnosis)) if diagnosis and not again else None,
        "again": again,
    }


def _explained(diagnosis: Mapping[str, Any]) -> str:
    """Return the explanation, and how far it goes where it does not explain everything."""
    if diagnosis["explains"] == diagnosis["failed"]:
        return explained(diagnosis)
    return (
        f"{explained(diagnosis)} (It explains {diagnosis['explains']} of the "
        f"{diagnosis['failed']} failed cases that could be compared.)"
    )
