"""Find what must not be used, and tell a use that is graded from an import that nothing needs."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import translate

from .uses import Piece, files_of, pieces_of


@dataclass(frozen=True)
class Forbidden:
    """Modules with all below them, and dotted names that may end in a wildcard."""

    imports: Sequence[str] = ()
    names: Sequence[str] = ()

    def holds(self, name: str) -> bool:
        """Say whether ``name``, or a module that it is part of, is forbidden."""
        if any(name == module or name.startswith(module + ".") for module in self.imports):
            return True
        return bool(self.names) and self._pattern.match(name) is not None

    @functools.cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(map(translate, self.names)))


@dataclass(frozen=True)
class Search:
    """What a search has found: a sentence on the first use, and imports that nothing uses.

    An import is (file, line, name).
    """

    used: str | None = None
    unused: tuple[tuple[str, int, str], ...] = ()


def search(
    sources: Mapping[str, str],
    forbidden: Forbidden,
    objects: Collection[str] = (),
    own: Callable[[str], str | None] = lambda path: None,
) -> Search:
    """Search ``sources`` (file name to text) for what ``forbidden`` holds.

    Only what ``objects`` may reach, or what an import of the file runs, counts as used; without
    ``objects``, or where one of them is not defined, everything counts. ``own`` returns the text of
    a file of the student's own beside the sources, or None; these count whole.
    """
    if not (forbidden.imports or forbidden.names):
        return Search()
    read = _with_own_files(sources, own)
    for file, pieces in read.items():
        roots = set(objects) if file in sources else set()
        if (found := _first_use(_reached(pieces, roots), forbidden)) is not None:
            return Search(_sentence(file, *found))
    for file, pieces in read.items():
        for piece in pieces:
            for line, name in piece.imports:
                if forbidden.holds(name) and _is_taken_from(file, piece.defines, read):
                    return Search(_sentence(file, line, name))
    return Search(None, tuple(
        (file, line, name)
        for file, pieces in read.items()
        for piece in pieces
        for line, name in piece.imports
        if forbidden.holds(name)
    ))  # fmt: skip


def _sentence(file: str, line: int, name: str) -> str:
    return (
        f"{file}, line {line} uses {name}, which is not allowed in this question; "
        "write that part yourself."
    )


def _with_own_files(
    sources: Mapping[str, str], own: Callable[[str], str | None]
) -> dict[str, Sequence[Piece]]:
    """Return the pieces of the sources and of the student's own files that they import."""
    todo, read = dict(sources), dict[str, Sequence[Piece]]()
    seen = set(sources)
    while todo:
        file = next(iter(todo))
        try:
            read[file] = pieces_of(todo.pop(file))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # the syntax error is reported in its own words
        names = {name for piece in read[file] for _, name in (*piece.imports, *piece.uses)}
        for path in sorted({path for name in names for path in files_of(name)} - seen):
            seen.add(path)
            if (text := own(path)) is not None:
                todo[path] = text
    return read


def _is_taken_from(file: str, names: Collection[str], read: Mapping[str, Sequence[Piece]]) -> bool:
    """Say whether a file imports ``file`` itself, all of it, or one of ``names`` from it."""
    module = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    wanted = {module, f"{module}.*", *(f"{module}.{name}" for name in names)}
    return any(
        name in wanted
        for pieces in read.values()
        for piece in pieces
        for _, name in (*piece.imports, *piece.uses)
    )


def notes(searches: Iterable[Search]) -> list[str]:
    """Return a sentence on each import that no question uses, given the searches of them all."""
    found = list(searches)
    if any(item.used for item in found):
        return []  # that question says it
    return [
        f"{file}, line {line} imports {name.removesuffix('.*')}, which is not allowed here. "
        "Nothing that is graded uses it, so it costs nothing; remove the import."
        for file, line, name in dict.fromkeys(one for item in found for one in item.unused)
    ]


def _first_use(pieces: Sequence[Piece], forbidden: Forbidden) -> tuple[int, str] | None:
    """Return the first forbidden use; a star puts a whole forbidden module to use."""
    for line, name in (found for piece in pieces for found in piece.imports):
        if name.endswith(".*") and forbidden.holds(name.removesuffix(".*")):
            return line, name.removesuffix(".*")
    names = {name for piece in pieces for _, name in piece.uses}
    held = {name for name in names if forbidden.holds(name)}
    uses = [use for piece in pieces for use in piece.uses if use[1] in held]
    return min(uses, key=lambda use: (use[0], -len(use[1])), default=None)


def _reached(pieces: Sequence[Piece], roots: Collection[str]) -> list[Piece]:
    """Return the pieces that run on import or that ``roots`` may reach, in the order of the file.

    Imports bind names only, except for those with a star.
    """
    defined = {name for piece in pieces for name in piece.defines}
    if not roots or not defined >= set(roots):
        return list(pieces)
    definitions = defaultdict(list)
    for i, piece in enumerate(pieces):
        for name in piece.defines:
            definitions[name].append(i)
    new = {i for i, piece in enumerate(pieces) if piece.runs or _is_star(piece)}
    new |= {i for name in roots for i in definitions[name]}
    reached: set[int] = set()
    while new:
        if any(pieces[i].dynamic for i in new):
            return list(pieces)
        reached |= new
        names = {name for i in new for name in pieces[i].reads}
        new = {i for name in names & definitions.keys() for i in definitions[name]} - reached
    return [pieces[i] for i in sorted(reached)]


def _is_star(piece: Piece) -> bool:
    return any(name.endswith(".*") for _, name in piece.imports)
