"""Cases for the trained network: its predictions are counted on images it has never seen."""

import numpy as np
import torch

import figures
from autograder.examine.thresholds import data_size, expect_threshold
from checks import as_shaped, attach_figure, elsewhere, record, rng, run_beside, test_case
from data import fashion_mnist
from oracle import predict_unseen
from support import outputs_of, train_new

OK_FORMAT = False
name = "training"


def draw_stripes(count, label):
    """Return noisy images of bytes, each with one of ten stripes, and the number of its stripe."""
    generator = rng(label)
    labels = generator.integers(0, 10, count)
    images = generator.integers(0, 50, (count, 1, 28, 28))
    for image, stripe in zip(images, labels, strict=True):
        image[0, 4 + 2 * stripe : 6 + 2 * stripe] += 200
    return torch.from_numpy(images.astype(np.uint8)), torch.from_numpy(labels)


def draw_figures(unseen, predicted):
    """Attach the accuracy of each class, the confusion matrix and the first wrong examples."""
    names, labels = fashion_mnist.CLASSES, unseen.labels
    confusion = np.zeros((10, 10), dtype=int)
    np.add.at(confusion, (labels, predicted), 1)
    of_class = confusion.diagonal() / confusion.sum(axis=1)
    for class_name, accuracy in zip(names, of_class, strict=True):
        record(f"accuracy of {class_name}", accuracy)
    mark = (float((labels == predicted).mean()), "all classes")
    attach_figure(
        "Accuracy of each class on the held-out images",
        figures.bars(of_class, names, unit="accuracy", limits=(0, 1.08), mark=mark),
    )
    attach_figure(
        "Confusion matrix on the held-out images (number of images)",
        figures.heat_map(confusion, names, names, rows="true class", columns="predicted class"),
    )
    wrong = np.flatnonzero(labels != predicted)[:18]
    captions = [f"{names[labels[i]]}\npredicted: {names[predicted[i]]}" for i in wrong]
    attach_figure(
        "The first held-out images with a wrong prediction",
        figures.image_grid(unseen.images[wrong, 0], captions),
    )


@test_case(
    points=1,
    hidden=False,
    failure_message="After training by mnist_train, SimpleCNN must distinguish ten simple "
    "patterns: a bright stripe at one of ten heights. Check SimpleCNN and mnist_train first.",
)
def learns_to_tell_ten_stripes_apart(SimpleCNN, mnist_train):
    unseen, labels = draw_stripes(100, "unseen")
    options = {"num_epochs": 5, "learning_rate": 0.01, "batch_size": 20}
    seen = draw_stripes(400, "seen")
    state = run_beside(train_new, SimpleCNN, mnist_train, *seen, options)
    untrained = elsewhere(SimpleCNN, at_least=0.0)  # in the grader, it has not seen the training
    outputs = as_shaped(run_beside(outputs_of, untrained, state, unseen), (100, 10))
    accuracy = float((outputs.argmax(axis=1) == labels.numpy()).mean())
    assert accuracy > 0.8, f"the accuracy on 100 unseen patterns is {accuracy:.0%}, not above 80%"


@test_case(
    points=2,
    hidden=True,
    failure_message="After a short training on 1,000 images of Fashion-MNIST, the network is "
    "hardly better than guessing. Check that the loss falls from epoch to epoch.",
)
def is_soon_better_than_guessing(SimpleCNN, mnist_train):
    options = {"num_epochs": 4, "learning_rate": 0.003, "batch_size": 20}
    predicted, unseen = predict_unseen(SimpleCNN, mnist_train, 1000, **options)
    accuracy = float((predicted == unseen.labels).mean())
    assert accuracy > 0.4, f"the accuracy is {accuracy:.1%}; guessing gives 10%"


@test_case(
    points=3,
    hidden=True,
    failure_message="After five epochs on Fashion-MNIST, the accuracy on unseen images is below "
    "the threshold for this network.",
)
def reaches_the_accuracy_of_this_network(SimpleCNN, mnist_train):
    options = {"num_epochs": 5, "learning_rate": 0.001, "batch_size": 100}
    predicted, unseen = predict_unseen(SimpleCNN, mnist_train, **options)
    accuracy = float((predicted == unseen.labels).mean())
    record("test_accuracy", accuracy)
    draw_figures(unseen, predicted)
    expect_threshold("test_accuracy", accuracy, data_size("fashion_mnist"))
