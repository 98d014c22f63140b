"""How late a submission is and what that costs, from the rules of its assignment alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from autograder.course.hand_in import HandInTable, LateTable
from autograder.errors import KitError

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Lateness:
    """How late a submission is: ``charged`` units of ``unit`` cost ``share`` of the points.

    ``free_days`` says how many days of the student's free ones it used up; ``of`` says of which
    points ``share`` is taken.
    """

    by: timedelta = timedelta()
    charged: int = 0
    unit: str = "day"
    free_days: int = 0
    share: float = 0.0
    of: str = "score"

    def penalty(self, score: float, max_score: float) -> float:
        """Return the points that are lost, rounded to two decimals and at most ``score``."""
        base = score if self.of == "score" else max_score
        return min(max(score, 0.0), round(base * self.share, 2))

    def sentence(self) -> str:
        """Return one sentence for the student, or nothing where the submission is in time."""
        if not self.by:
            return ""
        free = f" after {_counted(self.free_days, 'free day')}" if self.free_days else ""
        points = "points earned" if self.of == "score" else "points of the assignment"
        if self.charged:
            charged = _counted(self.charged, f"started {self.unit}")
            cost = f"{charged}{free}, which costs {100 * self.share:.4g} % of the {points}"
        else:
            cost = f"nothing is charged{free}"
        return f"Handed in {duration(self.by)} late: {cost}."


def lateness(rules: HandInTable, handed_in: datetime, free_days: int | None = None) -> Lateness:
    """Return how late ``handed_in`` is under ``rules``.

    ``free_days`` is what the student has left of a common number of free days; by default the
    assignment's own number. Raises KitError if ``handed_in`` has no offset from UTC.
    """
    if handed_in.tzinfo is None:
        raise KitError(f"The time {handed_in} has no offset from UTC; write one such as +01:00.")
    if rules.due is None or handed_in <= rules.due:
        return Lateness()
    by = handed_in - rules.due
    if rules.late is None:
        return Lateness(by)
    return _charged(rules.late, by, rules.late.free_days if free_days is None else free_days)


def _charged(late: LateTable, by: timedelta, free_days: int) -> Lateness:
    unit, rate = ("day", late.per_day) if late.per_day is not None else ("hour", late.per_hour)
    if by <= timedelta(minutes=late.grace_minutes):
        return Lateness(by, unit=unit, of=late.of)
    used = min(max(free_days, 0), math.ceil(by / _DAY))
    rest = by - used * _DAY
    charged = max(0, math.ceil(rest / (_DAY if unit == "day" else _HOUR)))
    share = min(late.cap, charged * (rate or 0.0))
    return Lateness(by, charged, unit, used, share, late.of)


def duration(by: timedelta) -> str:
    """Return a duration in its two largest units."""
    minutes = math.ceil(by / timedelta(minutes=1))
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [(days, "day"), (hours, "hour"), (minutes, "minute")]
    shown = [_counted(number, unit) for number, unit in parts if number][:2]
    return " and ".join(shown)


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" + ("" if number == 1 else "s")
