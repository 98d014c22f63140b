"""Arrays in a package: no held-out image, no held-out label, nothing that cannot be looked into."""

import hashlib
import io
from pathlib import Path

import numpy as np
import pytest

from autograder.course import Course
from autograder.errors import CourseError
from autograder.release.leaks import scan
from autograder.release.package_tree import zip_bytes
from autograder.release.private import Secrets, collect
from autograder.release.student import Tree


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


def hashes(array: np.ndarray) -> list[str]:
    """Stand in for data.holdout's: images of two by two bytes."""
    return [hashlib.sha256(bytes(row)).hexdigest() for row in array.astype(np.uint8).reshape(-1, 4)]


@pytest.fixture
def private_images(secrets: Secrets) -> Secrets:
    images = np.arange(8, dtype=np.uint8).reshape(2, 2, 2)
    secrets.images = frozenset(hashes(images))
    secrets.image_hashes = hashes
    secrets.labels = bytes(range(3, 10))
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
    private_images.image_hashes = None
    tree["labels.npy"] = saved(np.array([0, 0, *range(3, 10), 1], dtype=kind))
    assert leaks(tree, private_images) == [
        "hw1/labels.npy: the labels of the images held out for grading"
    ]


def test_arrays_of_objects_are_not_let_through(tree: Tree, secrets: Secrets) -> None:
    tree["objects.npy"] = saved(np.array([{"a": 1}], dtype=object))
    assert "hw1/objects.npy: an array of objects, which nobody can look into safely" in leaks(
        tree, secrets
    )


def test_another_courses_held_out_images_are_not_confused_with_ours(course: Course) -> None:
    (course.root / "data" / "holdout").mkdir(parents=True)
    (course.root / "data" / "holdout" / "__init__.py").write_text("")
    with pytest.raises(CourseError, match=r"is not the data\.holdout that Python finds"):
        collect(course, [])


def test_the_real_held_out_images_are_known() -> None:
    holdout = pytest.importorskip("data.holdout")
    root = Path(holdout.__file__).parents[2]
    secrets = collect(Course(root), [])
    private = holdout.holdout()
    assert len(secrets.images) == len(private.images)
    for name, array in (("x", private.images[:3]), ("y", private.labels)):
        found = [leak.what for leak in scan(f"{name}.npy", saved(array), secrets)]
        assert len(found) == (3 if name == "x" else 1)
    sample = np.load(root / "data" / "samples" / "fashion_mnist.npz")
    assert list(scan("x.npy", saved(sample["x_test"]), secrets)) == []
