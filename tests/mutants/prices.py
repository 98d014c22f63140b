"""Compare what the same slip costs in different problems and functions."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from autograder.course import default_course, load_mistakes
from autograder.diagnose import bank
from autograder.prove.answers import is_long
from autograder.prove.sources import Graders, grade_text

SLIPS = Path(__file__).with_name("slips.toml")


def table() -> Iterator[str]:
    """Yield for each slip what it costs: points lost in its own question, and in all others."""
    with Graders(default_course(), diagnose=True) as graders:
        for slip, keys in tomllib.loads(SLIPS.read_text(encoding="utf-8")).items():
            yield slip
            for key in keys:
                question, own, maximum, others = price(graders, *key.split("."))
                yield (
                    f"  {key:52} {own:5g} of {maximum:g} in {question}"
                    f"{f', {others:g} elsewhere' if others else ''}"
                )


def price(graders: Graders, name: str, mistake: str) -> tuple[str, float, float, float]:
    """Return a mistake's question, the points lost there, their maximum, points lost elsewhere."""
    problem = default_course().problem(name)
    (found,) = (m for m in load_mistakes(problem) if m.name == mistake)
    short = [question.name for question in problem.questions if not is_long(question)]
    result = grade_text(graders.of(problem), bank.apply(found, problem), short)
    lost = {
        question["name"]: (
            sum(case["max_points"] - case["points"] for case in question["cases"]),
            sum(case["max_points"] for case in question["cases"]),
        )
        for question in result["problems"][0]["questions"]
    }
    own, maximum = lost.pop(found.question)
    return found.question, own, maximum, sum(points for points, _ in lost.values())
