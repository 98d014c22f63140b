"""``marks.csv``: the marks of a run as a table that people fill in with any spreadsheet."""

from __future__ import annotations

import csv
import io
import re

from autograder.text import from_cell, to_cell

from .entries import Entries, Entry, Key, MarksError
from .places import Places

FILE = "marks.csv"
COLUMNS = ["submission", "question", "criterion", "points", "comment"]
_CRITERION = re.compile(r"([0-9]+) \(max [0-9.e+-]+\): .*", re.DOTALL)


def sheet_text(entries: Entries, places: Places) -> str:
    """Return one row per criterion of each written question, then everything else, as CSV."""
    stream = io.StringIO()
    sheet = csv.writer(stream, lineterminator="\n")
    sheet.writerow(COLUMNS)
    others = sorted(key for key in entries if key not in places.criteria)
    for key in [*places, *others]:
        entry = entries.get(key, Entry())
        if key in places.criteria or entry != Entry():
            points = "" if entry.points is None else f"{entry.points:.6f}".rstrip("0").rstrip(".")
            row = [key.submission, key.question, places.shown(key), points, entry.comment]
            sheet.writerow(map(to_cell, row))
    return stream.getvalue()


def read_sheet(text: str, name: str, places: Places | None) -> Entries:
    """Return the entries of a table; raises MarksError with the line of the first fault.

    A spreadsheet may have written semicolons, decimal commas and a byte-order mark. Without
    ``places``, an entry may be about anything.
    """
    text = text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    entries: Entries = {}
    try:
        if [cell.strip().lower() for cell in next(reader, [])] != COLUMNS:
            raise MarksError(f"{name}: the first line must be {','.join(COLUMNS)}")
        for row in reader:
            if any(cell.strip() for cell in row):
                key, entry = _row(row, f"{name}:{reader.line_num}", places)
                if key in entries:
                    raise MarksError(f"{name}:{reader.line_num}: this row is there twice")
                entries[key] = entry
    except csv.Error as error:
        raise MarksError(f"{name}:{reader.line_num}: this is not CSV ({error})") from None
    except MarksError as error:
        raise MarksError(f"{error}; correct the table and try again.") from None
    return entries


def _row(row: list[str], where: str, places: Places | None) -> tuple[Key, Entry]:
    if len(row) != len(COLUMNS):
        raise MarksError(f"{where}: the row has {len(row)} cells, not {len(COLUMNS)}")
    submission, question, criterion, points, comment = map(from_cell, row)
    found = _CRITERION.fullmatch(criterion)
    key = Key(submission.strip(), question.strip(), (found[1] if found else criterion).strip())
    number = points.strip().replace(",", ".")
    try:
        entry = Entry(float(number) if number else None, comment)
    except ValueError:
        raise MarksError(f"{where}: {points.strip()!r} is no number of points") from None
    try:
        if places is not None:
            places.check(key, entry)
    except MarksError as error:
        raise MarksError(f"{where}: {error}") from None
    return key, entry
