"""Public checks of accuracy; the grader has more."""

import numpy as np

from checks import numbers, read_predictions, rng, run_beside, test_case, text_beside
from checks.values import Unusable
from data import tweets

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
