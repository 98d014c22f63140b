"""The proxy of a student's ``nn.Module``."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch

from autograder.remote.calls import call, send_helper
from autograder.remote.object_proxies import no_data
from autograder.remote.sessions import Session
from autograder.wire import Handle


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
        raise no_data(self)

    __bool__ = __eq__ = __ne__ = _refuse
    __hash__ = torch.nn.Module.__hash__

    def __run_beside__(self, helper: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        self._push()
        return send_helper(self.__dict__["_session"], helper, arguments)

    @property
    def training(self) -> Any:
        """Whether the student's module is in training mode."""
        return self.__dict__["_session"].request("attribute", self, "training")

    @training.setter
    def training(self, value: bool) -> None:
        """Ignore what ``nn.Module.__init__`` sets: the student's module decides."""

    def forward(self, *arguments: Any, **keywords: Any) -> Any:
        """Call the student's module; the gradients of its parameters are available afterwards."""
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
