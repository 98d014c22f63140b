"""Show how far a run is: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

LINE_SECONDS = 30.0


@dataclass
class Count:
    """How many of ``total`` submissions are graded; ``clock`` is in seconds."""

    total: int
    clock: Callable[[], float] = time.monotonic
    done: int = 0
    regrades: int = 0
    started: float = field(init=False)

    def __post_init__(self) -> None:
        self.started = self.clock()

    def add(self, needs_regrade: bool) -> None:
        """Count one more submission."""
        self.done += 1
        self.regrades += needs_regrade

    def __str__(self) -> str:
        """Say the rate, the remaining time and how many need a regrade."""
        seconds = max(self.clock() - self.started, 1e-6)
        rate = self.done / seconds
        parts = [f"{60 * rate:.0f} a minute" if rate < 5 else f"{rate:.0f} a second"]
        if left := self.total - self.done:
            parts.append(f"about {_span(left / rate)} left" if rate else "no estimate yet")
        if self.regrades:
            parts.append(f"{self.regrades} need a regrade")
        return ", ".join(parts)


@contextlib.contextmanager
def shown(count: Count, console: Console, live: bool, quiet: bool) -> Iterator[Callable[[], None]]:
    """Show ``count`` inside the block; the function that is yielded shows it anew.

    ``live`` lets a thread refresh the bar; a process that forks must not have one.
    """
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TextColumn("{task.fields[state]}"),
        console=console, disable=quiet or not console.is_terminal, auto_refresh=live,
    ) as bar:  # fmt: skip
        task = bar.add_task("grading", total=count.total, state="")
        last = count.clock()

        def show() -> None:
            nonlocal last
            bar.update(task, completed=count.done, state=str(count))
            bar.refresh()
            if not quiet and not console.is_terminal and count.clock() - last >= LINE_SECONDS:
                last = count.clock()
                line = f"{count.done} of {count.total} graded, {count}."
                console.print(line, highlight=False, soft_wrap=True)

        yield show


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} seconds"
    if seconds < 5400:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:.1f} hours"
