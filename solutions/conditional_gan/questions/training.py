"""Cases for the generated images: 1,000 of them, compared with images that only the grader has."""

import numpy as np
import torch

import figures
from autograder.examine.thresholds import data_size, expect_threshold
from checks import attach_figure, expect_finite, rng, run_beside, test_case
from data.fashion_mnist import CLASSES
from oracle import draw_patterns, handed_in, real_inputs
from support import draw_images, draw_labels, rows_of, stated, train_briefly

OK_FORMAT = False
name = "training"

MOST_COPIES = 0.05  # of real unseen images, 0.1 % count as copies
LEAST_PIXEL_PRECISION = 0.1


def draw_figures(found):
    """Attach four images of each class, one class per column."""
    places = np.stack([np.flatnonzero(found.labels == k)[:4] for k in range(10)], axis=1).ravel()
    titles = [CLASSES[k] for k in range(10)] + [""] * 30
    agreement = (found.quality.classes == found.labels).mean()
    attach_figure(
        f"Generated images of each class ({found.way}); the grader's network agrees with the asked "
        f"class for {agreement:.0%} of {len(found.labels)} images",
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
    points=1,
    hidden=True,
    failure_message="In train, the real images that the discriminator sees do not span "
    "OUTPUT_RANGE. They come with values from 0 to 1: map them first.",
)
def real_images_fill_the_stated_range(train):
    known = stated(train)
    likeness, low, high = run_beside(real_inputs, train, draw_patterns(50), draw_labels(50))
    assert likeness > 0.7, "no input of the discriminator is like a training image"
    room = 0.15 * (known["high"] - known["low"])  # some add a little noise
    assert abs(low - known["low"]) < room, f"black is {low:.3g} in place of {known['low']:.3g}"
    assert abs(high - known["high"]) < room, f"white is {high:.3g} in place of {known['high']:.3g}"


@test_case(
    points=1.5,
    hidden=True,
    failure_message="Trained on copies of two pictures, one for each of two labels, the generator "
    "does not give each label its picture.",
)
def learns_a_picture_for_each_label(train, generate):
    first, second = sorted(rng("two labels").choice(10, 2, replace=False).tolist())
    picture = torch.zeros(2, 1, 28, 28)
    picture[0, 0, 3:12, 4:24] = picture[1, 0, 16:25, 4:24] = 1.0
    labels = torch.tensor([0, 1]).repeat(160)
    asked = torch.tensor([first, second]).repeat(10)
    images, _ = run_beside(
        train_briefly, train, generate, picture[labels], torch.tensor([first, second])[labels], 14,
        asked,
    )  # fmt: skip
    images = rows_of(images, 20)
    expect_finite(images, "the images")
    wanted = picture.numpy().reshape(2, -1)
    for place, label in enumerate((first, second)):
        mean = images[place::2].mean(axis=0)
        own, other = (
            np.corrcoef(mean, wanted[k])[0, 1] if mean.std() > 0 else 0.0
            for k in (place, 1 - place)
        )
        assert own > max(0.5, other), (
            f"for label {label}, the mean has the correlation {own:.2f} with its picture and "
            f"{other:.2f} with the other one"
        )


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
    points=2.5,
    hidden=True,
    failure_message="Too many images do not show the class that was asked for.",
)
def images_show_the_class_that_is_asked(train, generate):
    found = handed_in(train, generate)
    agreement = float((found.quality.classes == found.labels).mean())
    expect_threshold("agreement", agreement, data_size("fashion_mnist"), slack=0.1)


@test_case(
    points=1,
    hidden=True,
    failure_message="The images of a class look too much alike.",
)
def images_of_a_class_differ(train, generate):
    quality, size = handed_in(train, generate).quality, data_size("fashion_mnist")
    expect_threshold("coverage", quality.coverage, size, slack=0.25)


@test_case(
    points=1,
    hidden=True,
    failure_message="Some of the images are copies of training images.",
)
def images_are_new(train, generate):
    share = handed_in(train, generate).quality.share_of_copies
    assert share <= MOST_COPIES, f"{share:.1%} are copies; at most {MOST_COPIES:.0%} may be"
