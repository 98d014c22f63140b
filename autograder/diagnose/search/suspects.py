"""Where a fault may be: the line of an exception, values that feed the wrong answers."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, TypeAlias

import numpy as np

from autograder.diagnose.compare_records import ATOL, RTOL, alike, is_tensor
from autograder.diagnose.edits.code import Change, Code, Edit
from autograder.diagnose.edits.sites import Site, attribute_of_self, sites
from autograder.remote.exceptions import Raised
from autograder.remote.sessions import Record
from checks import numbers

Place = tuple[str, int]  # file and first line of a statement
Mask: TypeAlias = np.ndarray[Any, np.dtype[np.bool_]]
# By the number of an answer and of a value in it: which of its entries differ.
Differences: TypeAlias = dict[tuple[int, int], Mask]
_MOST_VALUES = 160
# Neither a shift nor a factor: what normalises would take them out again.
_DISTURBED = "(lambda v: v * 1.07 + 0.03 * v * v + 0.013)({})"
_PRECISE = 0.9


def raised_at(
    records: Sequence[Record], codes: Mapping[str, Code], cleared: Collection[str] = ()
) -> Place | None:
    """Return the innermost line of a student's file that an exception came from.

    A function that is ``cleared``, since its question passes, has been given something wrong: then
    it is the innermost line outside of such functions, if there is one.
    """
    for record in reversed(records):
        if isinstance(record.outcome, Raised):
            frames = ((PurePosixPath(path).name, line) for path, line, _ in record.outcome.frames)
            places = [(name, line) for name, line in frames if name in codes]
            guilty = [(f, line) for f, line in places if codes[f].name_of_top(line) not in cleared]
            if places:
                return (guilty or places)[-1]
    return None


def disturbances(code: Code, lines: frozenset[int], first: Collection[str] = ()) -> list[Edit]:
    """Return for each value that a statement of ``lines`` computes an edit that disturbs it.

    Functions and classes named in ``first`` come first: there may be more values than time.
    """
    tops = sorted(code.tops(), key=lambda top: getattr(top[0], "name", "") not in first)
    computed = [
        site
        for top, begin, end in tops
        if any(begin <= line <= end for line in lines)
        for site in sites(top)
        if site.statement.lineno in lines and _is_disturbed(site)
    ]
    made = []
    for site in computed[:_MOST_VALUES]:
        start, end = code.span(site.node)
        change = Change(start, end, _DISTURBED.format(code.of(site.node)))
        at = (site.statement.lineno,)
        made.append(Edit(code.file, "disturbance", 0, (change,), site.node.lineno, at))
    return made


def _is_disturbed(site: Site) -> bool:
    computed = ast.BinOp | ast.UnaryOp | ast.Call | ast.Subscript | ast.Name | ast.Attribute
    if not isinstance(site.node, computed) or not site.is_value:
        return False
    return not (site.is_called or site.is_index or site.field in ("test", "iter"))


def differing(one: Sequence[Record], other: Sequence[Record]) -> Differences:
    """Tell for each value that both recorded which of its entries differ."""
    found: Differences = {}
    for number, (first, second) in enumerate(zip(answers(one), answers(other), strict=False)):
        if first.operation != second.operation:
            break
        values, others = parts(first.outcome), parts(second.outcome)
        for part, (a, b) in enumerate(zip(values, others, strict=False)):
            found[number, part] = differing_entries(a, b)
    return found


def answers(records: Sequence[Record]) -> list[Record]:
    """Return the records without those that only look a name up, which is done once a worker."""
    return [record for record in records if record.operation != "get"]


def agreement(changed: Differences, wrong: Differences) -> float | None:
    """Return how well what a disturbance changes agrees with what is wrong, from 0 to 1.

    Each value counts as one, whatever its size.
    """
    both = either = 0.0
    for part in changed.keys() & wrong.keys():
        one, other = changed[part], wrong[part]
        if one.shape != other.shape:
            one, other = np.array(one.any()), np.array(other.any())
        both += float((one & other).mean()) if one.size else 0.0
        either += float((one | other).mean()) if one.size else 0.0
    if not changed.keys() & wrong.keys():
        return None
    return both / either if either else 0.0


def joined(changed: Sequence[Differences], wrong: Differences) -> float | None:
    """Return the agreement of several disturbances together, without those that miss what is wrong.

    A statement that computes several answers is as suspicious as all of its values together.
    """
    every: Differences = {}
    for one in changed:
        if (_precision(one, wrong) or 0.0) < _PRECISE:
            continue
        for part, entries in one.items():
            other = every.get(part)
            fits = other is not None and other.shape == entries.shape
            every[part] = entries | other if other is not None and fits else entries
    return agreement(every, wrong) if every else None


def _precision(changed: Differences, wrong: Differences) -> float | None:
    """Return which share of what a disturbance changes is wrong."""
    both = either = 0.0
    for part in changed.keys() & wrong.keys():
        one, other = changed[part], wrong[part]
        if one.shape == other.shape and one.size:
            both += float((one & other).mean())
            either += float(one.mean())
    return both / either if either else None


def made_of_uses(code: Code, of_statement: dict[Place, float]) -> None:
    """Add what is known of statements that set an attribute, such as a layer, from its uses."""
    for top, _, _ in code.tops():
        uses: dict[str, list[float]] = {}
        stores: dict[str, set[int]] = {}
        for site in sites(top):
            node, place = site.node, (code.file, site.statement.lineno)
            if not attribute_of_self(node):
                continue
            if isinstance(node.ctx, ast.Store):
                stores.setdefault(node.attr, set()).add(place[1])
            elif place in of_statement:
                uses.setdefault(node.attr, []).append(of_statement[place])
        for name, lines in stores.items():
            for line in lines if name in uses else ():
                of_statement.setdefault((code.file, line), max(uses[name]))


def extent(differences: Differences) -> tuple[int, int]:
    """Return how many values differ, and how many entries all values have."""
    every = differences.values()
    return sum(bool(entries.any()) for entries in every), sum(entries.size for entries in every)


def has_no_number(records: Sequence[Record]) -> bool:
    """Tell whether some entry of an answer is NaN or infinite."""
    for record in answers(records):
        for value in parts(record.outcome):
            if isinstance(value, float | np.ndarray | np.generic) or is_tensor(value):
                array = numbers(value)
                if array.dtype.kind == "f" and not np.isfinite(array).all():
                    return True
    return False


def differing_entries(one: Any, other: Any) -> Mask:
    """Return for each entry of two values whether it differs, or for both as a whole."""
    try:
        return _entries_that_differ(one, other)
    except Exception:  # a value that no check could use, such as an integer of a thousand bits
        return np.array(True)


def _entries_that_differ(one: Any, other: Any) -> Mask:
    if all(isinstance(value, np.ndarray) or is_tensor(value) for value in (one, other)):
        first, second = numbers(one), numbers(other)
        if first.shape == second.shape and {first.dtype.kind, second.dtype.kind} <= set("fiub"):
            if first.dtype == second.dtype and first.tobytes() == second.tobytes():
                return np.zeros(first.shape, bool)  # the usual case, and much faster
            scale = float(np.max(np.abs(second), initial=1.0, where=np.isfinite(second)))
            close = np.isclose(first, second, rtol=RTOL, atol=ATOL * scale, equal_nan=True)
            return np.asarray(~close)
    return np.array(not alike(one, other, by_value=True))


def parts(value: Any) -> list[Any]:
    """Return the values inside lists, tuples and dicts."""
    if isinstance(value, dict):
        return [part for item in value.values() for part in parts(item)]
    if isinstance(value, list | tuple):
        return [part for item in value for part in parts(item)]
    return [value]
