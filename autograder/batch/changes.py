"""List every score that a run replaces, in a file that only grows."""

from __future__ import annotations

import csv
import io
import os
import time
from collections.abc import Sequence
from pathlib import Path

from autograder.report.wording import points

FILE = "changes.csv"
_HEADER = ("time", "submission", "before", "after", "because")


def list_change(
    run: Path, name: str, before: float | None, after: float, reasons: Sequence[str]
) -> str | None:
    """Add a line to ``changes.csv`` and return it in words; None where nothing has changed.

    Call it before the new score is recorded: a run that is killed in between lists it again.
    """
    if before is None or before == after:
        return None
    path = run / FILE
    stream = io.StringIO()
    sheet = csv.writer(stream, lineterminator="\n")
    if not path.exists():
        sheet.writerow(_HEADER)
    why = "; ".join(reasons)
    sheet.writerow([time.strftime("%F %T"), name, points(before), points(after), why])
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, stream.getvalue().encode())
    finally:
        os.close(descriptor)
    return f"{name}: {points(before)} is now {points(after)} ({why})."
