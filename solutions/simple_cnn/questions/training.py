"""Cases for the trained network: its predictions are counted on images it has never seen."""

import numpy as np
import torch
from otter.test_files import test_case

import figures
from autograder.examine.thresholds import data_size, expect_threshold
from checks import attach_figure, expect_shape, record, rng, run_beside
from data import dataset, fashion_mnist

OK_FORMAT = False
name = "training"

HELD_OUT = dataset("fashion_mnist").held_out


def train_and_predict(SimpleCNN, mnist_train, images, labels, unseen, options):
    """Train a new network on images (N, 1, 28, 28) of bytes; return its classes for others."""
    import torch
    from torch.utils.data import TensorDataset

    model = SimpleCNN()
    mnist_train(model, TensorDataset(images.float() / 255, labels), **options)
    device = next(model.parameters()).device
    model.eval()
    with torch.no_grad():
        outputs = [model(batch.to(device).float() / 255) for batch in unseen.split(200)]
    return torch.cat(outputs).argmax(dim=1).cpu()


def draw_stripes(count, label):
    """Return noisy images of bytes, each with one of ten stripes, and which stripe it is."""
    generator = rng(label)
    labels = generator.integers(0, 10, count)
    images = generator.integers(0, 50, (count, 1, 28, 28))
    for image, stripe in zip(images, labels, strict=True):
        image[0, 4 + 2 * stripe : 6 + 2 * stripe] += 200
    return torch.from_numpy(images.astype(np.uint8)), torch.from_numpy(labels)


def to_bytes(images):
    """Return images with values in [0, 1] as a quarter of their size."""
    return torch.from_numpy((255 * images).round().astype(np.uint8))


def predict_unseen(SimpleCNN, mnist_train, count=None, **options):
    """Train on the first ``count`` training images; return the classes of the held-out ones."""
    data = fashion_mnist.load("train", data_size("fashion_mnist"))
    images, labels = to_bytes(data.images[:count]), torch.from_numpy(data.labels[:count])
    unseen = to_bytes(HELD_OUT.load().images)
    predicted = run_beside(
        train_and_predict, SimpleCNN, mnist_train, images, labels, unseen, options
    )
    expect_shape(predicted, (len(unseen),), "the predictions")
    return predicted.numpy()


def draw_figures(labels, predicted):
    """Attach the accuracy of each class, the confusion matrix and the first wrong examples."""
    names = fashion_mnist.CLASSES
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
    captions = [f"{names[labels[i]]}\ntaken for {names[predicted[i]]}" for i in wrong]
    attach_figure(
        "The first held-out images that are classified wrongly",
        figures.image_grid(HELD_OUT.load().images[wrong, 0], captions),
    )


@test_case(
    points=1,
    hidden=False,
    failure_message="Trained by mnist_train, SimpleCNN must tell ten simple patterns apart, each "
    "a bright stripe at its own height. Do the checks of SimpleCNN and mnist_train pass?",
)
def learns_to_tell_ten_stripes_apart(SimpleCNN, mnist_train):
    unseen, labels = draw_stripes(100, "unseen")
    predicted = run_beside(
        train_and_predict,
        SimpleCNN,
        mnist_train,
        *draw_stripes(400, "seen"),
        unseen,
        {"num_epochs": 5, "learning_rate": 0.01, "batch_size": 20},
    )
    accuracy = float((predicted == labels).float().mean())
    assert accuracy > 0.8, f"only {accuracy:.0%} of 100 unseen patterns are recognised"


@test_case(
    points=2,
    hidden=True,
    failure_message="After a short training on 1,000 images of Fashion-MNIST, the network is "
    "hardly better than guessing. Check that the loss falls from epoch to epoch.",
)
def is_soon_better_than_guessing(SimpleCNN, mnist_train):
    options = {"num_epochs": 4, "learning_rate": 0.003, "batch_size": 20}
    predicted = predict_unseen(SimpleCNN, mnist_train, 1000, **options)
    accuracy = float((predicted == HELD_OUT.load().labels).mean())
    assert accuracy > 0.4, f"the accuracy is {accuracy:.1%}; guessing gives 10%"


@test_case(
    points=3,
    hidden=True,
    failure_message="After five epochs on Fashion-MNIST, the accuracy on unseen images is below "
    "what this network reaches.",
)
def reaches_the_accuracy_of_this_network(SimpleCNN, mnist_train):
    options = {"num_epochs": 5, "learning_rate": 0.001, "batch_size": 100}
    predicted, labels = predict_unseen(SimpleCNN, mnist_train, **options), HELD_OUT.load().labels
    accuracy = float((predicted == labels).mean())
    record("test_accuracy", accuracy)
    draw_figures(labels, predicted)
    expect_threshold("test_accuracy", accuracy, data_size("fashion_mnist"))
