"""Expected weights, sums and gradients, by PyTorch's own attention. Never shipped to students."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import count
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from checks import (
    as_shaped,
    expect_close,
    expect_finite,
    expect_own_or_replaced,
    expect_right_or_following,
    numbers,
    rng,
)
from checks.values import Absent
from support import (
    KINDS,
    computes,
    draw_vectors,
    expect_for_some_kind,
    first_part,
    offered_kinds,
    offers,
    result,
    sums_of,
    weights_of,
)

Functions = Mapping[str, Callable[..., Any]]
SMALLEST = 1e-4  # no expected weight is smaller: clipping weights at 1e-5 changes nothing
WEIGHTS = {"rtol": 1e-4, "atol": 2e-5}  # also for clipped weights and for float32 inside
SUMS = {"rtol": 1e-4, "atol": 1e-4}  # a clipped weight of 1 times a value of a few units
WEIGHING = ["scores", "attention_weights"]
STEP = 0.02  # differences of fourth order are off by about its fourth power
DIFFERENCES = {1: 8 / 12, -1: -8 / 12, 2: -1 / 12, -2: 1 / 12}


def draw(Q: int = 3, S: int = 5, D: int = 4, V: int | None = None) -> list[Tensor]:
    """Return queries, keys, values (if ``V``) and W in float64, with scores of about one."""
    for number in count():
        names = {f"query {number}": (Q, D), f"keys {number}": (S, D), "W": (D, D)}
        query, keys, W = draw_vectors(**names)
        query, W = 1.2 * query / D**0.5, W / D**0.5
        least = min(float(weights_by_torch(query, keys, W, kind).min()) for kind in KINDS)
        if least > SMALLEST:
            return [query, keys, *(draw_vectors(values=(S, V)) if V else []), W]
    raise AssertionError("unreachable")


def sums_by_torch(query: Tensor, keys: Tensor, values: Tensor, W: Tensor, kind: str) -> Tensor:
    """Return the weighted sums of PyTorch's own attention."""
    query = query @ W if kind == "multiplicative" else query
    batch = [tensor[None] for tensor in (query, keys, values)]
    scale = None if kind == "scaled_dot" else 1.0
    return functional.scaled_dot_product_attention(*batch, scale=scale)[0]


def weights_by_torch(query: Tensor, keys: Tensor, W: Tensor, kind: str) -> Tensor:
    """Return the weights of PyTorch's own attention: its weighted sums of unit vectors."""
    return sums_by_torch(query, keys, torch.eye(len(keys), dtype=keys.dtype), W, kind)


def expect_weights(
    attention_weights: Any, arguments: Sequence[Tensor], kind: str, rtol: float = 1e-4
) -> None:
    """Fail unless the weights are PyTorch's."""
    found = weights_of(attention_weights, *arguments, kind)
    expected = weights_by_torch(*arguments, kind)
    expect_close(found, expected, **{**WEIGHTS, "rtol": rtol}, name=result(kind))


def expect_any_sizes(attention_weights: Any, kind: str) -> None:
    """Fail unless the weights are right for random sizes."""
    Q, S, D = rng("sizes").permutation(np.arange(2, 40))[:3].tolist()
    expect_weights(attention_weights, draw(Q, S, D), kind)


def expect_any_order(attention_weights: Any, kind: str) -> None:
    """Fail unless sources keep their weights in another order."""
    (query, keys, W), order = draw(Q=2, S=7), torch.from_numpy(rng("order").permutation(7))
    before = numbers(weights_of(attention_weights, query, keys, W, kind))
    after = weights_of(attention_weights, query, keys[order], W, kind)
    expect_close(after, before[:, order], atol=2e-5, name=result(kind))


def expect_large_scores(attention_weights: Any, kind: str) -> None:
    """Fail unless the weights are right for scores of millions, positive and negative."""
    order = rng("order").permutation(4)
    shown = rng("shown").random((4, 784)) < (order[:, None] + 1) / 4  # a quarter, a half ...
    keys = torch.from_numpy(rng("keys").integers(100, 256, (4, 784)) * shown).float()
    query = torch.from_numpy(rng("query").integers(100, 256, (1, 784))).float()
    found = weights_of(attention_weights, torch.cat([query, -query]), keys, torch.eye(784), kind)
    expect_finite(found, result(kind))
    expect_close(found, [order == 3, order == 0], atol=2e-5, name=result(kind))


def expect_weight_gradients(attention_weights: Any, kind: str) -> None:
    """Fail unless the gradients of the weights are PyTorch's."""
    arguments, ask = draw(), partial(weights_of, attention_weights, kind=kind)
    in_numpy = is_numpy(ask(*arguments))
    expected = slopes(partial(weights_by_torch, kind=kind), arguments)
    found = slopes(ask, arguments, in_numpy)
    _compare_slopes(found, expected, ("query", "keys", "W"), in_numpy)


PROPERTIES = (expect_any_sizes, expect_any_order, expect_large_scores, expect_weight_gradients)


def expect_kind(attention_weights: Any, kind: str) -> None:
    """Fail unless ``kind`` is right and has every property that another kind has.

    What is wrong with all kinds is judged in the case for it. Where ``kind`` is left open, any
    other kind is judged in its place.
    """
    values = partial(expect_weights, attention_weights, draw())
    if not offers(attention_weights, kind):
        return expect_for_some_kind(attention_weights, values)
    values(kind)
    others = [other for other in offered_kinds(attention_weights) if other != kind]
    for expect in PROPERTIES:
        try:
            expect(attention_weights, kind)
        except Exception:
            if any(_passes(expect, attention_weights, other) for other in others):
                raise
    return None


def expect_sums(
    attend: Any, attention_weights: Any, arguments: Sequence[Tensor], kind: str
) -> None:
    """Fail unless the sums are PyTorch's, or follow from the student's own weights."""

    def follow(functions: Functions, query: Any, keys: Any, values: Any, W: Any) -> np.ndarray:
        own = first_part(functions["weights"](query, keys, kind=kind, W=W))
        return as_shaped(own, (len(query), len(keys)), "the weights") @ values.numpy()

    expect_right_or_following(
        lambda *given: numbers(sums_of(attend, *given, kind)),
        arguments,
        right=lambda *given: sums_by_torch(*given, kind).numpy(),
        follow=follow,
        own={"weights": attention_weights},
        compare=lambda found, wanted: expect_close(found, wanted, **SUMS, name=result(kind)),
    )


def expect_sums_of_kind(attend: Any, attention_weights: Any, kind: str) -> None:
    """Fail unless the sums of ``kind`` are right.

    Where the weights of ``kind`` are left open or fail, any other kind is judged in its place.
    """
    arguments = draw(V=6)
    query, keys, _, W = arguments
    expect = partial(expect_sums, attend, attention_weights, arguments)
    is_missing = isinstance(attention_weights, Absent)
    works = is_missing or computes(attention_weights, query, keys, W, kind)
    if works and offers(attend, kind, 3):
        return expect(kind)
    return expect_for_some_kind(attend, expect, 3)


def expect_sum_gradients(attend: Any, attention_weights: Any, kind: str) -> None:
    """Fail unless the gradients are PyTorch's, or follow from the student's own weights."""
    arguments, ask = draw(V=6), partial(sums_of, attend, kind=kind)
    in_numpy = is_numpy(ask(*arguments))

    def follow(functions: Functions, *given: Tensor) -> list[float]:
        def sums(query: Any, keys: Any, values: Any, W: Any) -> Any:
            weights = first_part(functions["weights"](query, keys, kind=kind, W=W))
            if in_numpy:
                return numbers(weights) @ numbers(values)
            return torch.as_tensor(weights).to(values.dtype) @ values

        return slopes(sums, given, in_numpy)

    names = "query", "keys", "values", "W"
    expect_right_or_following(
        lambda *given: slopes(ask, given, in_numpy),
        arguments,
        right=lambda *given: slopes(partial(sums_by_torch, kind=kind), given),
        follow=follow,
        own={"weights": attention_weights},
        compare=lambda found, wanted: _compare_slopes(found, wanted, names, in_numpy),
    )


def expect_with_right_weights(attend: Any, check: Callable[[], None]) -> None:
    """Fail unless ``check()`` passes, perhaps with right weights in place of the student's own."""
    expect_own_or_replaced(check, attend, right_functions, [(WEIGHING,)])


def right_functions(owner: Any, names: Any) -> Any:
    """Return right functions of these ``names``, in place of wrong ones in the student's module."""
    import torch

    def pick_digits(images: Any, labels: Any, seed: int = 0) -> Any:
        generator = torch.Generator().manual_seed(seed)
        order = torch.randperm(len(labels), generator=generator)
        first = [int((labels[order] == digit).nonzero()[0, 0]) for digit in range(10)]
        return images[order[first]].reshape(10, -1)

    def scores(query: Any, keys: Any, kind: str = "scaled_dot", W: Any = None) -> Any:
        query = query @ W if kind == "multiplicative" else query
        found = query @ keys.mT
        return found * query.shape[1] ** -0.5 if kind == "scaled_dot" else found

    def attention_weights(query: Any, keys: Any, kind: str = "scaled_dot", W: Any = None) -> Any:
        return scores(query, keys, kind, W).softmax(dim=1)

    def attend(query: Any, keys: Any, values: Any, kind: str = "scaled_dot", W: Any = None) -> Any:
        return attention_weights(query, keys, kind, W) @ values

    right = pick_digits, scores, attention_weights, attend
    return {function.__name__: function for function in right if function.__name__ in names}


def is_numpy(value: Any) -> bool:
    """Tell whether a result was computed without PyTorch, so that it has no gradient."""
    return not isinstance(value, Tensor)


def slopes(
    answer: Callable[..., Any], arguments: Sequence[Tensor], differences: bool = False
) -> list[float]:
    """Return how a random mix of the results changes as each argument moves along a direction.

    By the gradients of ``answer``, or by ``differences`` of what it returns for moved arguments.
    """
    directions = [
        torch.from_numpy(rng(f"direction {i}").normal(size=tuple(argument.shape)))
        for i, argument in enumerate(arguments)
    ]
    directions = [direction / direction.norm() for direction in directions]
    if differences:
        return [_difference(answer, arguments, i, d) for i, d in enumerate(directions)]
    leaves = [tensor.detach().clone().requires_grad_() for tensor in arguments]
    output = answer(*leaves)
    if not output.requires_grad:
        return [0.0] * len(leaves)
    (output * torch.from_numpy(_mix(output))).sum().backward()
    return [
        0.0 if leaf.grad is None else float((leaf.grad * direction).sum())
        for leaf, direction in zip(leaves, directions, strict=True)
    ]


def _difference(
    answer: Callable[..., Any], arguments: Sequence[Tensor], i: int, direction: Tensor
) -> float:
    """Return the slope along a direction of argument ``i``, by finite differences."""
    total = 0.0
    for step, weight in DIFFERENCES.items():
        moved = [*arguments[:i], arguments[i] + step * STEP * direction, *arguments[i + 1 :]]
        found = numbers(answer(*moved))
        total += weight * float((found * _mix(found)).sum()) / STEP
    return total


def _mix(output: Any) -> np.ndarray:
    return rng("mix").normal(size=tuple(output.shape))


def _compare_slopes(
    found: Sequence[float], wanted: Sequence[float], names: Sequence[str], in_numpy: bool
) -> None:
    # float32 inside is accepted; for finite differences of it, less accuracy
    tolerance = {"rtol": 1e-3, "atol": 2e-4} if in_numpy else {"rtol": 1e-4, "atol": 1e-5}
    for slope, expected, name in zip(found, wanted, names, strict=True):
        assert slope or abs(expected) < 1e-9, f"no gradient arrives at {name}"
        what = f"the gradient with respect to {name}, along a random direction,"
        expect_close(slope, expected, **tolerance, name=what)


def _passes(expect: Callable[..., None], *arguments: Any) -> bool:
    try:
        expect(*arguments)
    except Exception:
        return False
    return True
