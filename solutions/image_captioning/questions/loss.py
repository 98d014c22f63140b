"""Cases for the model's loss and gradients, against torch in float64 and finite differences."""

import numpy as np

from checks import (
    as_shaped,
    expect_any,
    expect_close,
    expect_finite,
    expect_parts,
    expect_shape,
    numbers,
    rng,
    run_beside,
    test_case,
)
from oracle import exact_loss, gradients_of_wrong_losses
from support import NULL, SPECIAL, losses_along, model_with, parameter_shapes, zeros

OK_FORMAT = False
name = "loss"

WORDS = (*SPECIAL, "a", "dog", "cat", "and", "sleeps")
D, W, H, V = SIZES = 4, 3, 5, len(WORDS)
OUTPUT_AND_CELL = ("W_vocab", "b_vocab", "Wx", "Wh", "b")
SHORT = [[1, 4, 2, 0], [1, 5, 8, 2]]  # a caption of one word and a caption of two words


def draw_parameters(cell_type):
    """Return parameters in float64 for which every word of a caption matters."""
    shapes = parameter_shapes(cell_type, *SIZES)
    return {label: rng(label).normal(0, 0.6, shape) for label, shape in shapes.items()}


def draw_batch(N=3, T=6, null=NULL):
    """Return features (N, D), and captions (N, T) of different lengths with repeated words."""
    captions, generator = np.full((N, T), null), rng("captions")
    for row, length in zip(captions, 1 + generator.permutation(T - 2)[:N], strict=True):
        row[: length + 2] = [1, *generator.integers(4, V, length), 2]
    return rng("features").normal(size=(N, D)), captions


def build(CaptioningRNN, cell_type, parameters, order=range(V)):
    """Return a student's model with these parameters; the index of WORDS[i] is order[i]."""
    return model_with(CaptioningRNN, dict(zip(WORDS, order, strict=True)), cell_type, parameters)


def loss_of(model, features, captions):
    """Return the loss and the gradients; fail with a sentence on anything else."""
    found = model.loss(np.array(features), np.array(captions))
    loss, grads = expect_parts(found, "loss", "grads")
    expect_finite(loss, "the loss")
    assert np.size(loss) == 1, f"the loss must be one number, but it has {np.size(loss)} entries"
    assert isinstance(grads, dict), "grads must be a dict of arrays by name"
    return loss, grads


def expect_loss(CaptioningRNN, cell_type, batch=None, order=range(V)):
    """Fail unless the loss agrees with torch."""
    batch, parameters = batch or draw_batch(), draw_parameters(cell_type)
    loss, _ = loss_of(build(CaptioningRNN, cell_type, parameters, order), *batch)
    expected, _ = exact_loss(cell_type, parameters, *batch, null=order[0])
    expect_close(loss, expected, rtol=1e-5, name=f"the loss ({cell_type})")


def expect_gradients(CaptioningRNN, cell_type, labels=None, batch=None):
    """Fail unless the gradients of these parameters, or of all, agree with autograd.

    Gradients that follow from a loss that other cases charge are accepted too.
    """
    batch, parameters = batch or draw_batch(), draw_parameters(cell_type)
    loss, grads = loss_of(build(CaptioningRNN, cell_type, parameters), *batch)

    def compare(expected):
        for label in labels or expected:
            assert label in grads, f"grads has no entry {label}"
            what = f"grads['{label}'] ({cell_type})"  # float32 inside is accepted
            expect_close(grads[label], expected[label], rtol=1e-4, atol=1e-5, name=what)

    value, expected = exact_loss(cell_type, parameters, *batch)
    follows = []
    if not np.allclose(numbers(loss), value, rtol=1e-5):
        follows = gradients_of_wrong_losses(loss, cell_type, parameters, *batch)
    expect_any(*(lambda found=found: compare(found) for found in (expected, *follows)))


@test_case(
    points=0.5,
    hidden=False,
    failure_message="For both cell types, loss must return a number and a dict. The dict holds "
    "the gradient of each parameter, in the shape of the parameter.",
)
def gives_a_number_and_a_gradient_for_each_parameter(CaptioningRNN):
    for cell_type in ("rnn", "lstm"):
        model = build(CaptioningRNN, cell_type, draw_parameters(cell_type))
        _, grads = loss_of(model, *draw_batch())
        for label, shape in parameter_shapes(cell_type, *SIZES).items():
            assert label in grads, f"grads has no entry {label} for the cell type {cell_type}"
            expect_shape(grads[label], shape, f"grads['{label}'] ({cell_type})")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="An example that you can compute by hand is wrong. All parameters are zero, "
    "so each of the 9 words has probability 1/9. One caption has one word and <END>, the other "
    "two words and <END>; the loss is 5/2 log 9 = 5.4931.",
)
def agrees_with_a_calculation_by_hand(CaptioningRNN):
    for cell_type in ("rnn", "lstm"):
        model = build(CaptioningRNN, cell_type, zeros(cell_type, *SIZES))
        loss, _ = loss_of(model, np.ones((2, D)), SHORT)
        expect_close(loss, 5.493061, rtol=1e-5, name=f"the loss ({cell_type})")


@test_case(
    points=0.25,
    hidden=False,
    failure_message="A gradient disagrees with finite differences of your own loss. Go through "
    "the steps of the loss in reverse order.",
)
def predicts_small_changes_of_the_loss(CaptioningRNN):
    weights = {1: 8 / 12, -1: -8 / 12, 2: -1 / 12, -2: 1 / 12}  # differences of fourth order
    size = 0.02  # long enough for a loss that is computed in float32
    for cell_type in ("rnn", "lstm"):
        parameters, steps, predicted = draw_parameters(cell_type), {}, {}
        _, grads = loss_of(build(CaptioningRNN, cell_type, parameters), *draw_batch())
        for label, value in parameters.items():
            assert label in grads, f"grads has no entry {label} for the cell type {cell_type}"
            direction = rng(f"direction of {label}").normal(size=value.shape)
            direction /= np.linalg.norm(direction)
            gradient = as_shaped(grads[label], value.shape, f"grads['{label}'] ({cell_type})")
            predicted[label] = np.sum(gradient * direction)
            steps[label] = [size * step * direction for step in weights]
        words = {word: index for index, word in enumerate(WORDS)}
        losses = run_beside(
            losses_along, CaptioningRNN, cell_type, words, parameters, draw_batch(), steps
        )
        for label, found in losses.items():
            slope = np.dot(list(weights.values()), found) / size
            what = f"the change that grads['{label}'] predicts ({cell_type})"
            expect_close(predicted[label], slope, rtol=1e-3, atol=2e-4, name=what)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The loss is wrong when all parameters except b_vocab are zero. Check which "
    "words the model must predict, and which of them count.",
)
def asks_for_the_next_word_and_for_the_end(CaptioningRNN):
    p = zeros("rnn", *SIZES)
    p["b_vocab"] = np.log(np.arange(1, V + 1))  # word k has probability (k + 1) / 45
    loss, _ = loss_of(build(CaptioningRNN, "rnn", p), np.ones((2, D)), SHORT)
    # the words to predict are 4 and 2 in the first caption, 5, 8 and 2 in the second
    expected = (5 * np.log(45) - np.log(5 * 3 * 6 * 9 * 3)) / 2
    expect_close(loss, expected, rtol=1e-5)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The loss of the RNN does not follow the five steps in the docstring.",
)
def matches_the_definition_of_the_rnn(CaptioningRNN):
    expect_loss(CaptioningRNN, "rnn")


@test_case(
    points=0.5,
    hidden=True,
    after="matches_the_definition_of_the_rnn",
    failure_message="The loss of the LSTM does not follow the five steps in the docstring.",
)
def matches_the_definition_of_the_lstm(CaptioningRNN):
    expect_loss(CaptioningRNN, "lstm")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="RNN: a gradient of the output layer (W_vocab, b_vocab) or of the recurrent "
    "layer (Wx, Wh, b) is wrong.",
)
def finds_the_gradients_of_scores_and_cell_of_the_rnn(CaptioningRNN):
    expect_gradients(CaptioningRNN, "rnn", OUTPUT_AND_CELL)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="RNN: the gradient of W_embed is wrong. A word that is read several times "
    "gets a gradient each time.",
)
def finds_the_gradient_of_the_word_vectors(CaptioningRNN):
    expect_gradients(CaptioningRNN, "rnn", ("W_embed",))


@test_case(
    points=0.5,
    hidden=True,
    failure_message="RNN: the gradient of W_proj or b_proj is wrong. The features affect the "
    "loss through h_0 and all later states.",
)
def finds_the_gradients_of_the_projection(CaptioningRNN):
    expect_gradients(CaptioningRNN, "rnn", ("W_proj", "b_proj"))


@test_case(
    points=0.75,
    hidden=True,
    after="finds_the_gradients_of_scores_and_cell_of_the_rnn",
    failure_message="LSTM: a gradient is wrong.",
)
def finds_all_gradients_of_the_lstm(CaptioningRNN):
    expect_gradients(CaptioningRNN, "lstm")


@test_case(
    points=0.25,
    hidden=True,
    after="finds_all_gradients_of_the_lstm",
    failure_message="LSTM: a gradient is wrong for a batch with as many captions as time steps. "
    "Check that batch and time are not swapped: equal lengths can hide this error.",
)
def keeps_batch_and_time_apart(CaptioningRNN):
    features, captions = draw_batch(N=6, T=8)
    square = features, captions[:, :7]  # six captions, six words to predict
    expect_gradients(CaptioningRNN, "lstm", batch=square)


@test_case(
    points=0.25,
    hidden=True,
    after="matches_the_definition_of_the_rnn",
    failure_message="The loss is wrong when the index of <NULL> is not 0. Look the index up in "
    "word_to_idx.",
)
def looks_up_the_index_of_null(CaptioningRNN):
    features, captions = draw_batch(null=3)
    captions[0, 1] = 0  # an ordinary word here
    expect_loss(CaptioningRNN, "rnn", (features, captions), order=[3, 1, 2, 0, *range(4, V)])


@test_case(
    points=0.5,
    hidden=True,
    after="finds_all_gradients_of_the_lstm",
    failure_message="A gradient is wrong for captions with one word to predict (T = 2), or for a "
    "batch of one image (N = 1).",
)
def works_for_a_single_word_and_a_single_image(CaptioningRNN):
    shortest = rng("features").normal(size=(2, D)), np.array([[1, 2], [1, 5]])
    expect_gradients(CaptioningRNN, "rnn", OUTPUT_AND_CELL, shortest)
    expect_gradients(CaptioningRNN, "lstm", batch=draw_batch(N=1))
