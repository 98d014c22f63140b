"""Wrong solutions with the statements that are wrong: mutants and known mistakes."""

from __future__ import annotations

import ast
import difflib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.course import Mistake, Problem, load_mistakes
from autograder.diagnose import bank
from autograder.errors import CourseError
from autograder.prove.answers import right_answers
from tests.mutants.making import mutants

from .slips import slips

Places = frozenset[tuple[str, int]]  # files and first lines of statements
KINDS = ("mutants", "known mistakes", "slips", "slips in other styles", "pairs")


@dataclass(frozen=True)
class Wrong:
    """A wrong solution: its files, where they are wrong, the known mistakes in it.

    ``origin``: the right answer that it is made of; the reference has no name.
    """

    name: str
    texts: Mapping[str, str]
    places: Places
    mistakes: tuple[str, ...] = ()
    origin: str = ""


def wrong_solutions(problem: Problem, kind: str) -> list[Wrong]:
    """Return all wrong solutions of one kind; of pairs, two mistakes of one question."""
    reference = bank.reference(problem)
    if kind == "mutants":
        return [
            _wrong(reference, f"{m.module}, line {m.line}: {m.key}", {m.module: m.text})
            for m in mutants(problem)
            if m.questions
        ]
    if kind.startswith("slips"):
        return list(_of_slips(problem, reference, kind != "slips"))
    mistakes = load_mistakes(problem)
    chosen: list[tuple[Mistake, ...]] = [(mistake,) for mistake in mistakes]
    if kind == "pairs":
        chosen = [
            pair
            for pair in itertools.combinations(mistakes, 2)
            if pair[0].question == pair[1].question
        ]
    return list(_of_bank(problem, reference, chosen))


def sample(found: Sequence[Wrong], most: int, seed: int = 0) -> list[Wrong]:
    """Return at most ``most`` of them, drawn with ``seed``."""
    order = np.random.default_rng(seed).permutation(len(found))
    return [found[i] for i in order[:most]]


def _of_slips(
    problem: Problem, reference: Mapping[str, str], in_other_styles: bool
) -> Iterator[Wrong]:
    """Yield slips in the functions that questions ask for, or in right answers to them."""
    asked = {name for question in problem.questions for name in question.objects}
    texts = [("", reference)]
    if in_other_styles:
        texts = [(f"{answer.name}, ", answer.texts) for answer in right_answers(problem)]
    for label, right in texts:
        for file in problem.modules:
            if in_other_styles and right[file] == reference[file]:
                continue
            lines = _of_functions(right[file], asked)
            for what, text in slips(right[file], lines):
                origin = label.removesuffix(", ")
                yield _wrong(right, f"{label}{file}, {what}", {file: text}, origin=origin)


def _of_functions(text: str, names: set[str]) -> set[int]:
    """Return the lines of the bodies of functions and classes, without docstrings."""
    found: set[int] = set()
    for top in ast.parse(text).body:
        if getattr(top, "name", "") in names:
            for node in ast.walk(top):
                if isinstance(node, ast.stmt) and not hasattr(node, "body"):
                    if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
                        found.add(node.lineno)
    return found


def _of_bank(
    problem: Problem, reference: Mapping[str, str], chosen: Sequence[tuple[Mistake, ...]]
) -> Iterator[Wrong]:
    for group in chosen:
        names = tuple(mistake.name for mistake in group)
        try:
            texts = bank.apply_all(group, problem)
        except CourseError:  # both change the same text
            continue
        yield _wrong(reference, " + ".join(names), texts, names)


def _wrong(
    reference: Mapping[str, str],
    name: str,
    changed: Mapping[str, str],
    mistakes: tuple[str, ...] = (),
    origin: str = "",
) -> Wrong:
    places = {
        (file, line)
        for file, text in changed.items()
        if text != reference[file]
        for line in _statements(text, _changed(reference[file], text))
    }
    return Wrong(name, {**reference, **changed}, frozenset(places), mistakes, origin)


def _changed(right: str, wrong: str) -> set[int]:
    """Return the lines of ``wrong`` that differ; where lines are missing, the lines around."""
    lines: set[int] = set()
    matcher = difflib.SequenceMatcher(None, right.splitlines(), wrong.splitlines(), autojunk=False)
    for tag, _, _, start, end in matcher.get_opcodes():
        if tag == "delete":
            lines |= {start, start + 1}
        elif tag != "equal":
            lines |= set(range(start + 1, end + 1))
    return lines


def _statements(text: str, lines: set[int]) -> set[int]:
    """Return where the innermost statements around ``lines`` start."""
    first: dict[int, int] = {}
    for node in ast.walk(ast.parse(text)):  # outer ones come first
        if isinstance(node, ast.stmt):
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                first[line] = node.lineno
    return {first.get(line, line) for line in lines}
