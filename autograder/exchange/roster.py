"""Read the roster of a class, and find the student whom a name in an export means."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec

from autograder.errors import KitError
from autograder.submission.class_list import Student

# What the gradebooks of learning platforms call these columns, without case, spaces and signs.
_COLUMNS = {
    "login": ("login", "username", "sislogin", "sisloginid", "loginid", "user", "benutzername"),
    "email": ("email", "emailaddress", "mail", "emailadresse"),
    "id": ("id", "sid", "studentid", "sisuserid", "idnumber", "usrid", "matriculationnumber"),
    "section": ("section", "sections", "tutorial"),
    "group": ("group", "team", "groupname"),
    "name": ("name", "student", "fullname", "studentname"),
    "first": ("firstname", "first", "vorname", "givenname"),
    "last": ("lastname", "last", "surname", "nachname", "familyname"),
}
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe"})


@dataclass(frozen=True)
class Clue:
    """What an export says about a person; ``text`` may be anything, such as a file's name."""

    login: str = ""
    email: str = ""
    id: str = ""
    name: str = ""
    text: str = ""


@dataclass(frozen=True)
class Roster:
    """The students of a class, in the order of the roster."""

    students: tuple[Student, ...] = ()

    @cached_property
    def _exact(self) -> Mapping[str, Mapping[str, frozenset[Student]]]:
        """Students by field and by each form of its value."""
        forms: dict[str, dict[str, set[Student]]] = {}
        for student in self.students:
            for field in ("login", "email", "id"):
                if value := getattr(student, field):
                    forms.setdefault(field, {}).setdefault(_plain(value), set()).add(student)
            local = student.email.partition("@")[0]
            if local:
                forms.setdefault("local", {}).setdefault(_plain(local), set()).add(student)
            for form in _name_forms(student.name):
                forms.setdefault("name", {}).setdefault(form, set()).add(student)
        return {
            field: {form: frozenset(found) for form, found in values.items()}
            for field, values in forms.items()
        }

    def find(self, clue: Clue) -> tuple[Student, ...]:
        """Return the students that a clue may mean: one, none, or several of one name."""
        for field in ("email", "login", "id"):
            value = getattr(clue, field)
            if value and (found := self._by(field, _plain(value))):
                return found
        for form in _name_forms(clue.name):
            if found := self._by("name", form):
                return found
        return self._by_text(clue.text) if clue.text else ()

    def members(self, student: Student) -> tuple[Student, ...]:
        """Return all students in the group of ``student``."""
        if not student.group:
            return (student,)
        return tuple(other for other in self.students if other.group == student.group)

    def _by(self, field: str, form: str) -> tuple[Student, ...]:
        found = self._exact.get(field, {}).get(form, frozenset())
        return tuple(sorted(found, key=lambda student: student.key))

    def _by_text(self, text: str) -> tuple[Student, ...]:
        """Look for the whole text, then without a number at its end, then for its parts."""
        shorter = re.sub(r"[-_ .(]+(?:v|attempt)?\d{1,2}\)?$", "", text, flags=re.IGNORECASE)
        for whole in dict.fromkeys((text, shorter)):
            for field in ("login", "email", "id", "local"):
                if found := self._by(field, _plain(whole)):
                    return found
            for form in _name_forms(whole):
                if found := self._by("name", form):
                    return found
        parts = [_plain(part) for part in re.split(r"[^\w@]+|_", text) if part]
        by_part = {s for p in parts for f in ("login", "id") for s in self._by(f, p)}
        return tuple(by_part) if len(by_part) == 1 else ()


def read_roster(path: Path) -> Roster:
    """Read a CSV of students; raises KitError where a row cannot be used."""
    rows = csv_rows(path)
    students: list[Student] = []
    lines: dict[tuple[str, str], int] = {}
    columns = _columns(path, rows[0])
    for line, row in enumerate(rows[1:], 2):
        student = _student(columns, row)
        if student is None:
            continue
        for field in ("login", "email", "id"):
            value = _plain(getattr(student, field))
            if value and (first := lines.setdefault((field, value), line)) != line:
                raise KitError(
                    f"{path}, row {line}: the {field} {value} is in row {first} too; "
                    "remove one of the two."
                )
        students.append(student)
    if not students:
        raise KitError(f"{path} lists no student; export the roster again.")
    return Roster(tuple(students))


def csv_rows(path: Path) -> list[list[str]]:
    """Return the rows of a CSV in UTF-8, whatever separates its cells; raises KitError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise KitError(f"{path} cannot be read ({error.strerror}).") from None
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise KitError(f"{path} is not in UTF-8; save it as 'CSV UTF-8'.") from None
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if row]
    if not rows:
        raise KitError(f"{path} is empty; export it again.")
    return rows


def column_of(heading: str) -> str | None:
    """Return which field of a student a heading names."""
    plain = re.sub(r"[\W_]", "", heading).casefold()
    return next((field for field, names in _COLUMNS.items() if plain in names), None)


def _columns(path: Path, headings: Sequence[str]) -> dict[str, int]:
    """Return the place of each field; of several headings for one, the best known."""
    best: dict[str, tuple[int, int]] = {}
    for place, heading in enumerate(headings):
        plain = re.sub(r"[\W_]", "", heading).casefold()
        field = column_of(heading)
        if field is not None:
            rank = (_COLUMNS[field].index(plain), place)
            best[field] = min(best.get(field, rank), rank)
    if not {"login", "email", "id", "name", "last"} & best.keys():
        raise KitError(
            f"{path} has none of the columns login, email, id, name; "
            f"its first row is: {', '.join(headings)[:120]}."
        )
    return {field: place for field, (_, place) in best.items()}


def _student(columns: Mapping[str, int], row: Sequence[str]) -> Student | None:
    """Return the student of a row; None for a row about no person."""
    cells = {
        field: unicodedata.normalize("NFC", row[place].strip()) if place < len(row) else ""
        for field, place in columns.items()
    }
    first, last = cells.pop("first", ""), cells.pop("last", "")
    cells["name"] = cells.get("name") or f"{first} {last}".strip()
    if cells["name"].casefold() in ("points possible", "student, test", "test student"):
        return None  # rows of Canvas
    student = msgspec.convert(cells, Student)
    return student if student.key else None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().casefold()


def _name_forms(name: str) -> Iterator[str]:
    """Yield the letters of a name in each order of first and last names, with and without accents.

    Exports write "Doe, Jane", "Jane Doe" or "doejane", and some of them only ASCII letters.
    """
    words = [word for word in re.split(r"[\W_]+", _plain(name)) if word]
    for start in range(len(words)):
        yield from _spellings("".join(words[start:] + words[:start]))


def _spellings(word: str) -> Iterable[str]:
    bare = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    return dict.fromkeys((word, word.translate(_UMLAUTS), bare))
