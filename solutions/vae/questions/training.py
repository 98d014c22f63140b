"""Cases for the trained model: its ELBO on unseen images, and 1,000 images from random z."""

import numpy as np

import figures
from autograder.examine import pictures
from autograder.examine.thresholds import data_size, expect_threshold
from checks import (
    arrays_beside,
    attach_figure,
    expect_close,
    expect_finite,
    file_beside,
    rng,
    run_beside,
    test_case,
)
from checks.pictures import as_images
from data.fashion_mnist import CLASSES
from oracle import draw_kinds, handed_in, reached_by_training, right_where_wrong
from support import (
    SAMPLES,
    WEIGHTS,
    decode_by_weights,
    draw_images,
    rows_of,
    train_briefly,
)

OK_FORMAT = False
name = "training"

MOST_COPIES = 0.05  # of real unseen images, 0.6 % count as copies, of right answers 0.1 %
LEAST_SPREAD = 0.35  # of right answers 0.57 and more, of ten images with noise 0.19
LEAST_PIXEL_PRECISION = 0.5  # of real unseen images 0.83; means have less detail and more


def draw_figures(found):
    """Attach new images, reconstructions, and the terms of the loss where they are known."""
    shown = found.images[:40, 0]
    attach_figure(
        f"Images for random z ({found.way})",
        figures.image_grid(shown, [""] * len(shown), columns=10),
    )
    classes = found.quality.classes
    first = [int(np.flatnonzero(classes == k)[0]) for k in range(10) if (classes == k).any()]
    titles = [CLASSES[classes[i]] for i in first]
    attach_figure(
        f"One image of each kind that the grader's network sees; {len(first)} of 10 kinds",
        figures.image_grid(found.images[first, 0], titles),
    )
    if found.pairs is not None:
        captions = [""] * len(found.pairs)
        attach_figure(
            "Unseen images, and their reconstructions below",
            figures.image_grid(found.pairs, captions, columns=len(captions) // 2),
        )
    if len(found.history) > 1 and all(len(terms) == 2 for terms in found.history):
        reconstruction, kl = zip(*found.history, strict=True)
        lines = {"reconstruction term": list(reconstruction), "KL term": list(kl)}
        attach_figure("The terms of the loss", figures.curves(lines, x="epoch", y="mean per image"))


@test_case(
    points=0.5,
    hidden=False,
    failure_message="train must return a model and, for each epoch, the means of both terms, for "
    "any number of images.",
)
def trains_on_any_number_of_images(train):
    for count in (33, 65, 129):
        found = run_beside(train_briefly, train, draw_images(count), 2, 0)
        expect_finite(rows_of(found["reconstructions"], min(count, 64)), "the reconstructions")
        assert len(found["history"]) == 2, f"after 2 epochs, it has {len(found['history'])} entries"
        for terms in found["history"]:
            assert len(terms) == 2, f"an epoch has {len(terms)} numbers, not 2"
            expect_finite(terms, "the terms of an epoch")


@test_case(
    points=0,
    hidden=False,
    failure_message="The file vae_samples.npz or vae.safetensors cannot be used, or the model "
    "decodes no images.",
)
def files_can_be_used(train):
    made = run_beside(decode_by_weights, train, file_beside(train, WEIGHTS), 3)
    rows_of(made, 3, "the images")
    samples = arrays_beside(train, SAMPLES, "images")
    if samples is not None:
        as_images(samples["images"])


@test_case(
    points=1,
    hidden=True,
    failure_message="Trained on four kinds of pictures, the model does not learn to tell them "
    "apart. Check that train makes steps on all batches and returns the model that has learned.",
)
def learns_four_pictures(train, VAE, loss):
    images = draw_kinds(1_024)
    with right_where_wrong(VAE, loss):
        found = run_beside(train_briefly, train, images, 15, 0)["reconstructions"]
    wanted = images[:64].reshape(64, 784).numpy()
    error = float(((rows_of(found, 64, "the reconstructions") - wanted) ** 2).mean())
    most = float(((wanted - wanted.mean(axis=0)) ** 2).mean())
    assert error < 0.5 * most, (
        f"the mean squared error is {error:.3g}; with the mean of all pictures it is {most:.3g}"
    )


@test_case(
    points=0.75,
    hidden=True,
    failure_message="A step uses gradients that an earlier step has left. Reset the gradients "
    "before each backward pass.",
)
def each_step_uses_fresh_gradients(train, VAE, loss):
    images, seed = draw_images(150), int(rng("training").integers(2**31))
    with right_where_wrong(VAE, loss):
        plain, reset = (
            run_beside(train_briefly, train, images, 3, seed, value)["parameters"]
            for value in (False, True)
        )
    expect_close(plain, reset, rtol=1e-3, atol=1e-5, name="the parameters")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A step must follow from the gradient of the whole loss: the reconstruction "
    "term and the KL term.",
)
def minimises_both_terms(train, VAE, loss):
    images, seed = draw_images(150), int(rng("training").integers(2**31))
    with right_where_wrong(VAE, loss):
        counts = run_beside(reached_by_training, train, images, seed)
    assert counts, "train does not call the function loss by its name with values of the model"
    for place, (calls, reached) in counts.items():
        assert reached, f"argument {place} of loss got no gradient in {calls} steps"


@test_case(
    points=1.5,
    hidden=True,
    failure_message="The ELBO on unseen images is too low: the model reconstructs badly, or q(z|x) "
    "is far from the standard normal distribution.",
)
def reaches_the_elbo_on_unseen_images(train, VAE, loss):
    found, size = handed_in(train, VAE, loss), data_size("fashion_mnist")
    draw_figures(found)
    if found.elbo is None:  # samples only: what they can show is that the model was trained
        expect_like_clothes(found, size)
    else:
        expect_threshold("elbo", found.elbo, size, slack=0.45)


def expect_like_clothes(found, size):
    """Fail unless the images are near real ones, in features and pixel by pixel."""
    quality = found.quality
    pictures.expect_generated(quality)
    expect_threshold("frechet_distance", quality.frechet_distance, size, "at_most", slack=0.85)
    assert quality.pixel_precision >= LEAST_PIXEL_PRECISION, (
        f"pixel by pixel, {quality.pixel_precision:.0%} of the images are near a real one; at "
        f"least {LEAST_PIXEL_PRECISION:.0%} are required"
    )


@test_case(
    points=1.5,
    hidden=True,
    failure_message="The images for random z are not enough like real clothes.",
)
def images_look_like_clothes(train, VAE, loss):
    expect_like_clothes(handed_in(train, VAE, loss), data_size("fashion_mnist"))


@test_case(
    points=1.5,
    hidden=True,
    failure_message="The images for random z show too few kinds of clothes, or look much alike.",
)
def images_are_of_all_kinds(train, VAE, loss):
    quality, size = handed_in(train, VAE, loss).quality, data_size("fashion_mnist")
    pictures.expect_generated(quality)
    expect_threshold("class_entropy", quality.class_entropy, size, slack=0.15)
    expect_threshold("coverage", quality.coverage, size, slack=0.6)
    assert quality.spread >= LEAST_SPREAD, (
        f"the median distance to the nearest other image is {quality.spread:.2f} times that of "
        f"real images; at least {LEAST_SPREAD} is required"
    )


@test_case(
    points=0.75,
    hidden=True,
    failure_message="Some of the images are copies of training images.",
)
def images_are_new(train, VAE, loss):
    share = handed_in(train, VAE, loss).quality.share_of_copies
    assert share <= MOST_COPIES, f"{share:.1%} are copies; at most {MOST_COPIES:.0%} may be"
