"""Stand-ins for a student's objects: used like the real ones, answered by a session."""

from __future__ import annotations

import functools
import inspect
import textwrap
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import torch

from autograder.remote.sessions import Session
from autograder.wire import Handle, Leaf
from autograder.wire.objects import tensors

_PROXY = "_proxy_of"


def wrap(session: Session, handle: Handle) -> Any:
    """Return the proxy for an object that stays with the student's code."""
    if handle.kind == "module":
        return RemoteModule(session, handle)
    return {"class": RemoteClass, "function": RemoteFunction}.get(handle.kind, RemoteValue)(
        session, handle
    )


def unwrap(value: Any) -> Handle | None:
    """Return the handle behind a proxy, None for anything else."""
    found = getattr(type(value), _PROXY, None)
    return None if found is None else found(value)


class RemoteValue:
    """Something that is not plain data: it can be handed back, and nothing can be read from it.

    A student's object could otherwise answer ``.shape`` itself and pass for an array.
    """

    def __init__(self, session: Session, handle: Handle) -> None:
        object.__setattr__(self, "_session", session)
        object.__setattr__(self, "_handle", handle)
        weakref.finalize(self, session.drop, handle.id).atexit = False

    def _proxy_of(self) -> Handle:
        handle: Handle = object.__getattribute__(self, "_handle")
        return handle

    def __run_beside__(self, helper: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        session: Session = object.__getattribute__(self, "_session")
        return run_beside(session, helper, arguments)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise _no_data(self)

    def _refuse(self, *_: Any) -> Any:
        """Be neither true nor false, equal nor unequal: comparing it tells nothing."""
        raise _no_data(self)

    __bool__ = __len__ = __iter__ = __getitem__ = __contains__ = __array__ = _refuse
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __int__ = __float__ = __complex__ = __index__ = _refuse
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"<{self._proxy_of().type_name} of the submission>"


def _no_data(proxy: Any) -> AssertionError:
    return AssertionError(
        "plain data (numbers, strings, lists, arrays or tensors) was expected, but the code "
        f"returned an object of type {proxy._proxy_of().type_name}"
    )


class RemoteFunction(RemoteValue):
    """A function of the student's."""

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return call(self._session, self, arguments, keywords)


class RemoteClass(RemoteFunction):
    """A class of the student's; its instances answer attributes and methods."""

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        made = super().__call__(*arguments, **keywords)
        if type(made) in (RemoteValue, RemoteFunction):
            return RemoteInstance(self._session, made._proxy_of(), made)
        return made


class RemoteInstance(RemoteFunction):
    """An instance that a test constructed itself: attributes and methods may be used."""

    def __init__(self, session: Session, handle: Handle, owner: RemoteValue) -> None:
        object.__setattr__(self, "_session", session)
        object.__setattr__(self, "_handle", handle)
        object.__setattr__(self, "_owner", owner)  # which tells the worker when both are gone

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._session.request("attribute", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._session.request("set", self, name, value)


class RemoteModule(torch.nn.Module):
    """An ``nn.Module`` of the student's: forward, state, parameters and gradients by wire.

    ``named_parameters`` returns local leaf tensors that follow the remote ones: gradients of
    later calls arrive in their ``.grad``, and a local change is sent before the next call.
    """

    def __init__(self, session: Session, handle: Handle) -> None:
        super().__init__()
        self.__dict__.update(_session=session, _handle=handle, _mirrors={}, _versions={})
        weakref.finalize(self, session.drop, handle.id).atexit = False

    def _proxy_of(self) -> Handle:
        handle: Handle = self.__dict__["_handle"]
        return handle

    def _refuse(self, *_: Any) -> Any:
        raise _no_data(self)

    __bool__ = __eq__ = __ne__ = _refuse
    __hash__ = torch.nn.Module.__hash__

    def __run_beside__(self, helper: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        self._push()
        return run_beside(self.__dict__["_session"], helper, arguments)

    @property
    def training(self) -> Any:
        """Whether the student's module is in training mode."""
        return self.__dict__["_session"].request("attribute", self, "training")

    @training.setter
    def training(self, value: bool) -> None:
        """Ignore what ``nn.Module.__init__`` sets: the student's module decides."""

    def forward(self, *arguments: Any, **keywords: Any) -> Any:
        """Call the student's module; every parameter's gradient can be asked for afterwards."""
        if torch.is_grad_enabled() and not self._mirrors:
            self._pull()
        self._push()
        return call(self.__dict__["_session"], self, arguments, keywords, self._mirrors)

    def state_dict(self, *arguments: Any, **keywords: Any) -> Any:
        """Return a copy of the state, name to tensor."""
        self._push()
        return self._method("state_dict", *arguments, **keywords)

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True) -> Any:  # type: ignore[override]
        """Copy ``state_dict`` into the student's module."""
        answer = self._method("load_state_dict", dict(state_dict), strict)
        self._refresh()
        return answer

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, torch.nn.Parameter]]:
        """Yield name and local leaf of every parameter, with the values of now."""
        self._push()
        self._pull()
        return iter([(prefix + name, value) for name, value in self._mirrors.items()])

    def train(self, mode: bool = True) -> RemoteModule:
        """Put the student's module into training or evaluation mode."""
        self._method("train" if mode else "eval")
        return self

    def to(self, *arguments: Any, **keywords: Any) -> RemoteModule:
        """Move or convert the student's module."""
        self._method("to", *arguments, **keywords)
        self._refresh()
        return self

    def double(self) -> RemoteModule:
        """Convert the student's module to float64."""
        return self.to(torch.float64)

    def float(self) -> RemoteModule:
        """Convert the student's module to float32."""
        return self.to(torch.float32)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{name} of the student's module is not part of the interface")

    def _method(self, name: str, *arguments: Any, **keywords: Any) -> Any:
        return self.__dict__["_session"].request("method", self, name, arguments, keywords)

    def _refresh(self) -> None:
        if self._mirrors:
            self._pull()

    def _pull(self) -> None:
        """Fetch the parameters; those already known keep their identity and their gradients."""
        values = self.__dict__["_session"].request("parameters", self)
        for name, value in values.items():
            if name in self._mirrors and self._mirrors[name].dtype == value.dtype:
                self._mirrors[name].data = value
            else:
                wants = value.is_floating_point() or value.is_complex()
                self._mirrors[name] = torch.nn.Parameter(value, requires_grad=wants)
            self._versions[name] = self._mirrors[name]._version

    def _push(self) -> None:
        """Send the parameters that the test has changed since they were fetched."""
        changed = {
            name: value.detach()
            for name, value in self._mirrors.items()
            if value._version != self._versions[name]
        }
        if changed:
            self.__dict__["_session"].request("assign", self, changed)
            self._versions.update({name: self._mirrors[name]._version for name in changed})


def run_beside(session: Session, helper: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """Send the source of ``helper`` to the student's process and call it there."""
    return session.request("run_beside", _source(helper), helper.__name__, list(arguments))


@functools.lru_cache(maxsize=256)
def _source(helper: Callable[..., Any]) -> str:
    return textwrap.dedent(inspect.getsource(helper))


def call(
    session: Session,
    target: Any,
    arguments: tuple[Any, ...],
    keywords: dict[str, Any],
    parameters: Mapping[str, torch.Tensor] | None = None,
) -> Any:
    """Call ``target``; through autograd when an input or a known parameter wants a gradient."""
    wanted = [t for t in tensors([list(arguments), keywords]) if t.requires_grad]
    named = {name: p for name, p in (parameters or {}).items() if p.requires_grad}
    if not torch.is_grad_enabled() or not (wanted or named):
        return session.request("call", target, list(arguments), keywords)
    taped = _TapedCall(session, target, _marked(list(arguments)), _marked(keywords), list(named))
    outputs = _Taped.apply(taped, *wanted, *named.values())
    return _replaced(taped.value, iter(outputs))


class _TapedCall:
    """One call that the worker keeps a tape of."""

    def __init__(
        self, session: Session, target: Any, arguments: Any, keywords: Any, names: list[str]
    ) -> None:
        self.session = session
        self._request = (target, arguments, keywords, names)
        self.value: Any = None
        self.tape: Any = None

    def run(self) -> tuple[list[torch.Tensor], list[bool]]:
        answer = self.session.request("taped_call", *self._request)
        self.value, self.tape, flags = answer
        return list(tensors(self.value)), flags


class _Taped(torch.autograd.Function):
    """Differentiate through the student's process, as often as asked."""

    @staticmethod
    def forward(ctx: Any, taped: _TapedCall, *leaves: torch.Tensor) -> tuple[torch.Tensor, ...]:
        outputs, flags = taped.run()
        ctx.taped, ctx.flags = taped, flags
        ctx.shapes = [(leaf.shape, leaf.dtype) for leaf in leaves]
        ctx.mark_non_differentiable(
            *(out for out, flag in zip(outputs, flags, strict=True) if not flag)
        )
        return tuple(outputs)

    @staticmethod
    def backward(ctx: Any, *cotangents: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        sent = [c if flag else None for c, flag in zip(cotangents, ctx.flags, strict=True)]
        gradients = ctx.taped.session.request("vjp", ctx.taped.tape, sent)
        for gradient, (shape, dtype) in zip(gradients, ctx.shapes, strict=True):
            if gradient is not None and (gradient.shape != shape or gradient.dtype != dtype):
                raise AssertionError("a gradient does not have the shape and dtype of its input")
        return (None, *gradients)


def _marked(value: Any) -> Any:
    """Return ``value`` with the tensors that want a gradient marked as leaves."""
    if type(value) in (list, tuple):
        return type(value)(_marked(item) for item in value)
    if type(value) is dict:
        return {key: _marked(item) for key, item in value.items()}
    if isinstance(value, torch.Tensor) and value.requires_grad:
        return Leaf(value.detach())
    return value


def _replaced(value: Any, fresh: Iterator[torch.Tensor]) -> Any:
    """Return ``value`` with each tensor replaced, in order, by its differentiable twin."""
    if type(value) in (list, tuple):
        return type(value)(_replaced(item, fresh) for item in value)
    if type(value) is dict:
        return {key: _replaced(item, fresh) for key, item in value.items()}
    return next(fresh) if isinstance(value, torch.Tensor) else value


def environment(session: Session, names: Iterable[str]) -> dict[str, Any]:
    """Return the proxies for ``names``; raises LookupError (of the student) for a missing one."""
    return {name: session.request("get", name) for name in names}
