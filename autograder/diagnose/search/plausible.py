"""Leave out repairs that only go round the faulty line, where another one repairs it."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from autograder.diagnose.edits.code import Code
from autograder.submission.source import parse

from .found import Candidate


def most_plausible(found: Sequence[Candidate], codes: Mapping[str, Code]) -> list[Candidate]:
    """Return the candidates that are not outdone by another one which mends as much.

    A change of more lines is outdone by one of fewer among them. A change after which nothing reads
    a variable any more avoids the line that computes it: the fault is in that line, if it can be
    repaired there. What makes the code longer is outdone by the only place that makes it shorter:
    the longer code takes back what is too much in the other line.
    """
    most = max((len(each.mends) for each in found), default=0)
    best = [each for each in found if len(each.mends) == most]
    best = [each for each in best if not any(_is_within(other, each) for other in best)]
    best = [e for e in best if not _goes_round(e, codes[e.edit.file])] or best
    shorter = [each for each in best if _growth(each, codes[each.edit.file]) < 0]
    best = shorter if len(shorter) == 1 else best
    return [each for each in found if each in best or len(each.mends) < most]


def _is_within(one: Candidate, other: Candidate) -> bool:
    """Tell whether ``one`` changes some of the lines of ``other`` and nothing else."""
    same = one.edit.file == other.edit.file
    return same and set(one.edit.statements) < set(other.edit.statements)


def _growth(found: Candidate, code: Code) -> int:
    """Return how many parts more the syntax tree has after a change."""
    after = parse(code.changed(found.edit.changes))
    return sum(1 for _ in ast.walk(after)) - sum(1 for _ in ast.walk(code.tree))


def _goes_round(found: Candidate, code: Code) -> bool:
    before = _unread(code.tree)
    return bool(_unread(parse(code.changed(found.edit.changes))) - before)


def _unread(tree: ast.Module) -> set[tuple[str, str]]:
    """Return the variables that a function assigns and nothing in it reads."""
    found: set[tuple[str, str]] = set()
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
            read = {node.id for node in names if isinstance(node.ctx, ast.Load)}
            found |= {(function.name, node.id) for node in names if node.id not in read}
    return found
