"""One way to write an expression differently, and the names that are in scope there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Shape = tuple[int, ...] | None  # None: not a number, an array or a tensor
Shapes = Mapping[tuple[str, str], Shape]  # by function and name, as a run has shown them


@dataclass(frozen=True)
class Option:
    """Another text for an expression, or for ``node`` inside it or after it.

    ``span`` replaces other bytes than the ones of the expression. ``binds`` is how strongly the
    operators of the text bind: 3 for powers, 2 for products, 1 for sums and everything weaker.
    """

    kind: str
    cost: float
    new: str
    is_atom: bool = False
    node: Any = None
    span: tuple[int, int] | None = None
    binds: int = 1


@dataclass(frozen=True)
class Scope:
    """The names that a function assigns, with the shapes that they had."""

    shapes: Mapping[str, Shape]
    numbers: tuple[str, ...]  # those that hold numbers, or may
    others: tuple[str, ...]
    helpers: tuple[str, ...]  # functions of the module with one argument
    library: str  # the name of numpy or torch in this module
    unread: tuple[str, ...] = ()  # arguments and variables that nothing reads
    unread_layers: tuple[str, ...] = ()  # attributes of self that nothing reads
    defaults: tuple[tuple[str, str], ...] = ()  # arguments with the text of their default
    paths: tuple[str, ...] = ()  # attributes and entries by name, as in ``self.w``
    functions: tuple[tuple[str, tuple[str, ...]], ...] = ()  # of the module, with their arguments
    objects: frozenset[str] = frozenset()  # paths of layers and the like: nobody computes with them

    @property
    def whole_numbers(self) -> list[str]:
        """The names of single numbers, which may count or index."""
        return [name for name in self.numbers if self.shapes.get(name) == ()]

    def alike(self, name: str) -> tuple[str, ...]:
        """Return the other names that may stand for ``name``."""
        group = self.numbers if name in self.numbers else self.others
        if name not in group and name not in self.shapes:
            return ()
        return tuple(other for other in group if other != name)

    def is_array(self, name: str) -> bool:
        """Tell whether a name may hold something with axes."""
        return len(self.shapes.get(name) or (0,)) > 0
