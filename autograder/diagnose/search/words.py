"""What a student is told about the place of a fault: never the corrected text."""

from __future__ import annotations

from autograder.course import RepairFeedback
from autograder.text import clipped, plain_text

from .found import Candidate

_FOCUS = 60
_KINDS = {
    "operator": "an operator",
    "sign": "a sign",
    "comparison": "a comparison",
    "condition": "a condition",
    "constant": "a constant",
    "order": "the order of parts",
    "grouping": "the grouping of a formula",
    "term": "a term of a sum or product",
    "factor": "a factor",
    "function": "a function of a value",
    "transpose": "a transpose",
    "copy": "a copy of an array",
    "detach": "a detached tensor",
    "call": "the function called",
    "argument": "the arguments of a call",
    "axis": "an axis",
    "axis of length one": "an axis",
    "slice": "a slice",
    "index": "an index",
    "part": "a part of a tuple",
    "range": "a range",
    "sum": "a sum or mean",
    "name": "the name of a variable",
    "statement left out": "a statement too many",
    "order of statements": "the order of statements",
    "assignment": "how a value is assigned or accumulated",
    "statement added": "a missing statement",
    "call added": "a missing call",
    "formula": "a formula",
    "several": "several things",
}


def told(found: Candidate, cases: int, allowed: RepairFeedback) -> str | None:
    """Return the sentence for the student that an assignment allows."""
    failed = "Your failed case comes" if cases == 1 else "Your failed cases come"
    if allowed == "nothing":
        return None
    if allowed == "function":
        return f"{failed} right when `{found.function}` alone is changed."
    lines = [str(line) for line in found.edit.statements]
    if len(lines) == 1:
        where = f"line {found.edit.line} of {found.edit.file} alone is"
    else:
        where = f"lines {', '.join(lines[:-1])} and {lines[-1]} of {found.edit.file} are"
    said = f"{failed} right when {where} changed"
    focus = clipped(plain_text(found.focus, 500), _FOCUS).replace("`", "'")
    said += f"; look at `{focus}`." if len(focus) > 1 else "."
    return f"{said} It is about {_KINDS[found.edit.kind]}." if allowed == "kind" else said
