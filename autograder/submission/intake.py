"""Take in what a student handed in: a zip, a folder or a file, never trusted, never run here."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from autograder.course import Assignment, Problem, Question
from autograder.errors import SubmissionError
from autograder.kit.checking.documents import answers_of
from autograder.kit.checking.loose import in_folders
from autograder.kit.checking.rules import misnamed, rename, size_fault
from autograder.submission.hand_in import notes_on, rules_of
from autograder.submission.source import student_source
from autograder.submission.unpack import read_files, read_inside
from autograder.text import plain_text

ANSWERS_LIMIT = 2**18
_NAME_BYTES = 200  # file systems allow 255, and a number may be added


@dataclass(frozen=True)
class Submission:
    """The files of one submission by relative path, a name for it, and remarks for the cover.

    ``folders`` are the problems whose files the assignment asks for in another folder.
    """

    name: str
    files: Mapping[str, bytes]
    sha256: str
    notes: tuple[str, ...] = ()
    folders: Mapping[str, str] = field(default_factory=dict)

    def find(self, file: str, problem: str) -> str | None:
        """Return the path of ``file``: best in the problem's folder, else topmost."""
        homes = {problem.lower(), self.folders.get(problem, problem).lower()}
        paths = [path for path in self.files if PurePosixPath(path).name == file]
        paths.sort(
            key=lambda p: (PurePosixPath(p).parent.name.lower() not in homes, p.count("/"), p)
        )
        return paths[0] if paths else None


@dataclass(frozen=True)
class Modules:
    """The student's modules of one problem: texts by file name, and what is wrong with them.

    ``faults`` says of each module without a text why there is none; ``missing`` are those that
    were not handed in. ``below`` are the student's modules of the problems it builds on.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, bytes] = field(default_factory=dict)
    below: Mapping[str, bytes] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()

    def fault(self, question: Question) -> str | None:
        """Return why a question cannot be looked at, or None."""
        return next((self.faults[name] for name in question.modules if name in self.faults), None)


def read(path: Path, assignment: Assignment, noted: bool = True) -> Submission:
    """Read the submission at ``path``; raises SubmissionError with one sentence for the student.

    Its files are compared with the rules of the assignment only if ``noted``.
    """
    limit = int(assignment.hand_in.max_size_mb * 2**20)
    files, notes = read_files(path, limit)
    if not files:
        raise SubmissionError("The submission is empty; hand in the files of the assignment.")
    rules = rules_of(assignment)
    files = read_inside(files, rules, limit, notes)
    if not rules.zip:
        if fault := size_fault(sum(map(len, files.values())), limit, "The files have"):
            raise SubmissionError(fault)
        files = in_folders(files, rules)
    files = _renamed(files, assignment, notes)
    if noted:
        notes += notes_on(path.name if path.is_file() else None, files, assignment)
    return Submission(safe_name(path.stem if path.is_file() else path.name), files,
                      digest(files), tuple(notes), rules.folders)  # fmt: skip


def _renamed(
    files: Mapping[str, bytes], assignment: Assignment, notes: list[str]
) -> dict[str, bytes]:
    """Return files with the names that students were given, where they changed one by accident."""
    named = dict(files)
    for entry in assignment.entries:
        homes = {entry.problem.name.lower(), entry.place.lower()}
        for name in ("answers.md", *entry.problem.modules):
            places = named if name != "answers.md" else [
                path for path in named if PurePosixPath(path).parent.name.lower() in homes
            ]  # fmt: skip
            if path := misnamed(places, name):
                notes.append(rename(plain_text(path, 80), name))
                named[str(PurePosixPath(path).with_name(name))] = named.pop(path)
    return dict(sorted(named.items()))


def is_complete(submission: Submission, assignment: Assignment) -> bool:
    """Tell whether every module of every problem is there."""
    return all(
        submission.find(name, entry.problem.name) is not None
        for entry in assignment.entries
        for name in entry.problem.modules
    )


def modules(
    submission: Submission, problem: Problem, others: Callable[[], Mapping[str, str]]
) -> Modules:
    """Return the problem's modules as the student wrote them.

    ``others`` gives the module names of other problems with these, for a submission that was
    meant for another assignment.
    """
    paths = {name: submission.find(name, problem.name) for name in problem.modules}
    absent = [name for name, path in paths.items() if path is None]
    faults = dict.fromkeys(absent, _absent(submission, absent, others())) if absent else {}
    texts: dict[str, str] = {}
    for name, path in paths.items():
        try:
            if path is not None:
                texts[name] = student_source(name, submission.files[path])
        except SubmissionError as error:
            faults[name] = str(error)
    first = next((path for path in paths.values() if path is not None), None)
    if first is None:
        return Modules(faults=faults, missing=frozenset(absent))
    folder = PurePosixPath(first).parent
    beside = {
        str(PurePosixPath(path).relative_to(folder)): content
        for path, content in submission.files.items()
        if PurePosixPath(path).is_relative_to(folder)
    }
    below = {
        name: submission.files[path]
        for base in problem.builds_on
        for name in base.modules
        if (path := submission.find(name, base.name)) is not None
    }
    return Modules(texts, beside, below, faults, frozenset(absent))


def answers(submission: Submission, problem: Problem) -> dict[str, str]:
    """Return the student's written answers by question name, without the quoted prompts."""
    path = submission.find("answers.md", problem.name)
    if path is None:
        return {}
    text = submission.files[path][:ANSWERS_LIMIT].decode("utf-8", "replace")
    wanted = {question.name for question in problem.written}
    return {name: answer for name, answer in answers_of(text).items() if name in wanted and answer}


def safe_name(name: str) -> str:
    """Return ``name`` as a folder name: letters of any script, digits, dot, dash, underscore."""
    composed = unicodedata.normalize("NFC", name)
    kept = "".join(
        c if c in "._-" or unicodedata.category(c)[0] in "LMN" else " " for c in composed
    )
    joined = "_".join(kept.split()).strip("._")[:80]
    return joined.encode()[:_NAME_BYTES].decode(errors="ignore") or "submission"


def digest(files: Mapping[str, bytes]) -> str:
    """Return the sha256 over paths and contents, the same for zip and folder."""
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(f"{path}\0{len(files[path])}\0".encode())
        total.update(files[path])
    return total.hexdigest()


def _absent(submission: Submission, absent: list[str], others: Mapping[str, str]) -> str:
    what = " and ".join(absent)
    verb = "is" if len(absent) == 1 else "are"
    meant = sorted({others[PurePosixPath(p).name] for p in submission.files
                    if PurePosixPath(p).name in others})  # fmt: skip
    if meant:
        return f"{what} {verb} not in the submission, which seems to be for {', '.join(meant)}."
    near = sorted(p for p in submission.files if p.endswith((".py", ".ipynb")))[:5]
    seen = f"; it contains {', '.join(near)}" if near else ""
    return f"{what} {verb} not in the submission{seen}."
