"""Read the files of a zip, a folder or one file, within limits."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import io
import os
import stat
import unicodedata
import zipfile
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from autograder.errors import SubmissionError
from autograder.kit.checking.rules import Rules, is_work, name_fault, size_fault, zip_fault
from autograder.text import plain_text

FILE_LIMIT = 2_000
UNPACKED_FACTOR = 10
DEPTH_LIMIT, PART_BYTES, NOTE_LIMIT = 20, 200, 20
_IGNORED = {"__pycache__", "__MACOSX", ".git", ".venv", "venv", ".ipynb_checkpoints", ".DS_Store"}
_OTHER_ARCHIVES = (".tar", ".gz", ".tgz", ".bz2", ".xz", ".rar", ".7z")
_OTHER_KINDS = {
    b"Rar!": "RAR", b"7z\xbc\xaf": "7z", b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ": "xz",
    b"%PDF": "PDF",
}  # fmt: skip
_HASHED_BYTES = 2**30
_UTF8_NAME = 0x800  # a flag of a zip's entry
Entry = tuple[str, int, Callable[[], bytes]]


def read_files(path: Path, limit: int) -> tuple[dict[str, bytes], list[str]]:
    """Return the files at ``path`` by relative path, and remarks on what was ignored.

    A zip may have ``limit`` bytes, and ten times as many unpacked.
    """
    if path.is_symlink():  # it may lead to another student's files, or to the host's
        raise SubmissionError("The submission is a symbolic link; hand in the files themselves.")
    notes: list[str] = []
    with _clear_errors(path), contextlib.closing(_entries(path, limit, notes)) as entries:
        files = _collected(entries, UNPACKED_FACTOR * limit, notes)
    if len(notes) > NOTE_LIMIT:
        notes[NOTE_LIMIT:] = [f"And {len(notes) - NOTE_LIMIT} more entries were ignored."]
    return dict(sorted(files.items())), notes


def read_inside(
    files: Mapping[str, bytes], rules: Rules, limit: int, notes: list[str]
) -> dict[str, bytes]:
    """Return ``files`` with the contents of a zip among them that holds the work, if there is one.

    It is the one that the assignment asks for, or the only one where nothing else is handed in.
    """
    zips = [name for name in files if name.lower().endswith(".zip")]
    asked = [
        name for name in zips if rules.archive and not name_fault(PurePosixPath(name).name, rules)
    ]
    if len(asked) == 1:
        (name,) = asked
    elif len(zips) == 1 and not any(is_work(file, rules) for file in files):
        (name,) = zips
        notes += filter(None, [zip_fault(_shown(PurePosixPath(name).name), rules)])
    else:
        notes += (f"The zip {_shown(name)} was not opened: hand in its files." for name in zips)
        return dict(files)
    if fault := size_fault(len(files[name]), limit):
        raise SubmissionError(fault)
    with _clear_errors(Path(name)):
        inside = _collected(
            _from_zip(io.BytesIO(files[name]), notes), UNPACKED_FACTOR * limit, notes
        )
    around = {other: content for other, content in files.items() if other != name}
    return dict(sorted({**inside, **around}.items()))


def _collected(entries: Iterable[Entry], most: int, notes: list[str]) -> dict[str, bytes]:
    """Read the files of a submission, up to ``most`` bytes."""
    files: dict[str, bytes] = {}
    total = 0
    for name, size, content in entries:
        if _is_odd(name):
            notes.append(f"The file {_shown(name)} was ignored; give it a short, printable name.")
            continue
        total += size
        if len(files) >= FILE_LIMIT:
            raise SubmissionError(
                f"The submission has more than {FILE_LIMIT} files; hand in only your own work."
            )
        if total > most:
            raise SubmissionError(
                f"The files have more than {most >> 20} MB; leave out data and models."
            )
        files[name] = content()
    return files


def digest_of_unreadable(path: Path) -> str:
    """Return the sha256 of a file that could not be read; empty if it is no file or huge."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _HASHED_BYTES:
            return ""
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _entries(path: Path, limit: int, notes: list[str]) -> Generator[Entry, None, None]:
    if path.is_dir():
        yield from _from_folder(path, notes)
    elif not path.is_file():
        raise SubmissionError(f"There is no file or folder {_shown(path.name)}.")
    elif path.suffix.lower() == ".zip":
        if fault := size_fault(path.stat().st_size, limit):
            raise SubmissionError(fault)
        if kind := _other_kind(path):
            raise SubmissionError(
                f"{_shown(path.name)} is not a zip but a {kind} file with that name; hand in a zip."
            )
        yield from _from_zip(path, notes)
    elif path.suffix.lower() in _OTHER_ARCHIVES:
        raise SubmissionError(f"{_shown(path.name)} is not a zip; hand in a zip.")
    else:
        yield path.name, path.stat().st_size, path.read_bytes


def _other_kind(path: Path) -> str | None:
    """Return what a file is that only has the name of a zip, if its first bytes tell."""
    with path.open("rb") as file:
        start = file.read(8)
    return next((kind for first, kind in _OTHER_KINDS.items() if start.startswith(first)), None)


def _from_folder(folder: Path, notes: list[str]) -> Iterator[Entry]:
    todo = [(folder, "")]
    while todo:
        place, prefix = todo.pop()
        with os.scandir(place) as found:
            entries = sorted(found, key=lambda entry: entry.name)
        for entry in entries:
            name = prefix + entry.name
            if _is_ignored(entry.name):
                continue
            if entry.is_symlink():
                notes.append(f"The link {_shown(name)} was ignored; hand in the file itself.")
            elif entry.is_dir():
                if name.count("/") < DEPTH_LIMIT:
                    todo.append((Path(entry.path), name + "/"))
                else:
                    notes.append(f"The folder {_shown(name)} was ignored; it is nested too deeply.")
            elif entry.is_file():
                yield name, entry.stat().st_size, Path(entry.path).read_bytes


def _from_zip(source: Path | io.BytesIO, notes: list[str]) -> Iterator[Entry]:
    with zipfile.ZipFile(source) as archive:
        for entry in archive.infolist():
            name = PurePosixPath(entry_name(entry).replace("\\", "/"))
            if entry.is_dir() or not name.parts or any(map(_is_ignored, name.parts)):
                continue
            if name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
                notes.append(
                    f"The entry {_shown(str(name))} was ignored; it points outside the submission."
                )
            elif stat.S_ISLNK(entry.external_attr >> 16):
                notes.append(f"The link {_shown(str(name))} was ignored; hand in the file itself.")
            else:  # no more is read than the directory of the zip announces
                yield str(name), entry.file_size, functools.partial(archive.read, entry)


def entry_name(entry: zipfile.ZipInfo) -> str:
    """Return the name of an entry as its author wrote it, with composed accents.

    Some programs write UTF-8 without the flag that says so; Python then reads code page 437.
    """
    name = entry.filename
    if not entry.flag_bits & _UTF8_NAME:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return unicodedata.normalize("NFC", name)


@contextlib.contextmanager
def _clear_errors(path: Path) -> Iterator[None]:
    """Say in one sentence what a damaged archive or an unreadable folder raises."""
    again = "pack it and hand it in again."
    try:
        yield
    except SubmissionError:
        raise
    except OSError as error:
        where = f" ({_shown(Path(str(error.filename)).name)})" if error.filename else ""
        raise SubmissionError(
            f"The submission cannot be read: {error.strerror or 'damaged'}{where}; {again}"
        ) from None
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError) as error:
        raise SubmissionError(f"The zip cannot be read ({_shown(str(error))}); {again}") from None
    except RuntimeError:
        raise SubmissionError("The zip is encrypted; hand it in without a password.") from None
    except Exception:  # zlib and lzma have errors of their own
        raise SubmissionError(f"The zip is damaged; {again}") from None


def _is_ignored(part: str) -> bool:
    """Tell whether a file or folder is what tools leave behind; macOS adds ``._name`` to a file."""
    return part in _IGNORED or part.startswith("._")


def _is_odd(name: str) -> bool:
    """Tell whether a name cannot be shown, or is not allowed on other file systems."""
    parts = name.split("/")
    return (
        not name.isprintable()
        or len(parts) > DEPTH_LIMIT
        or any(len(part.encode()) > PART_BYTES for part in parts)
    )


def _shown(name: str) -> str:
    return plain_text(name, 80).replace("\n", " ")
