"""A progress bar on a terminal, plain lines elsewhere; both on standard error."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn


class Advance(Protocol):
    """Move the bar on by ``steps``; ``line`` is printed above it, or alone without a terminal."""

    def __call__(self, steps: float = 1.0, line: str = "") -> None: ...


@contextlib.contextmanager
def progress_bar(title: str, total: float, quiet: bool = False) -> Iterator[Advance]:
    """Show a bar from 0 to ``total`` inside the block; ``quiet`` shows nothing at all."""
    console = Console(stderr=True, highlight=False)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=quiet or not console.is_terminal
    ) as bar:
        task = bar.add_task(title, total=total)

        def advance(steps: float = 1.0, line: str = "") -> None:
            bar.advance(task, steps)
            if line and not quiet:
                console.print(line, markup=False, soft_wrap=True)

        yield advance
