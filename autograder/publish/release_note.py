"""The release note: what is in the packages, points, data, thresholds, dates, what was checked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from autograder.course import Assignment, Choice, Entry, load_thresholds
from autograder.release.grading_table import counted, points_table
from autograder.release.hand_in_rules import sentences

_SIGNS = {"at_least": "≥", "at_most": "≤"}


def release_note(assignment: Assignment, archives: Mapping[str, bytes], files: int) -> str:
    """Return the note as markdown.

    ``archives`` are the finished packages by file name; ``files`` were scanned for leaks.
    """
    parts = [f"# Release of {assignment.name}: {assignment.title}", "## Packages"]
    parts.append(_table(("file", "bytes", "sha256"), [
        (f"`{name}`", str(len(content)), f"`{hashlib.sha256(content).hexdigest()}`")
        for name, content in archives.items()
    ]))  # fmt: skip
    parts += [f"## Points: {sum(e.points.total for e in assignment.entries):g}"]
    for entry in assignment.entries:
        title = f"{entry.problem.title} (`{entry.problem.name}`, {counted(entry.points.total)})"
        parts += [f"### {title}", points_table(entry.problem, entry.points)]
        if entry.choice:
            parts.append(_choice(entry, entry.choice))
    data = [row for entry in assignment.entries for row in _data(entry)]
    if data:
        parts += ["## Data", "Grading takes the first size that is available.",
                  _table(("problem", "dataset", "sizes, best first"), data)]  # fmt: skip
    thresholds = [row for entry in assignment.entries for row in _thresholds(entry)]
    if thresholds:
        head = ("problem", "metric", "data", "threshold", "reference", "runs")
        parts += ["## Thresholds", _table(head, thresholds)]
    parts += ["## Handing in", "\n".join(f"- {line}" for line in _rules(assignment))]
    parts += ["## What was checked", "\n".join(f"- {line}" for line in _checks(files, assignment))]
    return "\n\n".join(parts) + "\n"


def _choice(entry: Entry, choice: Choice) -> str:
    """Say how the two graders count questions that students choose among."""
    optional = sum(question.optional for question in entry.problem.questions)
    best = "the best one counts" if choice.best == 1 else f"the best {choice.best} count"
    return (
        f"Students choose among {optional} optional questions, {choice.each:g} points each: "
        f"{best} under `python -m autograder grade` and on Gradescope. Plain `otter run` knows no "
        "such rule and adds up all of them, so its total can be higher."
    )


def _rules(assignment: Assignment) -> Iterator[str]:
    yield from sentences(assignment)
    if assignment.hand_in.due is None:
        yield "No due date is set (`due` in `[hand_in]`), so nothing is late."
    visibility = f"hidden cases `{assignment.hidden_visibility}`"
    yield f"Students see public cases `{assignment.public_visibility}`, {visibility}."


def _checks(files: int, assignment: Assignment) -> Iterator[str]:
    yield f"The {files} files of the student package were scanned for leaks: nothing private found."
    yield (
        "Not part of a build: the release gate (reference, skeleton, known mistakes). Run "
        f"`python build_assignment.py check {assignment.name}`."
    )


def _data(entry: Entry) -> Iterator[tuple[str, str, str]]:
    for dataset, sizes in entry.problem.data.items():
        yield entry.problem.name, dataset, ", ".join(sizes)


def _thresholds(entry: Entry) -> Iterator[tuple[str, ...]]:
    for metric, by_size in load_thresholds(entry.problem.folder).items():
        for size, found in by_size.items():
            yield (
                entry.problem.name, metric, size, f"{_SIGNS[found.direction]} {found.threshold:g}",
                f"{found.mean:g} ± {found.deviation:g}", str(found.seeds),
            )  # fmt: skip


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in lines)
