"""Cases for a model that was trained on real tweets: its predictions are counted here."""

import numpy as np
from matplotlib.figure import Figure

import figures
from autograder.examine.thresholds import data_size, expect_threshold
from checks import attach_figure, numbers, record, rng, run_beside, test_case
from checks.values import Unusable
from data import dataset, tweets

OK_FORMAT = False
name = "accuracy"


def model_and_predictions(train, predict, parts, texts):
    """Load or train a model; return its predictions for each text, and whether it was loaded.

    Each text has a call of its own, so that errors which mix tweets cost no points again.
    """
    import pathlib

    import torch

    names = getattr(train, "__globals__", {})
    folder = pathlib.Path(names.get("__file__") or ".").resolve().parent
    load_trained = names.get("load_trained")
    loaded = load_trained is not None and (folder / "weights.safetensors").is_file()
    if loaded:

        def refuse(*arguments, **options):
            raise ValueError("torch.load is not allowed in load_trained; use read_weights")

        before, torch.load = torch.load, refuse
        try:
            model = load_trained(str(folder))
        finally:
            torch.load = before
    else:
        model = train(*parts)
    try:
        found = [predict(model, [text]) for text in texts]
    except Exception:
        found = predict(model, list(texts))
    return found, loaded


def training_parts(size, most=None):
    """Return texts and labels of tweets for training, and for validation: 80 and 20 percent."""
    found = tweets.load("all", size)
    pairs = [(t, int(y == tweets.POSITIVE)) for t, y in zip(found.texts, found.labels, strict=True)]
    order = rng("parts").permutation(len(pairs))[:most]
    pairs = [pairs[i] for i in order]
    cut = len(pairs) * 4 // 5
    return [*map(list, zip(*pairs[:cut], strict=True)), *map(list, zip(*pairs[cut:], strict=True))]


def as_classes(value, count):
    """Return predictions as classes, whatever their form, which another question judges."""
    found = numbers(value, "the result of predict").astype(float)
    if found.size == 2 * count:
        return found.reshape(count, 2).argmax(axis=1)
    if found.size != count:
        raise Unusable("the number of predictions is not the number of tweets")
    limit = 0.5 if ((found >= 0) & (found <= 1)).all() else 0.0  # else they are logits
    return (found.reshape(count) > limit).astype(int)


def unseen_accuracy(train, predict, parts):
    """Return accuracy, predicted and right classes of the held-out tweets."""
    unseen = dataset("tweets").held_out.load()
    right = (unseen.labels == tweets.POSITIVE).astype(int)
    found, loaded = run_beside(model_and_predictions, train, predict, parts, list(unseen.texts))
    predicted = as_classes(found, len(right))
    record("trained at home", float(bool(loaded)))
    return float((predicted == right).mean()), predicted, right


def draw_figures(predicted, right, texts):
    """Attach the confusion matrix, and some tweets with a wrong prediction."""
    names = ("negative", "positive")
    matrix = np.zeros((2, 2), dtype=int)
    np.add.at(matrix, (right, predicted), 1)
    attach_figure(
        "Confusion matrix on the held-out tweets (number of tweets)",
        figures.heat_map(matrix, names, names, rows="true class", columns="predicted class"),
    )
    wrong = np.flatnonzero(predicted != right)
    lines = [
        f"{names[right[i]]:9} {texts[i][:95]}" for i in wrong[:: max(1, len(wrong) // 10)][:10]
    ]
    figure = Figure(figsize=(8, 2.6), layout="constrained")
    figure.text(
        0.01, 0.98, "\n".join(lines).replace("$", r"\$"), va="top", fontsize=8, family="monospace"
    )
    attach_figure("Some held-out tweets with a wrong prediction, after their true class", figure)


@test_case(
    points=2,
    hidden=True,
    failure_message="After training on real tweets, the model is hardly better than guessing.",
)
def is_better_than_guessing(train, predict):
    parts = training_parts("sample")
    accuracy, _, _ = unseen_accuracy(train, predict, parts)
    assert accuracy > 0.58, f"the accuracy is {accuracy:.1%}; guessing gives 50%"


@test_case(
    points=3,
    hidden=True,
    failure_message="The accuracy on unseen tweets is below the threshold.",
)
def reaches_the_accuracy_of_the_reference(train, predict):
    size = data_size("tweets")
    accuracy, predicted, right = unseen_accuracy(train, predict, training_parts(size))
    record("unseen_accuracy", accuracy)
    draw_figures(predicted, right, dataset("tweets").held_out.load().texts)
    expect_threshold("unseen_accuracy", accuracy, size, slack=0.03)  # for other architectures
