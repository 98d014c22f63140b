"""The sources of Fashion-MNIST, in order, with small stand-in files in temporary folders."""

from __future__ import annotations

import dataclasses
import functools
import gzip
import hashlib
import io
import sys
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import click.testing
import numpy as np
import pytest

import data.__main__ as command
from data import DataError, fashion_mnist, sources
from data.sources import File

TRAIN, TEST = 30, 12
SUBSET = "fashion_mnist_12k.npz"


def idx(array: np.ndarray) -> bytes:
    """Write the IDX format by its definition: 0, 0, type (8: bytes), axes, then each length."""
    header = bytes([0, 0, 8, array.ndim])
    return header + b"".join(n.to_bytes(4, "big") for n in array.shape) + array.tobytes()


class Room:
    """Stand-in files and folders for every source but the sample."""

    def __init__(self, root: Path) -> None:
        rng = np.random.default_rng(0)
        self.arrays = {
            f"{kind}_{split}": rng.integers(0, top, shape, dtype=np.uint8)
            for split, count in (("train", TRAIN), ("test", TEST))
            for kind, top, shape in (("x", 256, (count, 28, 28)), ("y", 10, (count,)))
        }
        self.unpacked = {
            f"{prefix}-{what}-ubyte.gz": idx(self.arrays[f"{kind}_{split}"])
            for split, prefix in (("train", "train"), ("test", "t10k"))
            for kind, what in (("x", "images-idx3"), ("y", "labels-idx1"))
        }
        stream = io.BytesIO()
        np.savez(stream, **self.arrays)
        self.subset = stream.getvalue()
        self.cache = root / "cache" / "fashion_mnist"
        self.mirror = root / "mirror" / "fashion_mnist"
        self.mirror_subset = root / "mirror" / "fashion_mnist_12k"
        self.package = root / "package"
        self.site = root / "site"
        for folder in (self.mirror, self.mirror_subset, self.package, self.site):
            folder.mkdir(parents=True)

    def fill(self, folder: Path, level: int = 6) -> None:
        """Put the stand-in files of a source into its folder."""
        folder.mkdir(parents=True, exist_ok=True)
        if folder == self.mirror_subset:
            (folder / SUBSET).write_bytes(self.subset)
            return
        for name, content in self.unpacked.items():
            (folder / name).write_bytes(gzip.compress(content, level, mtime=0))

    def dataset(self, address: str = "http://127.0.0.1:9/") -> sources.Dataset:
        """Return the real dataset's sources with the stand-ins' checksums."""
        official = tuple(
            File(
                name,
                hashlib.sha256(content).hexdigest(),
                address + name,
                hashlib.sha256(gzip.compress(content, 6, mtime=0)).hexdigest(),
            )
            for name, content in self.unpacked.items()
        )
        changed = []
        for source in fashion_mnist.DATASET.sources:
            if source.files[0].name == SUBSET:
                files: tuple[File, ...] = (File(SUBSET, hashlib.sha256(self.subset).hexdigest()),)
            else:
                files = source.files if source.kind == "sample" else official
            folder = (lambda: self.package) if source.kind == "package" else source.folder
            changed.append(dataclasses.replace(source, files=files, folder=folder))
        return dataclasses.replace(fashion_mnist.DATASET, sources=tuple(changed))


def use(monkeypatch: pytest.MonkeyPatch, dataset: sources.Dataset) -> None:
    monkeypatch.setattr(fashion_mnist, "DATASET", dataset)


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    """No source but the sample is there yet."""
    room = Room(tmp_path)
    monkeypatch.setenv("DL_DATA_CACHE", str(room.cache.parent))
    monkeypatch.setenv("DL_DATA_MIRROR", str(room.mirror.parent))
    use(monkeypatch, room.dataset())
    return room


@pytest.fixture
def site(room: Room, monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadingHTTPServer]:
    """A server on this machine in place of the official address; nothing lies on it yet."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    handler = functools.partial(Quiet, directory=room.site)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        use(monkeypatch, room.dataset(f"http://127.0.0.1:{server.server_port}/"))
        yield server
        server.shutdown()
        thread.join()


def run(*arguments: str) -> click.testing.Result:
    return click.testing.CliRunner().invoke(command.main, arguments)


def test_sources_are_asked_in_order_and_give_the_same_images(room: Room) -> None:
    order = [room.cache, room.mirror, room.mirror_subset, room.package]
    for folder in order:
        room.fill(folder)
    for folder in order:
        loaded = fashion_mnist.load("train", "12k")
        assert str(folder) in loaded.source
        assert np.array_equal(np.rint(loaded.images[:, 0] * 255), room.arrays["x_train"])
        assert np.array_equal(loaded.labels, room.arrays["y_train"])
        for file in folder.iterdir():
            file.unlink()
    with pytest.raises(DataError):
        fashion_mnist.load("train", "12k")


def test_both_splits_are_read_from_their_own_files(room: Room) -> None:
    room.fill(room.package)
    assert len(fashion_mnist.load("train", "full").labels) == TRAIN
    test = fashion_mnist.load("test", "full")
    assert np.array_equal(np.rint(test.images[:, 0] * 255), room.arrays["x_test"])
    assert np.array_equal(test.labels, room.arrays["y_test"])


def test_the_smaller_size_is_the_first_images_of_the_official_files(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.fill(room.package)
    monkeypatch.setitem(fashion_mnist.COUNTS, "12k", {"train": 20, "test": 8})
    loaded = fashion_mnist.load("test", "12k")
    assert loaded.images.shape == (8, 1, 28, 28)
    assert np.array_equal(loaded.labels, room.arrays["y_test"][:8])


def test_without_a_size_the_largest_that_is_here_is_taken(room: Room) -> None:
    assert fashion_mnist.load("test").size == "sample"
    room.fill(room.mirror_subset)
    assert fashion_mnist.load("test").size == "12k"
    room.fill(room.package)
    assert fashion_mnist.load("test").size == "full"


def test_available_sizes_name_the_source_of_each(room: Room) -> None:
    room.fill(room.mirror_subset)
    found = fashion_mnist.available_sizes()
    assert [(size, source and source.kind) for size, source in found.items()] == [
        ("sample", "sample"), ("12k", "mirror"), ("full", None),
    ]  # fmt: skip


def test_a_source_with_a_missing_file_is_passed_over(room: Room) -> None:
    room.fill(room.cache)
    room.fill(room.package)
    (room.cache / "t10k-labels-idx1-ubyte.gz").unlink()
    assert "package" in fashion_mnist.load("train", "12k").source


def test_the_mirror_counts_only_where_its_variable_is_set(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.fill(room.mirror_subset)
    monkeypatch.delenv("DL_DATA_MIRROR")
    assert fashion_mnist.available_sizes()["12k"] is None


@pytest.mark.parametrize(
    ("place", "advice"),
    [
        ("cache", "python -m data fetch fashion_mnist"),
        ("mirror", "unset DL_DATA_MIRROR"),
        ("mirror_subset", "unset DL_DATA_MIRROR"),
        ("package", "apt-get install --reinstall dataset-fashion-mnist"),
    ],
)
@pytest.mark.parametrize("damage", ["changed", "cut off"])
def test_a_damaged_file_is_named_with_what_to_do(
    room: Room, place: str, advice: str, damage: str
) -> None:
    folder: Path = getattr(room, place)
    room.fill(folder)
    path = folder / (SUBSET if place == "mirror_subset" else "t10k-labels-idx1-ubyte.gz")
    whole = path.read_bytes()
    other = gzip.compress(b"other") if path.suffix == ".gz" else whole + b"other"
    path.write_bytes(other if damage == "changed" else whole[:-20])
    with pytest.raises(DataError) as error:
        fashion_mnist.load("test", "12k")
    assert str(path) in str(error.value)
    assert advice in str(error.value)


def test_a_file_packed_anew_by_a_distribution_is_accepted(room: Room) -> None:
    room.fill(room.package, level=1)
    assert len(fashion_mnist.load("train", "full").labels) == TRAIN


def test_a_set_that_is_not_here_lists_every_way_to_get_it(room: Room) -> None:
    with pytest.raises(DataError) as error:
        fashion_mnist.load("train", "full")
    for part in (
        "'full' is not on this machine",
        "sizes here: sample",
        "python -m data fetch fashion_mnist",
        "downloads 30 MB",
        "DL_DATA_MIRROR",
        str(room.mirror.parent),
        "apt-get install dataset-fashion-mnist",
    ):
        assert part in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("split", "size", "part"),
    [("train", "13k", "it has: sample, 12k, full"), ("dev", "sample", "it has: train, test")],
)
def test_unknown_sizes_and_splits_are_told(split: str, size: str, part: str) -> None:
    with pytest.raises(DataError, match=part):
        fashion_mnist.load(split, size)


def test_nothing_is_downloaded_unless_asked(room: Room, site: ThreadingHTTPServer) -> None:
    room.fill(room.site)
    assert fashion_mnist.load("train").size == "sample"
    with pytest.raises(DataError):
        fashion_mnist.load("train", "full")
    assert not room.cache.exists()


def test_a_download_fills_the_cache_and_is_read_from_there(
    room: Room, site: ThreadingHTTPServer
) -> None:
    room.fill(room.site)
    loaded = fashion_mnist.load("train", download=True)
    assert loaded.size == "full"
    assert loaded.source == f"cache ({room.cache})"
    assert np.array_equal(loaded.labels, room.arrays["y_train"])
    for file in room.site.iterdir():
        file.unlink()
    assert len(fashion_mnist.load("test", "full", download=True).labels) == TEST


def test_a_download_with_another_checksum_is_refused_and_not_kept(
    room: Room, site: ThreadingHTTPServer
) -> None:
    room.fill(room.site, level=1)
    with pytest.raises(DataError, match="another sha256"):
        fashion_mnist.load("train", "full", download=True)
    assert not any(file.is_file() for file in room.cache.rglob("*"))


def test_an_address_that_does_not_answer_gives_one_sentence(
    room: Room, site: ThreadingHTTPServer
) -> None:
    with pytest.raises(DataError, match=r"could not be downloaded .*HTTPError.*try again later"):
        fashion_mnist.load("train", "full", download=True)


def test_a_download_without_pooch_says_what_to_install(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(DataError, match="pip install pooch"):
        fashion_mnist.load("train", "full", download=True)
    monkeypatch.delenv("DL_DATA_CACHE")
    assert fashion_mnist.load("train").size == "sample"


def test_fetch_replaces_a_damaged_file_in_the_cache(room: Room, site: ThreadingHTTPServer) -> None:
    room.fill(room.site)
    room.fill(room.cache)
    (room.cache / "train-images-idx3-ubyte.gz").write_bytes(b"damaged")
    result = run("fetch", "fashion_mnist")
    assert result.exit_code == 0, result.output
    assert f"fashion_mnist full: cache ({room.cache}), 4 files checked" in result.output
    assert len(fashion_mnist.load("train", "full").labels) == TRAIN


def test_fetch_tells_of_a_damaged_file_in_the_mirror(room: Room) -> None:
    room.fill(room.mirror_subset)
    (room.mirror_subset / SUBSET).write_bytes(b"damaged")
    result = run("fetch", "fashion_mnist", "--size", "12k")
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert SUBSET in result.output


def test_list_shows_what_is_here_and_how_to_get_the_rest(room: Room) -> None:
    room.fill(room.mirror_subset)
    result = run("list")
    assert result.exit_code == 0, result.output
    assert f"mirror ({room.mirror_subset})" in result.output
    assert "apt-get install dataset-fashion-mnist" in result.output
    assert "licence MIT" in result.output


@pytest.mark.parametrize("verb", ["fetch", "make"])
def test_an_unknown_dataset_is_one_line(verb: str) -> None:
    result = run(verb, "mnist_in_space")
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert "fashion_mnist" in result.output


class Terminal(io.StringIO):
    """A terminal or a file in the place of standard error."""

    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


@pytest.mark.parametrize(("terminal", "tqdm"), [(True, True), (False, True), (True, False)])
def test_a_download_shows_a_bar_on_a_terminal_only(
    room: Room,
    site: ThreadingHTTPServer,
    monkeypatch: pytest.MonkeyPatch,
    terminal: bool,
    tqdm: bool,
) -> None:
    room.fill(room.site)
    if not tqdm:
        monkeypatch.setattr(sources, "find_spec", lambda name: None)
    stream = Terminal(terminal)
    monkeypatch.setattr(sys, "stderr", stream)
    fashion_mnist.load("train", download=True)
    assert ("100%" in stream.getvalue()) == (terminal and tqdm)
    assert terminal or "\r" not in stream.getvalue()
