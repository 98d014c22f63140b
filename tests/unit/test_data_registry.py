"""Datasets are found by their modules; a copy without held-out data works all the same."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import data
from data import registry

ROOM = Path(data.__file__).parent
NAMES = (
    "ants_bees", "captioned_images", "chest_xrays", "cifar10", "fashion_mnist", "film_reviews",
    "glove", "logistic_points", "mnist_digits", "review_sentences", "sentence_pairs", "squeezenet",
    "style_images", "tweets",
)  # fmt: skip


@pytest.fixture
def students_copy(tmp_path: Path) -> Path:
    """The data package as students have it."""
    ignored = shutil.ignore_patterns("holdout", "make_samples.py", "__pycache__")
    shutil.copytree(ROOM, tmp_path / "data", ignore=ignored)
    return tmp_path


def run(folder: Path, program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, timeout=120
    )


def test_all_datasets_are_found_under_their_own_names() -> None:
    assert data.names() == NAMES
    assert [data.dataset(name).name for name in NAMES] == list(NAMES)


def test_a_new_module_is_a_dataset_without_being_listed(students_copy: Path) -> None:
    (students_copy / "data" / "dice.py").write_text(
        "from .sources import Dataset\n"
        "DATASET = Dataset('dice', 'Dice', 'MIT', '', {'sample': 'six numbers'}, ())\n"
        "def load(split, size=None, download=False): return [1, 2, 3, 4, 5, 6]\n"
    )
    done = run(students_copy, "import data; print(data.names(), data.load('dice', 'train'))")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == f"{tuple(sorted(('dice', *NAMES)))} [1, 2, 3, 4, 5, 6]"


def test_a_broken_module_breaks_no_other_dataset(students_copy: Path) -> None:
    (students_copy / "data" / "dice.py").write_text("DATASET = 1 / 0\n")
    (students_copy / "data" / "coins.py").write_text("DATASET = 1\n")
    done = run(students_copy, "import data; print(len(data.load('glove', 'all').words) > 1_000)")
    assert done.stdout.strip() == "True", done.stderr
    done = run(students_copy, "import data; data.load('coins', 'train')")
    assert "data/coins.py defines DATASET but no function load" in done.stderr


def test_importing_data_imports_no_loader_and_no_maker() -> None:
    program = "import data, json, sys; data.names(); print(json.dumps(sorted(sys.modules)))"
    loaded = set(json.loads(run(ROOM.parent, program).stdout))
    assert "data.registry" in loaded
    assert not loaded & {"numpy", "data.make_samples", "data.__main__", "data.holdout"}
    assert not loaded & {f"data.{name}" for name in NAMES}


def test_an_unknown_dataset_is_told() -> None:
    with pytest.raises(data.DataError, match="no dataset 'mnist_in_space'; there are: ants_bees"):
        data.dataset("mnist_in_space")


@pytest.mark.parametrize("name", ["__main__", "make_samples", "tokens", "registry", "holdout"])
def test_other_modules_are_no_datasets(name: str) -> None:
    assert name not in registry.names()


def test_the_held_out_part_is_declared_by_the_dataset() -> None:
    held_out = {name: data.dataset(name).held_out for name in data.names()}
    assert [name for name, part in held_out.items() if part] == [
        "ants_bees", "chest_xrays", "cifar10", "fashion_mnist", "film_reviews", "review_sentences",
        "sentence_pairs", "tweets",
    ]  # fmt: skip


def test_a_copy_without_held_out_data_has_none(students_copy: Path) -> None:
    program = "import data; print([data.dataset(name).held_out for name in data.names()])"
    done = run(students_copy, program)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str([None] * len(NAMES))
