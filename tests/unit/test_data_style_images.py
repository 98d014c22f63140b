"""The pictures for style transfer: the committed sample against the larger ones of a mirror."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import data
from data import DataError, make_samples, style_images

ROOM = Path(data.__file__).parent


def difference(first: np.ndarray, second: np.ndarray) -> float:
    """Return the mean difference of two pictures; another libjpeg rounds differently."""
    assert first.shape == second.shape
    return float(np.abs(first.astype(float) - second).mean())


def test_the_committed_file_matches_its_checksum() -> None:
    content = (ROOM / "samples" / "style_images.npz").read_bytes()
    assert hashlib.sha256(content).hexdigest() == style_images.SAMPLE_SHA256
    note = (ROOM / "samples" / "SOURCE.md").read_text(encoding="utf-8")
    assert f"({len(content):,} bytes): {style_images.SAMPLE_SHA256}" in note
    assert len(content) < 600_000


def test_all_pictures_have_three_colours_and_their_size() -> None:
    loaded = style_images.load("all", "sample")
    assert set(loaded.pictures) == {*style_images.PAINTINGS, *style_images.PHOTOGRAPHS}
    for picture in loaded.pictures.values():
        assert picture.dtype == np.uint8
        assert (min(picture.shape[:2]), picture.shape[2]) == (style_images.SHORTER_SIDE, 3)
        assert picture.std() > 30
        assert difference(picture[..., 0], picture[..., 2]) > 5  # colour, not grey


def test_each_split_has_its_own_pictures() -> None:
    content, style = (style_images.load(split, "sample") for split in ("content", "style"))
    assert tuple(content.pictures) == tuple(style_images.PHOTOGRAPHS)
    assert tuple(style.pictures) == tuple(style_images.PAINTINGS)


def test_two_loads_share_no_pixel() -> None:
    first = style_images.load("style", "sample")["the_scream"]
    first[:] = 0
    assert style_images.load("style", "sample")["the_scream"].any()


def test_the_mirror_has_the_same_paintings_in_more_detail() -> None:
    if style_images.DATASET.available_sizes()["mirror"] is None:
        pytest.skip("the size mirror is not here: set DL_DATA_MIRROR")
    large, small = style_images.load("all", "mirror"), style_images.load("all", "sample")
    for name in style_images.PAINTINGS:
        assert min(large[name].shape[:2]) >= 640
        again = style_images.decoded(make_samples.reduced(large[name]))
        assert difference(again, small[name]) < 1
    for name in style_images.PHOTOGRAPHS:
        assert np.array_equal(large[name], small[name])


@pytest.mark.parametrize("name", style_images.PHOTOGRAPHS)
def test_the_photographs_are_those_of_scikit_image(name: str) -> None:
    if find_spec("skimage") is None:
        pytest.skip("scikit-image is not installed")
    again = style_images.decoded(make_samples.reduced(make_samples.photograph(name)))
    assert difference(again, style_images.load("all", "sample")[name]) < 1


def test_the_maker_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make_samples, "find_spec", lambda name: None)
    with pytest.raises(DataError, match="run `pip install scikit-image`"):
        make_samples.photograph("coffee")


def test_a_damaged_sample_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("data.sources.SAMPLES", tmp_path)
    (tmp_path / "style_images.npz").write_bytes(b"damaged")
    with pytest.raises(DataError, match=r"is not the expected file \(sha256"):
        style_images.load("content", "sample")


def test_an_unknown_split_size_or_picture_is_named() -> None:
    with pytest.raises(DataError, match="has no split 'train'"):
        style_images.load("train")
    with pytest.raises(DataError, match="has no size 'tiny'"):
        style_images.load("all", "tiny")
    with pytest.raises(DataError, match="no picture 'guernica'; there are: astronaut, chelsea"):
        style_images.load("content", "sample")["guernica"]
