"""Compare a submission with the rules of its assignment, in the words that packing uses."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from autograder.course import Assignment, Entry
from autograder.kit.checking import pages
from autograder.kit.checking.documents import notebook_fault, notebook_notes, pdf_fault, reports
from autograder.kit.checking.rules import Rules, homes_of, missing, zip_fault
from autograder.text import plain_text

_MANIFEST_LIMIT = 2**16
_PLATFORM_PREFIX = "(?:.*_)?"  # Canvas and others put a name and a number before
_WITHIN_LIMITS = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
runpy.run_path(sys.argv[2], run_name="__main__")
"""


def rules_of(assignment: Assignment) -> Rules:
    """Return the rules of an assignment as the package of its students states them."""
    table = assignment.hand_in
    return Rules(
        table.archive,
        table.archive_pattern,
        table.required_files,
        table.separate_files,
        table.max_pages,
        table.max_size_mb,
        {entry.problem.name: entry.place for entry in assignment.entries},
        table.zip,
        homes_of(map(_described, assignment.entries)),
    )


def _described(entry: Entry) -> dict[str, Any]:
    """Return the part of a problem's description in ``assignment.json`` that names its files."""
    problem = entry.problem
    return {
        "modules": problem.modules,
        "notebook": (problem.notebook or "").replace(".nb.py", ".ipynb"),
        "outputs": problem.outputs,
        "may_hand_in": problem.may_hand_in,
        "folder": entry.place,
    }


def notes_on(
    archive: str | None, files: Mapping[str, bytes], assignment: Assignment
) -> Iterator[str]:
    """Yield a sentence for each rule that a submission breaks; ``archive`` is its name if a zip."""
    rules = rules_of(assignment)
    if archive and "." in archive and (rules.zip or archive.lower().endswith(".zip")):
        fault = zip_fault(plain_text(archive, 80), rules, _PLATFORM_PREFIX)
        yield from filter(None, [fault])
    yield from missing(files, rules)
    faults = {name: pdf_fault(plain_text(name, 80), files[name]) for name in files}
    yield from filter(None, faults.values())
    if rules.max_pages is not None:
        limited = {plain_text(name, 80): files[name] for name in reports(files) if not faults[name]}
        yield from _page_faults(limited, rules.max_pages)
    known = {_described(entry)["notebook"] for entry in assignment.entries}
    for name in (name for name in files if PurePosixPath(name).name in known):
        shown = PurePosixPath(name).name
        yield from filter(None, [notebook_fault(shown, files[name])])
        yield from notebook_notes(shown, files[name])
    yield from _other_assignment(files, assignment)


def _page_faults(documents: Mapping[str, bytes], most: int) -> list[str]:
    """Open PDFs in a process with limits: a student wrote them."""
    if not documents:
        return []
    names = ", ".join(documents)
    given = json.dumps({name: b64encode(content).decode() for name, content in documents.items()})
    opened = subprocess.run(  # noqa: S603
        [sys.executable, "-I", "-c", _WITHIN_LIMITS, str(most), pages.__file__],
        input=given,
        capture_output=True,
        text=True,
    )
    if opened.returncode == 0:
        return [plain_text(str(sentence), 300) for sentence in json.loads(opened.stdout)]
    if opened.stderr.rstrip().endswith("NoReader"):
        return [f"The pages of {names} were not counted: pypdf is not installed."]
    return [f"{names} takes too long or too much memory to open; export it again."]


def _other_assignment(files: Mapping[str, bytes], assignment: Assignment) -> Iterator[str]:
    """Yield a sentence if the zip was packed for another assignment."""
    for name in files:
        if PurePosixPath(name).name == "manifest.json" and len(files[name]) < _MANIFEST_LIMIT:
            try:
                other = json.loads(files[name]).get("assignment")
            except (ValueError, AttributeError, RecursionError):
                continue
            if isinstance(other, str) and other != assignment.name:
                shown = plain_text(other, 40).replace("\n", " ")
                yield f"The submission was packed for the assignment {shown}, not for this one."
                return
