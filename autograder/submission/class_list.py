"""Who handed in what: the list that a run folder keeps of its submissions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import msgspec
from msgspec import Struct

from autograder.atomic import write_json
from autograder.course import Lateness
from autograder.errors import KitError

FILE = "submissions.json"


class Student(Struct, frozen=True, kw_only=True):
    """A person as a roster names them; a field that the roster does not have is empty."""

    login: str = ""
    name: str = ""
    email: str = ""
    id: str = ""
    section: str = ""
    group: str = ""

    @property
    def key(self) -> str:
        """What tells this student from all others."""
        return self.login or self.email or self.id or self.name


class HandedIn(Struct, frozen=True, kw_only=True):
    """One submission of a run; ``person`` is the same for all attempts of one person or group.

    ``counts`` is false for an attempt that another one of the same students replaces. ``late`` is
    None where nothing says when it was handed in. ``lateness`` is what the assignment's rules make
    of ``submitted``; None where that time is not known.
    """

    name: str
    source: str
    person: str = ""
    students: tuple[Student, ...] = ()
    late: bool | None = None
    submitted: str | None = None
    lateness: Lateness | None = None
    attempt: int = 1
    attempts: int = 1
    counts: bool = True
    notes: tuple[str, ...] = ()


def read_class_list(run: Path) -> dict[str, HandedIn]:
    """Return the submissions of a run by name; empty where none are recorded."""
    path = run / FILE
    try:
        listed = msgspec.convert(json.loads(path.read_text(encoding="utf-8")), list[HandedIn])
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:  # ValidationError is a ValueError
        raise KitError(f"{path} cannot be read ({error}); delete it and grade again.") from None
    return {entry.name: entry for entry in listed}


def write_class_list(run: Path, entries: Iterable[HandedIn]) -> None:
    """Write the list of submissions, sorted by name."""
    ordered = sorted(entries, key=lambda entry: entry.name)
    write_json(run / FILE, msgspec.to_builtins(ordered))
