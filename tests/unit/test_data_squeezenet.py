"""SqueezeNet's weights: the committed half precision against the single precision of a mirror."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

import data
from data import DataError, make_samples, squeezenet

ROOM = Path(data.__file__).parent


def test_the_committed_file_matches_its_checksum() -> None:
    content = (ROOM / "samples" / "squeezenet.npz").read_bytes()
    assert hashlib.sha256(content).hexdigest() == squeezenet.SAMPLE_SHA256
    note = (ROOM / "samples" / "SOURCE.md").read_text(encoding="utf-8")
    assert f"({len(content):,} bytes): {squeezenet.SAMPLE_SHA256}" in note
    assert len(content) < 2_400_000


def test_the_model_has_all_weights() -> None:
    network = squeezenet.model("sample")
    assert sum(parameter.numel() for parameter in network.parameters()) == 1_235_496
    entries = squeezenet.load("all", "sample").entries
    assert entries.keys() == network.state_dict().keys()
    for name, value in network.state_dict().items():
        assert np.array_equal(entries[name], value.numpy())
        assert entries[name].dtype == np.float32


def test_the_model_draws_no_random_number() -> None:
    torch = pytest.importorskip("torch")
    before = torch.get_rng_state()
    squeezenet.model("sample")
    assert torch.equal(torch.get_rng_state(), before)


def test_two_models_share_no_weight() -> None:
    torch = pytest.importorskip("torch")
    first, second = squeezenet.model("sample"), squeezenet.model("sample")
    with torch.no_grad():
        for parameter in first.parameters():
            parameter.zero_()
    assert all(parameter.abs().sum() > 0 for parameter in second.parameters())


def test_half_precision_changes_no_probability_by_more_than_a_hundredth() -> None:
    torch = pytest.importorskip("torch")
    if squeezenet.DATASET.available_sizes()["full"] is None:
        pytest.skip("the size full is not here: set DL_DATA_MIRROR")
    half, full = squeezenet.model("sample").eval(), squeezenet.model("full").eval()
    images = torch.randn(8, 3, 96, 96, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        p, q = (network(images).softmax(1) for network in (half, full))
    assert (p - q).abs().max() < 0.01
    assert (p - q).abs().max() > 0


def test_the_maker_gives_the_committed_weights(tmp_path: Path) -> None:
    if squeezenet.DATASET.available_sizes()["full"] is None:
        pytest.skip("the size full is not here: set DL_DATA_MIRROR")
    (path,) = make_samples.make("squeezenet", tmp_path, tmp_path)
    with np.load(path) as made, np.load(ROOM / "samples" / path.name) as kept:
        assert made.files == kept.files
        assert all(np.array_equal(made[key], kept[key]) for key in kept.files)


def test_an_unknown_split_or_size_is_named() -> None:
    with pytest.raises(DataError, match="has no split 'train'"):
        squeezenet.load("train")
    with pytest.raises(DataError, match="has no size 'tiny'"):
        squeezenet.load("all", "tiny")
