"""Held-out items in a package: images, labels and sentences; arrays that nobody can look into."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import data
from autograder.course import Course
from autograder.errors import CourseError
from autograder.release.leaks import scan
from autograder.release.package_tree import zip_bytes
from autograder.release.private import Secrets, collect
from autograder.release.student import Tree
from data.held_out import HeldOut


def saved(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


def leaks(tree: Tree, secrets: Secrets) -> list[str]:
    return [str(leak) for leak in scan("hw1.zip", zip_bytes(tree, "hw1"), secrets)]


@pytest.fixture
def tree() -> Tree:
    return {"README.md": b"# Homework\n"}


@pytest.fixture
def secrets(course: Course) -> Secrets:
    return collect(course, [course.problem("columns")])


class HeldOutImages:
    """Two held-out images of two by two bytes, and seven labels."""

    one, many = "an image", "images"

    def load(self, folder: Path | None = None) -> np.ndarray:
        return np.arange(8, dtype=np.uint8).reshape(2, 2, 2)

    def fingerprints(self) -> frozenset[str]:
        return frozenset(found for _, found in self.fingerprints_in(saved(self.load()), ""))

    def fingerprints_in(self, content: bytes, name: str) -> Iterator[tuple[str, str]]:
        if content.startswith(b"\x93NUMPY"):
            values = np.load(io.BytesIO(content)).astype(np.uint8).ravel()
            for i in range(len(values) // 4):
                yield f"row {i}", hashlib.sha256(values[4 * i : 4 * i + 4].tobytes()).hexdigest()

    def labels_bytes(self) -> bytes:
        return bytes(range(3, 10))


@pytest.fixture
def private_images(secrets: Secrets) -> Secrets:
    secrets.held_out = (HeldOutImages(),)
    return secrets


def test_a_held_out_image_is_found_in_an_npz(tree: Tree, private_images: Secrets) -> None:
    stream = io.BytesIO()
    np.savez_compressed(stream, x=np.array([9, 9, 9, 9, 4, 5, 6, 7]).reshape(2, 4), y=np.zeros(4))
    tree["data/samples/more.npz"] = stream.getvalue()
    assert leaks(tree, private_images) == [
        "hw1/data/samples/more.npz!x.npy:row 1: an image that is held out for grading"
    ]


@pytest.mark.parametrize("kind", [np.int64, np.float32, np.uint8])
def test_held_out_labels_are_found(kind: type, tree: Tree, private_images: Secrets) -> None:
    tree["labels.npy"] = saved(np.array([0, 0, *range(3, 10), 1], dtype=kind))
    assert leaks(tree, private_images) == [
        "hw1/labels.npy: the labels of the images held out for grading"
    ]


def test_arrays_of_objects_are_not_let_through(tree: Tree, secrets: Secrets) -> None:
    tree["objects.npy"] = saved(np.array([{"a": 1}], dtype=object))
    assert "hw1/objects.npy: an array of Python objects, which cannot be scanned safely" in leaks(
        tree, secrets
    )


def test_another_courses_held_out_images_are_not_confused_with_ours(course: Course) -> None:
    (course.root / "data" / "holdout").mkdir(parents=True)
    (course.root / "data" / "holdout" / "__init__.py").write_text("")
    with pytest.raises(CourseError, match=r"is not the data\.holdout that Python finds"):
        collect(course, [])


def test_the_held_out_parts_of_all_datasets_are_known_and_the_samples_are_clean() -> None:
    pytest.importorskip("data.holdout")
    root = Path(data.__file__).parents[1]
    secrets = collect(Course(root), [])
    assert len(secrets.held_out) == sum(
        data.dataset(name).held_out is not None for name in data.names()
    )
    assert len(secrets.held_out) >= 2
    for part in secrets.held_out:
        assert len(part.fingerprints()) >= 400
    for path in sorted((root / "data" / "samples").iterdir()):
        assert [str(leak) for leak in scan(path.name, path.read_bytes(), secrets)] == []


def test_the_real_held_out_images_are_found(private: Secrets) -> None:
    images = held_out("fashion_mnist").load()
    for name, array in (("x", images.images[:3]), ("y", images.labels)):
        found = [leak.what for leak in scan(f"{name}.npy", saved(array), private)]
        assert len(found) == (3 if name == "x" else 1)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("pairs.txt", "{french}\t{english}\n"),
        ("pairs.csv", "1,{english},0\n"),
        ("handout.md", "| an example | {english} |\n"),
        ("notes.md", "The model translates: {french} This is easy.\n"),
        ("pairs.py", 'PAIRS = [("{french}", "{english}")]\n'),
        ("notebook.ipynb", '{{"cells": [{{"source": ["# a title\\n", "{english}"]}}]}}'),
    ],
)
def test_a_held_out_sentence_is_found_in_text(name: str, form: str, private: Secrets) -> None:
    pairs = held_out("sentence_pairs").load()
    french, english = next(
        pair
        for pair in zip(pairs.french, pairs.english, strict=True)
        if len(pair[1].split()) > 3 and "," not in pair[1]
    )
    text = form.format(french=french, english=english)
    found = [leak.what for leak in scan(name, text.encode(), private)]
    assert "a sentence that is held out for grading" in found
    lower = text.lower().replace(".", "").encode()
    assert "a sentence that is held out for grading" in [
        leak.what for leak in scan(name, lower, private)
    ]


def test_held_out_sentences_are_found_in_arrays_of_bytes(private: Secrets) -> None:
    english = held_out("sentence_pairs").load().english[:3]
    array = np.frombuffer("\n".join(english).encode(), np.uint8)
    found = [str(leak) for leak in scan("text.npy", saved(array), private)]
    assert found == [
        f"text.npy:row {row}: a sentence that is held out for grading" for row in range(3)
    ]


@pytest.fixture(scope="module")
def private() -> Secrets:
    pytest.importorskip("data.holdout")
    return collect(Course(Path(data.__file__).parents[1]), [])


def held_out(name: str) -> HeldOut:
    part = data.dataset(name).held_out
    assert part is not None
    return part
