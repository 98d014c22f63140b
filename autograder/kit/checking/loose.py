"""Hand in the files themselves, without a zip and without folders: their names, there and back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, TypeVar

from .pack import Packed
from .packed_documents import listing, with_sizes
from .rules import Rules, size_fault, size_of

Content = TypeVar("Content")
JOINT = "--"  # gan/answers.md is handed in as gan--answers.md


def loose_names(paths: Iterable[str], rules: Rules) -> dict[str, str]:
    """Return path = name to hand in; the name of a file that only one folder can have stays."""
    every = list(paths)
    count = Counter(path.split("/")[-1].lower() for path in every)
    found = {}
    for path in every:
        name = path.split("/")[-1]
        stays = count[name.lower()] == 1 and folder_path(name, rules) == path
        found[path] = name if stays else path.replace("/", JOINT)
    return found


def in_folders(files: Mapping[str, Content], rules: Rules) -> dict[str, Content]:
    """Return handed-in files by the paths that they have in the folders of the package."""
    found: dict[str, Content] = {}
    for name in sorted(files):
        path = folder_path(name, rules)
        found[name if path in found else path] = files[name]
    return found


def folder_path(name: str, rules: Rules) -> str:
    """Return the path that a file has in the folders of the package, or ``name`` as it is."""
    *above, file = name.split("/")
    folder, joint, rest = file.partition(JOINT)
    places = {place.lower(): place for place in rules.folders.values()}
    if joint and folder.lower() in places:
        inside = [places[folder.lower()], *rest.split(JOINT)]
    elif above:
        return name
    else:
        homes = (place for pattern, place in rules.homes if fnmatchcase(file, pattern))
        inside = [*filter(None, [next(homes, "")]), file]
    return "/".join([*above, *inside])


class Folder:
    """The folder with the files to hand in; ``faults`` says why they cannot be handed in."""

    def __init__(self, root: Path, description: dict[str, Any], packed: Packed, _: str) -> None:
        self._rules, files = Rules.of(description), packed.files
        self._path = root / f"{description['assignment']}-submission"
        names = loose_names(files, self._rules)
        self._files = {names[path]: files[path] for path in files}
        self.faults = [
            f"{path} has {JOINT} in its name: rename it, without {JOINT}."
            for path, name in names.items()
            if folder_path(name, self._rules) != path
        ]
        fault = size_fault(self._size(), self._rules.max_size_mb * 2**20, "The files have")
        self.faults += filter(None, [fault])

    def write(self) -> Iterator[str]:
        """Copy the files into the folder; yield the lines of a report."""
        self._path.mkdir(exist_ok=True)
        for name, path in self._files.items():
            (self._path / name).write_bytes(path.read_bytes())
        size = f"{size_of(self._size())}, at most {self._rules.max_size_mb:g} MB"
        yield f"Wrote {len(self._files)} files to {self._path} ({size}):"
        yield from with_sizes(self._files)
        others = sorted({path.name for path in self._path.iterdir()} - self._files.keys())
        if others:
            verb = "was" if len(others) == 1 else "were"
            yield f"Note: {listing(others)} {verb} already there: delete what you do not hand in."
        yield f"Hand in all files of {self._path.name}, not a zip of them."

    def _size(self) -> int:
        return sum(path.stat().st_size for path in self._files.values())
