"""Take in the submissions of a class: the folder or zip that a platform exports, or a plain one."""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from autograder.course import Assignment
from autograder.errors import KitError, SubmissionError
from autograder.exchange.gradescope_export import with_metadata
from autograder.exchange.layouts import METADATA, Expected, Export, Packed, is_mixed, recognise
from autograder.kit.checking.loose import JOINT
from autograder.submission.unpack import entry_name, read_files

_MOST_PATHS = 200_000


def expected_of(assignment: Assignment) -> Expected:
    """Return what a submission to ``assignment`` looks like."""
    problems = [entry.problem for entry in assignment.entries]
    return Expected(
        frozenset(name for problem in problems for name in problem.modules),
        frozenset(name for e in assignment.entries for name in (e.problem.name, e.place)),
        assignment.hand_in.archive,
    )


def open_class(
    path: Path, assignment: Assignment, is_class: bool, scratch: Path
) -> tuple[Path, Export] | None:
    """Return the folder and the submissions of a class at ``path``; None for one submission.

    A zip is unpacked below ``scratch``. Raises KitError where both are mixed.
    """
    expected = expected_of(assignment)
    paths = _paths(path)
    if paths is None:
        return None
    export = recognise(paths, expected, is_class)
    if export is None:
        if is_mixed(paths, expected):
            raise KitError(
                f"{path} holds files of the assignment next to several submissions; "
                "move the ones or the others to another folder."
            )
        return None
    if not export.packed:
        raise KitError(f"{path} holds no submission; give the folder that the platform exported.")
    folder = path if path.is_dir() else _unpacked(path, scratch)
    if export.platform == "Gradescope":
        export = with_metadata(export, folder / export.root / METADATA)
    return folder, export


def place_of(packed: Packed, folder: Path, into: Path, assignment: Assignment) -> Path:
    """Return where the files of a submission are, as the grader reads them.

    They are copied to ``into`` only if they have to be put together, unpacked or renamed.
    """
    names = _final_names(packed, expected_of(assignment))
    zips = [path for path, name in names.items() if name.lower().endswith(".zip")]
    if len(names) == 1 and zips:
        return folder / zips[0]
    unchanged = all(names.get(part.path) == part.name for part in packed.parts)
    if packed.folder is not None and unchanged and not zips:
        return folder / packed.folder
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    limit = int(assignment.hand_in.max_size_mb * 2**20)
    for path, name in names.items():
        source = folder / path
        if source.is_symlink() or not source.is_file():
            continue
        try:
            inner = read_files(source, limit)[0] if path in zips else {name: source.read_bytes()}
        except SubmissionError:
            if len(zips) == 1:
                return source  # the grader says what is wrong with it
            continue
        for inner_name, content in inner.items():
            place = into / inner_name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
    return into


def _final_names(packed: Packed, expected: Expected) -> dict[str, str]:
    """Return path = name of the parts; of several versions of a file only the last.

    Canvas calls a file that is handed in again ``name-1.py``.
    """
    wanted = expected.modules | {"answers.md"}
    last: dict[str, tuple[int, str]] = {}
    for part in packed.parts:
        name, number = part.name, 0
        stem, dash, digits = PurePosixPath(name).stem.rpartition("-")
        original = str(PurePosixPath(name).with_name(stem + PurePosixPath(name).suffix))
        known = PurePosixPath(original).name.rpartition(JOINT)[2] in wanted
        if dash and digits.isdecimal() and known:
            name, number = original, int(digits)
        last[name] = max(last.get(name, (-1, "")), (number, part.path))
    return {path: name for name, (_, path) in last.items()}


def _paths(path: Path) -> list[str] | None:
    """Return the relative paths in a folder or a zip; None for anything else."""
    if path.is_symlink():
        return None
    if path.is_dir():
        return list(_walk(path))
    if path.suffix.lower() != ".zip":
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            return [name for name, _ in _entries(archive)]
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        return None  # the grader says what is wrong with it


def _walk(folder: Path) -> Iterator[str]:
    count = 0
    for place, inner, files in os.walk(folder):
        inner[:] = sorted(name for name in inner if not os.path.islink(os.path.join(place, name)))
        prefix = os.path.relpath(place, folder) + "/"
        prefix = "" if prefix == "./" else prefix
        yield from (f"{prefix}{name}/" for name in inner)
        yield from (prefix + name for name in sorted(files))
        count += len(inner) + len(files)
        if count > _MOST_PATHS:
            raise KitError(f"{folder} holds more than {_MOST_PATHS} files; give a smaller folder.")


def _entries(archive: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    for entry in archive.infolist():
        name = entry_name(entry).replace("\\", "/")
        parts: Sequence[str] = PurePosixPath(name).parts
        if parts and parts[0] != "/" and ".." not in parts and ":" not in parts[0]:
            yield name, entry


def _unpacked(path: Path, scratch: Path) -> Path:
    """Unpack the export of a class once; the same file is not unpacked again."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:12]
    folder = scratch / f"export-{digest}"
    if folder.is_dir():
        return folder
    partial = scratch / f".export-{digest}"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        with zipfile.ZipFile(path) as archive:
            for name, entry in _entries(archive):
                place = partial / name
                if name.endswith("/"):
                    place.mkdir(parents=True, exist_ok=True)
                    continue
                place.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(entry) as source, place.open("wb") as target:
                    shutil.copyfileobj(source, target)
    except (OSError, ValueError, zipfile.BadZipFile, RuntimeError) as error:
        raise KitError(f"{path} cannot be unpacked ({error}); download it again.") from None
    partial.rename(folder)
    return folder
