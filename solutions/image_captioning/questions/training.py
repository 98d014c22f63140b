"""Cases for a trained model: the grader computes what its parameters give on real captions."""

import math
import textwrap

import numpy as np
from matplotlib.figure import Figure

import figures
from autograder.examine.thresholds import data_size, expect_threshold
from checks import (
    CannotJudge,
    attach_figure,
    elsewhere,
    expect_shape,
    numbers,
    record,
    run_beside,
    test_case,
)
from data import captioned_images
from oracle import ExactModel, exact_loss, has_wrong_loss, torch_captions, unigram_bleu
from support import END, NULL, SPECIAL, UNKNOWN, columns_of_words, parameter_shapes, up_to_end

OK_FORMAT = False
name = "training"

IMAGES, EPOCHS, W, H = 50, 60, 64, 128


def train(CaptioningRNN, cell_type, words, features, captions, sizes, epochs):
    """Train a new model with Adam; return the losses and the parameters."""
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
    }


def sample_from(CaptioningRNN, cell_type, words, parameters, features, length):
    """Return the captions that a model with these parameters samples."""
    import numpy as np

    D, H = parameters["W_proj"].shape
    model = CaptioningRNN(
        words, input_dim=D, wordvec_dim=parameters["W_embed"].shape[1], hidden_dim=H,
        cell_type=cell_type,
    )  # fmt: skip
    model.params = parameters
    return np.array(model.sample(features, length))


def small_data():
    """Return images with one training caption each; the vocabulary holds only their words."""
    data = captioned_images.load("train", data_size("captioned_images"))
    captions = data.captions[: 5 * IMAGES : 5]
    kept = np.union1d(range(len(SPECIAL)), captions)  # sorted: the special words stay first
    words = {data.words[old]: new for new, old in enumerate(kept.tolist())}
    return data, words, np.searchsorted(kept, captions)


def measures(cell_type, parameters, features, captions, sampled):
    """Return the geometric mean, over all words, of their probabilities, and the mean BLEU."""
    loss, _ = exact_loss(cell_type, parameters, features, captions)
    scores = [unigram_bleu(*p) for p in zip(map(said, captions), map(said, sampled), strict=True)]
    words = int((captions[:, 1:] != NULL).sum())
    return {
        "word_probability": math.exp(-loss * len(captions) / words),
        "bleu": float(np.mean(scores)),
    }


def checked(cell_type, parameters, features, captions):
    """Return the parameters in float64; fail unless all have their shapes."""
    sizes = features.shape[1], W, H, int(captions.max()) + 1  # every word occurs
    shapes = parameter_shapes(cell_type, *sizes)
    for label, shape in shapes.items():
        expect_shape(parameters.get(label), shape, f"params['{label}']")
    return {label: parameters[label].astype(np.float64) for label in shapes}


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
    """Train on the images; fail unless parameters and sampled captions reach the thresholds.

    An error that other questions charge does not count here: see ``follows_from_errors``.
    """
    data, words, captions = small_data()
    features, parameters = data.features[:IMAGES], None
    try:
        found = run_beside(
            train, CaptioningRNN, cell_type, words, features, captions, (W, H), EPOCHS
        )
        parameters = checked(cell_type, found["parameters"], features, captions)
        sampled = run_beside(
            sample_from, CaptioningRNN, cell_type, words, found["parameters"], features,
            captions.shape[1],
        )  # fmt: skip
        sampled = columns_of_words(sampled, IMAGES)
        report(cell_type, data, list(words), found["losses"], sampled)
        reached = measures(cell_type, parameters, features, captions, sampled)
        for label, value in reached.items():
            record(f"{cell_type}_{label}", value)
        expect_thresholds(cell_type, reached, data.size)
    except CannotJudge:
        raise
    except Exception:  # whatever the student's code does
        given = words, features, captions
        if not follows_from_errors(CaptioningRNN, cell_type, given, parameters, data.size):
            raise


def follows_from_errors(CaptioningRNN, cell_type, given, parameters, size):
    """Tell whether the thresholds are reached without the errors of loss and sample.

    If the student's loss is wrong, the model is trained with the right one, and its captions are
    the right ones for its parameters. This holds only if loss and sample can be trusted (see
    ``checks.carried``), and their errors are charged there.
    """
    words, features, captions = given
    own = elsewhere(CaptioningRNN)
    if own is None:
        return False
    try:
        if has_wrong_loss(own, cell_type, words):
            model = ExactModel(own, cell_type, words, features.shape[1], W, H)
            found = train(
                lambda *_, **__: model, cell_type, words, features, captions, (W, H), EPOCHS
            )
            parameters = checked(cell_type, found["parameters"], features, captions)
        sampled = torch_captions(cell_type, parameters, features, captions.shape[1])
        reached = measures(cell_type, parameters, features, captions, sampled)
        for label, value in reached.items():
            record(f"{cell_type}_{label}_without_these_errors", value)
        expect_thresholds(cell_type, reached, size)
    except CannotJudge:
        raise
    except Exception:  # a model that cannot be built, or that has no loss
        return False
    return True


def expect_thresholds(cell_type, reached, size):
    """Fail unless both measures reach their thresholds."""
    for label, value in reached.items():
        # with other initial parameters than the reference's, a model may learn more slowly
        expect_threshold(f"{cell_type}_{label}", value, size, slack=0.1)


def report(cell_type, data, text, losses, sampled):
    """Attach the learning curve and the captions for the report."""
    attach_figure(
        f"Loss of the {cell_type} on 50 captions, as the student's code reports it",
        figures.curves({cell_type: losses}, x="step", y="nats per caption"),
    )
    text[UNKNOWN] = "..."
    shown = [[index for index in up_to_end(row) if index > END] for row in sampled]
    draw_captions(cell_type, data, [" ".join(text[index] for index in row) for row in shown])


@test_case(
    points=0,
    hidden=False,
    failure_message="After 60 epochs on three captions, the model must reproduce them. Check loss "
    "and sample first. This check gives no points; hidden checks do.",
)
def learns_three_captions_by_heart(CaptioningRNN):
    words = {word: i for i, word in enumerate((*SPECIAL, *"abcdef"))}
    captions = np.array([[1, 4, 5, 6, 2, 0], [1, 7, 2, 0, 0, 0], [1, 8, 9, 4, 4, 2]])
    features = np.eye(3, dtype=np.float32)
    for cell_type in ("rnn", "lstm"):
        found = run_beside(
            train, CaptioningRNN, cell_type, words, features, captions, (8, 16), EPOCHS
        )
        sampled = run_beside(
            sample_from, CaptioningRNN, cell_type, words, found["parameters"], features, 6
        )
        found = [said(row) for row in columns_of_words(sampled, 3)]
        assert found == [said(row) for row in captions], f"the {cell_type} samples {found}"


@test_case(
    points=1.5,
    hidden=True,
    failure_message="After 60 epochs on 50 images with one caption each, the RNN does not "
    "reach the thresholds for captions learned by heart.",
)
def learns_fifty_captions_with_an_rnn(CaptioningRNN):
    expect_learned_by_heart(CaptioningRNN, "rnn")


@test_case(
    points=1.5,
    hidden=True,
    failure_message="After 60 epochs on 50 images with one caption each, the LSTM does not "
    "reach the thresholds for captions learned by heart.",
)
def learns_fifty_captions_with_an_lstm(CaptioningRNN):
    expect_learned_by_heart(CaptioningRNN, "lstm")
