"""Import the heavy libraries once, with what they would otherwise import inside a worker."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable
from typing import Any

from autograder.warm.compiler import put_off_compiler


def warm_up(preload: Iterable[str]) -> list[str]:
    """Import ``preload``; sums have one order, and nothing starts processes or threads.

    Returns the modules that this machine does not have.
    """
    missing = []
    for name in preload:
        try:
            importlib.import_module(name)
        except ImportError:
            missing.append(name)
        if "torch" in sys.modules:
            put_off_compiler()  # before torchvision asks for it
    if "numpy" in sys.modules:
        for part in ("random", "linalg", "fft", "ma", "polynomial"):  # numpy imports them lazily
            importlib.import_module(f"numpy.{part}")
    if "torch" in sys.modules:
        _make_deterministic()
    return missing


def _make_deterministic() -> None:
    import torch
    import torch.utils.data

    torch.set_num_threads(1)  # a pool of threads would not survive the fork
    if torch.get_num_interop_threads() != 1:
        torch.set_num_interop_threads(1)
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.allow_tf32 = False  # ten bits of precision where tests expect 23
    _load_in_process(torch.utils.data.DataLoader)


def rehearse() -> None:
    """Run what torch would otherwise import inside a worker, at its first use there."""
    if "torch" not in sys.modules:
        return
    import torch

    layers = torch.nn.Sequential(
        torch.nn.Conv2d(1, 2, 3), torch.nn.Flatten(), torch.nn.Linear(8, 2), torch.nn.LogSoftmax(1)
    )
    optimizer = torch.optim.Adam(layers.parameters())
    loss = torch.nn.NLLLoss()(layers(torch.zeros(2, 1, 4, 4)), torch.zeros(2, dtype=torch.int64))
    loss.backward()
    optimizer.step()
    parameter = next(layers.parameters())
    torch.autograd.grad(parameter.sum(), parameter, torch.ones(()))


def _load_in_process(loader: Any) -> None:
    """Make DataLoader ignore its worker processes: a confined worker may not start any."""
    import inspect

    original, signature = loader.__init__, inspect.signature(loader.__init__)
    if original.__module__ == __name__:
        return  # it does already

    def __init__(self: Any, *arguments: Any, **keywords: Any) -> None:
        bound = signature.bind(self, *arguments, **keywords)
        bound.arguments["num_workers"] = 0
        for name in ("prefetch_factor", "persistent_workers", "multiprocessing_context"):
            bound.arguments.pop(name, None)
        original(*bound.args, **bound.kwargs)

    loader.__init__ = __init__
