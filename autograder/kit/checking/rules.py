"""Rules for files to hand in, which packing and grading apply in the same words."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

HANDOUT = "handout.pdf"


def matching(names: Iterable[str], pattern: str) -> list[str]:
    """Return the paths that a pattern asks for, in any folder and in any case.

    The handouts of the package are the course's, so they are not what it asks for.
    """
    wanted = pattern.lower()
    return [
        name
        for name in names
        if name.split("/")[-1] != HANDOUT
        and (fnmatchcase(name.lower(), wanted) or fnmatchcase(name.lower().split("/")[-1], wanted))
    ]


def pdf_fault(name: str, content: bytes) -> str | None:
    """Return a sentence if a file that is called a PDF is none, or is cut off."""
    if not name.lower().endswith(".pdf"):
        return None
    if not content:
        return f"{name} is empty; export it again."
    if b"%PDF-" not in content[:1024]:
        return f"{name} is not a PDF; export it as one, a new name is not enough."
    if b"%%EOF" not in content[-1024:]:
        return f"{name} is cut off, its end is missing; export it again."
    return None
