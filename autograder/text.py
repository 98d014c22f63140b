"""Text that anybody may have written, made fit to stand in a result."""

from __future__ import annotations


def plain_text(text: str, limit: int) -> str:
    """Return at most ``limit`` characters of ``text``, what cannot be printed as U+FFFD.

    Lone surrogates cannot be written to a file, control characters steer a terminal, and
    direction marks make a line read as another one.
    """
    shown = text[:limit]
    if shown.isprintable():
        return shown
    return "".join(
        c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in shown
    )
