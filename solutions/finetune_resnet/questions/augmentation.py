"""Cases for the blur and for the transformations of training and test images."""

import numpy as np
import torch

from checks import expect_close, expect_shape, numbers, rng, run_beside, test_case
from oracle import blurred_by_numpy

OK_FORMAT = False
name = "augmentation"

SIDE = 40  # P
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # as in data.squeezenet


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


def values_of(images):
    """Return images (N, 3, P, P) without their normalisation."""
    mean, deviation = (np.reshape(x, (1, 3, 1, 1)) for x in (MEAN, DEVIATION))
    return numbers(images) * deviation + mean


def draw_image(label, height=31, width=26):
    """Return a random image (3, P, Q) with values from 0 to 1."""
    return torch.from_numpy(rng(label).uniform(0, 1, (3, height, width))).float()


def inside(image, radius):
    """Return the part of an image without its border."""
    return numbers(image)[:, radius:-radius, radius:-radius]


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


@test_case(
    points=2,
    hidden=True,
    failure_message="Away from the border, the blurred image is not the mean with Gaussian weights "
    "of standard deviation sigma, for each colour by itself.",
)
def blurs_with_gaussian_weights(gaussian_blur):
    for number, low in enumerate((0.7, 1.8)):
        image, sigma = draw_image(f"image {number}"), float(rng(str(number)).uniform(low, low + 1))
        expected, radius = blurred_by_numpy(image, sigma, 3)
        found = gaussian_blur(image, sigma)
        expect_shape(found, tuple(image.shape), "the result", "(3, P, Q)")
        # the weights may end anywhere beyond 3 sigma
        values, wanted = inside(found, radius), inside(expected, radius)
        expect_close(values, wanted, atol=0.012, rtol=0, name="the blurred image")


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The blur changes a picture of one colour. The weights must sum to 1, at the "
    "border too.",
)
def keeps_a_picture_of_one_colour(gaussian_blur):
    colour = torch.from_numpy(rng("colour").uniform(0.3, 0.9, (3, 1, 1))).float()
    image = colour.expand(3, 24, 29).clone()
    found = numbers(gaussian_blur(image, 1.7))
    expect_shape(found, (3, 24, 29), "the result", "(3, P, Q)")
    other = draw_image("another picture")
    assert np.abs(numbers(gaussian_blur(other, 1.7)) - other.numpy()).max() > 0.01, (
        "a picture of many colours stays as it is"
    )
    expect_close(found[:, 8:-8, 8:-8], image[:, 8:-8, 8:-8], atol=0.01, name="the middle")
    expect_close(found, image, atol=0.01, name="the picture with its border")


@test_case(
    points=1.25,
    hidden=True,
    failure_message="The test images must not be augmented: each call must give the scaled and "
    "normalised picture.",
)
def leaves_test_images_alone(make_transforms):
    found = study(make_transforms, times=8)
    assert not any(found["test blurs"]), "test images are blurred"
    tests = values_of(found["test"])
    expect_close(tests, np.broadcast_to(tests[:1], tests.shape), atol=1e-6, name="a later call")
    places = [SIDE // 4, SIDE - SIDE // 4]
    right = squares().numpy()[8::16, 8::16].transpose(2, 0, 1) / 255
    shown = tests[0][:, places][:, :, places]
    expect_close(shown, right, atol=0.03, rtol=0, name="the colours of the picture")


@test_case(
    points=1,
    hidden=True,
    failure_message="Training images must be augmented at random: the same picture must give "
    "different inputs.",
)
def augments_training_images_at_random(make_transforms):
    images = values_of(study(make_transforms, times=40)["train"])
    kinds = {image.round(3).tobytes() for image in images}  # two if it only mirrors pictures
    assert len(kinds) > 1, "40 calls give the same input"


@test_case(
    points=1,
    hidden=True,
    failure_message="Training images must be blurred with gaussian_blur sometimes, but not always.",
)
def blurs_some_training_images(make_transforms):
    blurs = study(make_transforms, times=100)["train blurs"]
    count = sum(map(bool, blurs))
    assert 0 < count < len(blurs), f"of {len(blurs)} training images, {count} are blurred"


@test_case(
    points=1,
    hidden=True,
    failure_message="The training inputs lose too much of the picture, or are not normalised as by "
    "plain_transform.",
)
def keeps_most_of_a_training_image(make_transforms):
    for kind, least in (("dark", 20), ("bright", 200)):
        colour = rng(kind).integers(least, least + 25, 3).astype(np.uint8)
        picture = torch.from_numpy(np.broadcast_to(colour, (32, 32, 3)).copy())
        images = values_of(study(make_transforms, picture, times=12)["train"])
        near = np.abs(images - colour.reshape(1, 3, 1, 1) / 255).max(axis=1) < 0.3
        share = float(near.mean(axis=(1, 2)).min())
        assert share > 2 / 3, f"{share:.0%} of the pixels have about the colour of a {kind} picture"
