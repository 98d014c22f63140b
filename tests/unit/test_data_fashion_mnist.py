"""The committed Fashion-MNIST files, the real sources on this machine, and the student's copy."""

from __future__ import annotations

import dataclasses
import hashlib
import re
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

import data
from data import DataError, fashion_mnist, make_samples, sources
from data.holdout import fashion_mnist as hidden
from data.holdout.fashion_mnist import HELD_OUT
from data.holdout.grey_images import image_fingerprints

ROOM = Path(data.__file__).parent
FILES = {
    "samples": fashion_mnist.SAMPLE_SHA256,
    "holdout": hidden.SHA256,
}


def real_sources() -> list[sources.Source]:
    """Return all sources of the 12k size that this machine has, or skip."""
    found = [s for s in fashion_mnist.DATASET.sources if "12k" in s.sizes and s.where()]
    if not found:
        pytest.skip("no source of Fashion-MNIST here: set DL_DATA_MIRROR, or install the package")
    return found


@pytest.mark.parametrize("folder", FILES)
def test_committed_files_match_their_checksum_and_are_small(folder: str) -> None:
    content = (ROOM / folder / "fashion_mnist.npz").read_bytes()
    assert hashlib.sha256(content).hexdigest() == FILES[folder]
    assert len(content) < 1_200_000
    note = (ROOM / folder / "SOURCE.md").read_text(encoding="utf-8")
    assert re.search(rf"\({len(content):,} bytes\): {FILES[folder]}", note)
    assert "MIT" in note


@pytest.mark.parametrize(("split", "count"), [("train", 2_000), ("test", 500)])
def test_the_sample_is_images_in_0_to_1_with_all_ten_labels(split: str, count: int) -> None:
    loaded = data.load("fashion_mnist", split, "sample")
    assert loaded.images.shape == (count, 1, 28, 28)
    assert loaded.images.dtype == np.float32
    assert (loaded.images.min(), loaded.images.max()) == (0, 1)
    assert loaded.labels.shape == (count,)
    assert loaded.labels.dtype == np.int64
    assert set(loaded.labels.tolist()) == set(range(len(fashion_mnist.CLASSES)))


def test_as_dataset_gives_the_same_pairs_as_load() -> None:
    loaded = fashion_mnist.load("test", "sample")
    dataset = fashion_mnist.as_dataset("test", "sample")
    assert len(dataset) == 500
    image, label = dataset[7]
    assert np.array_equal(image.numpy(), loaded.images[7])
    assert label == loaded.labels[7]


def test_the_holdout_has_1000_images_with_all_ten_labels() -> None:
    held_out = HELD_OUT.load()
    assert held_out.images.shape == (1_000, 1, 28, 28)
    assert set(held_out.labels.tolist()) == set(range(10))
    assert len(HELD_OUT.fingerprints()) == 1_000
    assert HELD_OUT.labels_bytes() == bytes(held_out.labels.tolist())


def test_no_held_out_image_is_in_the_sample() -> None:
    secret = HELD_OUT.fingerprints()
    for split in ("train", "test"):
        images = fashion_mnist.load(split, "sample").images
        assert not secret.intersection(image_fingerprints(images))


@pytest.mark.parametrize(
    "form",
    [
        lambda x: x,
        lambda x: np.rint(x * 255).astype(np.uint8),
        lambda x: np.rint(x * 255).astype(np.int64).reshape(-1, 784),
        lambda x: x.astype(np.float16),
        lambda x: x.reshape(2, -1).astype(np.float64) * 255,
    ],
    ids=["load", "bytes", "rows of integers", "half precision", "floats to 255"],
)
def test_a_held_out_image_is_recognised_in_every_form(form: object) -> None:
    images = form(HELD_OUT.load().images[:4])  # type: ignore[operator]
    hashes = image_fingerprints(images)
    assert len(hashes) == 4
    assert HELD_OUT.fingerprints().issuperset(hashes)


def test_arrays_that_hold_no_whole_images_have_no_hashes() -> None:
    assert image_fingerprints(np.zeros(783)) == []
    assert image_fingerprints(np.array(["a"] * 784)) == []


def test_a_changed_holdout_file_is_refused(tmp_path: Path) -> None:
    content = bytearray((ROOM / "holdout" / "fashion_mnist.npz").read_bytes())
    content[1_000] ^= 1
    (tmp_path / "fashion_mnist.npz").write_bytes(content)
    with pytest.raises(DataError, match="fresh clone"):
        HELD_OUT.load(tmp_path)


def test_every_real_source_begins_with_the_sample_and_holds_the_holdout(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sample = {split: fashion_mnist.raw(split, "sample") for split in ("train", "test")}
    held_out = HELD_OUT.load()
    for source in real_sources():
        only = dataclasses.replace(fashion_mnist.DATASET, sources=(source,))
        with monkeypatch.context() as patch:
            patch.setattr(fashion_mnist, "DATASET", only)
            for split, count in fashion_mnist.COUNTS["12k"].items():
                images, labels, size, _ = fashion_mnist.raw(split, "12k")
                first = fashion_mnist.COUNTS["sample"][split]
                assert (len(images), len(labels), size) == (count, count, "12k"), source
                assert np.array_equal(images[:first], sample[split][0]), source
                assert np.array_equal(labels[:first], sample[split][1]), source
            hidden = fashion_mnist.load("test", "12k")
        assert np.array_equal(hidden.images[1_000:2_000], held_out.images), source
        assert np.array_equal(hidden.labels[1_000:2_000], held_out.labels), source


def test_the_maker_gives_the_committed_files_again(tmp_path: Path) -> None:
    real_sources()
    folders = tmp_path / "samples", tmp_path / "holdout"
    for folder in folders:
        folder.mkdir()
    made = make_samples.make("fashion_mnist", *folders)
    assert [path.parent for path in made] == list(folders)
    for path in made:
        committed = ROOM / path.parent.name / path.name
        with np.load(path) as new, np.load(committed) as old:
            assert list(new) == list(old)
            assert all(np.array_equal(new[key], old[key]) for key in old)
        if "ng" not in zlib.ZLIB_RUNTIME_VERSION:  # zlib-ng compresses the same data differently
            assert path.read_bytes() == committed.read_bytes()


@pytest.fixture
def students_copy(tmp_path: Path) -> Path:
    """The data room as the student package has it."""
    ignored = shutil.ignore_patterns("holdout", "make_samples.py", "__pycache__")
    shutil.copytree(ROOM, tmp_path / "data", ignore=ignored)
    return tmp_path


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, timeout=120
    )


def test_the_students_copy_loads_the_sample_with_numpy_alone(students_copy: Path) -> None:
    program = (
        "import sys\n"
        "for name in ('torch', 'pooch', 'click', 'rich'): sys.modules[name] = None\n"
        "import data\n"
        "print(data.__file__, data.load('fashion_mnist', 'train', 'sample').images.shape)\n"
    )
    result = python(students_copy, "-c", program)
    assert result.returncode == 0, result.stderr
    assert str(students_copy) in result.stdout
    assert "(2000, 1, 28, 28)" in result.stdout


def test_the_students_copy_lists_but_does_not_make(students_copy: Path) -> None:
    listed = python(students_copy, "-m", "data", "list")
    assert listed.returncode == 0, listed.stderr
    assert str(students_copy) in listed.stdout
    made = python(students_copy, "-m", "data", "make", "fashion_mnist")
    assert made.returncode == 1
    assert made.stderr.startswith("Error: This copy has no make_samples.py")
