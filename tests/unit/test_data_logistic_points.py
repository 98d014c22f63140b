"""Logistic points: the committed file, its maker, and the course's points where the mirror is."""

from __future__ import annotations

import hashlib
import re
import zlib
from pathlib import Path

import numpy as np
import pytest

import data
from autograder.release.package_tree import data_files
from data import DataError, logistic_points, make_samples

ROOM = Path(data.__file__).parent


@pytest.fixture(params=["sample", "course"])
def size(request: pytest.FixtureRequest) -> str:
    """Each size that this machine has."""
    if logistic_points.available_sizes()[request.param] is None:
        pytest.skip(f"the size {request.param} is not here: set DL_DATA_MIRROR")
    return str(request.param)


def test_the_committed_file_matches_its_checksum_and_is_small() -> None:
    content = (ROOM / "samples" / "logistic_points.npz").read_bytes()
    assert hashlib.sha256(content).hexdigest() == logistic_points.SAMPLE_SHA256
    assert len(content) < 5_000
    note = (ROOM / "samples" / "SOURCE.md").read_text(encoding="utf-8")
    assert re.search(rf"\({len(content):,} bytes\): {logistic_points.SAMPLE_SHA256}", note)


def test_points_have_two_features_a_constant_and_a_class(size: str) -> None:
    points = logistic_points.load("train", size)
    assert points.X.shape == (200, 3)
    assert (points.X.dtype, points.t.dtype) == (np.float64, np.int64)
    assert (points.X[:, 2] == 1).all()
    assert np.bincount(points.t).tolist() == [100, 100]


def test_both_sizes_are_of_the_same_kind() -> None:
    if logistic_points.available_sizes()["course"] is None:
        pytest.skip("the size course is not here: set DL_DATA_MIRROR")
    ours, theirs = (logistic_points.load("train", size) for size in ("sample", "course"))
    for kind in (0, 1):
        means = [points.X[points.t == kind, :2].mean(axis=0) for points in (ours, theirs)]
        spreads = [points.X[points.t == kind, :2].std(axis=0) for points in (ours, theirs)]
        np.testing.assert_allclose(*means, atol=0.5)
        np.testing.assert_allclose(*spreads, atol=0.3)


def test_a_caller_cannot_change_what_the_next_one_gets() -> None:
    logistic_points.load("train", "sample").X[:] = 0
    assert logistic_points.load("train", "sample").X.any()


@pytest.mark.skipif("zlib-ng" in zlib.ZLIB_VERSION, reason="zlib-ng packs other bytes")
def test_the_maker_makes_the_committed_bytes(tmp_path: Path) -> None:
    (path,) = make_samples.make("logistic_points", samples=tmp_path)
    assert path.read_bytes() == (ROOM / "samples" / "logistic_points.npz").read_bytes()


@pytest.mark.parametrize(
    ("split", "size", "message"),
    [("test", "sample", "no split 'test'"), ("train", "huge", "no size 'huge'")],
)
def test_a_wrong_name_is_one_sentence(split: str, size: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        logistic_points.load(split, size)


def test_without_the_mirror_the_ways_to_get_it_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DL_DATA_MIRROR", raising=False)
    with pytest.raises(DataError, match=r"set DL_DATA_MIRROR to a folder with logistic_200"):
        logistic_points.load("train", "course")
    assert logistic_points.load("train").size == "sample"


def test_a_damaged_file_of_the_mirror_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "logistic_200").mkdir()
    (tmp_path / "logistic_200" / "data.txt").write_text("1 2 1 0\n")
    monkeypatch.setenv("DL_DATA_MIRROR", str(tmp_path))
    with pytest.raises(DataError, match=r"data\.txt is not the expected file"):
        logistic_points.load("train", "course")


def test_students_get_the_loader_and_our_points_only() -> None:
    files = data_files(ROOM, ["logistic_points"])
    assert "data/samples/logistic_points.npz" in files
    assert not [name for name in files if name.endswith((".txt", "make_samples.py"))]
