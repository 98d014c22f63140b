"""Public checks of loss; the grader has more."""

import numpy as np

from checks import expect_close, expect_finite, expect_parts, expect_shape, rng, test_case

OK_FORMAT = False
name = "loss"

WORDS = ("<NULL>", "<START>", "<END>", "<UNK>", "a", "dog", "cat", "and", "sleeps")
D, W, H, V = 4, 3, 5, len(WORDS)
SHORT = [[1, 4, 2, 0], [1, 5, 8, 2]]  # a caption of one word and one of two


def parameter_shapes(cell_type):
    """Return the shape of each parameter by name."""
    G = {"rnn": H, "lstm": 4 * H}[cell_type]
    return {
        "W_embed": (V, W), "W_proj": (D, H), "b_proj": (H,), "Wx": (W, G), "Wh": (H, G), "b": (G,),
        "W_vocab": (H, V), "b_vocab": (V,),
    }  # fmt: skip


def draw_parameters(cell_type):
    """Return parameters in float64 under which every word of a caption matters."""
    shapes = parameter_shapes(cell_type)
    return {label: rng(label).normal(0, 0.6, shape) for label, shape in shapes.items()}


def draw_batch(N=3, T=6, null=0):
    """Return features (N, D), and captions (N, T) of different lengths with repeated words."""
    captions, generator = np.full((N, T), null), rng("captions")
    for row, length in zip(captions, 1 + generator.permutation(T - 2)[:N], strict=True):
        row[: length + 2] = [1, *generator.integers(4, V, length), 2]
    return rng("features").normal(size=(N, D)), captions


def model_with(CaptioningRNN, cell_type, parameters, order=range(V)):
    """Return a model of the student's with these parameters; the word WORDS[i] is order[i]."""
    words = dict(zip(WORDS, order, strict=True))
    model = CaptioningRNN(
        words, input_dim=D, wordvec_dim=W, hidden_dim=H, cell_type=cell_type,
        dtype=np.dtype(np.float64),
    )  # fmt: skip
    model.params = {label: value.copy() for label, value in parameters.items()}
    return model


def loss_of(model, features, captions):
    """Return the loss and the gradients; fail with a sentence on anything else."""
    loss, grads = expect_parts(model.loss(features, np.array(captions)), "loss", "grads")
    expect_finite(loss, "the loss")
    assert np.size(loss) == 1, f"the loss should be one number, but it has {np.size(loss)}"
    assert isinstance(grads, dict), "grads should be a dict of arrays by name"
    return loss, grads


@test_case(
    points=0.5,
    hidden=False,
    failure_message="loss must return a number and a dict with the gradient of every parameter, "
    "each of the shape of its parameter, for both cell types.",
)
def gives_a_number_and_a_gradient_for_each_parameter(CaptioningRNN):
    for cell_type in ("rnn", "lstm"):
        model = model_with(CaptioningRNN, cell_type, draw_parameters(cell_type))
        _, grads = loss_of(model, *draw_batch())
        for label, shape in parameter_shapes(cell_type).items():
            assert label in grads, f"grads has no entry {label} for the cell type {cell_type}"
            expect_shape(grads[label], shape, f"grads['{label}'] ({cell_type})")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="With all parameters at zero, each of the 9 words has the probability 1/9. "
    "For one caption of one word and one of two, each with its <END>, the loss is 2.5 log 9.",
)
def agrees_with_a_calculation_by_hand(CaptioningRNN):
    for cell_type in ("rnn", "lstm"):
        zeros = {k: np.zeros(shape) for k, shape in parameter_shapes(cell_type).items()}
        loss, _ = loss_of(model_with(CaptioningRNN, cell_type, zeros), np.ones((2, D)), SHORT)
        expect_close(loss, 5.493061, rtol=1e-5, name=f"the loss ({cell_type})")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="A gradient does not tell how your own loss changes on a small step in its "
    "parameter. Go through the steps of the loss from the last to the first.",
)
def predicts_small_changes_of_the_loss(CaptioningRNN):
    step = 1e-5  # central differences in float64 are off by about its square
    for cell_type in ("rnn", "lstm"):
        parameters = draw_parameters(cell_type)
        model = model_with(CaptioningRNN, cell_type, parameters)
        _, grads = loss_of(model, *draw_batch())
        for label, value in parameters.items():
            direction, losses = rng(f"direction of {label}").normal(size=value.shape), []
            for moved in (value + step * direction, value - step * direction):
                model.params = {**parameters, label: moved}
                losses.append(float(np.squeeze(loss_of(model, *draw_batch())[0])))
            assert label in grads, f"grads has no entry {label} for the cell type {cell_type}"
            expect_shape(grads[label], value.shape, f"grads['{label}'] ({cell_type})")
            what = f"the change that grads['{label}'] predicts ({cell_type})"
            slope = (losses[0] - losses[1]) / (2 * step)
            predicted = float(np.sum(np.asarray(grads[label]) * direction))
            expect_close(predicted, slope, rtol=1e-4, atol=1e-6, name=what)
