"""Build all packages of one assignment; nothing is written if one file gives something away."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.atomic import write_bytes
from autograder.course import Assignment, Course
from autograder.publish.grader_package import SCRIPTS, grader_tree
from autograder.publish.handouts import handouts, set_pages
from autograder.publish.instructor_package import instructor_package, marking_pages
from autograder.publish.release_note import release_note
from autograder.release.leaks import Leak, scan
from autograder.release.package_tree import assignment_tree, zip_bytes
from autograder.release.private import collect
from autograder.release.student import Tree


@dataclass(frozen=True)
class Release:
    """The finished packages by file name, the files of the student package, and its leaks.

    Without a leak there are four: ``ID.zip`` for students, ``ID-autograder.zip``,
    ``ID-instructor.zip`` and the note ``ID-release.md``. With one there is only the first.
    """

    student: Tree
    files: Mapping[str, bytes]
    leaks: tuple[Leak, ...]

    def write(self, folder: Path) -> list[Path]:
        """Write every package into ``folder`` and return the paths."""
        folder.mkdir(parents=True, exist_ok=True)
        return [write_bytes(folder / name, content) for name, content in self.files.items()]


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """Leave the garbage collector out: a build keeps the trees that it would search for garbage."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # nor does it search them when the process ends
        if was_on:
            gc.enable()


@_no_collection()
def build_release(course: Course, assignment: Assignment) -> Release:
    """Build the packages of ``assignment``, with the same bytes every time."""
    name = assignment.name
    tree = assignment_tree(course, assignment)
    pages, marking = set_pages(handouts(assignment, tree), marking_pages(assignment))
    tree = dict(sorted((tree | pages).items()))
    student = {f"{name}.zip": zip_bytes(tree, name)}
    secrets = collect(course, [entry.problem for entry in assignment.entries])
    if leaks := scan(f"{name}.zip", student[f"{name}.zip"], secrets):
        return Release(tree, student, tuple(leaks))
    grader = zip_bytes(grader_tree(course, assignment), programs=SCRIPTS)
    files = {**student, f"{name}-autograder.zip": grader}
    note = release_note(assignment, files, len(tree))
    instructor = zip_bytes(instructor_package(assignment, note, marking), f"{name}-instructor")
    files |= {f"{name}-instructor.zip": instructor, f"{name}-release.md": note.encode()}
    return Release(tree, files, ())
