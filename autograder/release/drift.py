"""Compare the committed student tree of a problem with a fresh one, and rewrite it."""

from __future__ import annotations

from pathlib import Path

from autograder.release.student import Tree

_IGNORED = {"__pycache__", ".ipynb_checkpoints"}


def drift(folder: Path, tree: Tree) -> list[str]:
    """Return one line for every file that is missing, changed or not part of ``tree``."""
    lines = []
    for name, content in tree.items():
        path = folder / name
        if not path.is_file():
            lines.append(f"{folder.name}/{name} is missing")
        elif path.read_bytes() != content:
            lines.append(f"{folder.name}/{name} has changed")
    lines += [f"{folder.name}/{name} is not part of it" for name in _extra(folder, tree)]
    return lines


def rewrite(folder: Path, tree: Tree) -> list[str]:
    """Make ``folder`` equal to ``tree`` and return what was done, a line for each file touched."""
    lines = []
    for name, content in tree.items():
        path = folder / name
        if path.is_file() and path.read_bytes() == content:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        lines.append(f"wrote {folder.name}/{name}")
    for name in _extra(folder, tree):
        (folder / name).unlink()
        lines.append(f"removed {folder.name}/{name}, which no longer belongs there")
    return lines


def _extra(folder: Path, tree: Tree) -> list[str]:
    files = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(
        path.as_posix()
        for path in files
        if path.as_posix() not in tree and not _IGNORED & set(path.parts)
    )
