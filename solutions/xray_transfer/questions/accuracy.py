"""Cases for the trained network: its predictions are counted on X-rays it has not seen."""

import numpy as np
from matplotlib.figure import Figure

import figures
from autograder.examine.thresholds import data_size, expect_threshold
from checks import as_shaped, attach_figure, file_beside, record, rng, run_beside, test_case
from oracle import predict_unseen
from support import file_fits, train_and_ask

OK_FORMAT = False
name = "accuracy"
CLASSES = ("normal", "pneumonia")


def draw_stripes(count, label):
    """Return grey images (N, 28, 28) with fine or coarse stripes, and which of them are coarse."""
    generator = rng(label)
    labels = np.arange(count) % 2
    places = np.arange(28)
    widths = np.where(labels == 1, 8, 2)[:, None]
    rows = (places + generator.integers(0, 8, (count, 1))) // widths % 2
    images = np.tile(60 + 120 * rows[:, :, None], (1, 1, 28))
    noisy = images + generator.normal(0, 10, images.shape)
    return noisy.clip(0, 255).astype(np.uint8), labels.astype(np.int64)


def draw_results(way, labels, scores):
    """Attach the confusion matrix and the ROC."""
    matrix = np.zeros((2, 2), dtype=int)
    np.add.at(matrix, (labels, (scores > 0.5).astype(int)), 1)
    attach_figure(
        f"Confusion matrix of {way} (number of unseen X-rays)",
        figures.heat_map(matrix, CLASSES, CLASSES, rows="true class", columns="predicted class"),
    )
    figure = Figure(figsize=(3.6, 3.4), layout="constrained")
    axes = figure.add_subplot()
    order = np.argsort(-scores, kind="stable")
    rates = [np.r_[0, np.cumsum(labels[order] == k) / (labels == k).sum()] for k in (0, 1)]
    axes.plot(*rates)
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1, linestyle=":")
    axes.set(xlabel="false positive rate", ylabel="true positive rate")
    attach_figure(f"ROC of {way} on unseen X-rays, area {area(labels, scores):.3f}", figure)


def area(labels, scores):
    """Return the area under the ROC."""
    gaps = scores[labels == 1][:, None] - scores[labels == 0]
    return float(((gaps > 0) + 0.5 * (gaps == 0)).mean())


@test_case(
    points=0,
    hidden=False,
    failure_message="The file xray_transfer.safetensors cannot be used: "
    'build_model("full") must give the network that it belongs to.',
)
def has_no_wrong_weights(fit):
    wrong = run_beside(file_fits, fit, file_beside(fit, "xray_transfer.safetensors"))
    assert not wrong, wrong


@test_case(
    points=0.5,
    hidden=False,
    failure_message="fit must learn to tell fine stripes from coarse ones. Check the other parts "
    "first.",
)
def learns_to_tell_stripes_apart(fit):
    train, val = draw_stripes(80, "train"), draw_stripes(20, "val")
    images, labels = draw_stripes(20, "unseen")
    found = run_beside(train_and_ask, fit, train, val, images)
    accuracy = float((as_shaped(found, (20,), "the classes") == labels).mean())
    assert accuracy > 0.7, f"the accuracy on 20 unseen images is {accuracy:.0%}"


@test_case(
    points=1.5,
    hidden=True,
    failure_message="The probabilities for unseen X-rays are hardly better than guessing.",
)
def is_better_than_guessing(fit):
    _, labels, scores = predict_unseen(fit, most=240)
    found = area(labels, scores)
    assert found > 0.6, f"the area under the ROC is {found:.3f}; guessing gives 0.5"


@test_case(
    points=3,
    hidden=True,
    failure_message="The accuracy on unseen X-rays is below the threshold.",
)
def reaches_the_accuracy_of_the_reference(fit):
    way, labels, scores = predict_unseen(fit)
    accuracy = float(((scores > 0.5) == (labels == 1)).mean())
    record("unseen_accuracy", accuracy)
    record("unseen_auc", area(labels, scores))
    draw_results(way, labels, scores)
    size = data_size("chest_xrays")
    expect_threshold("unseen_accuracy", accuracy, size, slack=0.03)
