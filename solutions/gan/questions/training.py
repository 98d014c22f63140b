"""Cases for the generated images: 1,000 of them, compared with images that only the grader has."""

import numpy as np

import figures
from autograder.examine.thresholds import data_size, expect_threshold
from checks import attach_figure, expect_finite, run_beside, test_case
from data.fashion_mnist import CLASSES
from oracle import draw_patterns, handed_in, real_inputs
from support import draw_images, rows_of, stated, train_briefly

OK_FORMAT = False
name = "training"

MOST_COPIES = 0.05  # of real unseen images, 0.1 % count as copies
LEAST_PIXEL_PRECISION = 0.1


def draw_figures(found):
    """Attach generated images, and one of each class that the grader's network sees in them."""
    shown = found.images[:40, 0]
    attach_figure(
        f"Generated images ({found.way})", figures.image_grid(shown, [""] * len(shown), columns=10)
    )
    classes = found.quality.classes
    first = [int(np.flatnonzero(classes == k)[0]) for k in range(10) if (classes == k).any()]
    titles = [CLASSES[classes[i]] for i in first]
    attach_figure(
        f"One image of each kind that the grader's network sees; {len(first)} of 10 kinds",
        figures.image_grid(found.images[first, 0], titles),
    )


@test_case(
    points=0.5,
    hidden=False,
    failure_message="train must return a generator and one entry of losses for each epoch, for any "
    "number of images, and generate must make images with it.",
)
def trains_on_any_number_of_images(train, generate):
    for count in (33, 65, 129):
        images, entries = run_beside(train_briefly, train, generate, draw_images(count), 2, 3)
        expect_finite(rows_of(images, 3, "the images"), "the images")
        assert entries == 2, f"after 2 epochs, the history has {entries} entries"


@test_case(
    points=1,
    hidden=True,
    failure_message="In train, the real images that the discriminator sees do not span "
    "OUTPUT_RANGE. They come with values from 0 to 1: map them first.",
)
def real_images_fill_the_stated_range(train):
    known = stated(train)
    likeness, low, high = run_beside(real_inputs, train, draw_patterns(48))
    assert likeness > 0.7, "no input of the discriminator is like a training image"
    room = 0.15 * (known["high"] - known["low"])  # some add a little noise
    assert abs(low - known["low"]) < room, f"black is {low:.3g} in place of {known['low']:.3g}"
    assert abs(high - known["high"]) < room, f"white is {high:.3g} in place of {known['high']:.3g}"


@test_case(
    points=1,
    hidden=True,
    failure_message="Trained on copies of one picture, the generator does not learn it. Check that "
    "train makes steps of both networks and returns the generator that has learned.",
)
def learns_a_single_picture(train, generate):
    picture = draw_images(1, "picture")
    images, _ = run_beside(train_briefly, train, generate, picture.repeat(256, 1, 1, 1), 12, 20)
    images = rows_of(images, 20, "the images")
    expect_finite(images, "the images")
    mean = images.mean(axis=0)
    likeness = np.corrcoef(mean, picture.reshape(-1))[0, 1] if mean.std() > 0 else 0.0
    assert likeness > 0.6, f"their mean has the correlation {likeness:.2f} with the picture"


@test_case(
    points=2,
    hidden=True,
    failure_message="The generated images are not enough like real clothes.",
)
def images_look_like_clothes(train, generate):
    found = handed_in(train, generate)
    draw_figures(found)
    quality, size = found.quality, data_size("fashion_mnist")
    expect_threshold("frechet_distance", quality.frechet_distance, size, "at_most", slack=0.25)
    assert quality.pixel_precision >= LEAST_PIXEL_PRECISION, (
        f"pixel by pixel, {quality.pixel_precision:.0%} of the images are near a real one; at "
        f"least {LEAST_PIXEL_PRECISION:.0%} are required"
    )


@test_case(
    points=1.5,
    hidden=True,
    failure_message="The generated images show too few kinds of clothes, or all look much alike.",
)
def images_are_of_all_kinds(train, generate):
    quality, size = handed_in(train, generate).quality, data_size("fashion_mnist")
    expect_threshold("class_entropy", quality.class_entropy, size, slack=0.1)
    expect_threshold("coverage", quality.coverage, size, slack=0.25)


@test_case(
    points=1,
    hidden=True,
    failure_message="Some of the images are copies of training images.",
)
def images_are_new(train, generate):
    share = handed_in(train, generate).quality.share_of_copies
    assert share <= MOST_COPIES, f"{share:.1%} are copies; at most {MOST_COPIES:.0%} may be"
