"""Cases for other data: files of MNIST and a folder of pictures that the grader writes."""

import numpy as np
import torch

from checks import Recognised, expect_shape, numbers, rng, run_beside, test_case

OK_FORMAT = False
name = "own_data"

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # as in data.squeezenet
NAMES = ["bat", "ant", "cow"]  # in the order in which their folders are made
KINDS = ["RGB", "L", "RGBA", "P"]


def read_mnist(mnist_set, images, labels):
    """Write files of MNIST, by split; return lengths, items and shapes of the student's sets."""
    import pathlib
    import tempfile

    found = {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name) / "MNIST" / "raw"
        folder.mkdir(parents=True)
        for split, prefix in (("train", "train"), ("test", "t10k")):
            for kind, array in (("images-idx3", images[split]), ("labels-idx1", labels[split])):
                sizes = b"".join(n.to_bytes(4, "big") for n in array.shape)
                head = bytes([0, 0, 8, array.ndim]) + sizes
                (folder / f"{prefix}-{kind}-ubyte").write_bytes(head + array.numpy().tobytes())
        for split in ("train", "test"):
            items = mnist_set(name, split == "train")
            count = len(items)
            chosen = [items[i] for i in range(min(count, len(labels[split])))]
            found[split] = {
                "count": count,
                "images": [image for image, _ in chosen],
                "labels": [int(label) for _, label in chosen],
            }
    return found


def digits():
    """Return pictures of four grey squares and labels by split."""
    images, labels = {}, {}
    for split, count in (("train", 7), ("test", 5)):
        draw = rng(f"digits {split}")
        squares = draw.integers(0, 256, (count, 2, 2)).astype(np.uint8)
        images[split] = torch.from_numpy(squares.repeat(14, axis=1).repeat(14, axis=2))
        labels[split] = torch.from_numpy(draw.integers(0, 10, count).astype(np.uint8))
    return images, labels


def expect_pictures(found, images, side=64):
    """Fail unless inputs show four squares (N, 28, 28) of grey, normalised for each colour."""
    places = [side // 4, side - side // 4]
    for image, picture in zip(found["images"], images, strict=False):
        expect_shape(image, (3, side, side), "an image", "(3, P, P)")
        for colour in range(3):
            values = numbers(image)[colour] * DEVIATION[colour] + MEAN[colour]
            right = picture.numpy()[7::14, 7::14] / 255
            error = float(np.abs(values[np.ix_(places, places)] - right).max())
            assert error < 0.03, f"a brightness differs by {error:.2f} after normalising"


def read_folder(FolderDataset, pictures, extra, mark):
    """Write pictures by class; return what the student's dataset gives.

    ``mark`` says whether a transformation is passed, which counts its calls. With ``extra``, there
    are other files, too, and only the length is asked.
    """
    import pathlib
    import tempfile

    import torch
    from PIL import Image
    from torch.utils.data import DataLoader

    def plain(picture):
        """Return the mean colour of a picture of PIL, after a note of its mode."""
        seen.append(getattr(picture, "mode", type(picture).__name__))
        small = picture.resize((1, 1), Image.Resampling.BOX)
        return torch.tensor([float(x) for x in small.convert("RGB").getpixel((0, 0))])

    seen, order = [], []
    with tempfile.TemporaryDirectory() as name:
        root = pathlib.Path(name)
        for kind, entries in pictures.items():
            (root / kind).mkdir()
            for file, colour, mode in entries:
                picture = Image.new("RGB", (9, 6), tuple(colour)).convert(mode)
                picture.save(root / kind / file)
                order.append(file)
            if extra:
                (root / kind / "notes.txt").write_text("no picture")
        items = FolderDataset(root, plain) if mark else FolderDataset(str(root))
        made_calls = len(seen)
        count = len(items)
        if extra:
            return {"count": count}
        chosen = []
        for i in range(len(order)):
            try:
                chosen.append(items[i])
            except IndexError:
                break
        again, rows = len(seen) - made_calls, [image for image, _ in chosen]
        loader = DataLoader(items, 2, collate_fn=list)
        batches = sum(map(len, loader)) if count and mark else count
        if not mark:
            del seen[:]
        rows = [plain(row) if isinstance(row, Image.Image) else row for row in rows]
        return {
            "count": count,
            "colours": [torch.as_tensor(row) for row in rows],
            "labels": [int(label) for _, label in chosen],
            "classes": [str(c) for c in getattr(items, "classes", [])],
            "modes": sorted(set(seen)),
            "calls": [made_calls, again, len(chosen)],
            "batches": batches,
        }


def folder(kinds=("RGB",)):
    """Return files with colours and modes by class, and the right pairs (label, colour)."""
    draw, pictures, pairs = rng("folder"), {}, []
    for kind, count in zip(NAMES, (2, 4, 3), strict=True):
        entries = []
        for number in range(count):
            mode = kinds[number % len(kinds)]
            colour = draw.integers(20, 236, 3)
            if mode == "L":
                colour = np.full(3, colour[0])
            ending = ".jpg" if mode == "RGB" and number % 2 else ".png"
            entries.append([f"{number}{ending}", colour.tolist(), mode])
            pairs.append((sorted(NAMES).index(kind), colour))
        pictures[kind] = entries
    return pictures, pairs


def study(FolderDataset, kinds=("RGB",), extra=False, mark=True):
    """Return what ``read_folder`` finds, and the right pairs (label, colour)."""
    pictures, pairs = folder(kinds)
    return run_beside(read_folder, FolderDataset, pictures, extra, mark), pairs


def expect_pairs(found, pairs):
    """Fail unless the items are the right pictures, in any order, each with its label."""
    assert found["colours"], "there are no items"
    for value, label in zip(found["colours"], found["labels"], strict=True):
        colour = numbers(value).astype(float)
        distances = [float(np.abs(colour - right).max()) for _, right in pairs]
        nearest = int(np.argmin(distances))
        assert distances[nearest] < 8, "an item is no picture in its own colours"
        right = pairs[nearest][0]
        assert label == right, f"a picture of {sorted(NAMES)[right]} has the label {label}"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="A FolderDataset must have a length and items (picture, label).",
)
def has_a_length_and_items(FolderDataset):
    found = study(FolderDataset)[0]
    assert found["count"] > 0, "the length is 0"
    assert found["labels"], "there are no items"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="mnist_set must return a dataset with items (image, label); an image has the "
    "shape (3, P, P).",
)
def gives_inputs_of_grey_pictures(mnist_set):
    found = run_beside(read_mnist, mnist_set, *digits())["train"]
    expect_shape(found["images"][0], (3, 64, 64), "an image", "(3, P, P)")


@test_case(
    points=1,
    hidden=True,
    failure_message="The set must hold the training images if `train` is true, else the test "
    "images, each with its label.",
)
def holds_the_images_that_are_asked_for(mnist_set):
    images, labels = digits()
    found = run_beside(read_mnist, mnist_set, images, labels)
    for split, right in labels.items():
        count, wanted = found[split]["count"], right.tolist()
        assert count == len(wanted), f"for {split}, there are {count} items, not {len(wanted)}"
        assert found[split]["labels"] == wanted, f"for {split}, the labels are others"


@test_case(
    points=1.5,
    hidden=True,
    failure_message="The images must be those of the files: scaled, from 0 to 1, in three equal "
    "colours, then normalised as by plain_transform.",
)
def prepares_grey_pictures(mnist_set):
    images, labels = digits()
    found = run_beside(read_mnist, mnist_set, images, labels)["train"]
    assert found["images"], "there are no items"
    expect_pictures(found, images["train"])


@test_case(
    points=1,
    hidden=True,
    failure_message="The length must be the number of pictures in all class folders; other files "
    "do not count.",
)
def counts_all_pictures(FolderDataset):
    for extra in (True, False):
        found, pairs = study(FolderDataset, extra=extra)
        assert found["count"] == len(pairs), f"the length is {found['count']}, not {len(pairs)}"
    assert found["batches"] == len(pairs), "a DataLoader gives another number of items"


@test_case(
    points=1.5,
    hidden=True,
    failure_message="The label of a picture must be the position of its folder among the sorted "
    "class names.",
)
def labels_pictures_by_their_folders(FolderDataset):
    found, pairs = study(FolderDataset)
    assert found["classes"] == sorted(NAMES), f"the classes are {found['classes']}"
    expect_pairs(found, pairs)


@test_case(
    points=1,
    hidden=True,
    failure_message="Grey and transparent pictures, and those with a palette, must become RGB.",
)
def converts_every_picture_to_rgb(FolderDataset):
    for mark in (True, False):
        modes = study(FolderDataset, KINDS, mark=mark)[0]["modes"]
        assert modes, "there are no pictures"
        assert set(modes) == {"RGB"}, f"the pictures have the modes {modes}"


@test_case(
    points=1,
    hidden=True,
    failure_message="The transformation must be applied each time a picture is asked for, and only "
    "then.",
)
def transforms_a_picture_when_asked(FolderDataset):
    early, calls, items = study(FolderDataset)[0]["calls"]
    if early:
        raise Recognised("transformed_once", f"{early} pictures are transformed at the start")
    assert items, "there are no items"
    assert calls == items, f"for {items} items, it is called {calls} times"
