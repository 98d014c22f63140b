"""What the marking page can do: show a question with its marks, save, undo, take a table in."""

from __future__ import annotations

from pathlib import Path

import msgspec

from autograder.errors import KitError
from autograder.marks import (
    OVERRIDE,
    Entry,
    Key,
    MarksError,
    Places,
    Store,
    Stored,
    total_of,
)
from autograder.marks.entries import Entries
from autograder.marks.sheet import sheet_text
from autograder.report.read import ReportError
from autograder.submission.class_list import read_class_list
from autograder.text import visible

from .again import Again
from .board import Board, Shown, shown_cases
from .settle import deducted, take_in, take_text, write_sheet

_LONGEST_NAME = 60
_NAMELESS_FAULT = "marks.csv has a fault; `python -m autograder report` says which."


class Desk:
    """The marks of a run while it is being marked; anonymous if its board is."""

    def __init__(self, run: Path, board: Board, marker: str, course: Path) -> None:
        self.run, self.board, self.marker = run, board, marker
        self._again = Again(run, course)
        self.fault = ""  # why marks.csv could not be taken in or written
        self.listed = read_class_list(run)
        self.places = Places(board.results, deducted(self.listed))
        self.store = Store(run)

    def progress(self) -> list[Shown]:
        """Return every written question with the number of its answers and of the marked ones."""
        entries = self.store.entries()
        return [
            {
                "label": label,
                "title": visible(question["title"]),
                "marked": sum(self._is_marked(name, label, entries) for name in self.board.names),
                "all": len(self.board.names),
            }
            for label, question in self.board.questions.items()
        ]

    def question(self, label: str) -> Shown:
        """Return a question, its answers in order, all entries and the comments used before."""
        stored = self.store.current()
        return self.board.question(label) | {
            "entries": [self.shown(s) for s in stored],
            "change": max((s.change for s in stored), default=0),
            "comments": self.store.comments(label),
        }

    def changes(self, since: int) -> Shown:
        """Return what has changed after the change ``since``, by any marker."""
        stored = self.store.current(since)
        return {
            "entries": [self.shown(s) for s in stored],
            "change": max((s.change for s in stored), default=since),
            "fault": self.fault,
            "progress": self.progress() if stored else None,
        }

    def total(self, number: int) -> Shown:
        """Return the total of a submission as it is now; without its name if marking is blind."""
        result = self.board.results[number]
        handed = self.listed.get(self.board.names[number])
        late = handed.lateness if handed else None
        total: Shown = msgspec.to_builtins(total_of(result, self._entries_of(number), late))
        return total | {"submission": self.board.shown_name(number)}

    def again(self, number: int, question: str) -> Shown:
        """Run the checks of a question of a submission again; return its cases as they are now."""
        name = self.board.names[number]
        try:
            cases = self._again.cases(name, self.listed.get(name), question)["cases"]
        except KitError:
            if self.board.anonymous:  # its text may have the name
                raise KitError("This submission cannot be graded again here.") from None
            raise
        return {"cases": shown_cases(cases)}

    def save(
        self,
        id: int,
        question: str,
        criterion: str,
        points: float | None,
        comment: str,
        seen: int,
        marker: str,
    ) -> Shown:
        """Store an entry of a marker; raises MarksError, or ConflictError with what it is now."""
        if not 0 <= id < len(self.board.names):
            raise MarksError("There is no such submission.")
        key = Key(self.board.names[id], question, criterion)
        entry = Entry(points, comment.strip())
        try:
            self.places.check(key, entry)
        except MarksError as error:
            text = str(error).replace(key.submission, self.board.shown_name(id))
            raise MarksError(f"{text[:1].upper()}{text[1:]}.") from None
        return self.shown(self.store.save(key, entry, seen, _named(marker)))

    def undo(self, marker: str) -> Shown:
        """Take back the last change of a marker."""
        stored = self.store.undo(_named(marker))
        if stored is None:
            raise MarksError("There is nothing to undo.")
        return self.shown(stored)

    def take_in(self, content: bytes) -> Shown:
        """Take in a table that a marker sends; its empty rows change nothing."""
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise MarksError("The file is not UTF-8; save it as CSV in UTF-8.") from None
        return {"rows": take_text(text, "marks.csv", "", self.store, self.places)}

    def sheet(self) -> str:
        """Return the marks as a table."""
        return sheet_text(self.store.entries(), self.places)

    def write_sheet(self) -> None:
        """Take in what others changed in marks.csv, and write it; remember why that failed."""
        try:
            take_in(self.run, self.store, self.places)
            write_sheet(self.run, self.store, self.places)
            self.fault = ""
        except (MarksError, ReportError) as error:
            self.fault = _NAMELESS_FAULT if self.board.anonymous else str(error)

    def _entries_of(self, number: int) -> Entries:
        name = self.board.names[number]
        return {key: e for key, e in self.store.entries().items() if key.submission == name}

    def _is_marked(self, name: str, label: str, entries: Entries) -> bool:
        count = len(self.board.questions[label]["criteria"])
        keys = [Key(name, label, str(number)) for number in range(1, count + 1)]
        override = entries.get(Key(name, label, OVERRIDE), Entry())
        return override.points is not None or all(
            entries.get(key, Entry()).points is not None for key in keys
        )

    def shown(self, stored: Stored) -> Shown:
        """Return a stored entry as the page reads it."""
        key, entry = stored.key, stored.entry
        return {
            "id": self.board.numbers.get(key.submission, -1),
            "question": key.question,
            "criterion": key.criterion,
            "points": entry.points,
            "comment": entry.comment,
            "change": stored.change,
            "marker": stored.marker,
        }


def _named(marker: str) -> str:
    """Return the name of a marker, at most 60 characters."""
    name = " ".join(marker.split())[:_LONGEST_NAME]
    if not name:
        raise MarksError("Write your name at the top of the page first.")
    return name
