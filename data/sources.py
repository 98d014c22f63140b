"""Find a dataset's files in its sources, in order; check them; download them when asked."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import os
import sys
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import DataError

SAMPLES = Path(__file__).parent / "samples"
Locate = Callable[[], Path | None]


@dataclass(frozen=True)
class File:
    """One file of a source.

    ``sha256`` is of the content: a ``.gz`` is unpacked first, since distributions pack it anew.
    ``url_sha256`` is of the file as the official address sends it.
    """

    name: str
    sha256: str
    url: str = ""
    url_sha256: str = ""


@dataclass(frozen=True)
class Source:
    """A place that serves some sizes of a dataset if it holds all of ``files``."""

    kind: str  # cache, mirror, package, sample or generated
    folder: Locate
    files: tuple[File, ...]
    sizes: tuple[str, ...]
    get: str  # how a person makes this source available
    repair: str  # what to do when one of its files is damaged

    def where(self) -> Path | None:
        """Return the folder that holds all files, or None; nothing is read."""
        folder = self.folder()
        if folder is not None and all((folder / file.name).is_file() for file in self.files):
            return folder
        return None

    def read(self, name: str) -> bytes:
        """Return the checked content of one file."""
        file = next(file for file in self.files if file.name == name)
        return content((self.folder() or Path()) / name, file.sha256, self.repair)

    def __str__(self) -> str:
        return f"{self.kind} ({self.folder()})"


@dataclass(frozen=True)
class Dataset:
    """What is known of a dataset: its sizes, smallest first, and its sources, in order."""

    name: str
    title: str
    licence: str
    homepage: str
    sizes: Mapping[str, str]
    sources: tuple[Source, ...]

    def available_sizes(self) -> dict[str, Source | None]:
        """Return for each size the source it would come from now, or None."""
        return {size: self._source(size) for size in self.sizes}

    def find(self, size: str | None = None, download: bool = False) -> tuple[str, Source]:
        """Return ``size`` and the first source that has it.

        Without a size it is the largest that is here, or that can be downloaded if ``download``.
        """
        if size is None:
            here = [name for name, source in self.available_sizes().items() if source]
            size = list(self.sizes)[-1] if download or not here else here[-1]
        elif size not in self.sizes:
            raise DataError(f"{self.name} has no size {size!r}; it has: {', '.join(self.sizes)}.")
        source = self._source(size)
        if source is None and download:
            self.fetch(size)
            source = self._source(size)
        if source is None:
            raise DataError(self._missing(size))
        return size, source

    def fetch(self, size: str) -> None:
        """Download the files of ``size`` into the cache; those that are there and right stay."""
        for source in self.sources:
            if source.kind == "cache" and size in source.sizes:
                for file in source.files:
                    _fetch(file, source.folder())

    def ways(self, size: str) -> list[str]:
        """Return the ways to get ``size``, in the order of the sources."""
        return [source.get for source in self.sources if size in source.sizes]

    def _source(self, size: str) -> Source | None:
        serving = (source for source in self.sources if size in source.sizes)
        return next((source for source in serving if source.where()), None)

    def _missing(self, size: str) -> str:
        here = [name for name, source in self.available_sizes().items() if source]
        mirror = os.environ.get("DL_DATA_MIRROR")
        note = f"; DL_DATA_MIRROR is {mirror}, which does not hold it" if mirror else ""
        return (
            f"{self.name} in size {size!r} is not on this machine (sizes here: "
            f"{', '.join(here) or 'none'}{note}); ways to get it: {'; or '.join(self.ways(size))}."
        )


def cache_folder() -> Path | None:
    """Return ``$DL_DATA_CACHE``, else the user's cache folder (None where pooch is missing)."""
    if named := os.environ.get("DL_DATA_CACHE"):
        return Path(named).expanduser()
    pooch = _pooch()
    return Path(pooch.os_cache("deep-learning-assignments")) if pooch else None


def in_cache(folder: str) -> Locate:
    """Locate a subfolder of the cache."""
    return lambda: cache / folder if (cache := cache_folder()) else None


def in_mirror(folder: str) -> Locate:
    """Locate a subfolder of the folder that ``DL_DATA_MIRROR`` names."""
    return lambda: (
        Path(mirror).expanduser() / folder if (mirror := os.environ.get("DL_DATA_MIRROR")) else None
    )


def content(path: Path, sha256: str, repair: str) -> bytes:
    """Return what is in ``path``, a ``.gz`` unpacked, or raise if it is not what it should be."""
    try:
        data = path.read_bytes()
        if path.suffix == ".gz":
            data = gzip.decompress(data)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise DataError(f"{path} is damaged (not a whole gzip file): {repair}.") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): {repair}.") from None
    actual = hashlib.sha256(data).hexdigest()
    if actual != sha256:
        raise DataError(
            f"{path} is not the file that was expected "
            f"(sha256 {actual[:12]}..., should be {sha256[:12]}...): {repair}."
        )
    return data


def _pooch() -> Any:
    """Return the module pooch, or None: reading what is on the machine does not need it."""
    try:
        import pooch
    except ImportError:
        return None
    return pooch


def _fetch(file: File, folder: Path | None) -> None:
    pooch = _pooch()
    if pooch is None or folder is None:
        raise DataError("Downloading data needs the package pooch: run `pip install pooch`.")
    with contextlib.suppress(DataError):
        content(folder / file.name, file.sha256, "")
        return
    try:
        pooch.retrieve(  # replaces a file that is there and wrong
            file.url,
            known_hash=f"sha256:{file.url_sha256}",
            fname=file.name,
            path=folder,
            progressbar=_Progress(file.name),
        )
    except (OSError, ValueError) as error:  # no network, no space; a wrong checksum
        reason = getattr(error, "strerror", None) or type(error).__name__
        if isinstance(error, ValueError) and not isinstance(error, OSError):
            reason = "what came has another sha256"
        raise DataError(
            f"{file.url} could not be downloaded into {folder} ({reason}): try again later, "
            "or use another way that `python -m data list` names."
        ) from None


class _Progress:
    """A percentage on standard error, as pooch drives it."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.total = 0
        self.done = 0
        self.shown = -1

    def update(self, amount: int) -> None:
        self.done += amount
        percent = 100 * min(self.done, self.total) // max(self.total, 1)
        if percent != self.shown and sys.stderr.isatty():
            print(f"\r{self.label}: {percent:3d} %", end="", file=sys.stderr, flush=True)
        self.shown = percent

    def reset(self) -> None:
        self.done = 0

    def close(self) -> None:
        if sys.stderr.isatty():
            print(file=sys.stderr)
