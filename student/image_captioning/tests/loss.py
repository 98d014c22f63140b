"""Public checks of loss; the grader has more."""

import numpy as np

from checks import (
    as_shaped,
    expect_close,
    expect_finite,
    expect_parts,
    expect_shape,
    rng,
    run_beside,
    test_case,
)
from support import NULL, SPECIAL, losses_along, model_with, parameter_shapes, zeros

OK_FORMAT = False
name = "loss"

WORDS = (*SPECIAL, "a", "dog", "cat", "and", "sleeps")
D, W, H, V = SIZES = 4, 3, 5, len(WORDS)
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
