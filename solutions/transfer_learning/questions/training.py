"""Cases for the trained networks: their predictions are counted on images they have not seen."""

import numpy as np
import torch

import figures
from autograder.examine.thresholds import data_size, expect_threshold
from checks import attach_figure, expect_shape, record, rng, run_beside, test_case
from oracle import predict_unseen
from support import train_and_predict

OK_FORMAT = False
name = "training"


def expect_accuracy(scenario, metric, title):
    """Train on the images of the grader; fail unless the accuracy on unseen ones is reached."""
    predicted, unseen = predict_unseen(scenario)
    accuracy = float((predicted == unseen.labels).mean())
    record(metric, accuracy)
    names = unseen.classes
    order = np.argsort(predicted == unseen.labels, kind="stable")[:12]  # the wrong ones first
    captions = [f"{names[unseen.labels[i]]}\npredicted: {names[predicted[i]]}" for i in order]
    attach_figure(
        f"{title}, SqueezeNet 1.1, {unseen.title}: {accuracy:.1%} of {len(predicted)} unseen "
        "images are correct; wrong predictions first",
        figures.image_grid(unseen.images[order].transpose(0, 2, 3, 1) / 255, captions),
    )
    expect_threshold(metric, accuracy, data_size("ants_bees"))


def draw_colours(count, label):
    """Return noisy images of bytes (N, 3, 32, 32), reddish or greenish, and their classes."""
    generator = rng(label)
    labels = np.arange(count) % 2
    images = generator.integers(0, 120, (count, 3, 32, 32))
    images[np.arange(count), labels] += 120
    return torch.from_numpy(images.astype(np.uint8)), torch.from_numpy(labels)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="finetune and freeze must both learn to tell reddish images from greenish "
    "ones. Check train_model, finetune and freeze first.",
)
def learns_to_tell_two_colours_apart(finetune, freeze):
    for name, scenario in (("finetune", finetune), ("freeze", freeze)):
        unseen, labels = draw_colours(20, "unseen")
        parts = draw_colours(40, "train"), draw_colours(10, "val")
        predicted = run_beside(train_and_predict, scenario, *parts, unseen, ["red", "green"])
        expect_shape(predicted, (20,), "the predictions")
        accuracy = float((predicted == labels).float().mean())
        assert accuracy > 0.8, f"{name}: the accuracy on 20 unseen images is {accuracy:.0%}"


@test_case(
    points=1.5,
    hidden=True,
    failure_message="After fine-tuning, the accuracy on unseen images is below the threshold for "
    "this network.",
)
def reaches_the_accuracy_of_fine_tuning(finetune):
    expect_accuracy(finetune, "finetune_accuracy", "Fine-tuned")


@test_case(
    points=1.5,
    hidden=True,
    failure_message="After training the last layer only, the accuracy on unseen images is below "
    "the threshold for this network.",
)
def reaches_the_accuracy_of_the_frozen_network(freeze):
    expect_accuracy(freeze, "freeze_accuracy", "Only the last layer trained")
