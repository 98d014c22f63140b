"""What a test case records for the report: numbers and figures."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 160
_SIZE_LIMIT = 4 * 2**20


@dataclass
class Evidence:
    """Metrics by name and figures as (caption, PNG bytes), in the order they came."""

    metrics: dict[str, float] = field(default_factory=dict)
    figures: list[tuple[str, bytes]] = field(default_factory=list)


_evidence = Evidence()
_keeps_figures = True


def collect() -> Evidence:
    """Return what was recorded since the last call and start again."""
    global _evidence
    taken, _evidence = _evidence, Evidence()
    return taken


def record(name: str, value: float) -> None:
    """Keep a number under ``name`` (an accuracy as a fraction, a loss as a mean per sample)."""
    _evidence.metrics[name] = float(value)


def attach_figure(caption: str, figure: Figure) -> None:
    """Keep a matplotlib figure with its caption; the same figure gives the same bytes."""
    if not _keeps_figures:
        return
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=DPI, metadata={"Software": None})
    if stream.tell() > _SIZE_LIMIT:
        raise ValueError(f"the figure {caption!r} takes more than {_SIZE_LIMIT >> 20} MiB")
    _evidence.figures.append((caption, stream.getvalue()))


@contextlib.contextmanager
def without_figures() -> Iterator[None]:
    """Keep no figures inside the block, where nobody looks at them: drawing takes time."""
    global _keeps_figures
    before, _keeps_figures = _keeps_figures, False
    try:
        yield
    finally:
        _keeps_figures = before
