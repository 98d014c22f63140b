"""What a person should know about the submissions of a class before they are graded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from autograder.course import HandInTable
from autograder.exchange.attempts import Attempt, Rules
from autograder.exchange.roster import Roster
from autograder.submission.class_list import HandedIn
from autograder.text import plain_text

_SHOWN = 8


def about_people(found: Sequence[Attempt], roster: Roster | None, rules: Rules) -> list[str]:
    """Return what is odd about the people: unknown, of one name, without a submission."""
    if roster is None:
        return []
    lines = []
    unknown = [attempt.source for attempt in found if not attempt.is_known]
    if unknown:
        lines.append(
            f"{counted(unknown, 'submission')} not found in the roster, or found more than once, "
            f"with the name of the file instead: {some(unknown)}."
        )
    there = {student for attempt in found for student in attempt.students}
    absent = [student.key for student in roster.students if student not in there]
    if absent:
        lines.append(f"{counted(absent, 'student')} without a submission: {some(absent)}.")
    count = Counter(attempt.person for attempt in found if attempt.is_known)
    again = [attempt.students[0].key for attempt in found if count[attempt.person] > 1]
    if again:
        which = "last" if rules.attempts == "last" else "best"
        people = sorted(set(again))
        lines.append(
            f"{counted(people, 'student')} with several attempts, of which the {which} counts: "
            f"{some(people)}."
        )
    most = rules.groups
    if large := [attempt.source for attempt in found if most and len(attempt.students) > most]:
        allowed = "each student alone" if most == 1 else f"at most {most} students"
        lines.append(
            f"The assignment allows {allowed}, but more handed in together: {some(large)}."
        )
    return lines


def about_lateness(handed: Sequence[HandedIn], rules: HandInTable) -> list[str]:
    """Return which submissions lose points for lateness, and for which only a person can tell."""
    if rules.late is None:
        return []
    lines = []
    charged = [entry.name for entry in handed if entry.lateness and entry.lateness.share]
    if charged:
        lines.append(
            f"{counted(charged, 'submission')} late, with points deducted: {some(charged)}."
        )
    if unclear := [entry.name for entry in handed if entry.late and entry.lateness is None]:
        lines.append(
            f"{counted(unclear, 'submission')} late, but the export does not say when they were "
            "handed in, so no points are deducted: write 'late percent' of 'total' with a reason "
            f"into marks.csv: {some(unclear)}."
        )
    return lines


def counted(items: Sequence[object], noun: str) -> str:
    """Return ``3 students`` or ``1 student``."""
    return f"{len(items)} {noun}{'s' if len(items) != 1 else ''}"


def some(names: Sequence[str]) -> str:
    """Return the first of many names, and how many more there are."""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(plain_text(name, 120) for name in names[:_SHOWN]) + more
