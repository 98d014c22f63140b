"""Public checks of augmentation; the grader has more."""

import numpy as np
import torch

from checks import expect_shape, numbers, rng, run_beside, test_case

OK_FORMAT = False
name = "augmentation"

SIDE = 40  # P


def watch(make_transforms, pixels, picture, times):
    """Apply both transformations several times; count the calls of the student's gaussian_blur."""
    import inspect

    import torch
    from PIL import Image

    names, calls = inspect.unwrap(make_transforms).__globals__, []
    original = names.get("gaussian_blur")

    def gaussian_blur(image, *arguments, **options):
        calls.append(1)
        return image

    names["gaussian_blur"] = gaussian_blur
    try:
        found, counts = {}, []
        made = make_transforms(pixels)
        for kind, transform in zip(("train", "test"), made):  # noqa: B905
            results = []
            for _ in range(times):
                before = len(calls)
                results.append(transform(Image.fromarray(picture.numpy())).detach())
                counts.append(len(calls) - before)
            found[kind] = torch.stack(results)
            found[f"{kind} blurs"], counts = counts, []
        return found
    finally:
        if original is None:
            del names["gaussian_blur"]
        else:
            names["gaussian_blur"] = original


def squares():
    """Return a picture (32, 32, 3) of four colours, as bytes."""
    colours = rng("squares").integers(30, 226, (2, 2, 3)).astype(np.uint8)
    return torch.from_numpy(colours.repeat(16, axis=0).repeat(16, axis=1))


def study(make_transforms, picture=None, times=1):
    """Return inputs (times, 3, P, P) and numbers of blurs of both transformations."""
    picture = squares() if picture is None else picture
    return run_beside(watch, make_transforms, SIDE, picture, times)


def draw_image(label, height=31, width=26):
    """Return a random image (3, P, Q) with values from 0 to 1."""
    return torch.from_numpy(rng(label).uniform(0, 1, (3, height, width))).float()


@test_case(
    points=0.5,
    hidden=False,
    failure_message="gaussian_blur must return an image of the same shape, with less contrast.",
)
def makes_an_image_smoother(gaussian_blur):
    image = draw_image("image")
    blurred = gaussian_blur(image, 1.5)
    expect_shape(blurred, (3, 31, 26), "the result", "(3, P, Q)")
    assert numbers(blurred).std() < 0.7 * float(image.std()), "the contrast is hardly smaller"
    assert numbers(blurred).std() > 0, "the result has one colour only"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="make_transforms must return two transformations that make inputs (3, P, P).",
)
def makes_inputs_of_pictures(make_transforms):
    found = study(make_transforms)
    for kind in ("train", "test"):
        expect_shape(found[kind], (1, 3, SIDE, SIDE), f"the {kind} inputs", "(1, 3, P, P)")
