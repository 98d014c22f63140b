"""The result of a search: the changes that make a question right."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.diagnose.edits.code import Code, Edit, trimmed


@dataclass(frozen=True)
class Candidate:
    """One change that makes all failed cases of a question pass and breaks no passed one."""

    edit: Edit
    old: str  # the lines that it changes
    new: str
    focus: str  # the smallest expression that it changes, as the student wrote it
    function: str
    mends: tuple[str, ...]  # further failed questions that come right

    @property
    def place(self) -> tuple[str, tuple[int, ...]]:
        """The file and the lines where the statements start."""
        return self.edit.file, self.edit.statements


@dataclass(frozen=True)
class Search:
    """What was tried for one question: the best candidate of each place, best first."""

    candidates: tuple[Candidate, ...]
    tried: int
    passed: int
    cases: tuple[str, ...]  # the failed cases
    ran_out: bool
    cpu_seconds: float = 0.0

    @property
    def best(self) -> Candidate | None:
        """The candidate to speak of: None unless all that are as good change the same lines."""
        most = [c for c in self.candidates if len(c.mends) == len(self.candidates[0].mends)]
        places = {candidate.place for candidate in most}
        return self.candidates[0] if len(places) == 1 else None


def candidate(code: Code, edit: Edit, mends: tuple[str, ...]) -> Candidate:
    """Describe an edit that passes: the lines before and after, and what to look at."""
    first = min(change.start for change in edit.changes)
    last = max(change.end for change in edit.changes)
    start = code.raw.rfind(b"\n", 0, first) + 1
    end = code.raw.find(b"\n", last)
    end = len(code.raw) if end < 0 else end
    changed = code.changed(edit.changes).encode()
    old = code.raw[start:end].decode()
    new = changed[start : len(changed) - (len(code.raw) - end)].decode()
    start, end, _ = trimmed(code.raw, edit.changes[0])
    focus = " ".join(code.expression_around(start, end).split())
    return Candidate(edit, old, new, focus, code.function_at(edit.line), mends)
