"""Words and numbers of reports: outcomes, points, metrics, sentences, excerpts."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from autograder.text import clipped

OUTCOMES: Mapping[str, str] = {
    "passed": "passed",
    "failed": "failed",
    "not_attempted": "not attempted",
    "error": "error",
    "timeout": "time limit",
    "out_of_memory": "memory limit",
    "forbidden": "forbidden",
    "skipped": "skipped",
    "grader_error": "needs a regrade",
}

_BREAK = "\u200b"


def breakable(text: str, run: int = 24, step: int = 8) -> str:
    """Allow line breaks inside words longer than ``run``: where the parts of a name meet.

    A part of more than ``run / 2`` characters may break at every ``step`` of them.
    """

    def split(match: re.Match[str]) -> str:
        parts = re.split(r"(?<=\w[._/-])(?=\w)", match[0])
        steps = [step if len(part) > run / 2 else run for part in parts]
        return _BREAK.join(
            part[i : i + length]
            for part, length in zip(parts, steps, strict=True)
            for i in range(0, len(part), length)
        )

    return re.sub(rf"\S{{{run + 1},}}", split, text)


def excerpt(text: str, head: int, tail: int, width: int = 500) -> str:
    """Keep the first ``head`` and last ``tail`` lines, each of at most ``width`` characters."""
    lines = [clipped(line, width) for line in text.rstrip("\n").split("\n")]
    left_out = len(lines) - head - tail
    if left_out > 1:
        lines[head : len(lines) - tail] = [f"[… {left_out} lines left out …]"]
    return "\n".join(lines)


def points(value: float) -> str:
    """Write points with at most three decimals: ``5``, ``4.5``, ``0.375``."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def score_of(score: float, max_score: float) -> str:
    """Write a score and its maximum: ``4.5/6``; bonus points have none: ``+2``."""
    return f"{points(score)}/{points(max_score)}" if max_score else f"+{points(score)}"


def score_in_words(question: Mapping[str, Any]) -> str:
    """Write the score of a question; in brackets if it is not part of the sum."""
    if not question["counted"]:
        return f"({points(question['score'])})"
    return score_of(question["score"], question["max_score"])


def explained(diagnosis: Mapping[str, Any]) -> str:
    """Return what is wrong according to a known mistake, and to which other question it belongs."""
    elsewhere = diagnosis["question"]
    follows = f"The cause belongs to “{elsewhere}”. " if elsewhere else ""
    return f"{follows}{diagnosis['explanation']}"


def metric(value: float) -> str:
    """Write a measured number with four significant digits, a count in full."""
    if not math.isfinite(value):
        return "not a number"
    if abs(value) < 1000 and value != int(value):
        return f"{value:#.4g}"
    return f"{value:,.1f}".removesuffix(".0")


def smaller_is_better(name: str) -> bool:
    """Return whether smaller values of this metric are better."""
    costs = r"(^|_)(loss|error|errors|perplexity|fid|distance|seconds|time|parameters|mse|mae)(_|$)"
    return re.search(costs, name.lower()) is not None


def labelled_questions(result: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield (``problem.question``, question) in the order of the result."""
    for problem in result["problems"]:
        for question in problem["questions"]:
            yield f"{problem['name']}.{question['name']}", question


def is_unsettled(question: Mapping[str, Any]) -> bool:
    """Return whether the grader failed in this question, so that its score is not final."""
    outcomes = [question["outcome"], *(case["outcome"] for case in question["cases"])]
    return "grader_error" in outcomes


def unsettled(result: Mapping[str, Any]) -> list[str]:
    """Return the labels of the questions that need a regrade."""
    return [label for label, question in labelled_questions(result) if is_unsettled(question)]
