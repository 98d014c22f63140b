"""Make the mutants of a reference: one change each, inside the solution blocks only."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.mutating import MutationVisitor
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator, operator_names

from autograder.course import Problem, Question
from autograder.course.source import read_source
from autograder.examine import testfiles
from autograder.release.markers import find_markers

from .operators import AssignInsteadOfAdd, DropOperand, DropTranspose

ARITHMETIC = {"Add", "Sub", "Mul", "Div", "Pow"}
OTHERS = ("NumberReplacer", "AddNot", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue",
          "ReplaceAndWithOr", "ReplaceOrWithAnd", "ZeroIterationForLoop",
          "ReplaceUnaryOperator_Delete_USub", "ReplaceUnaryOperator_Delete_Not")  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A changed module: the text, the line before and after, and the questions it concerns."""

    module: str
    text: str
    line: int
    before: str
    after: str
    questions: tuple[str, ...]

    @property
    def key(self) -> str:
        """Return what names the mutant in the list of survivors; line numbers come and go."""
        return f"{self.before} -> {self.after}"


def operators() -> Iterator[Operator]:
    """Yield arithmetic and logical operators of Cosmic Ray and our own."""
    for name in operator_names():
        _, _, short = name.partition("/")
        kind, *rest = short.split("_")
        binary = kind == "ReplaceBinaryOperator" and set(rest) <= ARITHMETIC
        compared = kind == "ReplaceComparisonOperator" and not {"Is", "IsNot"} & set(rest)
        if short in OTHERS or binary or compared:
            yield get_operator(name)()
    yield from (DropOperand(), DropTranspose(), AssignInsteadOfAdd())


def mutants(problem: Problem) -> Iterator[Mutant]:
    """Yield every mutant of the problem's modules once."""
    for module in problem.modules:
        yield from _of_module(problem, module)


def _of_module(problem: Problem, module: str) -> Iterator[Mutant]:
    path: Path = problem.folder / module
    source = read_source(path)
    lines = source.text.splitlines()
    solved = {
        line for marker in find_markers(source) for line in range(marker.begin + 1, marker.end)
    }
    owners = list(_owners(problem, source.text))
    seen = {source.text}
    for operator in operators():
        for occurrence in range(10_000):
            text = MutationVisitor.mutate_code(source.text, operator, occurrence)
            if text is None:
                break
            changed = _change(lines, text.splitlines())
            if text in seen or changed is None or changed[0] not in solved or not _runs(text):
                continue
            seen.add(text)
            line, before, after = changed
            questions = next((names for at, names in owners if line in at), ())
            yield Mutant(module, text, line, before, after, questions)


def _owners(problem: Problem, text: str) -> Iterator[tuple[range, tuple[str, ...]]]:
    """Yield the lines of each function or class with the questions that are about it."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            about = tuple(q.name for q in problem.questions if _concerns(q, node.name))
            yield range(node.lineno, (node.end_lineno or node.lineno) + 1), about


def _concerns(question: Question, name: str) -> bool:
    earns = testfiles.load(question.test_file).points > 0
    return name in question.objects and (earns or not question.optional)


def _change(old: list[str], new: list[str]) -> tuple[int, str, str] | None:
    """Return the first changed line, counted from one, before and after; None if there is none."""
    for tag, i, i2, j, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            return i + 1, " ".join(map(str.strip, old[i:i2])), " ".join(map(str.strip, new[j:j2]))
    return None


def _runs(text: str) -> bool:
    try:
        compile(text, "mutant", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True
