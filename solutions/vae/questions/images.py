"""Cases for new images, reconstructions and interpolations, on a model with known parts."""

import numpy as np

from checks import Recognised, expect_close, expect_shape, numbers, test_case
from oracle import LEVEL, correlation, expect_images_of, expect_normal_tails
from support import draw_images, rows_of, with_known_model

OK_FORMAT = False
name = "images"


def means_of(images, found):
    """Return the means of the known encoder, an array (N, L)."""
    return images.reshape(len(images), -1).numpy() @ found["encoder"]


@test_case(
    points=0.5,
    hidden=False,
    failure_message="generate, reconstruct and interpolate must return images (N, 1, 28, 28).",
)
def all_three_return_images(generate, reconstruct, interpolate, VAE):
    first, second = draw_images(2)
    for function, call, count in (
        (generate, [7], 7),
        (reconstruct, [draw_images(3)], 3),
        (interpolate, [first, second, 5], 5),
    ):
        found = with_known_model(VAE, function, call)["images"][0]
        expect_shape(found, (count, 1, 28, 28), "the images", "(N, 1, 28, 28)")


@test_case(
    points=1,
    hidden=True,
    failure_message="generate must return the decoder's mean images, as they are, for z that is "
    "standard normal.",
)
def generates_from_standard_normal_z(generate, VAE):
    found = with_known_model(VAE, generate, [900])
    z = expect_images_of(found, 0, 900)
    if z.min() >= 0 and z.max() <= 1 and abs(z.std() - 12**-0.5) < 0.02:
        raise Recognised("uniform_z", "all numbers of z are from 0 to 1 and equally frequent")
    for what, value, wanted, error in (
        ("mean", z.mean(), 0, 1 / z.size**0.5),
        ("deviation", z.std(), 1, 1 / (2 * z.size) ** 0.5),
    ):
        assert abs(value - wanted) < LEVEL * error, f"the {what} of z is {value:.3g}, not {wanted}"
    expect_normal_tails((z - z.mean()) / z.std())


@test_case(
    points=0.75,
    hidden=True,
    failure_message="generate must draw another z for each image and in each call.",
)
def generates_other_images_each_time(generate, VAE):
    found = with_known_model(VAE, generate, [200], [200])
    first, second = (expect_images_of(found, i, 200) for i in range(2))
    if len(np.unique(first, axis=0)) == len(np.unique(second, axis=0)) == 1:
        raise Recognised("one_image_repeated", "all images of a call have the same z")
    together = np.concatenate([first, second])
    assert len(np.unique(together, axis=0)) == len(together), "two images have the same z"
    if first.shape[1] > 1:
        shared = correlation(first[:, 1:], first[:, :-1])
        assert abs(shared) < 0.5, f"adjacent numbers of z have the correlation {shared:.2f}"


@test_case(
    points=1,
    hidden=True,
    failure_message="reconstruct must decode mu, the mean of q(z|x), without noise.",
)
def reconstructs_from_the_means(reconstruct, VAE):
    images = draw_images(6)
    found = with_known_model(VAE, reconstruct, [images])
    z = expect_images_of(found, 0, 6)
    expect_close(z, means_of(images, found), rtol=1e-4, atol=1e-4, name="the z that is decoded")


@test_case(
    points=1.25,
    hidden=True,
    failure_message="interpolate must decode equally spaced z on the line from the mean of the "
    "first image to the mean of the second one, both ends included.",
)
def interpolates_between_the_means(interpolate, VAE):
    images = draw_images(2)
    found = with_known_model(VAE, interpolate, [images[0], images[1], 6])
    z = expect_images_of(found, 0, 6)
    start, end = means_of(images, found)
    share = np.linspace(0, 1, 6)[:, None]
    wanted = (1 - share) * start + share * end
    if np.allclose(z, wanted[::-1], rtol=1e-4, atol=1e-4):
        raise Recognised("interpolated_backwards", "the line leads from the second to the first")
    if np.allclose(z, start + np.arange(6)[:, None] / 6 * (end - start), rtol=1e-4, atol=1e-4):
        raise Recognised("last_end_missing", "the last z is one step before the second mean")
    expect_close(z, wanted, rtol=1e-4, atol=1e-4, name="the z that are decoded")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The model must be in evaluation mode when images are made.",
)
def uses_evaluation_mode(generate, reconstruct, interpolate, VAE):
    first, second = draw_images(2)
    for function, call in (
        (generate, [3]),
        (reconstruct, [draw_images(3)]),
        (interpolate, [first, second, 3]),
    ):
        found = with_known_model(VAE, function, call)
        assert found["modes"], "neither encode nor decode is called"
        assert not any(found["modes"]), "the model is in training mode"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The images must not record gradients.",
)
def records_no_gradients(generate, reconstruct, interpolate, VAE):
    first, second = draw_images(2)
    for function, call in (
        (generate, [3]),
        (reconstruct, [draw_images(3)]),
        (interpolate, [first, second, 3]),
    ):
        found = with_known_model(VAE, function, call)
        rows_of(found["images"][0], 3)
        assert not any(found["records"]), "they require gradients"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="generate and reconstruct must work for one image, interpolate for two steps.",
)
def works_for_the_smallest_numbers(generate, reconstruct, interpolate, VAE):
    rows_of(with_known_model(VAE, generate, [1])["images"][0], 1)
    image = draw_images(1)
    rows_of(with_known_model(VAE, reconstruct, [image])["images"][0], 1)
    found = with_known_model(VAE, interpolate, [image[0], 1 - image[0], 2])
    first, second = rows_of(found["images"][0], 2)
    assert not np.array_equal(first, second), "both ends of the line are the same image"
    assert np.isfinite(numbers(found["z"][-1])).all(), "a z is not finite"
