"""Cases for the generated images: 1,000 of them, compared with images that only the grader has."""

import numpy as np

import figures
from autograder.examine import pictures
from autograder.examine.thresholds import data_size, expect_threshold
from checks import (
    arrays_beside,
    attach_figure,
    expect_finite,
    file_beside,
    run_beside,
    test_case,
)
from checks.pictures import as_images
from data.fashion_mnist import CLASSES
from oracle import handed_in
from support import (
    SAMPLES,
    WEIGHTS,
    checked_labels,
    draw_images,
    draw_labels,
    generate_by_weights,
    rows_of,
    stated,
    train_briefly,
)

OK_FORMAT = False
name = "training"

MOST_COPIES = 0.05  # of real unseen images, 0.6 % count as copies, of right answers 0.1 %
LEAST_SPREAD = 0.35  # of right answers 0.57 and more, of ten images with noise 0.19
LEAST_PIXEL_PRECISION = 0.02  # of noise 0, of right answers 0.1 and more, of real images 0.83


def draw_figures(found):
    """Attach four images of each class, one class per column."""
    places = np.stack([np.flatnonzero(found.labels == k)[:4] for k in range(10)], axis=1).ravel()
    titles = [CLASSES[k] for k in range(10)] + [""] * 30
    attach_figure(
        f"Generated images of each class ({found.way}); the grader's network agrees with the asked "
        f"class for {found.agreement:.0%} of {len(found.labels)} images",
        figures.image_grid(found.images[places, 0], titles, columns=10),
    )


@test_case(
    points=0.5,
    hidden=False,
    failure_message="train must return a generator and one entry of losses for each epoch, for any "
    "number of images, and generate must make images with it.",
)
def trains_on_any_number_of_images(train, generate):
    for count in (33, 65, 129):
        images, entries = run_beside(
            train_briefly,
            train,
            generate,
            draw_images(count),
            draw_labels(count),
            2,
            draw_labels(3),
        )
        expect_finite(rows_of(images, 3, "the images"), "the images")
        assert entries == 2, f"after 2 epochs, the history has {entries} entries"


@test_case(
    points=0,
    hidden=False,
    failure_message="The file conditional_gan_samples.npz or conditional_gan.safetensors cannot be "
    "used, or generate makes no images.",
)
def files_can_be_used(train, generate):
    asked = draw_labels(3).numpy()
    made = run_beside(generate_by_weights, train, generate, file_beside(train, WEIGHTS), asked)
    rows_of(made, 3, "the images")
    samples = arrays_beside(train, SAMPLES, "images", "labels")
    if samples is not None:
        as_images(samples["images"])
        checked_labels(**samples)


@test_case(
    points=1,
    hidden=True,
    failure_message="In train, the real images that the discriminator sees do not span "
    "OUTPUT_RANGE. They come with values from 0 to 1: map them first.",
)
def real_images_fill_the_stated_range(train):
    known = stated(train)
    low, high = pictures.shown_range(train, draw_labels(pictures.PATTERNS))
    room = 0.15 * (known["high"] - known["low"])  # some add a little noise
    assert abs(low - known["low"]) < room, f"black is {low:.3g} in place of {known['low']:.3g}"
    assert abs(high - known["high"]) < room, f"white is {high:.3g} in place of {known['high']:.3g}"


@test_case(
    points=1.5,
    hidden=True,
    failure_message="Trained on images that are bright in one half only, the generator does not "
    "learn which half it is. Check that train makes steps of both networks and returns the "
    "generator that has learned.",
)
def learns_where_images_are_bright(train, generate):
    images, side = pictures.draw_one_half(512)
    made, _ = run_beside(
        train_briefly, train, generate, images, draw_labels(512), 12, draw_labels(200, "asked")
    )
    made = rows_of(made, 200, "the images")
    expect_finite(made, "the images")
    wanted, found = (pictures.gap(rows, side) for rows in (images, made))
    assert found > 0.2 * wanted, (
        f"the half that should be bright is {found:.3f} brighter than the other one; in the "
        f"training images, it is {wanted:.3f}"
    )


@test_case(
    points=2,
    hidden=True,
    failure_message="The generated images are not enough like real clothes.",
)
def images_look_like_clothes(train, generate):
    found = handed_in(train, generate)
    draw_figures(found)
    pictures.expect_generated(found.quality)
    quality, size = found.quality, data_size("fashion_mnist")
    expect_threshold("frechet_distance", quality.frechet_distance, size, "at_most", slack=0.6)
    assert quality.pixel_precision >= LEAST_PIXEL_PRECISION, (
        f"pixel by pixel, {quality.pixel_precision:.0%} of the images are near a real one; at "
        f"least {LEAST_PIXEL_PRECISION:.0%} are required"
    )


@test_case(
    points=2.5,
    hidden=True,
    failure_message="Too many images do not show the class that was asked for.",
)
def images_show_the_class_that_is_asked(train, generate):
    found = handed_in(train, generate)
    pictures.expect_generated(found.quality)
    expect_threshold("agreement", found.agreement, data_size("fashion_mnist"), slack=0.4)


@test_case(
    points=1,
    hidden=True,
    failure_message="The images of a class look too much alike.",
)
def images_of_a_class_differ(train, generate):
    quality, size = handed_in(train, generate).quality, data_size("fashion_mnist")
    pictures.expect_generated(quality)
    expect_threshold("coverage", quality.coverage, size, slack=0.6)
    assert quality.spread >= LEAST_SPREAD, (
        f"the median distance to the nearest other image is {quality.spread:.2f} times that of "
        f"real images; at least {LEAST_SPREAD} is required"
    )


@test_case(
    points=1,
    hidden=True,
    failure_message="Some of the images are copies of training images.",
)
def images_are_new(train, generate):
    share = handed_in(train, generate).quality.share_of_copies
    assert share <= MOST_COPIES, f"{share:.1%} are copies; at most {MOST_COPIES:.0%} may be"
