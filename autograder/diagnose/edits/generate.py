"""All edits of the parts of modules that ran, made only as they are asked for."""

from __future__ import annotations

import ast
import heapq
import itertools
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from autograder.course import Mistake

from .arithmetic import arithmetic, functions
from .backwards import backwards
from .calls import calls
from .code import Change, Code, Edit, trimmed
from .donors import donors
from .everywhere import AGAIN, Places, alike, everywhere
from .forms import forms
from .indexing import indexing
from .names import factors, missing, names, receivers
from .option import Option, Scope, Shapes
from .scopes import library_of, scope_of
from .sites import Site, sites
from .statements import statements
from .unused import copied, unused

Maker = Callable[[Site, Code, Scope], Iterator[Option]]
Weight = Callable[[str, int, int, tuple[int, ...]], float]  # of file, first and last byte, lines

# What makes edits, with the cost of its cheapest one.
_MAKERS: tuple[tuple[float, Maker], ...] = (
    (-1.5, unused), (1, arithmetic), (1, calls), (1, indexing), (1, names), (1, forms),
    (1.5, receivers), (1, functions), (2, factors), (1.5, missing),
)  # fmt: skip
_TIRED, _STEP = 0.005, 0.25  # what each edit of a statement adds to its next ones, in such steps
MOST_WHOLE = 2_000  # edits of whole statements of one function or class
MOST_PARTS = 3_000  # a longer function is not searched

_Made = tuple[Edit, Site | None]  # an edit, and the expression that it changes
_Item = tuple[float, int, _Made | tuple[Maker, Site, Code, Scope]]


@dataclass
class _Queue:
    """Edits and what makes edits, those first that cost least; equal ones in order."""

    items: list[_Item] = field(default_factory=list)
    count: int = 0

    def add(self, priority: float, item: _Made | tuple[Maker, Site, Code, Scope]) -> None:
        self.count += 1
        heapq.heappush(self.items, (priority, self.count, item))


def edits(
    codes: Mapping[str, Code],
    lines: Mapping[str, Collection[int]],
    shapes: Shapes,
    weight: Weight,
    mistakes: Sequence[Mistake] = (),
    is_over: Callable[[], bool] = lambda: False,
    right: Mapping[str, Sequence[ast.Module]] | None = None,
) -> Iterator[Edit]:
    """Yield the edits of statements that ran, each once, by their cost and the ``weight``.

    The edits of ``mistakes`` are tried backwards, and statements of the solutions that are
    ``right`` in place of the student's. ``is_over`` ends it, also between two edits: a
    long function has so many that a search could spend all its time here.
    """
    queue = _Queue()
    places = Places()
    for name, code in codes.items():
        solutions = (right or {}).get(name, ())
        known = mistakes, solutions
        _fill(queue, code, lines.get(name, ()), shapes, weight, known, places, is_over)
    seen: set[tuple[str, tuple[tuple[int, int, str], ...]]] = set()
    tired, counted = Counter[tuple[str, tuple[int, ...]]](), dict[Edit, int]()
    while queue.items and not is_over():
        priority, _, item = heapq.heappop(queue.items)
        if len(item) == 4:
            maker, site, code, scope = item
            same = [site, *places.twins(site, code)]
            made = [[_edit(option, s, code) for option in maker(s, code, scope)] for s in same]
            for edit in made[0]:
                queue.add(_priority(edit, weight), (edit, site))
            for edit in alike(made):
                queue.add(_priority(edit, weight) + AGAIN, (edit, None))
            continue
        edit, changed = item
        code = codes[edit.file]
        key = edit.file, tuple(trimmed(code.raw, change) for change in edit.changes)
        if key in seen or not any(start < end or new for start, end, new in key[1]):
            continue
        late = priority + _TIRED * (tired[edit.file, edit.statements] - counted.pop(edit, 0))
        if late > priority + _STEP:  # many others of this statement have been tried meanwhile
            counted[edit] = tired[edit.file, edit.statements]
            queue.add(late, (edit, changed))
            continue
        tired[edit.file, edit.statements] += 1
        seen.add(key)
        for again in everywhere(edit, changed, code, places):
            queue.add(min(priority, _priority(again, weight)) + AGAIN, (again, None))
        yield edit


def _fill(
    queue: _Queue,
    code: Code,
    lines: Collection[int],
    shapes: Shapes,
    weight: Weight,
    known: tuple[Sequence[Mistake], Sequence[ast.Module]],
    places: Places,
    is_over: Callable[[], bool],
) -> None:
    library, scopes = library_of(code.tree), dict[int, Scope]()
    for top, first, last in code.tops():
        if not any(first <= line <= last for line in lines):
            continue
        parts = sites(top)
        if len(parts) > MOST_PARTS:
            continue
        makers = (
            backwards(code, top, known[0]), donors(code, top, known[1]),
            statements(code, top, shapes), copied(code, top),
        )  # fmt: skip
        for edit in itertools.chain(*(itertools.islice(made, MOST_WHOLE) for made in makers)):
            if is_over():
                return
            if edit.line in lines or edit.statements[0] in lines:
                queue.add(_priority(edit, weight), (edit, None))
        for site in parts:
            if is_over():
                return
            span = code.span(site.node)
            if site.node.lineno not in lines and site.statement.lineno not in lines:
                continue
            places.add(code, first, site)
            key = id(site.functions[-1])
            if key not in scopes:
                scopes[key] = scope_of(site, top, code, shapes, library)
            base = weight(code.file, *span, (site.statement.lineno,))
            for cost, maker in _MAKERS:
                queue.add(base + cost, (maker, site, code, scopes[key]))


def _priority(edit: Edit, weight: Weight) -> float:
    start, end = edit.changes[0].start, edit.changes[-1].end
    return edit.cost + weight(edit.file, start, end, edit.statements)


def _edit(option: Option, site: Site, code: Code) -> Edit:
    span = option.span or code.span(option.node or site.node)
    new = option.new
    if option.span is None and option.node is None:
        new = code.placed(site, new, option.is_atom, option.binds)
    at = (site.statement.lineno,)
    return Edit(code.file, option.kind, option.cost, (Change(*span, new),), site.node.lineno, at)
