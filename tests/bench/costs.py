"""What many submissions cost in core hours, and how long students wait before a deadline."""

from __future__ import annotations

import heapq
import random
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

SIZES = (1_000, 10_000, 1_000_000)
CORES = (1, 2, 4, 8, 16, 32, 64)
LAST_DAYS, LAST_HOURS = 7.0, 3.0  # the time before a deadline, and the mean of the rush
RUSH = 0.7  # the share that hands in during the rush
Rows = Mapping[str, Mapping[str, Any]]


def show(rows: Rows, console: Console) -> None:
    """Print the costs and the waiting times that the rows of a class give."""
    for key in sorted(key for key in rows if key.startswith("class.") and key.endswith(".service")):
        _, name, count, _ = key.split(".")
        base = f"class.{name}.{count}"
        plain, with_pdf = (_value(rows, f"{base}.{way}.cpu") for way in ("jobs2", "jobs2.pdf"))
        console.print(_costs(f"{name}, measured on {count}", plain, with_pdf))
        console.print(_waits(name, scaled(rows[key]["values"], with_pdf), int(count)))


def scaled(values: Sequence[float], mean: float) -> list[float]:
    """Return ``values`` with another mean: measured by the clock, a busy machine lengthens them."""
    factor = mean / statistics.fmean(values) if mean else 1.0
    return [value * factor for value in values]


def core_hours(submissions: int, seconds: float) -> float:
    """Return the core hours of submissions that take ``seconds`` of CPU each."""
    return submissions * seconds / 3600


def waits(
    arrivals: Sequence[float], service: Sequence[float], cores: int, seed: int = 1
) -> list[float]:
    """Return the seconds from each arrival to its result, first come first served.

    How long a submission takes is drawn from ``service``.
    """
    drawn = random.Random(seed)
    free = [0.0] * cores
    found = []
    for arrival in sorted(arrivals):
        start = max(arrival, heapq.heappop(free))
        end = start + drawn.choice(service)
        heapq.heappush(free, end)
        found.append(end - arrival)
    return found


def arrivals(count: int, seed: int = 1) -> list[float]:
    """Return when submissions come, in seconds of the last days before a deadline.

    ``RUSH`` of them come at an exponential distance from the deadline, the others evenly.
    """
    drawn = random.Random(seed)
    whole = LAST_DAYS * 86_400
    times = []
    for _ in range(count):
        if drawn.random() < RUSH:
            times.append(max(0.0, whole - drawn.expovariate(1 / (LAST_HOURS * 3600))))
        else:
            times.append(drawn.uniform(0.0, whole))
    return times


def _costs(title: str, plain: float, with_pdf: float) -> Table:
    table = Table("submissions", title=f"Cost: {title}", title_justify="left")
    for heading in ("core hours", "with PDFs", "hours on 2 cores", "hours on 64 cores"):
        table.add_column(heading, justify="right")
    for size in SIZES:
        hours, more = core_hours(size, plain), core_hours(size, with_pdf)
        cells = (hours, more, more / 2, more / 64)
        table.add_row(f"{size:,}", *(f"{cell:,.2f}" for cell in cells))
    return table


def _waits(name: str, service: Sequence[float], count: int) -> Table:
    mean = statistics.fmean(service)
    title = (
        f"Waiting for a result before a deadline: {name}, {1000 * mean:.0f} ms of CPU on average, "
        f"at most {max(service):.1f} s, {count} measured"
    )
    table = Table("submissions", "cores", title=title, title_justify="left")
    for heading in ("median", "19 of 20", "longest"):
        table.add_column(heading, justify="right")
    for size in (*SIZES[:2], 100_000):
        come = arrivals(size)
        for cores in CORES:
            found = sorted(waits(come, service, cores))
            cells = (found[len(found) // 2], found[int(0.95 * len(found))], found[-1])
            table.add_row(f"{size:,}", str(cores), *(_span(cell) for cell in cells))
            if cells[2] < 2 * max(service):  # more cores change nothing
                break
    return table


def _span(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _value(rows: Rows, key: str) -> float:
    return float(rows[key]["median"]) if key in rows else 0.0
