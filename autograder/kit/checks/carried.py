"""Accept answers that follow correctly from an earlier error: an error is penalised only once.

The one rule, for every problem: a question that builds on earlier functions accepts the right
answer, and the answer that follows from the student's own earlier functions, if

- asked in a process that has not seen the later question, these functions lead to that very
  answer, also for inputs in which one argument is changed, asked in random order,
- the answer depends on every argument on which the right answer depends, and a change of one number
  reaches the same entries of both, or the earlier functions can be trusted: so a wrong earlier
  function does not make the later question easier.

An earlier function can be trusted if the questions about it earned at least half of their points,
or if what is wrong with it is a known mistake. So constants, zeros or noise that is confirmed later
earn nothing.

Where nothing follows from an earlier function, because it raises or because nothing can be computed
with its result, the later question is judged with another function in place of it (``replaced``).
A backward pass is judged on a right cache where the forward pass makes a wrong one (``caches``).

Where the error of an earlier question is a known mistake, the grader also compares with the
reference that has this mistake (``diagnose.replay``): a case that gets the same answers passes.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from .copies import is_tensor
from .draw import rng
from .values import CannotJudge, numbers

Functions = Mapping[str, Callable[..., Any]]
HALF = 0.5
PROBES = 5  # numbers of each array that are changed, until one change has the right effect
MOVED, STILL = 1e-3, 1e-10  # how far a number changes that depends on another, and that does not
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
        depends = all(
            differ(answer, found) or not differ(wanted, expected)
            for _, answer, wanted in examples[1:]
        )
        if trusted or (depends and reaches_alike(ask, right, arguments, found, expected)):
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
    fewest own functions first; right answers give an empty list. Wrong answers that depend on less
    than the right ones follow from nothing, unless the own functions can be trusted: constants do
    not use the earlier functions.
    """
    for choice in sorted(itertools.product((False, True), repeat=len(right)), key=sum):
        mine = [name for name, chosen in zip(right, choice, strict=True) if chosen]
        asked = [elsewhere(own[name], 0.0) for name in mine]
        functions = {**right, **{n: f for n, f in zip(mine, asked, strict=True) if f is not None}}
        if any(function is None for function in asked):
            continue
        following = _answers(follow, functions, examples)
        if not following or not all(map(_same, answers, following)):
            continue
        if not mine or all(is_trusted(own[name]) for name in mine):
            return mine
        if _depend_alike(follow, functions, right, examples[0]):
            return mine
    return None


def _depend_alike(
    follow: Callable[[Functions, Any], Any], functions: Functions, right: Functions, example: Any
) -> bool:
    """Tell whether what follows from ``functions`` depends on all that the right answer does."""
    changed = list(_changed_parts(example))
    following = _answers(follow, functions, [example, *changed])
    wanted = _answers(follow, right, [example, *changed])
    return len(following) == len(wanted) and all(
        differ(answer, following[0]) or not differ(right_answer, wanted[0])
        for answer, right_answer in zip(following[1:], wanted[1:], strict=True)
    )


def _changed_parts(value: Any) -> Iterator[Any]:
    """Yield nested lists and tuples once for each number or array of floats, with it changed."""
    if isinstance(value, list | tuple):
        for number, part in enumerate(value):
            for other in _changed_parts(part):
                yield type(value)((*value[:number], other, *value[number + 1 :]))
    elif isinstance(value, float):
        yield value + 0.3
    else:
        yield from (other for (other,) in changed_arguments([value]))


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


def reaches_alike(
    ask: Callable[..., Any],
    right: Callable[..., Any],
    arguments: Sequence[Any],
    found: Any,
    expected: Any,
) -> bool:
    """Tell whether a change of one number reaches the same entries of an answer and the right one.

    ``found`` and ``expected`` are what ``ask(*arguments)`` and ``right(*arguments)`` have returned.
    For each array of floats, this must hold for one of some numbers in it: a wrong order of blocks
    moves what a single number does.
    """
    before = list(zip(_arrays(found), _arrays(expected), strict=True))

    def alike(changed: Sequence[Any]) -> bool:
        try:
            after = zip(_arrays(ask(*changed)), _arrays(right(*changed)), strict=True)
            return all(itertools.starmap(_reach, zip(before, after, strict=True)))
        except Exception:  # an answer that fails for another number, or has another form
            return False

    return all(any(map(alike, changes)) for changes in _touched(arguments))


def _reach(before: Sequence[np.ndarray], after: Sequence[np.ndarray]) -> bool:
    """Tell whether an answer has changed where the right one has, and nowhere else."""
    if any(new.shape != old.shape for new, old in zip(after, before, strict=True)):
        return True  # a curve that stops elsewhere has no entries to compare
    moved, right = (np.abs(new - old) for new, old in zip(after, before, strict=True))
    moved = moved.reshape(right.shape)
    size = 1 + np.abs(before[0]).max(initial=0)
    return not (
        ((right > MOVED) & (moved == 0)).any() or ((right < STILL) & (moved > ATOL * size)).any()
    )


def _touched(arguments: Sequence[Any]) -> Iterator[Iterator[list[Any]]]:
    """Yield for each array of floats the ``arguments`` with one or another number changed."""
    for number, argument in enumerate(arguments):
        if is_tensor(argument) and argument.is_floating_point():
            array = argument.detach()
        elif isinstance(argument, np.ndarray) and argument.dtype.kind == "f":
            array = argument
        else:
            continue
        size = int(np.prod(array.shape))
        if size:
            start = int(rng(f"entry of argument {number}").integers(size))
            places = [(start + part * size // PROBES) % size for part in range(PROBES)]
            yield (_with_one_changed(arguments, number, place) for place in places)


def _with_one_changed(arguments: Sequence[Any], number: int, place: int) -> list[Any]:
    argument = arguments[number]
    other = argument.detach().clone() if is_tensor(argument) else argument.copy()
    other[tuple(map(int, np.unravel_index(place, tuple(other.shape))))] += 0.5
    if is_tensor(argument):
        other.requires_grad_(argument.requires_grad)
    return [*arguments[:number], other, *arguments[number + 1 :]]


def _arrays(value: Any) -> list[np.ndarray]:
    """Return an answer, numbers or nested tuples of them, as arrays in a fixed order."""
    if isinstance(value, list | tuple):
        return [array for part in value for array in _arrays(part)]
    return [numbers(value).astype(np.float64)]


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
