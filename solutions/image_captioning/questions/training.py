"""Cases for a trained model: what its parameters say is judged outside, on real captions."""

import math
import textwrap

import numpy as np
import torch
from matplotlib.figure import Figure
from otter.test_files import test_case

import figures
from autograder.examine.thresholds import data_size, expect_threshold
from checks import attach_figure, expect_shape, record, run_beside
from data import captioned_images

OK_FORMAT = False
name = "training"

IMAGES, W, H = 50, 64, 128
NULL, START, END, UNKNOWN = range(4)


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
        "parameters": {name: np.asarray(value) for name, value in model.params.items()},
        "captions": np.asarray(model.sample(features, captions.shape[1])),
    }


def small_data():
    """Return images with one training caption each, in a vocabulary of just their words."""
    data = captioned_images.load("train", data_size("captioned_images"))
    captions = data.captions[: 5 * IMAGES : 5]
    kept = np.union1d(range(4), captions)  # sorted, so the special words stay in front
    words = {data.words[old]: new for new, old in enumerate(kept.tolist())}
    return data, words, np.searchsorted(kept, captions)


def word_probability(cell_type, parameters, features, captions):
    """Return the geometric mean, over all words to be known, of their probabilities."""
    G = {"rnn": H, "lstm": 4 * H}[cell_type]
    V, D = int(captions.max()) + 1, features.shape[1]  # every word occurs
    shapes = {
        "W_embed": (V, W), "W_proj": (D, H), "b_proj": (H,), "Wx": (W, G), "Wh": (H, G), "b": (G,),
        "W_vocab": (H, V), "b_vocab": (V,),
    }  # fmt: skip
    for label, shape in shapes.items():
        expect_shape(parameters.get(label), shape, f"params['{label}']")
    p = {label: torch.from_numpy(parameters[label].astype(np.float64)) for label in shapes}
    h = torch.from_numpy(features.astype(np.float64)) @ p["W_proj"] + p["b_proj"]
    c, total, words = torch.zeros_like(h), 0.0, torch.from_numpy(captions)
    for read, right in zip(words.T[:-1], words.T[1:], strict=True):
        a = p["W_embed"][read] @ p["Wx"] + h @ p["Wh"] + p["b"]
        if cell_type == "rnn":
            h = torch.tanh(a)
        else:
            f, i, candidate, o = a.chunk(4, dim=1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(candidate)
            h = torch.sigmoid(o) * torch.tanh(c)
        log_p = torch.log_softmax(h @ p["W_vocab"] + p["b_vocab"], dim=1)
        total += float(log_p.gather(1, right[:, None])[:, 0][right != NULL].sum())
    return math.exp(total / int((captions[:, 1:] != NULL).sum()))


def said(row):
    """Return the indices of the words of a caption, up to <END> and without special ones."""
    row = [int(index) for index in np.asarray(row)]
    return [index for index in row[: [*row, END].index(END)] if index > 3]


def unigram_bleu(found, wanted):
    """Return the clipped unigram precision of a caption times its brevity penalty."""
    if not found:
        return 0.0
    common = sum(min(found.count(word), wanted.count(word)) for word in set(found))
    return common / len(found) * min(1.0, math.exp(1 - len(wanted) / len(found)))


def draw_captions(cell_type, data, spoken):
    """Attach the first images with what the model says about them."""
    figure = Figure(figsize=(10, 5), layout="constrained")
    for i, cell in enumerate(figure.subplots(2, 4).ravel()):
        cell.imshow(data.picture(i))
        cell.set_title(textwrap.fill(spoken[i], 34), fontsize=7)
        cell.set_axis_off()
    origin = "generated" if data.size == "scenes" else "of people"
    attach_figure(f"Learned by heart by the {cell_type}, from captions {origin}", figure)


def expect_learned_by_heart(CaptioningRNN, cell_type):
    """Train on the images; fail unless parameters and sampled captions reach their thresholds."""
    data, words, captions = small_data()
    features, text = data.features[:IMAGES], list(words)
    found = run_beside(
        train_and_sample, CaptioningRNN, cell_type, words, features, captions, (W, H), 60
    )
    expect_shape(found["captions"], captions.shape, "the captions")
    probability = word_probability(cell_type, found["parameters"], features, captions)
    spoken = [said(row) for row in found["captions"]]
    bleu = np.mean([unigram_bleu(*p) for p in zip(spoken, map(said, captions), strict=True)])
    record(f"{cell_type}_word_probability", probability)
    record(f"{cell_type}_bleu", bleu)
    lines = {cell_type: found["losses"]}
    attach_figure(
        f"Loss of the {cell_type} as the model reports it, 50 captions",
        figures.curves(lines, x="step", y="nats per caption"),
    )
    text[UNKNOWN] = "..."
    rows = found["captions"].astype(int).tolist()
    rows = [[index for index in row[: [*row, END].index(END)] if index > END] for row in rows]
    draw_captions(cell_type, data, [" ".join(text[index] for index in row) for row in rows])
    for label, value in (("word_probability", probability), ("bleu", bleu)):
        # with other initial parameters than the reference's, a model may learn more slowly
        expect_threshold(f"{cell_type}_{label}", value, data.size, slack=0.1)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="After 60 epochs on three captions, the model must say them. Do the checks of "
    "loss and sample pass?",
)
def learns_three_captions_by_heart(CaptioningRNN):
    words = {word: i for i, word in enumerate(("<NULL>", "<START>", "<END>", "<UNK>", *"abcdef"))}
    captions = np.array([[1, 4, 5, 6, 2, 0], [1, 7, 2, 0, 0, 0], [1, 8, 9, 4, 4, 2]])
    features = np.eye(3, dtype=np.float32)
    for cell_type in ("rnn", "lstm"):
        found = run_beside(
            train_and_sample, CaptioningRNN, cell_type, words, features, captions, (8, 16), 60
        )
        found = [said(row) for row in found["captions"]]
        assert found == [said(row) for row in captions], f"the {cell_type} says {found}"


@test_case(
    points=1.25,
    hidden=True,
    failure_message="After 60 epochs on 50 images with a caption each, the RNN does not know the "
    "captions as well as this model can.",
)
def learns_fifty_captions_with_an_rnn(CaptioningRNN):
    expect_learned_by_heart(CaptioningRNN, "rnn")


@test_case(
    points=1.25,
    hidden=True,
    failure_message="After 60 epochs on 50 images with a caption each, the LSTM does not know the "
    "captions as well as this model can.",
)
def learns_fifty_captions_with_an_lstm(CaptioningRNN):
    expect_learned_by_heart(CaptioningRNN, "lstm")
