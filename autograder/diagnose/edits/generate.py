"""All edits of the parts of modules that ran, made only as they are asked for."""

from __future__ import annotations

import heapq
import itertools
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from autograder.course import Mistake

from .arithmetic import arithmetic, functions
from .backwards import backwards
from .calls import calls
from .code import Change, Code, Edit, trimmed
from .indexing import indexing
from .names import missing, names, receivers
from .option import Option, Scope, Shapes, library_of, scope_of
from .sites import Site, sites
from .statements import statements

Maker = Callable[[Site, Code, Scope], Iterator[Option]]
Weight = Callable[[str, int, int, int], float]  # of file, first byte, last byte, statement

# What makes edits, with the cost of its cheapest one.
_MAKERS: tuple[tuple[float, Maker], ...] = (
    (1, arithmetic), (1, calls), (1, indexing), (1, names), (1.5, receivers), (1, functions),
    (3, missing),
)  # fmt: skip
_AGAIN = 0.75  # what the same change at all matching places costs more
MOST_PARTS = 3_000  # a longer function is not searched

_Item = tuple[float, int, Edit | tuple[Maker, Site, Code, Scope]]


@dataclass
class _Queue:
    """Edits and what makes edits, those first that cost least; equal ones in order."""

    items: list[_Item] = field(default_factory=list)
    count: int = 0

    def add(self, priority: float, item: Edit | tuple[Maker, Site, Code, Scope]) -> None:
        self.count += 1
        heapq.heappush(self.items, (priority, self.count, item))


def edits(
    codes: Mapping[str, Code],
    lines: Mapping[str, Collection[int]],
    shapes: Shapes,
    weight: Weight,
    mistakes: Sequence[Mistake] = (),
) -> Iterator[Edit]:
    """Yield the edits of statements that ran, each once, by their cost and the ``weight``.

    The edits of ``mistakes`` are tried backwards.
    """
    queue = _Queue()
    places: dict[tuple[str, str], list[tuple[int, int, int]]] = defaultdict(list)
    for name, code in codes.items():
        _fill(queue, code, lines.get(name, ()), shapes, weight, mistakes, places)
    seen: set[tuple[str, tuple[tuple[int, int, str], ...]]] = set()
    while queue.items:
        priority, _, item = heapq.heappop(queue.items)
        if not isinstance(item, Edit):
            maker, site, code, scope = item
            for option in maker(site, code, scope):
                edit = _edit(option, site, code)
                queue.add(_priority(edit, weight), edit)
            continue
        code = codes[item.file]
        key = item.file, tuple(trimmed(code.raw, change) for change in item.changes)
        if key in seen or not any(start < end or new for start, end, new in key[1]):
            continue
        seen.add(key)
        again = _at_all_places(item, code, places)
        if again is not None:
            queue.add(priority + _AGAIN, again)
        yield item


def _fill(
    queue: _Queue,
    code: Code,
    lines: Collection[int],
    shapes: Shapes,
    weight: Weight,
    mistakes: Sequence[Mistake],
    places: dict[tuple[str, str], list[tuple[int, int, int]]],
) -> None:
    library, scopes = library_of(code.tree), dict[int, Scope]()
    for top, first, last in code.tops():
        if not any(first <= line <= last for line in lines):
            continue
        parts = sites(top)
        if len(parts) > MOST_PARTS:
            continue
        whole = [*backwards(code, top, mistakes), *statements(code, top, shapes)]
        for edit in whole:
            if edit.line in lines or edit.statements[0] in lines:
                queue.add(_priority(edit, weight), edit)
        for site in parts:
            span = code.span(site.node)
            if site.node.lineno not in lines and site.statement.lineno not in lines:
                continue
            places[f"{code.file}:{first}", code.of(site.node)].append(
                (*span, site.statement.lineno)
            )
            key = id(site.functions[-1])
            scope = scopes.setdefault(key, scope_of(site, code.tree, shapes, library))
            base = weight(code.file, *span, site.statement.lineno)
            for cost, maker in _MAKERS:
                queue.add(base + cost, (maker, site, code, scope))


def _priority(edit: Edit, weight: Weight) -> float:
    change = edit.changes[0]
    return edit.cost + weight(edit.file, change.start, change.end, edit.statements[0])


def _edit(option: Option, site: Site, code: Code) -> Edit:
    span = option.span or code.span(option.node or site.node)
    new = option.new
    if option.span is None and option.node is None:
        new = code.placed(site, new, option.is_atom, option.binds)
    at = (site.statement.lineno,)
    return Edit(code.file, option.kind, option.cost, (Change(*span, new),), site.node.lineno, at)


def _at_all_places(
    edit: Edit, code: Code, places: Mapping[tuple[str, str], Sequence[tuple[int, int, int]]]
) -> Edit | None:
    """Return the same change at every place of a function with the same text, if there are more."""
    (change, *others) = edit.changes
    if others:
        return None
    old = code.raw[change.start : change.end].decode()
    first = code.first_of_top(edit.line)
    found = sorted(set(places.get((f"{code.file}:{first}", old), ())))
    apart = all(a[1] <= b[0] for a, b in itertools.pairwise(found))
    if not 2 <= len(found) <= 12 or not apart or len(old) < 2:
        return None
    changes = tuple(Change(start, end, change.new) for start, end, _ in found)
    at = tuple(sorted({statement for *_, statement in found}))
    return Edit(edit.file, edit.kind, edit.cost + _AGAIN, changes, at[0], at)
