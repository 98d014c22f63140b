"""Public checks of training; the grader has more."""

import torch

from checks import as_shaped, expect_shape, rng, run_beside, test_case
from support import padded

OK_FORMAT = False
name = "training"


def train_and_predict(Model, train, predict, arguments, training, dev, unseen):
    """Train a model; return its probabilities for unseen sentences and its file of predictions."""
    import os
    import pathlib
    import tempfile

    import torch
    from torch.utils.data import TensorDataset

    model = Model(*arguments)
    result = train(model, TensorDataset(*training), TensorDataset(*dev))
    best, history = result if isinstance(result, (tuple, list)) else (result, [])
    best.eval()
    with torch.no_grad():
        parts = [
            best(*batch).reshape(-1)
            for batch in zip(*(part.split(100) for part in unseen), strict=True)
        ]
    text = None
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "predictions.csv"
            before = os.getcwd()
            os.chdir(folder)
            try:
                predict(best, TensorDataset(*unseen), str(path))
            finally:
                os.chdir(before)
            text = path.read_text(encoding="utf-8")[:100_000]
    except Exception:  # the question `predict` judges this
        text = None
    try:
        curve = [float(reached) for _, reached in history]
    except (TypeError, ValueError):  # it is not graded
        curve = []
    return {"p": torch.cat(parts), "text": text, "curve": curve}


def draw_reviews(count, label):
    """Return sentences of a made-up language in which the first word says the sentiment."""
    generator = rng(label)
    labels = generator.integers(0, 2, count)
    sentences = [
        [int(label) * 4 + int(generator.integers(2, 6)), *generator.integers(10, 14, length)]
        for label, length in zip(labels, generator.integers(1, 5, count), strict=True)
    ]
    return (*padded(sentences), torch.from_numpy(labels))


def expect_learned(Model, train, predict, arguments):
    """Fail unless a model learns the sentiment of the made-up words."""
    training, dev, unseen = (draw_reviews(n, w) for n, w in ((2000, "a"), (100, "b"), (100, "c")))
    found = run_beside(
        train_and_predict, Model, train, predict, arguments, training, dev, unseen[:2]
    )
    expect_shape(found["p"], (100,), "the probabilities")
    p = as_shaped(found["p"], (100,), "the probabilities")
    accuracy = float(((p > 0.5) == (unseen[2].numpy() == 1)).mean())
    assert accuracy > 0.75, f"the accuracy on 100 unseen sentences is {accuracy:.0%}"


@test_case(
    points=0,
    hidden=False,
    failure_message="With the defaults of train, BagOfWords must learn which words of a made-up "
    "language are positive. This check gives no points; hidden checks do.",
)
def learns_which_words_are_positive(BagOfWords, train, predict):
    expect_learned(BagOfWords, train, predict, [14])


@test_case(
    points=0,
    hidden=False,
    failure_message="With the defaults of train, GloveLSTM must learn which words of a made-up "
    "language are positive. This check gives no points; hidden checks do.",
)
def learns_to_read_with_an_lstm(GloveLSTM, train, predict):
    vectors = torch.from_numpy(rng("vectors").normal(0, 0.5, (14, 20))).float()
    vectors[0] = 0
    expect_learned(GloveLSTM, train, predict, [vectors, 32])
