"""How often the grading of a submission has begun, so that a run ends even if each try fails."""

from __future__ import annotations

import json
from pathlib import Path

from autograder.atomic import write_json

FILE = "attempts.json"
MOST = 3  # a submission whose grading failed so often is not tried again


def attempts(folder: Path) -> int:
    """Return how often the grading into ``folder`` has begun."""
    try:
        return int(json.loads((folder / FILE).read_text(encoding="utf-8"))["attempts"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def begin(folder: Path) -> None:
    """Record one more attempt, before it begins."""
    write_json(folder / FILE, {"attempts": attempts(folder) + 1})


def forget(folder: Path) -> None:
    """Count attempts anew."""
    (folder / FILE).unlink(missing_ok=True)
