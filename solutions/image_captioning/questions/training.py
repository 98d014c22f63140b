"""Cases for a trained model: the grader computes what its parameters give on real captions."""

import math
import textwrap

import numpy as np
from matplotlib.figure import Figure

import figures
from autograder.examine.thresholds import data_size, expect_threshold
from checks import attach_figure, expect_shape, numbers, record, run_beside, test_case
from data import captioned_images
from oracle import exact_loss, unigram_bleu
from support import END, NULL, SPECIAL, UNKNOWN, parameter_shapes, up_to_end

OK_FORMAT = False
name = "training"

IMAGES, W, H = 50, 64, 128
MEASURES = {"word_probability": "the mean probability of a word", "bleu": "the mean unigram BLEU"}


def train_and_sample(CaptioningRNN, cell_type, words, features, captions, sizes, epochs):
    """Train a new model with Adam; return losses, parameters and the captions it samples."""
    import numpy as np

    model = CaptioningRNN(
        words, input_dim=features.shape[1], wordvec_dim=sizes[0], hidden_dim=sizes[1],
        cell_type=cell_type,
    )  # fmt: skip
    memory = {name: [0.0, 0.0] for name in model.params}
    losses = []
    for epoch in range(epochs):
        for batch in np.array_split(np.random.permutation(len(captions)), 2):
            loss, grads = model.loss(features[batch], captions[batch])
            losses.append(float(np.squeeze(loss)))
            size = 0.01 * 0.98**epoch * np.sqrt(1 - 0.999 ** len(losses))
            size /= 1 - 0.9 ** len(losses)
            for name, (mean, square) in memory.items():
                mean = 0.9 * mean + 0.1 * grads[name]
                square = 0.999 * square + 0.001 * grads[name] ** 2
                step = size * mean / (np.sqrt(square) + 1e-8)
                model.params[name] = model.params[name] - step.astype(model.params[name].dtype)
                memory[name] = [mean, square]
    return {
        "losses": losses,
        "parameters": {name: np.array(value) for name, value in model.params.items()},
        "captions": np.array(model.sample(features, captions.shape[1])),
    }


def small_data():
    """Return images with one training caption each; the vocabulary holds only their words."""
    data = captioned_images.load("train", data_size("captioned_images"))
    captions = data.captions[: 5 * IMAGES : 5]
    kept = np.union1d(range(len(SPECIAL)), captions)  # sorted: the special words stay first
    words = {data.words[old]: new for new, old in enumerate(kept.tolist())}
    return data, words, np.searchsorted(kept, captions)


def word_probability(cell_type, parameters, features, captions):
    """Return the geometric mean, over all words to predict, of their probabilities."""
    sizes = features.shape[1], W, H, int(captions.max()) + 1  # every word occurs
    shapes = parameter_shapes(cell_type, *sizes)
    for label, shape in shapes.items():
        expect_shape(parameters.get(label), shape, f"params['{label}']")
    own = {label: parameters[label].astype(np.float64) for label in shapes}
    loss, _ = exact_loss(cell_type, own, features, captions)
    return math.exp(-loss * len(captions) / int((captions[:, 1:] != NULL).sum()))


def said(row):
    """Return the indices of the words of a caption, up to <END> and without special words."""
    return [index for index in up_to_end(numbers(row)) if index > UNKNOWN]


def draw_captions(cell_type, data, spoken):
    """Attach the first images with the captions of the model."""
    figure = Figure(figsize=(10, 5), layout="constrained")
    for i, cell in enumerate(figure.subplots(2, 4).ravel()):
        cell.imshow(data.picture(i))
        cell.set_title(textwrap.fill(spoken[i], 34), fontsize=7)
        cell.set_axis_off()
    origin = "generated" if data.size == "scenes" else "written by people"
    attach_figure(f"Captions that the {cell_type} learned by heart ({origin})", figure)


def expect_learned_by_heart(CaptioningRNN, cell_type):
    """Train on the images; fail unless parameters and sampled captions reach the thresholds."""
    data, words, captions = small_data()
    features, text = data.features[:IMAGES], list(words)
    found = run_beside(
        train_and_sample, CaptioningRNN, cell_type, words, features, captions, (W, H), 60
    )
    expect_shape(found["captions"], captions.shape, "the captions")
    probability = word_probability(cell_type, found["parameters"], features, captions)
    spoken = [said(row) for row in found["captions"]]
    bleu = np.mean([unigram_bleu(*p) for p in zip(map(said, captions), spoken, strict=True)])
    record(f"{cell_type}_word_probability", probability)
    record(f"{cell_type}_bleu", bleu)
    lines = {cell_type: found["losses"]}
    attach_figure(
        f"Loss of the {cell_type} on 50 captions, as the student's code reports it",
        figures.curves(lines, x="step", y="nats per caption"),
    )
    text[UNKNOWN] = "..."
    shown = [[index for index in up_to_end(row) if index > END] for row in found["captions"]]
    draw_captions(cell_type, data, [" ".join(text[index] for index in row) for row in shown])
    for label, value in (("word_probability", probability), ("bleu", bleu)):
        # with other initial parameters than the reference's, a model may learn more slowly
        expect_threshold(f"{cell_type}_{label}", value, data.size, slack=0.1)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="After 60 epochs on three captions, the model must reproduce them. Check loss "
    "and sample first.",
)
def learns_three_captions_by_heart(CaptioningRNN):
    words = {word: i for i, word in enumerate((*SPECIAL, *"abcdef"))}
    captions = np.array([[1, 4, 5, 6, 2, 0], [1, 7, 2, 0, 0, 0], [1, 8, 9, 4, 4, 2]])
    features = np.eye(3, dtype=np.float32)
    for cell_type in ("rnn", "lstm"):
        found = run_beside(
            train_and_sample, CaptioningRNN, cell_type, words, features, captions, (8, 16), 60
        )
        found = [said(row) for row in found["captions"]]
        assert found == [said(row) for row in captions], f"the {cell_type} samples {found}"


@test_case(
    points=1.25,
    hidden=True,
    failure_message="After 60 epochs on 50 images with one caption each, the RNN does not "
    "reach the thresholds for captions learned by heart.",
)
def learns_fifty_captions_with_an_rnn(CaptioningRNN):
    expect_learned_by_heart(CaptioningRNN, "rnn")


@test_case(
    points=1.25,
    hidden=True,
    failure_message="After 60 epochs on 50 images with one caption each, the LSTM does not "
    "reach the thresholds for captions learned by heart.",
)
def learns_fifty_captions_with_an_lstm(CaptioningRNN):
    expect_learned_by_heart(CaptioningRNN, "lstm")
