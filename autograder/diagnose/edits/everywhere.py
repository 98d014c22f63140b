"""The same change at every place of a function or class that reads the same."""

from __future__ import annotations

import ast
import functools
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from .code import Change, Code, Edit, combined, trimmed
from .sites import Site

AGAIN = 0.75  # what the same change at all matching places costs more
_MOST_PLACES, _MOST_TWINS = 12, 6
_LONGEST = 80
_LEAST_DROPPED = 3  # bytes; a shorter text that is left out fits nearly everywhere

Span = tuple[int, int, int]  # first byte, last byte, first line of the statement


@dataclass
class Places:
    """Where each text of an expression is, by the function or class at the top of its module."""

    found: dict[tuple[str, int, str], list[Span]] = field(default_factory=dict)
    statements: dict[tuple[str, int], list[Span]] = field(default_factory=dict)
    calls: dict[tuple[str, int, str], list[Site]] = field(default_factory=dict)

    def add(self, code: Code, top: int, site: Site) -> None:
        """Take an expression in."""
        span = (*code.span(site.node), site.statement.lineno)
        self.found.setdefault((code.file, top, code.of(site.node)), []).append(span)
        self.statements.setdefault((code.file, top), []).append(span)
        if isinstance(site.node, ast.Call):
            key = code.file, top, code.of(site.node.func)
            self.calls.setdefault(key, []).append(site)

    def twins(self, site: Site, code: Code) -> list[Site]:
        """Return the other calls of what ``site`` calls, if it is the first of them."""
        if not isinstance(site.node, ast.Call):
            return []
        key = code.file, code.first_of_top(site.node.lineno), code.of(site.node.func)
        found = self.calls.get(key, [])
        return found[1:] if found and found[0] is site and len(found) <= _MOST_TWINS else []


def alike(made: Sequence[Sequence[Edit]]) -> Iterator[Edit]:
    """Yield the edits of several calls of one function, the same one for each call, together."""
    if len(made) < 2 or len({len(edits) for edits in made}) > 1:
        return
    for edits in zip(*made, strict=True):
        both = functools.reduce(lambda a, b: a and combined(a, b), edits[1:], edits[0])
        if both is not None and len({edit.kind for edit in edits}) == 1:
            yield replace(both, cost=edits[0].cost, parts=())


def everywhere(edit: Edit, site: Site | None, code: Code, places: Places) -> Iterator[Edit]:
    """Yield an edit of one place at every place with the same text, if there are more."""
    if len(edit.changes) != 1:
        return
    (change,) = edit.changes
    top = code.first_of_top(edit.line)
    done = set[tuple[Change, ...]]()
    spans = [(change.start, change.end)]
    if site is not None:
        spans.append(code.span(site.node))
    for start, end in spans:
        if not start <= change.start <= change.end <= end:
            continue
        old = code.raw[start:end].decode()
        new = code.raw[start : change.start] + change.new.encode() + code.raw[change.end : end]
        same = sorted(set(places.found.get((code.file, top, old), ())))
        made = _edit(edit, [(Change(a, b, new.decode()), line) for a, b, line in same])
        if 2 <= len(old) <= _LONGEST and made is not None and made.changes not in done:
            done.add(made.changes)
            yield made
    made = _dropped(edit, code, places.statements.get((code.file, top), ()))
    if made is not None and made.changes not in done:
        yield made


def _dropped(edit: Edit, code: Code, spans: Sequence[Span]) -> Edit | None:
    """Return an edit that leaves a text out at every place, such as ``/ len(x)`` or ``.T``."""
    start, end, new = trimmed(code.raw, edit.changes[0])
    old = code.raw[start:end]
    if new or len(old) < _LEAST_DROPPED or old.strip().isalnum():
        return None
    first, last = min(s for s, *_ in spans), max(e for _, e, _ in spans)
    found, at = [], code.raw.find(old, first, last)
    while at >= 0:
        found.append((Change(at, at + len(old), ""), _statement_at(at, at + len(old), spans)))
        at = code.raw.find(old, at + len(old), last)
    known = [(change, line) for change, line in found if line]
    return _edit(edit, known) if len(known) == len(found) else None


def _statement_at(start: int, end: int, spans: Sequence[Span]) -> int:
    """Return the first line of the statement around some bytes; 0 outside all expressions."""
    around = [(b - a, line) for a, b, line in spans if a <= start and end <= b]
    return min(around)[1] if around else 0


def _edit(edit: Edit, found: Sequence[tuple[Change, int]]) -> Edit | None:
    changes = tuple(change for change, _ in found)
    apart = all(a.end <= b.start for a, b in itertools.pairwise(changes))
    if not 2 <= len(changes) <= _MOST_PLACES or not apart:
        return None
    at = tuple(sorted({line for _, line in found}))
    return Edit(edit.file, edit.kind, edit.cost, changes, at[0], at)
