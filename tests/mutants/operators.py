"""Mutation operators that Cosmic Ray lacks: dropped terms, factors and transposes, plain ``=``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cosmic_ray.operators.operator import Example, Operator

Position = tuple[tuple[int, int], tuple[int, int]]


class DropOperand(Operator):
    """Leave one operand of a sum or product out: ``a + b`` becomes ``a`` or ``b``."""

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        if node.type in ("arith_expr", "term"):
            for _ in node.children[::2]:
                yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        operands = list(node.children)
        dropped = slice(2 * index - 1, 2 * index + 1) if index else slice(0, 2)
        del operands[dropped]
        operands[0] = _with_prefix(operands[0], node.get_first_leaf().prefix)
        if len(operands) == 1:
            return operands[0]
        node.children = operands
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (
            Example("x = a + b", "x = b"),
            Example("x = a + b - c", "x = a - c", occurrence=1),
            Example("x = a * b", "x = a", occurrence=1),
        )


class DropTranspose(Operator):
    """Leave ``.T`` out."""

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        if node.type == "trailer" and node.get_code() == ".T":
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> None:
        return None

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (Example("x = a.T @ b", "x = a @ b"),)


class AssignInsteadOfAdd(Operator):
    """Turn ``+=`` and ``-=`` into ``=``."""

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        if node.type == "operator" and node.value in ("+=", "-="):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        node.value = "="
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (Example("x += a", "x = a"),)


def _with_prefix(node: Any, prefix: str) -> Any:
    node.get_first_leaf().prefix = prefix
    return node
