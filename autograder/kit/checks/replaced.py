"""Judge a later function with a helper's functions in place of the student's own earlier ones.

Where an earlier function raises, or returns what nothing can be computed with (another shape,
another dtype), no answer follows from it. The later function is then judged with another function
in place of it: in hidden cases with a right one, in public cases, which students can read, with one
that reveals no solution, such as equal weights. So the error is penalised only once, and the later
question is as hard as for a student whose earlier function is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial, wraps
from inspect import signature
from typing import Any

from .beside import run_beside
from .compare import expect_any

Case = Callable[..., None]


def expect_own_or_replaced(
    check: Callable[[], None],
    owner: Any,
    make: Callable[..., Any],
    choices: Sequence[Sequence[Any]] = ((),),
) -> None:
    """Fail unless ``check()`` passes as it is, or with earlier functions replaced for ``owner``.

    ``make`` and ``owner`` are as in ``replaced``; ``make`` is tried with each of ``choices``, its
    further arguments. The first failure, the student's own, is the one that is reported.
    """

    def again(*arguments: Any) -> None:
        with replaced(owner, make, *arguments):
            check()

    expect_any(check, *(partial(again, *arguments) for arguments in choices))


def or_replaced(make: Callable[..., Any], *arguments: Any) -> Callable[[Case], Case]:
    """Return a decorator of cases, which may also pass with earlier functions replaced.

    The owner of ``expect_own_or_replaced`` is the first object that the case asks for. ``make`` and
    its ``arguments`` are as there.
    """

    def decorate(case: Case) -> Case:
        @wraps(case)
        def judged(**asked: Any) -> None:
            owner = next(asked[name] for name in signature(case).parameters)
            expect_own_or_replaced(partial(case, **asked), owner, make, [arguments])

        return judged

    return decorate


@contextmanager
def replaced(owner: Any, make: Callable[..., Any], *arguments: Any) -> Iterator[None]:
    """Let the module of the student's ``owner`` use other functions inside the block.

    ``make(owner, *arguments)`` is a helper as in ``run_beside`` and returns functions or classes
    by name. A name that the module does not have is not added; fail if it has none of them. What
    the code answers inside the block is no evidence of what is wrong with the student's own.
    """
    unrecorded = getattr(type(owner), "__unrecorded__", nullcontext)
    with unrecorded(owner):
        found = run_beside(_put, owner, run_beside(make, owner, *arguments))
        try:
            assert found, "the student's module has none of these functions"
            yield
        finally:
            run_beside(_put_back, owner)


def _put(owner: Any, functions: Any) -> Any:
    """Put ``functions`` into the module of ``owner``; return how many names it has of them.

    What they replace is kept with ``owner``, one entry per block that is open.
    """
    import inspect

    parts = [owner]
    if isinstance(owner, type):
        parts = [part for kind in owner.__mro__ for part in vars(kind).values()]
    spaces = [getattr(inspect.unwrap(part), "__globals__", {}) for part in parts if callable(part)]
    if isinstance(owner, type):  # an inherited method may belong to another module
        spaces = [space for space in spaces if owner.__name__ in space]
    names = spaces[0] if spaces else {}
    new = {name: function for name, function in functions.items() if name in names}
    before = {name: names[name] for name in new}
    owner.replaced_before = [*vars(owner).get("replaced_before", []), (names, before)]
    names.update(new)
    return len(new)


def _put_back(owner: Any) -> None:
    """Put back the functions that the last ``_put`` replaced: blocks may be nested."""
    names, before = owner.replaced_before.pop()
    names.update(before)
