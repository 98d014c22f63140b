"""Written answers and the pictures that packed documents show: carried along, or told missing."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from .documents import answers_of, pictures_of
from .rules import size_of

_ON_THE_WEB = ("http:", "https:", "//")
_INSIDE = ("data:", "attachment:")  # in the document itself


def look_at_answers(path: Path) -> Iterator[str]:
    """Yield a sentence on the questions of a sheet that have no answer."""
    answers = answers_of(path.read_text(encoding="utf-8", errors="replace"))
    waiting = [name for name, answer in answers.items() if not answer]
    if not waiting:
        return
    verb, below = ("has", "it below its heading")
    if len(waiting) > 1:
        verb, below = ("have", "them below their headings")
    yield f"{_shown(path)}: {listing(waiting)} {verb} no answer yet; write {below}."


def listing(names: Sequence[str]) -> str:
    """Return names for a sentence, in their order."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def with_sizes(files: Mapping[str, Path]) -> Iterator[str]:
    """Yield a line for each file, in the order of their names, with its size."""
    width = max(map(len, files), default=0)
    for name in sorted(files):
        yield f"  {name:{width}}  {size_of(files[name].stat().st_size):>8}"


def take_pictures(root: Path, files: dict[str, Path], folders: Mapping[str, str]) -> Iterator[str]:
    """Add the pictures that ``files`` show; yield a sentence on those that cannot be packed."""
    for name, path in list(files.items()):
        lost: dict[str, list[str]] = {}
        for target in pictures_of(name, path.read_bytes()):
            if target.lower().startswith(_INSIDE):
                continue
            reason = _take(root, path, target, files, folders)
            if reason:
                lost.setdefault(reason, []).append(target)
        for reason, targets in lost.items():
            more = f" and {len(targets) - 1} more" if len(targets) > 1 else ""
            shown = f"{targets[0]}{more}"
            yield f"{_shown(path)} shows {shown}, {reason}."


def _take(
    root: Path, document: Path, target: str, files: dict[str, Path], folders: Mapping[str, str]
) -> str | None:
    """Add one picture; return why it cannot be packed, and what to do."""
    if target.lower().startswith(_ON_THE_WEB):
        return "which is on the web: graders do not load it; save it here and show that file"
    place = document.parent.relative_to(root).as_posix()
    inside = posixpath.normpath(posixpath.join(place, target.replace("\\", "/")))
    if os.path.isabs(target) or ":" in target or inside.startswith("../"):
        return "which is outside of this folder: copy it here and correct the path"
    if not _exactly_there(root, inside):
        return "which does not exist: save it there, or correct the path"
    top, slash, rest = inside.partition("/")
    files.setdefault(f"{folders.get(top, top)}/{rest}" if slash else inside, root / inside)
    return None


def _exactly_there(root: Path, inside: str) -> bool:
    """Tell whether a file exists under this spelling; some systems ignore upper and lower case."""
    path = root / inside
    if not path.is_file():
        return False
    return path.name in os.listdir(path.parent)


def _shown(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
