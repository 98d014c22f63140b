"""Proxies of a student's functions, classes and instances."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from autograder.remote.calls import call, send_helper
from autograder.remote.sessions import Session
from autograder.wire import Handle


class NoData(AssertionError):
    """Plain data was expected, but the code returned an object; ``told`` does not name it."""

    told = "plain data (numbers, arrays, tensors) was expected, but the code returned an object"


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

    def _type_name_of(self) -> str:
        return self._proxy_of().type_name

    def __elsewhere__(self, at_least: float) -> Any:
        """Return the same object in a process that saw nothing of this case."""
        session: Session = object.__getattribute__(self, "_session")
        return session.elsewhere(self, at_least)

    def __unrecorded__(self) -> AbstractContextManager[None]:
        session: Session = object.__getattribute__(self, "_session")
        return session.unrecorded()

    def __run_beside__(self, helper: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        session: Session = object.__getattribute__(self, "_session")
        return send_helper(session, helper, arguments)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise no_data(self)

    def _refuse(self, *_: Any) -> Any:
        """Be neither true nor false, equal nor unequal: comparing it tells nothing."""
        raise no_data(self)

    __bool__ = __len__ = __iter__ = __getitem__ = __contains__ = __array__ = _refuse
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __int__ = __float__ = __complex__ = __index__ = _refuse
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"<{self._proxy_of().type_name} of the submission>"


def no_data(proxy: Any) -> NoData:
    return NoData(
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
