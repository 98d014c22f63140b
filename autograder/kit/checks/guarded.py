"""Cases that judge alike under Otter, in a student's local check and under our grader.

Our grader sends copies of all arguments to the student's code and takes copies of the results.
Elsewhere the student's objects live in the same process, and a function that changes its argument
in place would change what the case computes with. Here they are made to take and give copies too.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any

from .copies import detached_copy, each_part, tracked_copy


def test_case(*, after: str | None = None, **settings: Any) -> Any:  # noqa: PT028
    """Mark a function as a case: ``@test_case(points=1, hidden=False, failure_message="...")``.

    It takes the settings of ``otter.test_files.test_case``. ``after`` is the function of an
    earlier case of which this one tests a special case: where both fail, only the earlier one is
    shown as the fault.
    """
    otter = sys.modules.get("otter.test_files")
    case = (_OtterCase.of(otter.test_case) if otter else LocalCase)(**settings)
    case.after = after
    return case


test_case.__test__ = False  # type: ignore[attr-defined]  # pytest collects functions by name


class LocalCase:
    """The settings and the function of a case where Otter is not in use."""

    after: str | None

    def __init__(
        self,
        name: str | None = None,
        points: float | None = None,
        hidden: bool = False,
        success_message: str | None = None,
        failure_message: str | None = None,
    ) -> None:
        self.name, self.points, self.hidden = name, points, hidden
        self.success_message, self.failure_message = success_message, failure_message
        self.test_func: Callable[..., None] | None = None

    def __call__(self, function: Callable[..., None]) -> LocalCase:
        """Keep the function."""
        self.test_func = function
        return self


class _OtterCase:
    """Mixed into Otter's own class of cases: what Otter hands to the function is guarded."""

    otter_class: type[Any]
    name: str | None
    points: float | None
    hidden: bool
    success_message: str | None
    failure_message: str | None
    test_func: Callable[..., None]
    after: str | None
    _made: dict[type[Any], type[Any]] = {}  # noqa: RUF012

    @classmethod
    def of(cls, base: type[Any]) -> type[Any]:
        """Return Otter's class ``base`` with this one mixed in."""
        if base not in cls._made:
            cls._made[base] = type("test_case", (cls, base), {"otter_class": base})
        return cls._made[base]

    def call_func(self, environment: dict[str, Any]) -> None:
        """Call the function on the objects that its parameters name, None where there is none."""
        names = inspect.signature(self.test_func).parameters
        self.test_func(**{name: guarded(environment.get(name)) for name in names})

    def __reduce__(self) -> Any:
        """Be pickled as a case of Otter's own: Otter reads its results in another process."""
        settings = self.name, self.points, self.hidden, self.success_message, self.failure_message
        return self.otter_class, settings


def is_guarded(case: object) -> bool:
    """Say whether a case was made by ``test_case`` of this module."""
    return isinstance(case, LocalCase | _OtterCase)


_helper_runs = False


def run_here(helper: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """Call ``helper`` on copies of data and on the student's objects as they are."""
    global _helper_runs
    before, _helper_runs = _helper_runs, True
    try:
        return _given(helper(*each_part(detached_copy(arguments), _bare)))
    finally:
        _helper_runs = before


def guarded(value: Any) -> Any:
    """Return a function, class or instance of the student's that takes and gives copies."""
    if hasattr(type(value), "__run_beside__"):
        return value  # a proxy of our grader, or guarded already
    if isinstance(value, type):
        return _Class(value)
    if _is_module(value):
        return _with_copied_inputs(value)
    return _Object(value) if callable(value) else value


class _Object:
    """A student's object: calls, methods and attributes reach the object itself."""

    def __init__(self, target: Any) -> None:
        object.__setattr__(self, "_target", target)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return self._result(self._target(*_taken(arguments), **_taken(keywords)))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _given(getattr(self._target, name))

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._target, name, _taken(value))

    def __run_beside__(self, helper: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        return run_here(helper, arguments)

    def __repr__(self) -> str:
        return repr(self._target)

    def _result(self, value: Any) -> Any:
        return _given(value)


class _Class(_Object):
    """A student's class: its instances are guarded too."""

    def _result(self, value: Any) -> Any:
        return _with_copied_inputs(value) if _is_module(value) else _Object(value)


def _taken(value: Any) -> Any:
    """Return what the student's code gets for an argument."""
    return each_part(tracked_copy(value), _bare)


def _given(value: Any) -> Any:
    """Return what a case gets for a result."""
    return each_part(tracked_copy(value), guarded)


def _bare(value: Any) -> Any:
    return value._target if isinstance(value, _Object) else value


def _is_module(value: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.nn.Module)


def _with_copied_inputs(module: Any) -> Any:
    """Let a module copy its inputs before each call."""
    if not getattr(module, "_copies_its_inputs", False):
        object.__setattr__(module, "_copies_its_inputs", True)
        module.register_forward_pre_hook(_copy_inputs, with_kwargs=True)
    return module


def _copy_inputs(_: Any, arguments: Any, keywords: Any) -> Any:
    return None if _helper_runs else (_taken(arguments), _taken(keywords))
