"""The file of the last benchmark: what changed since, and what the next one is compared with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from .series import Series

FILE = Path(__file__).parents[2] / ".cache" / "bench.json"
NOISE = 0.15  # a smaller change of a median says nothing
Content = Mapping[str, Any]


def read(path: Path) -> Content:
    """Return what the last benchmark wrote; nothing where there is no such file."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {"rows": {}}
    return content if isinstance(content.get("rows"), dict) else {"rows": {}}


def changes(before: Content, rows: list[Series]) -> Table | None:
    """Return a table of the medians that changed by more than noise; None if none did."""
    table = Table("what", title="Changed since the last benchmark", title_justify="left")
    for heading in ("before", "now", "change"):
        table.add_column(heading, justify="right")
    for row in rows:
        old = before["rows"].get(row.key, {}).get("median")
        if not row.values or not old or abs(row.median / old - 1) <= NOISE:
            continue
        shown = (f"{row.shown(value)} {row.unit}" for value in (old, row.median))
        table.add_row(row.what, *shown, f"{row.median / old - 1:+.0%}")
    return table if table.row_count else None


def merged(before: Content, now: Content) -> dict[str, Any]:
    """Return the rows of now, and of before where something was not measured now."""
    return {**now, "rows": {**before["rows"], **now["rows"]}}


def show(before: Content, rows: list[Series], console: Console) -> None:
    """Print what changed since the last benchmark."""
    if not before["rows"]:
        console.print("This is the first benchmark here; the next one is compared with it.")
        return
    table = changes(before, rows)
    console.print(table or f"No median changed by more than {NOISE:.0%} since the last benchmark.")
