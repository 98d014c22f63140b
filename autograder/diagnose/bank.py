"""Make the wrong variants of a reference that the bank of known mistakes describes."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.course import Edit, Mistake, Problem
from autograder.course.source import Source, read_source
from autograder.errors import CourseError
from autograder.release.blocks import find_blocks

Span = tuple[int, int]


def reference(problem: Problem) -> dict[str, str]:
    """Return the reference modules of ``problem`` and their outputs, file name to text."""
    names = (*problem.modules, *problem.outputs)
    return {name: (problem.folder / name).read_text(encoding="utf-8") for name in names}


@dataclass(frozen=True)
class RightText:
    """A module that is right: the reference's (without a name), or one in another style."""

    name: str
    module: str
    text: str
    tree: ast.Module


def right_texts(problem: Problem) -> list[RightText]:
    """Return the modules of the reference, and the files that replace one of them.

    ``right_answers/<name>.py`` replaces the first module, ``right_answers/<module>/<name>.py``
    another.
    """
    every = reference(problem)
    found = [_right_text("", module, every[module]) for module in problem.modules]
    folder = problem.folder / "right_answers"
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder)
        module = f"{name.parent}.py" if name.parent.parts else problem.modules[0]
        if module not in problem.modules:
            raise CourseError(
                f"{path}: problem.toml has no module {module!r}; name the folder after a module."
            )
        found.append(_right_text(str(name), module, path.read_text(encoding="utf-8")))
    return found


def _right_text(name: str, module: str, text: str) -> RightText:
    return RightText(name, module, text, ast.parse(text))


def apply(mistake: Mistake, problem: Problem) -> dict[str, str]:
    """Return the reference of ``problem`` with the edits of ``mistake``.

    Raises CourseError where a text is not found exactly once in its block.
    """
    return apply_all([mistake], problem)


def apply_all(mistakes: Sequence[Mistake], problem: Problem) -> dict[str, str]:
    """Return the reference with the edits of several mistakes, which must not overlap."""
    texts = reference(problem)
    for module in {mistake.module or problem.modules[0] for mistake in mistakes}:
        source = read_source(problem.folder / module)
        places = [
            (_place(mistake, edit, source), edit.new)
            for mistake in mistakes
            if (mistake.module or problem.modules[0]) == module
            for edit in mistake.edits
        ]
        text, before = source.text, len(source.text) + 1
        for (start, end), new in sorted(places, reverse=True):
            if end > before:
                names = " and ".join(repr(mistake.name) for mistake in mistakes)
                raise CourseError(f"the mistakes {names} change the same text")
            text, before = text[:start] + new + text[end:], start
        texts[module] = text
    return texts


def _place(mistake: Mistake, edit: Edit, source: Source) -> Span:
    """Return where the text to replace begins and ends."""
    block = edit.block or mistake.block
    where = f"block {block} of {source.path}" if block else str(source.path)
    spans = [(0, len(source.text))] if block is None else _spans(source, block)
    if not spans:
        raise CourseError(f"mistake {mistake.name!r}: there is no {where}; correct its block.")
    counts = [source.text.count(edit.old, start, end) for start, end in spans]
    if sum(counts) != 1:
        raise CourseError(
            f"mistake {mistake.name!r}: its text {edit.old[:60]!r} occurs {sum(counts)} times in "
            f"{where}, not once; quote more or less of the reference."
        )
    start, end = spans[counts.index(1)]
    at = source.text.index(edit.old, start, end)
    return at, at + len(edit.old)


def _spans(source: Source, name: str) -> list[Span]:
    """Return the first and last offsets of the solution blocks called ``name``."""
    starts = [0]
    for line in source.lines:
        starts.append(starts[-1] + len(line))
    return [
        (starts[block.markers.begin], starts[block.markers.end - 1])
        for block in find_blocks(source)
        if block.name == name
    ]
