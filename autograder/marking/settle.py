"""Bring marks.csv, the stored marks, the totals and the gradebook of a run in agreement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.exchange import write_grades_csv
from autograder.marks import Entry, Key, MarksError, Places, Store, total_of, write_total
from autograder.marks.entries import Entries
from autograder.marks.sheet import FILE, read_sheet, sheet_text
from autograder.marks.store import FILE as STORE
from autograder.report.read import write_whole
from autograder.submission.class_list import HandedIn, read_class_list

Result = dict[str, Any]


def settle(run: Path, results: Sequence[Result]) -> dict[str, Result]:
    """Take in what changed in marks.csv; write it, every total and grades.csv; return the totals.

    Raises MarksError if marks.csv cannot be taken in.
    """
    listed = read_class_list(run)
    places, store = Places(results, deducted(listed)), Store(run)
    try:
        take_in(run, store, places)
        write_sheet(run, store, places)
        entries = store.entries()
    finally:
        store.close()
    by_submission: dict[str, Entries] = defaultdict(dict)
    for key, entry in entries.items():
        by_submission[key.submission][key] = entry
    totals = {}
    for result in results:
        name = result["submission"]["name"]
        late = listed[name].lateness if name in listed else None
        totals[name] = write_total(run / name, total_of(result, by_submission[name], late))
    write_grades_csv(results, run / "grades.csv", totals, listed)
    return totals


def deducted(listed: Mapping[str, HandedIn]) -> set[str]:
    """Return the submissions that lose points by the assignment's rules for lateness."""
    return {name for name, entry in listed.items() if entry.lateness and entry.lateness.share}


def stored_entries(run: Path) -> Entries:
    """Return the marks that a run has; none if nobody has marked it yet."""
    if not (run / STORE).is_file():
        return {}
    store = Store(run)
    try:
        return store.entries()
    finally:
        store.close()


def take_in(run: Path, store: Store, places: Places) -> int:
    """Store the rows of marks.csv that differ from what was last written; return their number."""
    path = run / FILE
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return 0
    except (OSError, UnicodeDecodeError):
        raise MarksError(f"{path} cannot be read as UTF-8; save it as CSV in UTF-8.") from None
    before = store.exported()
    return 0 if text == before else take_text(text, str(path), before or "", store, places)


def take_text(text: str, name: str, before: str, store: Store, places: Places) -> int:
    """Store the rows of the table ``text`` that differ from the table ``before``."""
    wanted = read_sheet(text, name, places)
    known = read_sheet(before, name, None) if before else {}
    seen = {stored.key: stored.change for stored in store.current()}
    changed = {key: entry for key, entry in wanted.items() if entry != known.get(key, Entry())}
    for key, entry in changed.items():
        store.save(Key(*key), entry, seen.get(key, 0), FILE)
    return len(changed)


def write_sheet(run: Path, store: Store, places: Places) -> None:
    """Write marks.csv if it is not up to date."""
    text = sheet_text(store.entries(), places)
    if text != store.exported() or not (run / FILE).is_file():
        write_whole(run / FILE, text.encode())
        store.set_exported(text)
