"""Which functions and classes of a submission a question may run, by the names that they use."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from autograder.diagnose.edits.code import Code
from autograder.examine.examiner import QuestionResult

from .eligible import asked_by


def reached(codes: Mapping[str, Code], names: Iterable[str]) -> set[str]:
    """Return ``names`` and every function and class that they use, directly or through others."""
    uses: dict[str, set[str]] = {}
    for code in codes.values():
        for top, _, _ in code.tops():
            words = {n.id for n in ast.walk(top) if isinstance(n, ast.Name)}
            words |= {n.attr for n in ast.walk(top) if isinstance(n, ast.Attribute)}
            uses.setdefault(str(getattr(top, "name", "")), set()).update(words)
    found, todo = set[str](), list(names)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += [word for word in uses.get(name, ()) if word in uses]
    return found


def may_run(outcome: QuestionResult, codes: Mapping[str, Code], changed: str) -> bool:
    """Tell whether the cases of a question may run a function or class that was changed."""
    shares = set(codes) & set(outcome.question.modules)
    return bool(shares) and changed in reached(codes, asked_by([outcome]))
