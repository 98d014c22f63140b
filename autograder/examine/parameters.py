"""Which parameters of a student's network have an effect; hidden cases use it.

A layer that a forward pass never calls gets no gradient and harms nobody. A parameter that changes
what comes out and still gets no gradient never learns: something cuts the graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from checks import run_beside


def that_matter(
    network_class: Any,
    names: Iterable[str],
    inputs: Sequence[Any],
    arguments: Sequence[Any] = (),
    options: Mapping[str, Any] | None = None,
) -> list[str]:
    """Return the ``names`` of the parameters whose change changes the output of a network.

    The network is ``network_class(*arguments, **options)`` in evaluation mode, called with
    ``inputs``.
    """
    asked = list(names)
    if not asked:
        return []
    found: list[str] = run_beside(
        _that_matter, network_class, asked, list(inputs), list(arguments), dict(options or {})
    )
    return [name for name in asked if name in found]


def _that_matter(network_class, names, inputs, arguments, options):  # type: ignore[no-untyped-def]
    """Change one parameter at a time; the same random numbers are drawn in every call."""
    import torch

    torch.manual_seed(0)
    network = network_class(*arguments, **options).eval()
    parameters = dict(network.named_parameters())
    before, matter = [], []
    for name in [None, *names]:
        with torch.no_grad():
            if name is not None:
                kept = parameters[name].clone()
                parameters[name].add_(torch.randn(kept.shape))
            torch.manual_seed(1)
            found = network(*inputs)
            outputs = [found] if isinstance(found, torch.Tensor) else [*found]
            if name is None:
                before = outputs
                continue
            parameters[name].copy_(kept)
        if any(not torch.allclose(a, b) for a, b in zip(before, outputs, strict=True)):
            matter.append(name)
    return matter
