"""The totals of a submission: the one place where points, marks and penalties become a grade."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from autograder.atomic import write_json
from autograder.course import Lateness
from autograder.result import Name, Part, Score

from .entries import COMMENT, LATE, LATE_PERCENT, OVERRIDE, TOTAL, Entries, Entry, MarksError

TOTAL_FILE = "total.json"


class MarkedCriterion(Part, frozen=True):
    """A criterion with its mark."""

    points: Annotated[Score | None, Meta(description="What was given; null if not marked yet.")]
    max_points: Annotated[Score, Meta(description="What it is worth.")]
    comment: Annotated[str, Meta(description="The comment on it.")]


class MarkedQuestion(Part, frozen=True):
    """A question with what people decided about it."""

    name: Annotated[Name, Meta(description="`problem.question`.")]
    title: Annotated[str, Meta(description="Its title.")]
    score: Annotated[
        Score | None,
        Meta(
            description="Its points; 0 if it does not count, null if it is not marked or needs a "
            "regrade."
        ),
    ]
    max_score: Annotated[Score, Meta(description="0 for an optional question.")]
    written: Annotated[bool, Meta(description="Whether a person marks it.")]
    criteria: Annotated[list[MarkedCriterion], Meta(description="Its criteria, in order.")]
    comment: Annotated[str, Meta(description="The comment on the question.")]
    lines: Annotated[
        dict[str, str], Meta(description="`file:line` of the student's code = a comment on it.")
    ]
    override: Annotated[
        str | None, Meta(description="Why `score` is not the computed one; null if it is.")
    ]


class Total(Part, frozen=True):
    """The total of a submission with all marks: `total.json`."""

    submission: Annotated[Name, Meta(description="The name of the submission.")]
    questions: Annotated[list[MarkedQuestion], Meta(description="Every question, in order.")]
    open: Annotated[
        list[str], Meta(description="The questions that are not marked or need a regrade.")
    ]
    earned: Annotated[Score, Meta(description="The points of all questions that have some.")]
    late: Annotated[Score, Meta(description="The points deducted for lateness.")]
    late_reason: Annotated[
        str,
        Meta(description="Why; also where lateness costs nothing. A marker's reason comes first."),
    ]
    comment: Annotated[str, Meta(description="The comment on the whole submission.")]
    override: Annotated[
        str | None, Meta(description="Why `total` is not the computed one; null if it is.")
    ]
    total: Annotated[
        Score | None, Meta(description="The final points; null while a question is open.")
    ]
    max: Annotated[Score, Meta(description="All points, written questions included.")]
    without_written: Annotated[
        Score | None,
        Meta(
            description="The points without the written questions, after what lateness costs; null "
            "if a question needs a regrade."
        ),
    ]
    grade: Annotated[str | None, Meta(description="The grade; null without a scale or while open.")]


def total_of(
    result: Mapping[str, Any], entries: Entries, lateness: Lateness | None = None
) -> Total:
    """Return the total of a result with the ``entries`` of its markers.

    ``lateness`` is deducted from what was earned; what a marker decides about lateness replaces
    it, and an override of the total replaces everything.
    """
    marks = _Marks(result["submission"]["name"], entries)
    questions = [
        question
        for problem in result["problems"]
        for question in (
            *(
                _autograded(f"{problem['name']}.{q['name']}", q, marks)
                for q in problem["questions"]
            ),
            *(_written(f"{problem['name']}.{q['name']}", q, marks) for q in problem["written"]),
        )
    ]
    earned = _sum(q.score for q in questions if q.score is not None)
    most = _sum(q.max_score for q in questions)
    late, reason = marks.late(earned, most, lateness or Lateness())
    autograded = [q for q in questions if not q.written]
    scores = [q.score for q in autograded if q.score is not None]
    first, first_most = _sum(scores), _sum(q.max_score for q in autograded)
    first_late, _ = marks.late(first, first_most, lateness or Lateness())
    override = marks.at(TOTAL, OVERRIDE)
    is_set = override.points is not None
    unmarked = [] if is_set else [q.name for q in questions if q.score is None]
    total = override.points if is_set else None if unmarked else _sum([earned, -late])
    return Total(
        submission=marks.submission,
        questions=questions,
        open=unmarked,
        earned=earned,
        late=late,
        late_reason=reason,
        comment=marks.at(TOTAL, COMMENT).comment,
        override=override.comment if is_set else None,
        total=total,
        max=most,
        without_written=_sum([first, -first_late]) if len(scores) == len(autograded) else None,
        grade=None if total is None else grade_of(total, most, result["grades"]),
    )


def grade_of(total: float, most: float, scale: Mapping[str, float]) -> str | None:
    """Return the highest grade of ``scale`` whose share of ``most`` is reached."""
    share = total / most if most else 0.0
    reached = [(needed, name) for name, needed in scale.items() if share >= needed - 1e-9]
    return max(reached)[1] if reached else None


def write_total(folder: Path, total: Total) -> dict[str, Any]:
    """Write ``total.json`` into the folder of a result if it differs, and return its content."""
    content: dict[str, Any] = msgspec.to_builtins(total)
    try:
        is_written = read_total(folder) == content
    except MarksError:
        is_written = False
    if not is_written:
        write_json(folder / TOTAL_FILE, content)
    return content


def read_total(folder: Path) -> dict[str, Any] | None:
    """Return what ``write_total`` wrote; None if there is nothing."""
    path = folder / TOTAL_FILE
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        msgspec.convert(content, Total)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, msgspec.ValidationError):
        raise MarksError(f"{path} cannot be read; delete it and write the reports again.") from None
    return content


class _Marks:
    """The entries of one submission."""

    def __init__(self, submission: str, entries: Entries) -> None:
        self.submission = submission
        self._entries = {k[1:]: entry for k, entry in entries.items() if k[0] == submission}

    def at(self, question: str, criterion: str) -> Entry:
        return self._entries.get((question, criterion), Entry())

    def late(self, earned: float, most: float, lateness: Lateness) -> tuple[float, str]:
        """Return what lateness costs of ``earned``, and why; a marker's decision comes first."""
        points, percent = self.at(TOTAL, LATE), self.at(TOTAL, LATE_PERCENT)
        decided = [entry for entry in (points, percent) if entry.points is not None]
        if not decided:
            return lateness.penalty(earned, most), lateness.sentence()
        lost = _sum([points.points or 0, earned * (percent.points or 0) / 100])
        reason = "; ".join(entry.comment for entry in decided if entry.comment)
        if lateness.share and not lost and reason:
            reason = f"No points are deducted for lateness: {reason}"
        return min(earned, lost), reason

    def lines(self, question: str) -> dict[str, str]:
        """Return the comments on lines of code, by ``file:line``."""
        return {
            criterion: entry.comment
            for (name, criterion), entry in self._entries.items()
            if name == question and ":" in criterion and entry.comment
        }


def _autograded(name: str, graded: Mapping[str, Any], marks: _Marks) -> MarkedQuestion:
    outcomes = [graded["outcome"], *(case["outcome"] for case in graded["cases"])]
    earned = graded["score"] if graded["counted"] else 0.0
    score = None if "grader_error" in outcomes else earned
    return _question(name, graded["title"], score, graded["max_score"], None, marks)


def _written(name: str, written: Mapping[str, Any], marks: _Marks) -> MarkedQuestion:
    criteria = []
    for number, criterion in enumerate(written["criteria"], 1):
        entry = marks.at(name, str(number))
        criteria.append(
            MarkedCriterion(
                points=entry.points, max_points=criterion["points"], comment=entry.comment
            )
        )
    given = [criterion.points for criterion in criteria]
    score = None if None in given else _sum(points or 0.0 for points in given)
    return _question(name, written["title"], score, written["max_points"], criteria, marks)


def _question(
    name: str,
    title: str,
    score: float | None,
    most: float,
    criteria: list[MarkedCriterion] | None,
    marks: _Marks,
) -> MarkedQuestion:
    override = marks.at(name, OVERRIDE)
    is_set = override.points is not None
    return MarkedQuestion(
        name=name,
        title=title,
        score=override.points if is_set else score,
        max_score=most,
        written=criteria is not None,
        criteria=criteria or [],
        comment=marks.at(name, COMMENT).comment,
        lines=marks.lines(name),
        override=override.comment if is_set else None,
    )


def _sum(points: Iterable[float]) -> float:
    """Return a sum rounded to six decimals."""
    return round(sum(points), 6)
