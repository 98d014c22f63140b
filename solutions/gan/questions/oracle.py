"""The images that are judged: of a training here, of weights or of samples that are handed in."""

import functools
from dataclasses import dataclass

import numpy as np

from autograder.examine import pictures
from autograder.examine.thresholds import data_size
from checks import numbers, record, rng, run_beside
from data import fashion_mnist

MOST = 2**26  # bytes of a file of samples, unpacked
SLACK = 1e-3  # of values just outside 0 to 1, from rounding


@dataclass(frozen=True)
class HandIn:
    """The way that a student chose, the images (N, 1, 28, 28), and their measures."""

    way: str
    images: np.ndarray
    quality: pictures.Quality
    history: list


def make_images(train, generate, images, count, most):
    """Return the student's images: from samples.npz, else from weights, else from a training."""
    import inspect
    import pathlib
    import zipfile

    import numpy as np
    import torch

    names = inspect.unwrap(train).__globals__
    folder = pathlib.Path(names.get("__file__") or "nowhere").resolve().parent
    samples, weights = folder / "samples.npz", folder / "generator.safetensors"
    if samples.is_file():
        try:
            with zipfile.ZipFile(samples) as archive:
                size = sum(entry.file_size for entry in archive.infolist())
            if size > most:
                return {"wrong": f"samples.npz holds {size:,} bytes; {most:,} are the limit"}
            with np.load(samples, allow_pickle=False) as arrays:
                return {"way": "samples.npz", "images": np.array(arrays["images"])}
        except KeyError:
            return {"wrong": "samples.npz has no array called images"}
        except (OSError, ValueError, zipfile.BadZipFile) as error:
            return {"wrong": f"samples.npz cannot be read: {error}"}
    history, way = [], "train"
    if weights.is_file():

        def refuse(*arguments, **options):
            raise ValueError("torch.load is not allowed in load_generator; use read_weights")

        before, torch.load = torch.load, refuse
        try:
            generator, way = names["load_generator"](str(folder)), "generator.safetensors"
        finally:
            torch.load = before
    else:
        generator, history = train(images)
    return {"way": way, "images": generate(generator, count), "history": history}


@functools.lru_cache(maxsize=1)  # all cases of one submission judge the same images
def handed_in(train, generate):
    """Return the images of a submission with their measures."""
    import torch

    images = torch.from_numpy(fashion_mnist.load("train", data_size("fashion_mnist")).images)
    found = run_beside(make_images, train, generate, images, pictures.COUNT, MOST)
    checked = checked_images(found)
    measured = pictures.quality(checked)
    for field, value in vars(measured).items():
        if field != "classes":
            record(field, value)
    return HandIn(found["way"], checked, measured, found.get("history") or [])


def checked_images(found):
    """Return images (N, 1, 28, 28) from 0 to 1; fail with one sentence if they are none."""
    assert "wrong" not in found, found.get("wrong")
    images = numbers(found["images"], "the images")
    count = len(images) if images.ndim else 0
    assert count >= pictures.COUNT, f"there are {count} images; at least {pictures.COUNT} are asked"
    assert images.size == count * 784, f"the shape is {images.shape}, not (N, 28, 28)"
    is_bytes = images.dtype == np.uint8
    images = images[: pictures.COUNT].astype(np.float32).reshape(-1, 1, 28, 28)
    images = images / 255 if is_bytes else images
    assert np.isfinite(images).all(), "some values are NaN or infinite"
    low, high = images.min(), images.max()
    assert low >= -SLACK, f"the lowest value is {low:.3g}, but values go from 0 to 1"
    assert high <= 1 + SLACK, f"the highest value is {high:.3g}, but values go from 0 to 1"
    return images.clip(0, 1)


def real_inputs(train, images):
    """Return which input of a network in one epoch is most like a training image.

    The result is the correlation with this image, and the lowest and highest value of the input.
    """
    import torch
    from torch.nn.modules.module import register_module_forward_pre_hook

    def centered(rows):
        rows = rows.detach().reshape(len(rows), -1).double()
        rows = rows - rows.mean(dim=1, keepdim=True)
        return rows / rows.norm(dim=1, keepdim=True).clamp(min=1e-9)

    def listen(module, inputs):
        if inputs and isinstance(inputs[0], torch.Tensor) and inputs[0].numel() % 784 == 0:
            likeness = (centered(inputs[0].cpu().reshape(-1, 784)) @ wanted.T).max(dim=1)
            row = int(likeness.values.argmax())
            value = float(likeness.values[row])
            if value > best[0]:
                seen = inputs[0].detach().cpu().reshape(-1, 784)[row]
                best[:] = [value, float(seen.min()), float(seen.max())]

    wanted, best = centered(images), [0.0, 0.0, 0.0]
    hook = register_module_forward_pre_hook(listen)
    try:
        with torch.enable_grad():
            train(images, 1)
    finally:
        hook.remove()
    return best


def draw_patterns(count):
    """Return images (count, 1, 28, 28) of random black and white blocks."""
    import torch

    blocks = rng("patterns").integers(0, 2, (count, 1, 7, 7)).repeat(4, axis=2).repeat(4, axis=3)
    return torch.from_numpy(blocks.astype(np.float32))
