"""Accept answers that follow correctly from an earlier error: an error is penalised only once.

The one rule, for every problem: a question that builds on earlier functions accepts the right
answer, and the answer that follows from the student's own earlier functions, if

- asked in a process that has not seen the later question, these functions lead to that very
  answer, also for inputs in which one argument is changed, asked in random order,
- the answer depends on every argument on which the right answer depends, or the earlier functions
  can be trusted: so a wrong earlier function does not make the later question easier.

An earlier function can be trusted if the questions about it earned at least half of their points,
or if what is wrong with it is a known mistake. So constants, zeros or noise that is confirmed later
earn nothing.

Where nothing follows from an earlier function, because it raises or because nothing can be computed
with its result, the later question is judged with another function in place of it (``replaced``).

Where the error of an earlier question is a known mistake, the grader also compares with the
reference that has this mistake (``diagnose.replay``): a case that gets the same answers passes.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .copies import is_tensor
from .draw import rng
from .values import CannotJudge, numbers

Functions = Mapping[str, Callable[..., Any]]
HALF = 0.5
RTOL, ATOL = 1e-4, 1e-5  # code that computes in float32 is accepted


def elsewhere(function: Callable[..., Any], at_least: float = HALF) -> Callable[..., Any] | None:
    """Return the same function in a process that has not seen what this case asked.

    None if the questions about it earned a smaller share of their points than ``at_least``, and
    its error is no known mistake. Outside our grader, where nobody keeps count, it is the function
    itself.
    """
    ask = getattr(type(function), "__elsewhere__", None)
    return function if ask is None else ask(function, at_least)


def expect_right_or_following(
    ask: Callable[..., Any],
    arguments: Sequence[Any],
    *,
    right: Callable[..., Any],
    follow: Callable[..., Any],
    own: Functions,
    compare: Callable[[Any, Any], None],
    substitutes: Functions | None = None,
) -> None:
    """Fail unless ``ask(*arguments)`` is right, or follows from the student's own functions.

    ``right(*arguments)`` gives the right answer. ``follow(functions, *arguments)`` gives the
    answer that follows from earlier functions by name; ``own`` are the student's. With
    ``substitutes``, right functions by name, every mixture of these and the student's own is
    tried, for students who use only some of their functions. ``compare(found, wanted)`` raises an
    AssertionError where two answers differ. If no answer agrees, the comparison with the right
    answer reports the failure.
    """
    found = ask(*arguments)
    expected = right(*arguments)
    try:
        return compare(found, expected)
    except CannotJudge:
        raise
    except Exception as error:  # also what a comparison makes of a value of another type
        first = error
    asked = {name: elsewhere(function, 0.0) for name, function in own.items()}
    available = {name: function for name, function in asked.items() if function is not None}
    examples = [(arguments, found, expected)]
    for changed in changed_arguments(arguments):
        try:
            examples.append((changed, ask(*changed), right(*changed)))
        except Exception:  # an answer that fails for other numbers follows from nothing
            raise first from None
    trusted = all(map(is_trusted, own.values()))
    order = [examples[i] for i in rng("order of examples").permutation(len(examples))]
    for functions in _mixtures(available, substitutes or {}, own):
        try:
            for given, answer, _ in order:
                compare(answer, follow(functions, *given))
        except CannotJudge:
            raise
        except Exception:  # noqa: S112  (another mixture may agree; if none does, `first` is raised)
            continue
        if trusted or all(
            differ(answer, found) or not differ(wanted, expected)
            for _, answer, wanted in examples[1:]
        ):
            return None
    raise first


def carried_from(
    answers: Sequence[Any],
    examples: Sequence[Any],
    follow: Callable[[Functions, Any], Any],
    own: Functions,
    right: Functions,
) -> list[str] | None:
    """Return which of the student's own functions lead to ``answers``; None if no choice does.

    ``follow`` takes functions by name and an example, and returns the answer that follows from
    them. Every choice between the ``right`` functions and the student's ``own`` is tried, with the
    fewest own functions first; right answers give an empty list. Wrong answers that are equal for
    all examples follow from nothing, since constants do not use the earlier functions.
    """
    for choice in sorted(itertools.product((False, True), repeat=len(right)), key=sum):
        mine = [name for name, chosen in zip(right, choice, strict=True) if chosen]
        asked = [elsewhere(own[name], 0.0) for name in mine]
        functions = {**right, **{n: f for n, f in zip(mine, asked, strict=True) if f is not None}}
        if any(function is None for function in asked):
            continue
        following = _answers(follow, functions, examples)
        varies = any(not _same(following[0], other) for other in following[1:])
        if (varies or not mine) and following and all(map(_same, answers, following)):
            return mine
    return None


def is_trusted(function: Any) -> bool:
    """Tell whether our grader trusts a function; outside it, nobody does."""
    return hasattr(type(function), "__elsewhere__") and elsewhere(function) is not None


def _mixtures(available: Functions, substitutes: Functions, own: Functions) -> list[Functions]:
    """Return choices of functions, those with the fewest of the student's own first."""
    if not substitutes:
        return [available] if available.keys() == own.keys() else []
    choices = itertools.product((False, True), repeat=len(available))
    mixtures: list[Functions] = []
    for choice in sorted(choices, key=sum):
        mine = dict(itertools.compress(available.items(), choice))
        if mine:
            mixtures.append({**substitutes, **mine})
    return mixtures


def changed_arguments(arguments: Sequence[Any]) -> list[list[Any]]:
    """Return ``arguments`` once for each array of floats in them, with that array changed."""
    changed = []
    for number, argument in enumerate(arguments):
        if is_tensor(argument) and argument.is_floating_point():
            other = argument.detach() + 0.3 * argument.new_tensor(_noise(argument.shape, number))
            other.requires_grad_(argument.requires_grad)
        elif isinstance(argument, np.ndarray) and argument.dtype.kind == "f":
            other = argument + 0.3 * _noise(argument.shape, number).astype(argument.dtype)
        else:
            continue
        changed.append([*arguments[:number], other, *arguments[number + 1 :]])
    return changed


def _noise(shape: Sequence[int], number: int) -> np.ndarray:
    return rng(f"change of argument {number}").normal(size=tuple(shape))


def differ(first: Any, second: Any) -> bool:
    """Tell whether two answers, numbers or nested tuples of them, differ."""
    if isinstance(first, list | tuple) and isinstance(second, list | tuple):
        return len(first) != len(second) or any(map(differ, first, second))
    return not _same(first, second)


def _answers(
    follow: Callable[[Functions, Any], Any], functions: Functions, examples: Sequence[Any]
) -> list[Any]:
    """Return the answer that follows for each example; an empty list if a function fails."""
    try:
        return [numbers(follow(functions, example)) for example in examples]
    except Exception:  # other cases judge this error
        return []


def _same(first: Any, second: Any) -> bool:
    """Return whether two answers agree within the accuracy of float32."""
    left, right = numbers(first), numbers(second)
    if left.shape != right.shape:
        return False
    return bool(np.allclose(left, right, rtol=RTOL, atol=ATOL, equal_nan=True))
