"""Recognise how a learning platform has packed the submissions of a class.

Everything here looks at relative paths only; a folder ends with a slash.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from autograder.exchange.roster import Clue

_JUNK = {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", "__pycache__", ".git"}
_MOODLE = re.compile(r"(.+)_(\d+)_(assignsubmission_file|assignsubmission_onlinetext)_?(.*)")
_CANVAS = re.compile(r"([^_/]+)_(?:(LATE)_)?(\d+)_(\d+)_([^/]+)")
_ILIAS = re.compile(r"([^_/]+)_([^/]+)_([^_/]+)_(\d+)")
_ILIAS_TEAM = re.compile(r"Team[_ ]\d+")
_GRADESCOPE = re.compile(r"submission_\d+")
METADATA = "submission_metadata.yml"


@dataclass(frozen=True)
class Part:
    """A file of a submission: where it is in the export, and its name for the grader."""

    path: str
    name: str


@dataclass(frozen=True)
class Packed:
    """What an export holds of one person or group: one attempt."""

    title: str
    clues: tuple[Clue, ...]
    parts: tuple[Part, ...]
    folder: str | None = None  # the one folder that holds all parts under their own names
    late: bool | None = None
    submitted: datetime | None = None
    key: str = ""  # the same for all attempts of a person, where the export tells


@dataclass(frozen=True)
class Export:
    """The submissions of a class, and what the export holds besides them."""

    platform: str
    root: str
    packed: tuple[Packed, ...]
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True)
class Expected:
    """What a submission to the assignment looks like."""

    modules: frozenset[str]
    problems: frozenset[str]
    archive: str | None = None  # as in the assignment: "hw2-<login>.zip"


def recognise(paths: Iterable[str], expected: Expected, is_class: bool = False) -> Export | None:
    """Return the submissions of a class; None for the submission of one student.

    ``is_class`` says that a roster came with it: then any folder of folders is a class, unless the
    files of the assignment lie directly in it.
    """
    inner = [path for path in paths if not _JUNK & set(PurePosixPath(path).parts)]
    outer, root = _top(inner), ""
    while True:
        entries = _top(inner)
        for reader in (_gradescope, _moodle, _canvas, _ilias):
            if export := reader(root, entries):
                return export
        if _is_plain_class(entries, expected):
            return _plain(root, entries, expected)
        if len(entries) != 1 or not next(iter(entries)).endswith("/"):
            break
        (folder,) = entries
        root, inner = root + folder, [path for path in entries[folder] if path]
    if is_class and not _holds_modules(outer, expected):
        return _plain("", outer, expected)
    return None


def is_mixed(paths: Iterable[str], expected: Expected) -> bool:
    """Tell whether files of the assignment lie next to several submissions."""
    entries = _top(path for path in paths if not _JUNK & set(PurePosixPath(path).parts))
    others = {
        name: inside
        for name, inside in entries.items()
        if name not in expected.modules and name.rstrip("/") not in expected.problems
    }
    return _holds_modules(entries, expected) and _is_plain_class(others, expected)


def _top(paths: Iterable[str]) -> dict[str, list[str]]:
    """Return what lies at the top: files, and folders with the paths in them."""
    entries: dict[str, list[str]] = {}
    for path in sorted(paths):
        first, slash, rest = path.partition("/")
        entries.setdefault(first + slash, []).append(rest)
    return entries


def _gradescope(root: str, entries: Mapping[str, Sequence[str]]) -> Export | None:
    folders = [name for name in entries if _GRADESCOPE.fullmatch(name.rstrip("/"))]
    if not folders or (METADATA not in entries and len(folders) < len(entries)):
        return None
    packed = [_folder(root, name, entries[name], ()) for name in folders]
    return Export("Gradescope", root, tuple(packed), _others(entries, {*folders, METADATA}))


def _moodle(root: str, entries: Mapping[str, Sequence[str]]) -> Export | None:
    matches = {name: m for name in entries if (m := _MOODLE.fullmatch(name.rstrip("/")))}
    if not matches:
        return None
    people: dict[str, list[Part]] = {}
    titles: dict[str, str] = {}
    for name, match in matches.items():
        titles[match[2]] = match[1]
        parts = people.setdefault(match[2], [])
        if match[3] == "assignsubmission_onlinetext":
            continue  # an HTML page of the platform
        if name.endswith("/"):
            parts += [Part(root + name + rest, rest) for rest in _files(entries[name])]
        else:
            parts.append(Part(root + name, match[4]))
    packed = [
        Packed(titles[id_], (Clue(name=titles[id_], text=titles[id_]),), tuple(parts), key=id_)
        for id_, parts in people.items()
    ]
    return Export("Moodle", root, tuple(packed), _others(entries, matches))


def _canvas(root: str, entries: Mapping[str, Sequence[str]]) -> Export | None:
    matches = {name: m for name in entries if (m := _CANVAS.fullmatch(name))}
    if not matches or len(matches) < len(entries):
        return None
    people: dict[tuple[str, str], list[Part]] = {}
    late: dict[tuple[str, str], bool] = {}
    for name, match in matches.items():
        person = match[1], match[3]
        people.setdefault(person, []).append(Part(root + name, match[5]))
        late[person] = late.get(person, False) or match[2] is not None
    packed = [
        Packed(name, (Clue(id=id_, name=name),), tuple(parts), late=late[name, id_], key=id_)
        for (name, id_), parts in people.items()
    ]
    return Export("Canvas", root, tuple(packed))


def _ilias(root: str, entries: Mapping[str, Sequence[str]]) -> Export | None:
    folders = [name for name in entries if name.endswith("/")]
    teams = [name for name in folders if _ILIAS_TEAM.fullmatch(name[:-1])]
    people = [name for name in folders if _ILIAS.fullmatch(name[:-1])]
    if not folders or len(teams) + len(people) < len(folders):
        return None
    packed = [_folder(root, name, entries[name], (_ilias_clue(name[:-1]),)) for name in people]
    for team in teams:
        members = {name: rest for name, rest in _top(entries[team]).items() if name.endswith("/")}
        clues = tuple(_ilias_clue(name[:-1]) for name in members)
        parts = [
            Part(f"{root}{team}{name}{rest}", rest)
            for name, inside in members.items()
            for rest in _files(inside)
        ]
        packed.append(Packed(team[:-1], clues, tuple(parts), key=team))
    return Export("ILIAS", root, tuple(packed), _others(entries, folders))


def _ilias_clue(folder: str) -> Clue:
    match = _ILIAS.fullmatch(folder)
    if match is None:
        return Clue(text=folder)
    return Clue(login=match[3], name=f"{match[2]} {match[1]}", text=folder)


def _plain(root: str, entries: Mapping[str, Sequence[str]], expected: Expected) -> Export:
    packed, ignored = [], []
    for name, inside in entries.items():
        text = person_in(name, expected)
        if name.endswith("/"):
            packed.append(_folder(root, name, inside, (Clue(text=text),)))
        elif name.lower().endswith(".zip"):
            parts = (Part(root + name, name),)
            packed.append(Packed(text, (Clue(text=text),), parts))
        else:
            ignored.append(name)
    return Export("folder", root, tuple(packed), tuple(ignored))


def _is_plain_class(entries: Mapping[str, Sequence[str]], expected: Expected) -> bool:
    """Tell whether several zips lie here, or folders that hold the same file of the assignment."""
    if _holds_modules(entries, expected):
        return False
    zips = [name for name in entries if name.lower().endswith(".zip")]
    seen: dict[str, set[str]] = {}
    for name, inside in entries.items():
        if name.endswith("/") and name[:-1] not in expected.problems:
            for path in inside:
                if (file := PurePosixPath(path).name) in expected.modules:
                    seen.setdefault(file, set()).add(name)
                if path.lower().endswith(".zip"):
                    seen.setdefault(".zip", set()).add(name)
    return len(zips) > 1 or any(len(folders) > 1 for folders in seen.values())


def _holds_modules(entries: Mapping[str, Sequence[str]], expected: Expected) -> bool:
    """Tell whether files of the assignment lie here, or folders named after its problems."""
    return any(
        name in expected.modules or (name.rstrip("/") in expected.problems and name.endswith("/"))
        for name in entries
    )


def _folder(root: str, name: str, inside: Sequence[str], clues: tuple[Clue, ...]) -> Packed:
    parts = tuple(Part(root + name + rest, rest) for rest in _files(inside))
    return Packed(name[:-1], clues, parts, folder=root + name)


def _files(inside: Iterable[str]) -> list[str]:
    return [path for path in inside if path and not path.endswith("/")]


def person_in(name: str, expected: Expected) -> str:
    """Return what a file's name says of a person: the place of ``<login>``, or all of it."""
    stem = name.rstrip("/").removesuffix(".zip").removesuffix(".ZIP")
    if expected.archive and "<" in expected.archive:
        before, _, after = expected.archive.removesuffix(".zip").partition("<")
        after = after.partition(">")[2]
        if "<" not in after and stem.startswith(before) and stem.endswith(after):
            inner = stem[len(before) : len(stem) - len(after)]
            return inner or stem
    return stem


def _others(entries: Iterable[str], used: Iterable[str]) -> tuple[str, ...]:
    known = set(used)
    return tuple(name for name in entries if name not in known)
