"""The hand-in rules of an assignment: as data for the runner, as sentences for students."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from autograder.course import Assignment, HandInTable, LateTable


def hand_in_rules(rules: HandInTable) -> dict[str, Any]:
    """Return what the runner in a package needs to know, as JSON can hold it."""
    return {
        "zip": rules.zip,
        "archive": rules.archive,
        "archive_pattern": rules.archive_pattern,
        "required_files": list(rules.required_files),
        "separate_files": list(rules.separate_files),
        "max_pages": rules.max_pages,
        "max_size_mb": rules.max_size_mb,
        "due": rules.due.isoformat() if rules.due else None,
        "groups": rules.groups,
    }


def sentences(assignment: Assignment) -> list[str]:
    """Return every rule as a sentence in markdown."""
    rules = assignment.hand_in
    found = [f"At most {rules.max_size_mb:g} MB."]
    if rules.archive:
        fills = "; `--pack` fills in your NAME" if "<" in rules.archive else ""
        found.append(f"The zip is called `{rules.archive}`{fills}.")
    found += [
        f"In the zip, the folder of `{entry.problem.name}` is called `{entry.folder}`; `--pack` "
        "renames it."
        for entry in assignment.entries
        if entry.folder and rules.zip
    ]
    if not rules.zip:
        found.append("Hand in the files themselves, not a zip: all in the folder of `--pack`.")
    if rules.required_files:
        listed = ", ".join(f"`{name}`" for name in rules.required_files)
        found.append(
            f"The zip must also contain {listed}." if rules.zip else f"They include {listed}."
        )
    if rules.separate_files:
        listed = ", ".join(f"`{name}`" for name in rules.separate_files)
        found.append(f"Hand in {listed} next to the zip, not in it.")
    if rules.max_pages:
        found.append(f"Each PDF has at most {rules.max_pages} pages.")
        if any(entry.problem.notebook for entry in assignment.entries):
            found.append("A PDF that shows a notebook and has its name may have more pages.")
    if rules.due:
        found.append(f"Due: {moment(rules.due)}. {_late(rules.late)}")
        found.append(f"You may hand in again; the {rules.attempts} submission counts.")
    if rules.groups and rules.groups > 1:
        found.append(f"At most {rules.groups} students hand in together.")
    if assignment.grades:
        grades = sorted(assignment.grades.items(), key=lambda item: item[1])
        listed = ", ".join(f"{name} from {share:.0%}" for name, share in grades)
        found.append(f"Grades, by the share of all points: {listed}.")
    return found


def moment(time: datetime) -> str:
    """Return a date and time with its offset from UTC, as everyone reads it."""
    offset = time.strftime("%z")
    return f"{time:%Y-%m-%d %H:%M} (UTC{offset[:3]}:{offset[3:5]})"


def _late(late: LateTable | None) -> str:
    if late is None:
        return "A late submission is marked as late."
    rate, unit = (late.per_hour, "hour") if late.per_day is None else (late.per_day, "day")
    of = "the points that you earn" if late.of == "score" else "all points"
    parts = [f"Each started {unit} after that costs {100 * (rate or 0):g} % of {of}"]
    if late.cap < 1:
        parts.append(f"at most {100 * late.cap:g} %")
    if late.grace_minutes:
        parts.append(f"up to {late.grace_minutes:g} minutes cost nothing")
    if late.free_days:
        parts.append(f"{late.free_days} {'day is' if late.free_days == 1 else 'days are'} free")
    return "; ".join(parts) + "."
