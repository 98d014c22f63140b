"""Take in what a student handed in: a zip, a folder or a file, never trusted, never run here."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import stat
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from autograder.course import Assignment, Problem
from autograder.errors import SubmissionError

FILE_LIMIT = 2_000
UNPACKED_FACTOR = 10
SOURCE_LIMIT = 2**20
_IGNORED = {"__pycache__", "__MACOSX", ".git", ".venv", "venv", ".ipynb_checkpoints", ".DS_Store"}


@dataclass(frozen=True)
class Submission:
    """The files of one submission by relative path, a name for it, and remarks for the cover."""

    name: str
    files: Mapping[str, bytes]
    sha256: str
    notes: tuple[str, ...] = ()

    def find(self, file: str, problem: str) -> str | None:
        """Return the path of ``file``: best in a folder named after the problem, else topmost."""
        paths = [path for path in self.files if PurePosixPath(path).name == file]
        paths.sort(key=lambda p: (PurePosixPath(p).parent.name != problem, p.count("/"), p))
        return paths[0] if paths else None


@dataclass(frozen=True)
class Modules:
    """The student's modules of one problem: texts by file name, and what is wrong with them."""

    texts: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, bytes] = field(default_factory=dict)
    fault: str | None = None
    missing: bool = False


def read(path: Path, assignment: Assignment) -> Submission:
    """Read the submission at ``path``; raises SubmissionError with one sentence for the student."""
    limit = int(assignment.max_size_mb * 2**20)
    notes: list[str] = []
    if path.is_dir():
        entries = _from_folder(path, notes)
    elif path.suffix.lower() == ".zip":
        entries = _from_zip(path, limit, notes)
    elif path.is_file():
        entries = iter([(path.name, path.read_bytes())])
    else:
        raise SubmissionError(f"There is no file or folder {path.name}.")
    files: dict[str, bytes] = {}
    total = 0
    for name, content in entries:
        total += len(content)
        if len(files) >= FILE_LIMIT:
            raise SubmissionError(
                f"The submission has more than {FILE_LIMIT} files; hand in only your own work."
            )
        if total > UNPACKED_FACTOR * limit:
            raise SubmissionError(
                f"The submission unpacks to more than {UNPACKED_FACTOR * limit >> 20} MB; "
                "leave out data and models."
            )
        files[name] = content
    if not files:
        raise SubmissionError("The submission is empty; hand in the files of the assignment.")
    notes += _hand_in_notes(path, assignment, files)
    return Submission(safe_name(path.stem if path.is_file() else path.name), files,
                      digest(files), tuple(notes))  # fmt: skip


def modules(submission: Submission, problem: Problem, others: Mapping[str, str]) -> Modules:
    """Return the problem's modules as the student wrote them.

    ``others`` maps module names of other problems to their names, for a submission that was
    meant for another assignment.
    """
    paths = {name: submission.find(name, problem.name) for name in problem.modules}
    absent = [name for name, path in paths.items() if path is None]
    if absent:
        return Modules(fault=_absent(submission, absent, others), missing=True)
    texts: dict[str, str] = {}
    for name, path in paths.items():
        raw = submission.files[str(path)]
        if len(raw) > SOURCE_LIMIT:
            return Modules(texts, fault=f"{name} is larger than 1 MB; hand in only source code.")
        try:
            texts[name] = raw.decode("utf-8-sig")
            ast.parse(texts[name], filename=name)
        except UnicodeDecodeError:
            return Modules(texts, fault=f"{name} is not UTF-8 text; save it as UTF-8.")
        except SyntaxError as error:
            line = (error.text or "").strip()[:120]
            code = f": `{line}`" if line else ""
            return Modules(
                texts, fault=f"{name}, line {error.lineno} is not valid Python ({error.msg}){code}"
            )
        except (ValueError, RecursionError, MemoryError):
            return Modules(texts, fault=f"{name} cannot be read as Python source code.")
    folder = PurePosixPath(str(paths[problem.modules[0]])).parent
    beside = {
        str(PurePosixPath(path).relative_to(folder)): content
        for path, content in submission.files.items()
        if PurePosixPath(path).is_relative_to(folder)
    }
    return Modules(texts, beside)


def answers(submission: Submission, problem: Problem) -> dict[str, str]:
    """Return the student's written answers by question name, without the quoted prompts."""
    path = submission.find("answers.md", problem.name)
    if path is None:
        return {}
    text = submission.files[path].decode("utf-8", "replace")[:SOURCE_LIMIT]
    wanted = {question.name for question in problem.written}
    found: dict[str, str] = {}
    parts = re.split(r"^## +(\w+)[^\n]*\n", text, flags=re.MULTILINE)
    for name, body in zip(parts[1::2], parts[2::2], strict=True):
        lines = body.strip().splitlines()
        while lines and (lines[0].startswith(">") or not lines[0].strip()):
            lines.pop(0)
        answer = re.sub(r"<!--.*?-->", "", "\n".join(lines), flags=re.DOTALL).strip()
        if name in wanted and answer:
            found[name] = answer
    return found


def safe_name(name: str) -> str:
    """Return ``name`` as a folder name: letters, digits, dot, dash and underscore."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("._")[:80] or "submission"


def digest(files: Mapping[str, bytes]) -> str:
    """Return the sha256 over paths and contents, the same for zip and folder."""
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(f"{path}\0{len(files[path])}\0".encode())
        total.update(files[path])
    return total.hexdigest()


def _from_folder(folder: Path, notes: list[str]) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if _IGNORED & set(relative.parts):
            continue
        if path.is_symlink():
            notes.append(f"The link {relative} was left out; hand in the file itself.")
        elif path.is_file():
            yield relative.as_posix(), path.read_bytes()


def _from_zip(path: Path, limit: int, notes: list[str]) -> Iterator[tuple[str, bytes]]:
    if path.stat().st_size > limit:
        raise SubmissionError(
            f"The zip is larger than the {limit >> 20} MB that may be handed in; "
            "leave out data and models."
        )
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                name = PurePosixPath(entry.filename.replace("\\", "/"))
                if entry.is_dir() or _IGNORED & set(name.parts):
                    continue
                if name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
                    notes.append(f"The entry {str(name)[:80]} lies outside; it was left out.")
                elif stat.S_ISLNK(entry.external_attr >> 16):
                    notes.append(f"The link {str(name)[:80]} was left out.")
                elif entry.file_size > UNPACKED_FACTOR * limit:
                    raise SubmissionError(f"The zip holds a file of {entry.file_size >> 20} MB.")
                else:
                    with archive.open(entry) as file:
                        yield str(name), file.read(UNPACKED_FACTOR * limit + 1)
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError) as error:
        raise SubmissionError(
            f"The zip cannot be read ({error}); pack it again and hand it in anew."
        ) from None
    except RuntimeError:
        raise SubmissionError("The zip is encrypted; hand it in without a password.") from None
    except Exception as error:  # zlib and lzma have errors of their own
        if isinstance(error, SubmissionError):
            raise
        raise SubmissionError(
            f"The zip is damaged ({type(error).__name__}); pack it again and hand it in anew."
        ) from None


def _hand_in_notes(path: Path, assignment: Assignment, files: Mapping[str, bytes]) -> list[str]:
    notes = []
    pattern = assignment.archive_pattern
    if pattern and not re.fullmatch(pattern, path.name):
        notes.append(f"The name {path.name} does not follow the rule {assignment.archive}.")
    for pattern in assignment.required_files:
        if not any(PurePosixPath(name).match(pattern) for name in files):
            notes.append(f"The hand-in rules ask for {pattern}, which is not in the submission.")
    for name in files:
        if PurePosixPath(name).name == "manifest.json":
            try:
                other = json.loads(files[name]).get("assignment")
            except (ValueError, AttributeError, RecursionError):
                continue
            if isinstance(other, str) and other != assignment.name:
                notes.append(f"It was packed for the assignment {other[:40]}, not for this one.")
    return notes


def _absent(submission: Submission, absent: list[str], others: Mapping[str, str]) -> str:
    what = " and ".join(absent)
    verb = "is" if len(absent) == 1 else "are"
    meant = sorted({others[PurePosixPath(p).name] for p in submission.files
                    if PurePosixPath(p).name in others})  # fmt: skip
    if meant:
        return f"{what} {verb} not in the submission, which looks like one for {', '.join(meant)}."
    near = sorted(p for p in submission.files if p.endswith((".py", ".ipynb")))[:5]
    seen = f"; it holds {', '.join(near)}" if near else ""
    return f"{what} {verb} not in the submission{seen}."
