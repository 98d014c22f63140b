"""Cases for predictions on real tweets: written at home, or made by a model of the student's."""

import numpy as np
from matplotlib.figure import Figure

import figures
from autograder.examine.thresholds import data_size, expect_threshold
from checks import (
    attach_figure,
    numbers,
    read_predictions,
    record,
    rng,
    run_beside,
    test_case,
    text_beside,
)
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
    folder = pathlib.Path(names.get("__file__") or "nowhere").resolve().parent
    load_trained = names.get("load_trained")
    loaded = load_trained is not None and (folder / "tweet_sentiment.safetensors").is_file()
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


def classes_in_file(train):
    """Return the classes in the student's predictions.csv; None if there is no such file."""
    text = text_beside(train, "predictions.csv")
    return None if text is None else np.array(read_predictions(text, len(tweets.unlabelled())))


def compared(train, predict, parts):
    """Return the way of part c, and predicted and right classes of each set of tweets by its name.

    The file has predictions for the released tweets only. A model predicts them and the others.
    """
    held_out = dataset("tweets").held_out
    unseen, released = held_out.load(), tweets.unlabelled()
    right = {
        "released": (held_out.unlabelled_labels() == tweets.POSITIVE).astype(int),
        "unseen": (unseen.labels == tweets.POSITIVE).astype(int),
    }
    written = classes_in_file(train)
    if written is not None:
        return "predictions.csv", {"released": (written, right["released"])}
    texts = [*released, *unseen.texts]
    found, loaded = run_beside(model_and_predictions, train, predict, parts, texts)
    classes = np.split(as_classes(found, len(texts)), [len(released)])
    way = "tweet_sentiment.safetensors" if loaded else "train"
    return way, {name: (part, right[name]) for name, part in zip(right, classes, strict=True)}


def accuracy_of(predicted, right):
    """Return the fraction of right classes."""
    return float((predicted == right).mean())


def draw_figures(way, predicted, right, texts):
    """Attach the confusion matrix, and some tweets with a wrong prediction."""
    names = ("negative", "positive")
    matrix = np.zeros((2, 2), dtype=int)
    np.add.at(matrix, (right, predicted), 1)
    attach_figure(
        f"Confusion matrix of {way} (number of tweets)",
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
    attach_figure("Some tweets with a wrong prediction, after their true class", figure)


@test_case(
    points=0,
    hidden=False,
    failure_message="The grader cannot use what you hand in for part c. This check gives no "
    "points; hidden ones do.",
)
def can_be_judged(train, predict):
    if classes_in_file(train) is None:
        texts = list(tweets.unlabelled()[:5])
        found, _ = run_beside(
            model_and_predictions, train, predict, training_parts("sample", 200), texts
        )
        as_classes(found, len(texts))


@test_case(
    points=2,
    hidden=True,
    failure_message="The predictions for real tweets are hardly better than guessing.",
)
def is_better_than_guessing(train, predict):
    _, found = compared(train, predict, training_parts("sample"))
    accuracy = min(accuracy_of(*classes) for classes in found.values())
    assert accuracy > 0.58, f"the accuracy is {accuracy:.1%}; guessing gives 50%"


@test_case(
    points=3,
    hidden=True,
    failure_message="The accuracy on real tweets is below the threshold.",
)
def reaches_the_accuracy_of_the_reference(train, predict):
    size = data_size("tweets")
    way, found = compared(train, predict, training_parts(size))
    texts = {"released": tweets.unlabelled(), "unseen": dataset("tweets").held_out.load().texts}
    for tweets_name, classes in found.items():
        record(f"accuracy_of_{way}_on_{tweets_name}_tweets", accuracy_of(*classes))
    last = list(found)[-1]
    draw_figures(f"{way} on the {last} tweets", *found[last], texts[last])
    for tweets_name, classes in found.items():
        # other right networks may do a little worse than the reference
        expect_threshold(f"{tweets_name}_accuracy", accuracy_of(*classes), size, slack=0.03)
