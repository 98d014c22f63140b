"""Find the files of a dataset in its sources, check them, and download them on request."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import os
import sys
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from .errors import DataError
from .held_out import HeldOut, held_out_of

SAMPLES = Path(__file__).parent / "samples"
Locate = Callable[[], Path | None]


@dataclass(frozen=True)
class File:
    """One file of a source.

    ``sha256`` is the checksum of the content, after a ``.gz`` is unpacked, since distributions
    compress it differently. ``url_sha256`` is the checksum of the downloaded file.
    """

    name: str
    sha256: str
    url: str = ""
    url_sha256: str = ""


@dataclass(frozen=True)
class Source:
    """A folder that provides some sizes of a dataset if it holds all of ``files``."""

    kind: str  # cache, mirror, package or sample
    folder: Locate
    files: tuple[File, ...]
    sizes: tuple[str, ...]
    get: str  # how a person makes this source available
    repair: str  # what to do when one of its files is damaged

    def where(self) -> Path | None:
        """Return the folder if it holds all files, else None; no file is read."""
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
    """The description of a dataset: its sizes, smallest first, and its sources, best first."""

    name: str
    title: str
    licence: str
    homepage: str
    sizes: Mapping[str, str]
    sources: tuple[Source, ...]

    @property
    def held_out(self) -> HeldOut | None:
        """Return the part that only the grader has; None if this copy or dataset has none."""
        return held_out_of(self.name)

    def available_sizes(self) -> dict[str, Source | None]:
        """Return for each size the first source that has it, or None."""
        return {size: self._source(size) for size in self.sizes}

    def find(self, size: str | None = None, download: bool = False) -> tuple[str, Source]:
        """Return ``size`` and the first source that has it.

        Without a size, take the largest on this machine, or the largest of all if ``download``.
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
        """Download the files of ``size`` into the cache, except valid files already in it."""
        for source in self.sources:
            if source.kind == "cache" and size in source.sizes:
                for file in source.files:
                    _fetch(file, source.folder())

    def ways(self, size: str) -> list[str]:
        """Return for each source of ``size`` how to get it."""
        return [source.get for source in self.sources if size in source.sizes]

    def _source(self, size: str) -> Source | None:
        serving = (source for source in self.sources if size in source.sizes)
        return next((source for source in serving if source.where()), None)

    def _missing(self, size: str) -> str:
        here = [name for name, source in self.available_sizes().items() if source]
        mirror = os.environ.get("DL_DATA_MIRROR")
        note = f"; DL_DATA_MIRROR is {mirror}, which does not contain it" if mirror else ""
        return (
            f"{self.name} in size {size!r} is not on this machine (sizes here: "
            f"{', '.join(here) or 'none'}{note}); ways to get it: {'; or '.join(self.ways(size))}."
        )


def committed(*files: File, size: str = "sample") -> Source:
    """Return the source of a sample in this package, which every copy has."""
    return Source(
        kind="sample",
        folder=lambda: SAMPLES,
        files=files,
        sizes=(size,),
        get="take the folder data/samples from a fresh copy of this package",
        repair="take it from a fresh copy of this package",
    )


def cache_folder() -> Path | None:
    """Return ``$DL_DATA_CACHE``, else the user's cache folder (None without pooch)."""
    if named := os.environ.get("DL_DATA_CACHE"):
        return Path(named).expanduser()
    pooch = _pooch()
    return Path(pooch.os_cache("deep-learning-assignments")) if pooch else None


def in_cache(folder: str) -> Locate:
    """Locate a subfolder of the cache."""
    return lambda: cache / folder if (cache := cache_folder()) else None


def in_mirror(folder: str) -> Locate:
    """Locate a subfolder of the mirror, the folder ``$DL_DATA_MIRROR``."""
    return lambda: (
        Path(mirror).expanduser() / folder if (mirror := os.environ.get("DL_DATA_MIRROR")) else None
    )


def content(path: Path, sha256: str, repair: str) -> bytes:
    """Return the content of ``path``, a ``.gz`` unpacked; raise if its checksum is wrong."""
    try:
        data = path.read_bytes()
        if path.suffix == ".gz":
            data = gzip.decompress(data)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise DataError(f"{path} is damaged (an incomplete gzip file): {repair}.") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): {repair}.") from None
    actual = hashlib.sha256(data).hexdigest()
    if actual != sha256:
        raise DataError(
            f"{path} is not the expected file "
            f"(sha256 {actual[:12]}..., expected {sha256[:12]}...): {repair}."
        )
    return data


def _pooch() -> Any:
    """Return the module pooch, or None: reading local files does not need it."""
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
        pooch.retrieve(  # overwrites a damaged file
            file.url,
            known_hash=f"sha256:{file.url_sha256}",
            fname=file.name,
            path=folder,
            progressbar=sys.stderr.isatty() and find_spec("tqdm") is not None,
        )
    except (OSError, ValueError) as error:  # no network, no space; a wrong checksum
        reason = getattr(error, "strerror", None) or type(error).__name__
        if isinstance(error, ValueError) and not isinstance(error, OSError):
            reason = "the downloaded file has another sha256"
        raise DataError(
            f"{file.url} could not be downloaded into {folder} ({reason}): try again later, "
            "or use another way that `python -m data list` shows."
        ) from None
