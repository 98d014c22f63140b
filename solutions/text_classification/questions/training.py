"""Cases for the trained models: their predictions are counted on sentences they have never seen."""

import torch

import figures
from autograder.examine.thresholds import data_size, expect_threshold
from checks import (
    as_shaped,
    attach_figure,
    expect_shape,
    read_predictions,
    record,
    rng,
    run_beside,
    test_case,
)
from data import dataset, glove, review_sentences
from support import padded

OK_FORMAT = False
name = "training"

GLOVE = {"sample": "sample", "sst2": "40k"}  # the vectors that belong to the sentences


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


def real_data():
    """Return the number of words, word vectors, and three parts as tokens, lengths and labels.

    The third part consists of the held-out sentences; only their tokens and lengths are sent.
    """
    size = data_size("review_sentences")
    parts = {split: review_sentences.load(split, size) for split in ("train", "dev")}
    parts["unseen"] = dataset("review_sentences").held_out.load()
    words = sorted({word for text in parts["train"].texts for word in text.split()})
    ids = {word: i for i, word in enumerate(["<pad>", "<unk>", *words])}
    encoded = []
    for part in parts.values():
        rows = [[ids.get(word, 1) for word in text.split()] or [1] for text in part.texts]
        encoded.append((*padded(rows), torch.from_numpy(part.labels)))
    vectors, found = glove.load(size=GLOVE[size]).rows(ids)
    missing = rng("missing words").normal(0, 0.1, vectors.shape)
    vectors[~found] = missing[~found]
    vectors[0] = 0
    return len(ids), torch.from_numpy(vectors), encoded


def expect_accuracy(Model, train, predict, metric, with_vectors, *more):
    """Fail unless a model reaches the threshold on the held-out sentences."""
    count, vectors, (training, dev, unseen) = real_data()
    arguments = [vectors if with_vectors else count, *more]
    found = run_beside(
        train_and_predict, Model, train, predict, arguments, training, dev, unseen[:2]
    )
    labels = unseen[2].numpy()
    p = as_shaped(found["p"], (len(labels),), "the probabilities")
    accuracy = float(((p > 0.5) == (labels == 1)).mean())
    try:
        written = read_predictions(found["text"], len(labels))
        in_file = sum(a == b for a, b in zip(written, labels.tolist(), strict=True)) / len(labels)
        record(f"{metric}_in_predictions_csv", in_file)
    except AssertionError:
        pass  # the question `predict` judges the file
    record(metric, accuracy)
    if found["curve"]:
        attach_figure(
            f"{metric.replace('_', ' ')}: dev accuracy of each epoch, as train reports it",
            figures.curves({metric.replace("_", " "): found["curve"]}, x="epoch", y="dev accuracy"),
        )
    # other right models and optimisers may do a little worse than the reference
    expect_threshold(metric, accuracy, data_size("review_sentences"), slack=0.03)


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


@test_case(
    points=1,
    hidden=True,
    failure_message="After the training with your defaults, the accuracy of BagOfWords "
    "on unseen sentences is below its threshold, which the reference reaches in almost every run.",
)
def reaches_the_accuracy_of_bag_of_words(BagOfWords, train, predict):
    expect_accuracy(BagOfWords, train, predict, "bag_of_words", False)


@test_case(
    points=1,
    hidden=True,
    failure_message="After the training with your defaults, the accuracy of AverageEmbedding "
    "on unseen sentences is below its threshold, which the reference reaches in almost every run.",
)
def reaches_the_accuracy_of_average_embedding(AverageEmbedding, train, predict):
    expect_accuracy(AverageEmbedding, train, predict, "average_embedding", False, 50)


@test_case(
    points=1,
    hidden=True,
    failure_message="After the training with your defaults, the accuracy of GloveAverageEmbedding "
    "on unseen sentences is below its threshold, which the reference reaches in almost every run.",
)
def reaches_the_accuracy_of_glove_average_embedding(GloveAverageEmbedding, train, predict):
    expect_accuracy(GloveAverageEmbedding, train, predict, "glove_average_embedding", True)


@test_case(
    points=1,
    hidden=True,
    failure_message="After the training with your defaults, the accuracy of GloveRNN "
    "on unseen sentences is below its threshold, which the reference reaches in almost every run.",
)
def reaches_the_accuracy_of_glove_rnn(GloveRNN, train, predict):
    expect_accuracy(GloveRNN, train, predict, "glove_rnn", True, 64)


@test_case(
    points=1,
    hidden=True,
    failure_message="After the training with your defaults, the accuracy of GloveLSTM "
    "on unseen sentences is below its threshold, which the reference reaches in almost every run.",
)
def reaches_the_accuracy_of_glove_lstm(GloveLSTM, train, predict):
    expect_accuracy(GloveLSTM, train, predict, "glove_lstm", True, 64)
