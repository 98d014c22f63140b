"""The marks of a run in SQLite: every change is kept, and none overwrites an unseen one."""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from .entries import Entries, Entry, Key, MarksError

FILE = "marks.sqlite"
_TABLES = """
create table if not exists changes (
    id integer primary key autoincrement,
    submission text not null, question text not null, criterion text not null,
    points real, comment text not null, marker text not null, at text not null,
    undoes integer references changes(id)
);
create index if not exists by_key on changes (submission, question, criterion, id);
create view if not exists latest as select * from changes
    where id in (select max(id) from changes group by submission, question, criterion);
create table if not exists exported (id integer primary key check (id = 1), text text not null);
"""


class Stored(Struct, frozen=True):
    """An entry with the number of the change that made it, and who made it; 0: no change yet."""

    key: Key
    entry: Entry
    change: int = 0
    marker: str = ""


class ConflictError(MarksError):
    """Another marker changed an entry in the meantime; ``current`` is what it is now."""

    def __init__(self, current: Stored) -> None:
        super().__init__(f"{current.marker or 'Somebody'} has changed this in the meantime.")
        self.current = current


class Store:
    """Reads and writes the changes; several markers and processes may use one file at a time."""

    def __init__(self, run: Path) -> None:
        self._lock = threading.Lock()
        try:
            self._base = sqlite3.connect(
                run / FILE, timeout=20, isolation_level=None, check_same_thread=False
            )
            self._base.executescript(_TABLES)
        except sqlite3.Error as error:
            raise MarksError(f"{run / FILE} cannot be used ({error}).") from None

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    def entries(self) -> Entries:
        """Return the current entries, without empty ones."""
        found = {stored.key: stored.entry for stored in self.current()}
        return {key: entry for key, entry in found.items() if entry != Entry()}

    def current(self, since: int = 0) -> list[Stored]:
        """Return the current entries that were changed after the change ``since``."""
        with self._transaction() as base:
            rows = base.execute("select * from latest where id > ? order by id", (since,))
            return [_stored(row) for row in rows]

    def save(self, key: Key, entry: Entry, seen: int, marker: str) -> Stored:
        """Store an entry; raises ConflictError if its last change is not the one ``seen``."""
        with self._transaction() as base:
            current = _at(base, key)
            if current.change != seen:
                raise ConflictError(current)
            return current if current.entry == entry else _insert(base, key, entry, marker)

    def undo(self, marker: str) -> Stored | None:
        """Take back the last change of ``marker``; None if there is none left.

        Raises ConflictError if somebody else changed the same entry since.
        """
        with self._transaction() as base:
            row = base.execute(
                "select * from changes where marker = ? and undoes is null and id not in "
                "(select undoes from changes where undoes is not null) order by id desc limit 1",
                (marker,),
            ).fetchone()
            if row is None:
                return None
            last = _stored(row)
            if base.execute(
                "select 1 from changes where submission = ? and question = ? and criterion = ? "
                "and id > ? and marker != ?",
                (*last.key, last.change, marker),
            ).fetchone():
                raise ConflictError(_at(base, last.key))
            before = base.execute(
                "select points, comment from changes where submission = ? and question = ? "
                "and criterion = ? and id < ? order by id desc limit 1",
                (*last.key, last.change),
            ).fetchone()
            entry = Entry(*before) if before else Entry()
            return _insert(base, last.key, entry, marker, last.change)

    def comments(self, question: str, most: int = 30) -> list[str]:
        """Return the comments used for a question, the most frequent ones first."""
        with self._transaction() as base:
            rows = base.execute(
                "select comment from latest where question = ? and comment != '' order by id desc",
                (question,),
            ).fetchall()
        return [comment for comment, _ in Counter(row[0] for row in rows).most_common(most)]

    def exported(self) -> str | None:
        """Return the table as it was last written."""
        with self._transaction() as base:
            row = base.execute("select text from exported").fetchone()
        return row[0] if row else None

    def set_exported(self, text: str) -> None:
        """Remember the table as it is now written."""
        with self._transaction() as base:
            base.execute("insert or replace into exported values (1, ?)", (text,))

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                self._base.execute("begin immediate")
                yield self._base
                self._base.execute("commit")
            except sqlite3.Error as error:
                raise MarksError(f"The marks cannot be stored ({error}).") from None
            finally:
                if self._base.in_transaction:
                    self._base.execute("rollback")


def _at(base: sqlite3.Connection, key: Key) -> Stored:
    row = base.execute(
        "select * from latest where submission = ? and question = ? and criterion = ?",
        key,
    ).fetchone()
    return _stored(row) if row else Stored(key, Entry())


def _insert(
    base: sqlite3.Connection, key: Key, entry: Entry, marker: str, undoes: int | None = None
) -> Stored:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    cursor = base.execute(
        "insert into changes (submission, question, criterion, points, comment, marker, at, undoes)"
        " values (?, ?, ?, ?, ?, ?, ?, ?)",
        (*key, entry.points, entry.comment, marker, now, undoes),
    )
    return Stored(key, entry, int(cursor.lastrowid or 0), marker)


def _stored(row: tuple[Any, ...]) -> Stored:
    change, submission, question, criterion, points, comment, marker, *_ = row
    return Stored(Key(submission, question, criterion), Entry(points, comment), change, marker)
