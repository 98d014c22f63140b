"""Convert a result to the format that Gradescope reads from an autograder."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from autograder.report.wording import (
    OUTCOMES,
    explained,
    is_unsettled,
    labelled_questions,
    points,
    smaller_is_better,
    unsettled,
)
from autograder.text import cleaned, sentence
from autograder.wire.plan import DESCRIPTIONS

REGRADE = (
    "This submission needs a regrade: the autograder failed, which is not your fault. "
    "The score shown here is not final."
)


def gradescope_results(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``results.json`` for Gradescope; students see everything in it that is not hidden.

    Scores are copied, never computed. If the grader failed in a case, its score and the total are
    left out, and the first line asks for a regrade. The seed is left out too, because Gradescope
    gives earlier results to the next run, where the student's new code could read them.
    """
    result = cleaned(result)
    open_questions = unsettled(result)
    shown: dict[str, Any] = {} if open_questions else {"score": result["score"]}
    shown |= {
        "output": _summary(result, bool(open_questions)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "stdout_visibility": "hidden",
        "tests": [
            test
            for number, (_, question) in enumerate(labelled_questions(result), 1)
            for test in _tests(number, question)
        ],
        "leaderboard": _leaderboard(result),
        "extra_data": {
            "schema": result["schema"],
            "assignment": result["assignment"],
            "sha256": result["submission"]["sha256"],
            "isolation": result["isolation"]["level"],
            "layers": result["isolation"]["layers"],
            "missing_layers": _missing(result["isolation"]["layers"]),
            "needs_regrade": open_questions,
        },
    }
    return shown


def _missing(layers: Sequence[str]) -> dict[str, str]:
    """Return each layer that did not confine the student's code, and what it would have done."""
    return {name: text for name, text in DESCRIPTIONS.items() if name not in layers}


def _summary(result: Mapping[str, Any], regrade: bool) -> str:
    lines = [REGRADE] if regrade else []
    lines += result["submission"]["notes"]
    lines += [
        f"{question['title']}: {question['message']}"
        for _, question in labelled_questions(result)
        if question["message"]
    ]
    written = [
        f"{entry['title']} ({points(entry['max_points'])} points)"
        for problem in result["problems"]
        for entry in problem["written"]
    ]
    if written:
        lines.append(f"Graded by hand and not included in this score: {'; '.join(written)}.")
    return "\n\n".join(lines) or "Every question was graded."


def _tests(number: int, question: Mapping[str, Any]) -> list[dict[str, Any]]:
    if not question["cases"]:
        test = {
            "name": question["title"],
            "number": str(number),
            "output": question["message"] or OUTCOMES[question["outcome"]],
            "visibility": "visible",
        }
        return [test | _marks(question["outcome"], question["score"], question["max_score"])]
    shown = _shows_repair(question)
    return [
        _test(f"{number}.{i}", question, case, case["name"] == shown)
        for i, case in enumerate(question["cases"], 1)
    ]


def _shows_repair(question: Mapping[str, Any]) -> str | None:
    """Return the failed case that tells the faulty line: a hidden one if a hidden one failed.

    Students then see the line no sooner than the cases that it was found with.
    """
    repair = question["repair"]
    if repair is None or repair["told"] is None:
        return None
    cases = [case for case in question["cases"] if case["name"] in repair["cases"]]
    return next((c["name"] for c in cases if c["hidden"]), cases[0]["name"] if cases else None)


def _test(
    number: str, question: Mapping[str, Any], case: Mapping[str, Any], tells_repair: bool
) -> dict[str, Any]:
    repair = question["repair"]
    told = repair["told"] if tells_repair else None
    return {
        "name": f"{question['title']}: {sentence(case['name'])}",
        "number": number,
        "output": _output(case, told, bool(repair and repair["outweighs"])),
        "visibility": case["visibility"],
    } | _marks(case["outcome"], case["points"], case["max_points"])


def _marks(outcome: str, score: float, max_score: float) -> dict[str, Any]:
    if outcome == "grader_error":
        return {"status": "failed"}
    status = "passed" if outcome == "passed" else "failed"
    return {"score": score, "max_score": max_score, "status": status}


def _output(case: Mapping[str, Any], told: str | None, outweighs: bool) -> str:
    """Return what the student may read; the detail of a hidden case may hold expected values.

    ``told`` is about the faulty line. A known mistake that it ``outweighs`` is left out.
    """
    if case["outcome"] == "grader_error":
        return "Needs a regrade: the autograder failed in this test."
    parts = [f"{sentence(OUTCOMES[case['outcome']])}."]
    if case["message"]:
        parts.append(case["message"])
    if case["detail"] and not case["hidden"]:
        parts.append(case["detail"])
    if case["diagnosis"] and not outweighs:
        parts.append(f"Known mistake: {explained(case['diagnosis'])}")
    if told is not None:
        parts.append(told)
    return "\n\n".join(parts)


def _leaderboard(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    measured = [
        (label, name, value)
        for label, question in labelled_questions(result)
        if question["optional"] and not is_unsettled(question)
        for name, value in question["metrics"].items()
        if math.isfinite(value)
    ]
    names = [name for _, name, _ in measured]
    return [
        {
            "name": sentence(name if names.count(name) == 1 else f"{label} {name}"),
            "value": value,
            "order": "asc" if smaller_is_better(name) else "desc",
        }
        for label, name, value in measured
    ]
