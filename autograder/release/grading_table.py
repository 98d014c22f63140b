"""Tables of points for students, made from the cases and criteria as an assignment counts them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from autograder.course import Points, Problem
from autograder.errors import CourseError

PLACE = "{{ grading }}"
_POINTS_COLUMN = re.compile(r"\|\s*\**points\**\s*\|", re.IGNORECASE)


def with_grading_table(path: Path, handout: str, problem: Problem, points: Points) -> str:
    """Return ``handout`` with the table in the place of ``{{ grading }}``.

    Raises CourseError unless the marker is there once and no other table states points.
    """
    lines = handout.splitlines()
    marked = [number for number, line in enumerate(lines, 1) if PLACE in line]
    for number, line in enumerate(lines, 1):
        if _POINTS_COLUMN.search(line):
            raise CourseError(
                f"{path}:{number}: this table states points, which only the cases and criteria do; "
                f"write `{PLACE}` instead."
            )
    if handout.count(PLACE) != 1:
        where = f"{path}:{marked[1] if len(marked) > 1 else marked[0]}" if marked else f"{path}"
        raise CourseError(
            f"{where}: the handout has `{PLACE}` {handout.count(PLACE)} times, not once; "
            "write it where the table of points belongs."
        )
    return handout.replace(PLACE, grading_table(problem, points))


def grading_table(problem: Problem, points: Points) -> str:
    """Return the table of a handout: each question with its points and how it is judged."""
    return "\n".join(
        [
            "| question | what | points | judged by |",
            "|---|---|---|---|",
            *(f"| `{n}` | {title} | {p} | {by} |" for n, title, p, by in _rows(problem, points)),
            *_choice(points),
        ]
    )


def points_table(problem: Problem, points: Points) -> str:
    """Return the table of a package's README: each question with its points."""
    return "\n".join(
        [
            "| question | | points |",
            "|---|---|---|",
            *(
                f"| `{name}` | {title}{' (written)' if name in points.criteria else ''} | {worth} |"
                for name, title, worth, _ in _rows(problem, points)
            ),
            *_choice(points),
        ]
    )


def counted(points: float) -> str:
    """Return ``points`` with their unit."""
    return f"{points:g} {'point' if points == 1 else 'points'}"


def _choice(points: Points) -> list[str]:
    """Return what to say below a table if students choose among the optional questions."""
    if points.choice is None:
        return []
    best, count = points.choice.best, len(points.optional)
    counts = "the best one counts" if best == 1 else f"the best {best} count"
    return ["", f"Choose at least {best} of the {count} optional questions; {counts}."]


def _rows(problem: Problem, points: Points) -> Iterator[tuple[str, str, str, str]]:
    """Yield the name, the title, the points and the judge of every question."""
    for question in problem.questions:
        note = " (optional)" if question.optional else ""
        worth = f"{points.of(question.name):g}"
        yield question.name, f"{question.title}{note}", worth, question.judged_by
    for written in problem.written:
        yield written.name, written.title, f"{points.of(written.name):g}", "a person"
