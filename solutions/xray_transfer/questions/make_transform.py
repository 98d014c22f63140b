"""Cases for the transform: values, directions, and what is random."""

import numpy as np

from checks import expect_close, expect_dtype, expect_shape, rng, test_case
from oracle import pixels_of, stripes_in, tilt_of
from support import apply_transform, uniform_images

OK_FORMAT = False
name = "make_transform"


def ramps():
    """Return two images of 50 by 50 that grow brighter: downwards, and to the right."""
    ramp = np.linspace(40, 210, 50).astype(np.uint8)
    return [np.tile(ramp[:, None], (1, 50)), np.tile(ramp, (50, 1))]


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The result must be a floating point tensor of shape (3, P, P), for grey and "
    "for RGB images of any size.",
)
def returns_three_channels(make_transform):
    grey = rng("grey").integers(0, 256, (41, 53)).astype(np.uint8)
    images = [grey, np.stack([grey] * 3, axis=2)]
    for training in (False, True):
        for value in apply_transform(make_transform, images, training, 32):
            expect_shape(value, (3, 32, 32), "the transformed image", axes="(3, P, P)")
            expect_dtype(value, "f", "the transformed image")


@test_case(
    points=0.75,
    hidden=True,
    failure_message="Without training, the values are not (v - MEAN[c]) / DEVIATION[c] for pixels "
    "v from 0 to 1.",
)
def normalises_each_channel(make_transform):
    images, levels = uniform_images("levels", 4)
    found = apply_transform(make_transform, images, False, 24)
    for value, level in zip(found, levels, strict=True):
        expected = np.full((3, 24, 24), level / 255)
        expect_close(pixels_of(value), expected, rtol=0, atol=0.01, name="the pixels")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Without training, the transform turns or mirrors the image, or its result "
    "is random.",
)
def keeps_the_image_without_training(make_transform):
    for direction, image in zip(("down", "to the right"), ramps(), strict=True):
        first, second = apply_transform(make_transform, [image, image], False, 32)
        expect_close(second, first, name="the result of a second call")
        turned = pixels_of(first)[0]
        turned = turned if direction == "down" else turned.T
        assert abs(tilt_of(turned)) < 5, f"an image that grows brighter {direction} does not now"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="In training, the transform must change the image at random, anew on every "
    "call.",
)
def changes_training_images(make_transform):
    image = rng("texture").integers(0, 256, (40, 40)).astype(np.uint8)
    found = apply_transform(make_transform, [image] * 20, True, 32)
    different = {pixels_of(value).round(4).tobytes() for value in found}
    assert len(different) > 1, f"20 calls give {len(different)} different results"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="In training, the three channels do not have the same pixels in [0, 1] once "
    "the normalisation is undone.",
)
def normalises_training_images(make_transform):
    images, _ = uniform_images("training levels", 12)
    for value in apply_transform(make_transform, images, True, 24):
        channels = np.median(pixels_of(value).reshape(3, -1), axis=1)
        gap = float(channels.max() - channels.min())
        assert gap < 0.015, f"the channels of a grey image differ by {gap:.3f}"
        low, high = channels.min(), channels.max()
        assert low > -0.05, f"a channel has the value {low:.3f}"
        assert high < 1.05, f"a channel has the value {high:.3f}"


@test_case(
    points=0.75,
    hidden=True,
    failure_message="In training, an X-ray is turned by more than 20 degrees or upside down.",
)
def keeps_training_images_upright(make_transform):
    found = apply_transform(make_transform, [ramps()[0]] * 60, True, 40)
    tilts = [abs(tilt_of(pixels_of(value)[0])) for value in found]
    assert max(tilts) < 27, f"an image is turned by about {max(tilts):.0f} degrees"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="In training, less than half of the height or width of an X-ray is left.",
)
def keeps_most_of_training_images(make_transform):
    wave = 127 + 90 * np.sin(np.linspace(0, 16 * np.pi, 128))  # 8 stripes
    for axis in (0, 1):
        image = np.tile(wave[:, None], (1, 128)).astype(np.uint8)
        image = image if axis == 0 else np.ascontiguousarray(image.T)
        found = apply_transform(make_transform, [image] * 100, True, 64)
        counts = [stripes_in(pixels_of(value)[0], axis) for value in found]
        assert min(counts) >= 3.4, f"of 8 stripes, about {min(counts):.1f} are left"
