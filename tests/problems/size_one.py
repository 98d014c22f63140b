"""Make solutions lose axes of length one, and find the cases that fail for it.

Each array that a function of the solution takes, computes or returns passes a probe. Lengths that
are one in every case belong to the function (a kept axis, one picture); the others are special
sizes of some cases. A slip loses the special axes at one place of the code, as `squeeze()` does.
"""

from __future__ import annotations

import ast
import builtins
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from autograder.course import Course, Problem, Question
from autograder.course.source import read_source
from autograder.examine import testfiles
from autograder.release.markers import find_markers
from checks import NotHandedIn, seeded

from .plain_otter import failures, is_long, modules_of

PROBE = "__probe__"  # a builtin as long as instrumented code runs
SAYS_SO = re.compile(r"single|only|_one(_|$)")  # names of cases that are about size one
Place = tuple[str, str]  # a function of the solution and an expression in it
Axes = dict[tuple[int, int], set[int]]  # by the position in a tuple and the number of axes


@dataclass(frozen=True)
class Slip:
    """Axes of length one that are lost at one place, and the cases of a question that fail."""

    question: str
    place: Place
    cases: tuple[str, ...]


@dataclass
class Probe:
    """Notes axes of length one by case and place; or takes the axes ``lost`` away at one place."""

    seen: dict[str, dict[Place, Axes]] = field(default_factory=dict)
    lost: tuple[Place, Axes] | None = None
    case: str = ""

    def __call__(self, function: str, expression: str, value: Any) -> Any:
        """Take a value of student code and return it, or what is left of it."""
        place = function, expression
        if self.lost is not None and self.lost[0] != place:
            return value
        if type(value) is tuple:
            return tuple(self._part(place, number, part) for number, part in enumerate(value))
        return self._part(place, 0, value)

    def _part(self, place: Place, number: int, value: Any) -> Any:
        if not _is_array(value):
            return value
        key = number, value.ndim
        if self.lost is None:
            axes = self.seen.setdefault(self.case, {}).setdefault(place, {}).setdefault(key, set())
            axes |= {axis for axis, length in enumerate(value.shape) if length == 1}
            return value
        axes = self.lost[1].get(key, set())
        kept = [n for axis, n in enumerate(value.shape) if n != 1 or axis not in axes]
        return value.reshape(kept)

    def special(self) -> Iterator[tuple[Place, Axes, list[str]]]:
        """Yield each place with axes that are one in some cases only, and these cases."""
        for place in sorted({place for places in self.seen.values() for place in places}):
            cases = {case: places[place] for case, places in self.seen.items() if place in places}
            special: Axes = {}
            for key in {key for axes in cases.values() for key in axes}:
                found = [axes[key] for axes in cases.values() if key in axes]
                special[key] = set().union(*found) - found[0].intersection(*found)
            touched = [
                case for case, axes in cases.items() if any(special[k] & axes[k] for k in axes)
            ]
            if touched:
                yield place, special, touched


def slips(course: Course, problem: Problem, seed: int = 1) -> Iterator[Slip]:
    """Yield the slips that may cost more than one case, or a case whose name does not say so."""
    texts = {name: instrumented(problem.folder / name) for name in problem.modules}
    with tempfile.TemporaryDirectory() as folder, _probing(Probe()):
        with modules_of(course, problem, texts, Path(folder)) as names:
            for question in problem.questions:
                if not is_long(question):
                    yield from _slips_of(question, names, seed)


def _slips_of(question: Question, names: Mapping[str, Any], seed: int) -> Iterator[Slip]:
    probe = Probe()
    with _probing(probe), seeded(seed):
        for case in testfiles.parse(question.test_file).test_cases:
            probe.case = case.body.test_func.__name__
            with suppress(NotHandedIn):
                case.body.call_func(dict(names))
    for place, special, touched in probe.special():
        if len(touched) > 1 or not SAYS_SO.search(touched[0]):
            with _probing(Probe(lost=(place, special))):
                failed = failures(question, names, seed)
            yield Slip(question.name, place, tuple(case for case in failed if case in touched))


@contextmanager
def _probing(probe: Probe) -> Iterator[None]:
    """Let instrumented code call ``probe`` inside the block."""
    before = getattr(builtins, PROBE, None)
    setattr(builtins, PROBE, probe)
    try:
        yield
    finally:
        setattr(builtins, PROBE, before)


def instrumented(path: Path) -> str:
    """Return a module in which arguments and expressions of its solutions pass the probe."""
    source = read_source(path)
    solved = {n for marker in find_markers(source) for n in range(marker.begin, marker.end)}
    return ast.unparse(ast.fix_missing_locations(_Instrument(solved).visit(ast.parse(source.text))))


class _Instrument(ast.NodeTransformer):
    """Passes arguments of functions with ``solved`` lines, and expressions there, to the probe."""

    def __init__(self, solved: set[int]) -> None:
        self._solved, self._function = solved, ""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        before, self._function = self._function, node.name
        self.generic_visit(node)
        if self._solved & set(range(node.lineno, (node.end_lineno or node.lineno) + 1)):
            arguments = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
            lines = [f"{a.arg} = {PROBE}({node.name!r}, {a.arg!r}, {a.arg})" for a in arguments]
            start = 0 if ast.get_docstring(node) is None else 1
            node.body[start:start] = ast.parse("\n".join(lines)).body
        self._function = before
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        return self._probed(node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        return self._probed(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        return self._probed(node) if isinstance(node.ctx, ast.Load) else node

    def _probed(self, node: ast.expr) -> ast.expr:
        place = [ast.Constant(self._function), ast.Constant(ast.unparse(node))]
        self.generic_visit(node)
        if node.lineno not in self._solved:
            return node
        return ast.copy_location(ast.Call(ast.Name(PROBE, ast.Load()), [*place, node], []), node)


def _is_array(value: Any) -> bool:
    torch = sys.modules.get("torch")
    return type(value) is np.ndarray or (torch is not None and type(value) is torch.Tensor)
