"""Cases for the model's loss and gradients, against torch in float64 and against small steps."""

import numpy as np
import torch

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


def exact(cell_type, features, captions, null=0):
    """Compute the loss, word by word, and its gradients by name, in torch."""
    p = {k: torch.from_numpy(v).requires_grad_() for k, v in draw_parameters(cell_type).items()}
    h, words = torch.from_numpy(features) @ p["W_proj"] + p["b_proj"], torch.from_numpy(captions)
    c, total = torch.zeros_like(h), torch.zeros((), dtype=torch.float64)
    for read, right in zip(words.T[:-1], words.T[1:], strict=True):
        a = p["W_embed"][read] @ p["Wx"] + h @ p["Wh"] + p["b"]
        if cell_type == "rnn":
            h = torch.tanh(a)
        else:
            f, i, candidate, o = a.chunk(4, dim=1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(candidate)
            h = torch.sigmoid(o) * torch.tanh(c)
        scores = h @ p["W_vocab"] + p["b_vocab"]
        losses = torch.nn.functional.cross_entropy(scores, right, reduction="none")
        total = total + losses[right != null].sum() / len(captions)
    total.backward()
    return float(total.detach()), {label: value.grad for label, value in p.items()}


def expect_loss(CaptioningRNN, cell_type, batch=None, order=range(V)):
    """Fail unless the loss is that of the definition."""
    features, captions = batch or draw_batch()
    model = model_with(CaptioningRNN, cell_type, draw_parameters(cell_type), order)
    loss, _ = loss_of(model, features, captions)
    expected, _ = exact(cell_type, features, captions, null=order[0])
    expect_close(loss, expected, rtol=1e-5, name=f"the loss ({cell_type})")


def expect_gradients(CaptioningRNN, cell_type, labels=None, batch=None):
    """Fail unless the gradients of these parameters, or of all, are those of autograd."""
    features, captions = batch or draw_batch()
    model = model_with(CaptioningRNN, cell_type, draw_parameters(cell_type))
    _, grads = loss_of(model, features, captions)
    _, expected = exact(cell_type, features, captions)
    for label in labels or expected:
        assert label in grads, f"grads has no entry {label}"
        what = f"grads['{label}'] ({cell_type})"  # float32 inside is accepted
        expect_close(grads[label], expected[label], rtol=1e-4, atol=1e-5, name=what)


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


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Where only b_vocab is not zero, the loss can be worked out by hand, and it "
    "is not right. Which words are to be known, and which of them count?",
)
def asks_for_the_next_word_and_for_the_end(CaptioningRNN):
    zeros = {k: np.zeros(shape) for k, shape in parameter_shapes("rnn").items()}
    zeros["b_vocab"] = np.log(np.arange(1, V + 1))  # word k has the probability (k + 1) / 45
    loss, _ = loss_of(model_with(CaptioningRNN, "rnn", zeros), np.ones((2, D)), SHORT)
    # the first caption asks for the words 4 and 2, the second for 5, 8 and 2
    expected = (5 * np.log(45) - np.log(5 * 3 * 6 * 9 * 3)) / 2
    expect_close(loss, expected, rtol=1e-5)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The loss of the RNN is not the one of the five steps in the docstring.",
)
def matches_the_definition_of_the_rnn(CaptioningRNN):
    expect_loss(CaptioningRNN, "rnn")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The loss of the LSTM is not the one of the five steps in the docstring.",
)
def matches_the_definition_of_the_lstm(CaptioningRNN):
    expect_loss(CaptioningRNN, "lstm")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="In the RNN, the gradients of the layer that scores the words, or of the "
    "recurrent layer, are wrong.",
)
def finds_the_gradients_of_scores_and_cell_of_the_rnn(CaptioningRNN):
    expect_gradients(CaptioningRNN, "rnn", ("W_vocab", "b_vocab", "Wx", "Wh", "b"))


@test_case(
    points=0.5,
    hidden=True,
    failure_message="In the RNN, the gradient of the word vectors is wrong. A word that is read "
    "several times gets a gradient each time.",
)
def finds_the_gradient_of_the_word_vectors(CaptioningRNN):
    expect_gradients(CaptioningRNN, "rnn", ("W_embed",))


@test_case(
    points=0.5,
    hidden=True,
    failure_message="In the RNN, the gradients of the projection are wrong. The features reach "
    "the loss through h_0 and all later states.",
)
def finds_the_gradients_of_the_projection(CaptioningRNN):
    expect_gradients(CaptioningRNN, "rnn", ("W_proj", "b_proj"))


@test_case(points=0.75, hidden=True, failure_message="In the LSTM, a gradient is wrong.")
def finds_all_gradients_of_the_lstm(CaptioningRNN):
    expect_gradients(CaptioningRNN, "lstm")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="With as many captions as words to be known, loss or gradients are wrong: "
    "batch and time have been mixed up, and only here do their lengths agree.",
)
def keeps_batch_and_time_apart(CaptioningRNN):
    for cell_type in ("rnn", "lstm"):
        features, captions = draw_batch(N=4, T=7)
        square = features, captions[:, :5]  # four captions, four words to be known
        expect_loss(CaptioningRNN, cell_type, square)
        expect_gradients(CaptioningRNN, cell_type, batch=square)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A batch of a single image, or captions of a single word to be known, fail.",
)
def works_for_one_image_and_for_one_word(CaptioningRNN):
    for cell_type in ("rnn", "lstm"):
        expect_gradients(CaptioningRNN, cell_type, batch=draw_batch(N=1))
        shortest = rng("features").normal(size=(2, D)), np.array([[1, 2], [1, 5]])
        expect_gradients(CaptioningRNN, cell_type, batch=shortest)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The index of <NULL> must be looked up in word_to_idx: it need not be 0.",
)
def looks_up_the_index_of_null(CaptioningRNN):
    features, captions = draw_batch(null=3)
    captions[0, 1] = 0  # an ordinary word here
    expect_loss(CaptioningRNN, "rnn", (features, captions), order=[3, 1, 2, 0, *range(4, V)])
