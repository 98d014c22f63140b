"""Apply an assignment's rules to Gradescope's results: lateness, earlier attempts, groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from autograder.course import HandInTable, lateness
from autograder.report.wording import points

Metadata = Mapping[str, Any]


def with_rules(
    shown: Mapping[str, Any], result: Mapping[str, Any], rules: HandInTable, metadata: Metadata
) -> dict[str, Any]:
    """Return results in which lateness and the best attempt count, and say why in their output.

    ``metadata`` is what Gradescope knows about the submission; without it nothing changes. A date
    that Gradescope has, an extension too, replaces ``due``.
    """
    lines: list[str] = []
    extra = dict(shown["extra_data"])
    score = shown.get("score")
    if score is not None and (time := _time(metadata.get("created_at"))) is not None:
        late = lateness(replace(rules, due=_due(metadata) or rules.due), time)
        if late.by:
            lost = late.penalty(score, result["max_score"])
            score = round(score - lost, 2)
            lines.append(f"{late.sentence()} You lose {points(lost)} points.".replace(
                " You lose 0 points.", ""))  # fmt: skip
            extra |= {"late_seconds": round(late.by.total_seconds()), "late_penalty": lost}
    if rules.groups and (size := len(_list(metadata, "users"))) > rules.groups:
        lines.append(f"{size} students hand in together, but at most {rules.groups} may.")
    extra["score"] = score
    earlier = [attempt for attempt in _earlier(metadata, shown) if attempt is not None]
    if rules.attempts == "best" and score is not None and earlier and max(earlier) > score:
        best = max(earlier)
        lines.append(
            f"This attempt earns {points(score)} points. An earlier one earned {points(best)}; "
            "the best attempt counts."
        )
        score = best
    changed = dict(shown) | {"extra_data": extra}
    if score is not None:
        changed["score"] = score
    changed["output"] = "\n\n".join([*lines, shown["output"]])
    return changed


def _earlier(metadata: Metadata, shown: Mapping[str, Any]) -> Iterator[float | None]:
    """Yield what each earlier attempt at this assignment earned by itself."""
    for attempt in _list(metadata, "previous_submissions"):
        results = attempt.get("results") if isinstance(attempt, Mapping) else None
        extra = results.get("extra_data") if isinstance(results, Mapping) else None
        if not isinstance(extra, Mapping):
            continue
        score = extra.get("score")
        if extra.get("assignment") == shown["extra_data"]["assignment"]:
            yield float(score) if isinstance(score, int | float) else None


def _due(metadata: Metadata) -> datetime | None:
    """Return Gradescope's due date; of a group, the latest that one of them has."""
    users = [user for user in _list(metadata, "users") if isinstance(user, Mapping)]
    own = [_time(_table(user, "assignment").get("due_date")) for user in users]
    dates = [date for date in own if date is not None]
    return max(dates) if dates else _time(_table(metadata, "assignment").get("due_date"))


def _time(value: object) -> datetime | None:
    """Return a time with its offset, or None if ``value`` is no such time."""
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return time if time is not None and time.tzinfo is not None else None


def _list(content: Metadata, key: str) -> list[Any]:
    value = content.get(key)
    return value if isinstance(value, list) else []


def _table(content: Metadata, key: str) -> Metadata:
    value = content.get(key)
    return value if isinstance(value, Mapping) else {}
