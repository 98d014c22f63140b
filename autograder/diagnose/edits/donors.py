"""Statements of right solutions in place of a student's own, in the student's names."""

from __future__ import annotations

import ast
import difflib
import io
import tokenize
from collections.abc import Iterator, Sequence

from .adapted import Adapter, Body, bodies
from .code import Change, Code, Edit

MOST_OF_A_PLACE, MOST_ADDED = 6, 12
_LEAST_ALIKE = 0.6  # of the tokens; less may be another way that makes up for an error elsewhere
_LEAST_NODES = 3
_APART, _INLINED, _ADDED = 3.0, 0.75, 2.5  # costs
_OTHER_TARGET = 1.0


def donors(code: Code, top: ast.stmt, right: Sequence[ast.Module]) -> Iterator[Edit]:
    """Yield statements of right solutions: in place of similar ones, and where one is missing."""
    own = bodies(top)
    for tree in right:
        other = next((t for t in tree.body if _name(t) == _name(top) != ""), None)
        for name, theirs in bodies(other).items() if other is not None else ():
            if name in own:
                adapter = Adapter(own[name], theirs, top, code.tree, tree)
                yield from _replaced(code, own[name], theirs, adapter)
                yield from _added(code, own[name], theirs, adapter)


def _replaced(code: Code, own: Body, theirs: Body, adapter: Adapter) -> Iterator[Edit]:
    """Yield each value of a statement, a test and a loop as right solutions have it."""
    offered = [(place, adapter.adapted(place.node)) for place in theirs.values]
    tokens = {made.text: _tokens(made.text) for _, made in offered if made}
    for place in own.values:
        now = ast.unparse(place.node)
        words, costs = _tokens(now), dict[str, float]()
        for their, made in offered:
            if made is None or their.role != place.role or made.text == now:
                continue
            share = difflib.SequenceMatcher(None, words, tokens[made.text], False).ratio()
            if share < _LEAST_ALIKE:
                continue
            if own.goes_round(place.node, made):
                continue
            cost = 1 + _APART * (1 - share) + _INLINED * made.inlined
            if not _same_target(place.target, their.target, adapter):
                cost += _OTHER_TARGET
            costs[made.text] = min(cost, costs.get(made.text, cost))
        cheapest = sorted((cost, new) for new, cost in costs.items())
        for cost, new in cheapest[:MOST_OF_A_PLACE]:
            change = Change(*code.span(place.node), new)
            line = place.statement.lineno
            yield Edit(code.file, "formula", cost, (change,), place.node.lineno, (line,))


def _added(code: Code, own: Body, theirs: Body, adapter: Adapter) -> Iterator[Edit]:
    """Yield simple statements of right solutions that the student's function lacks."""
    present = {ast.unparse(node) for node in own.simple}
    count = 0
    for at, node in enumerate(theirs.simple):
        made = None if isinstance(node, ast.Return) else adapter.adapted(node)
        if made is None or made.inlined or made.text in present or count >= MOST_ADDED:
            continue
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            target = adapter.name_of(node.targets[0].id)
            if target is None or (target in own.names and made.names[target] < 2):
                continue  # nothing reads it, or it would overwrite what the student computes
        count += 1
        before = _like(theirs.simple[at - 1] if at else None, own, adapter)
        behind = _like(theirs.simple[at + 1] if at + 1 < len(theirs.simple) else None, own, adapter)
        for place, is_behind in ((before, True), (behind, False)):
            if place is None or (is_behind and isinstance(place, ast.Return)):
                continue
            start, end = code.span(place)
            indent = code.raw[code.at(place.lineno) : start].decode()
            if indent.strip():
                continue
            where = end if is_behind else start
            text = f"\n{indent}{made.text}" if is_behind else f"{made.text}\n{indent}"
            change, line = Change(where, where, text), place.lineno
            yield Edit(code.file, "statement added", _ADDED, (change,), line, (line,))


def _like(node: ast.stmt | None, own: Body, adapter: Adapter) -> ast.stmt | None:
    """Return the statement of the student that is most like one of a right solution."""
    made = None if node is None else adapter.adapted(node)
    if made is None or not own.simple:
        return None
    words = _tokens(made.text)
    share = {
        each: difflib.SequenceMatcher(None, words, _tokens(ast.unparse(each)), False).ratio()
        for each in own.simple
    }
    best = max(own.simple, key=lambda each: share[each])
    return best if share[best] >= _LEAST_ALIKE else None


def _same_target(own: str, theirs: str, adapter: Adapter) -> bool:
    return own == theirs or adapter.name_of(theirs) == own


def _tokens(text: str) -> list[str]:
    try:
        found = tokenize.generate_tokens(io.StringIO(text).readline)
        return [token.string for token in found if token.string.strip(" \n()[],.:")]
    except (tokenize.TokenError, IndentationError):
        return text.split()


def _name(top: ast.stmt) -> str:
    return str(getattr(top, "name", ""))
