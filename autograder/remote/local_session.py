"""A session with trusted code in this process: the reference and known mistakes."""

from __future__ import annotations

import contextlib
import random
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from autograder.remote.sessions import Session
from autograder.wire import PREFIX, Objects, answer, unpack_lengths


@dataclass
class LocalSession(Session):
    """A session with trusted code in this process: the same requests, the same copies."""

    objects: Objects = field(default_factory=Objects)
    carries: frozenset[str] = frozenset()  # the functions that may be asked elsewhere
    _random: tuple[Any, Any, Any] | None = None

    def elsewhere(self, proxy: Any, at_least: float) -> Any:
        """Return the object behind ``proxy``; what is asked of it is not recorded here."""
        name = self.name_of(proxy)
        if name is None or name not in self.carries:
            return None
        aside = LocalSession(self.wrap, self.unwrap, objects=self.objects)
        return aside.get(name)

    def _exchange(self, frame: bytes) -> tuple[bytes, bytes]:
        header, raw = _split(frame)
        outside = _random_states()
        _set_random_states(self._random or outside)
        try:
            with _gradients_enabled():
                return _split(answer(self.objects, header, raw))
        finally:  # nor does it draw from the examiner's generators
            self._random = _random_states()
            _set_random_states(outside)


class modules_restored:
    """Forget, at the end of the block, the modules and paths that were added inside."""

    def __enter__(self) -> None:
        self._path, self._modules = list(sys.path), dict(sys.modules)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        sys.path[:] = self._path
        for name in sys.modules.keys() - self._modules.keys():
            file = getattr(sys.modules[name], "__file__", None)
            if file and not any(Path(file).is_relative_to(path) for path in self._path if path):
                del sys.modules[name]


def _gradients_enabled() -> contextlib.AbstractContextManager[object]:
    """Record gradients in the block: a worker never inherits the examiner's ``no_grad``."""
    torch = sys.modules.get("torch")
    return contextlib.nullcontext() if torch is None else torch.enable_grad()


def _random_states() -> tuple[Any, Any, Any]:
    torch = sys.modules.get("torch")
    return random.getstate(), np.random.get_state(), torch and torch.get_rng_state()


def _set_random_states(states: tuple[Any, Any, Any]) -> None:
    random.setstate(states[0])
    np.random.set_state(states[1])
    if states[2] is not None:
        sys.modules["torch"].set_rng_state(states[2])


def _split(frame: bytes) -> tuple[bytes, bytes]:
    tree, _ = unpack_lengths(frame[: PREFIX.size])
    start = PREFIX.size + tree
    return frame[PREFIX.size : start], frame[start:]
