"""Expected outputs by PyTorch's LSTM in float64, and right parts for later questions.

For hidden cases only; this module is never shipped to students.
"""

import torch
from torch import nn

from checks import CannotJudge, expect_close, expect_shape, rng, run_beside
from support import SIZES, draw_tokens, network_with, roles, train_and_predict

KINDS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def draw(label, shape, scale=1.0):
    """Return random float32 numbers that depend on the case's seed and on ``label`` only."""
    return torch.from_numpy(rng(label).normal(0, scale, shape)).float()


def draw_values(layers, sizes=SIZES):
    """Return parameters by role for a network with ``layers`` layers."""
    words, length, hidden = sizes
    values = {
        "embedding": draw("embedding", (words, length)),
        "weight": draw("weight", (1, hidden)),
        "bias": draw("bias", (1,)),
    }
    for layer in range(layers):
        inputs = hidden if layer else length
        shapes = ((4 * hidden, inputs), (4 * hidden, hidden), (4 * hidden,), (4 * hidden,))
        for kind, shape in zip(KINDS, shapes, strict=True):
            values[f"{kind} {layer}"] = draw(f"{kind} {layer}", shape, 0.7)
    return values


def definition(tokens, values, keep=lambda layer, states: states):
    """Compute the probabilities (B, 1) as the handout defines them, layer by layer.

    ``keep(layer, states)`` stands for the dropout behind each layer, the last one included.
    """
    states = values["embedding"][tokens]
    layers = sum(role.startswith("weight_ih") for role in values)
    for layer in range(layers):
        four = [values[f"{kind} {layer}"] for kind in KINDS]
        hidden = four[1].shape[1]
        lstm = nn.LSTM(states.shape[2], hidden, batch_first=True, dtype=states.dtype)
        named = dict(zip((f"{kind}_l0" for kind in KINDS), four, strict=True))
        states = torch.func.functional_call(lstm, named, (states,))[0]
        states = keep(layer, states)
    return torch.sigmoid(states[:, -1] @ values["weight"].T + values["bias"])


def exact(values):
    """Return parameters in float64."""
    return {role: value.double() for role, value in values.items()}


def gradients(SimpleLSTM, layers):
    """Return by role the student's and the expected gradient of a random mix of the outputs."""
    tokens, values = draw_tokens(4, 6), draw_values(layers)
    mix = draw("mix", (4, 1))
    model = network_with(SimpleLSTM, values, layers)
    parameters = dict(model.named_parameters())
    by_key = roles(parameters)
    (model(tokens) * mix).sum().backward()
    leaves = {role: value.requires_grad_() for role, value in exact(values).items()}
    (definition(tokens, leaves) * mix).sum().backward()
    return {
        by_key[key]: (parameter.grad, leaves[by_key[key]].grad)
        for key, parameter in parameters.items()
    }


def expect_gradients(pairs):
    """Fail unless the gradients agree up to rounding."""
    for role, (actual, expected) in pairs.items():
        assert actual is not None, f"the gradient of {role} is None"
        expect_close(actual, expected, rtol=1e-3, atol=1e-5, name=f"the gradient of {role}")


def is_sound(SimpleLSTM):
    """Tell whether a network computes and learns as it should, apart from its dropout."""
    try:
        for layers in (1, 2):
            values, tokens = draw_values(layers), draw_tokens(3, 4)
            model = network_with(SimpleLSTM, values, layers)
            expect_shape(model(tokens), (3, 1))
            expect_close(model(tokens), definition(tokens, exact(values)), rtol=1e-4, atol=1e-5)
            expect_gradients(gradients(SimpleLSTM, layers))
    except CannotJudge:
        raise
    except Exception:
        return False
    return True


def put_forward(SimpleLSTM):
    """Put a right forward into a student's class that is wrong; it finds the layers by kind."""
    import torch
    from torch import nn

    def forward(self, tokens):
        kinds = nn.Embedding, (nn.LSTM, nn.GRU, nn.RNN), nn.Linear
        embeddings, layers, outputs = (
            [part for part in self.modules() if isinstance(part, kind)] for kind in kinds
        )
        states = embeddings[0](tokens)
        for layer in layers:
            turned = not layer.batch_first
            states = states.transpose(0, 1) if turned else states
            states = layer(states)[0]
            states = states.transpose(0, 1) if turned else states
        last = nn.functional.dropout(states[:, -1], 0.3, self.training)
        return torch.sigmoid(outputs[-1](last)[:, :1])

    SimpleLSTM.forward_before = SimpleLSTM.forward
    SimpleLSTM.forward = forward


def put_forward_back(SimpleLSTM):
    """Put the student's own forward back."""
    if "forward_before" in vars(SimpleLSTM):
        SimpleLSTM.forward = SimpleLSTM.forward_before
        del SimpleLSTM.forward_before


def with_sound_network(SimpleLSTM, check):
    """Call ``check()``, with a right forward in the network if the student's own is wrong."""
    if is_sound(SimpleLSTM):
        return check()
    run_beside(put_forward, SimpleLSTM)
    try:
        return check()
    finally:
        run_beside(put_forward_back, SimpleLSTM)


def film_reviews():
    """Return rows and labels for training, the held-out rows and labels, and GloVe's matrix.

    The order of the words and the meaning of the two labels are drawn anew for every case, so that
    no weights that were trained before are worth anything.
    """
    import helper
    import numpy as np

    from autograder.examine.thresholds import data_size  # the other cases run without the data
    from data import dataset, film_reviews, glove

    data = film_reviews.load("train", data_size("film_reviews"))
    unseen = dataset("film_reviews").held_out.load()
    words = np.array(helper.build_vocabulary(data.texts), object)
    words = [*words[:2], *rng("words").permutation(words[2:])]
    flip = int(rng("labels").integers(2))
    rows, unseen_rows = (helper.encode(part.texts, words, 40) for part in (data, unseen))
    matrix = torch.from_numpy(glove.load(size="sample").rows(words)[0])
    matrix[: len(helper.SPECIAL)] = 0
    labels = torch.from_numpy(data.labels ^ flip).float()
    return rows, labels, unseen_rows, unseen.labels ^ flip, matrix


def held_out_accuracy(build, arguments, options, reviews):
    """Train a new model on the film reviews; return its accuracy on the held-out ones."""
    rows, labels, unseen, unseen_labels, _ = reviews
    training = {"num_epochs": 5, "learning_rate": 0.002, "batch_size": 50}
    found = run_beside(
        train_and_predict, build, arguments, options, rows, labels, unseen, training
    )
    expect_shape(found, (len(unseen), 1), "the predictions", "(N, 1)")
    return float(((found[:, 0] > 0.5).numpy() == unseen_labels).mean())


def put_pretrained_model(three_runs):
    """Put a right pretrained_model into the student's module if the student's own one is wrong."""
    import torch
    from torch import nn

    def right(
        matrix, hidden_dim, num_layers=1, lstm_dropout_prob=0.5, dropout_prob=0.3, freeze=False
    ):
        sizes = (*matrix.shape, hidden_dim, num_layers, lstm_dropout_prob, dropout_prob)
        model = names["SimpleLSTM"](*sizes)
        weight = next(p for p in model.modules() if isinstance(p, nn.Embedding)).weight
        weight.data.copy_(matrix)
        weight.requires_grad_(not freeze)
        return model

    def is_right():
        for freeze in (False, True):
            rows = torch.arange(15.0).reshape(5, 3)
            model = own(rows, 2, 2, 0.3, 0.4, freeze=freeze)
            wanted = right(rows, 2, 2, 0.3, 0.4, freeze=freeze)
            found, expected = dict(model.named_parameters()), dict(wanted.named_parameters())
            for name, value in expected.items():
                if found[name].requires_grad != value.requires_grad:
                    return False
                if found[name].shape != value.shape:
                    return False
            weight = next(p for p in found.values() if p.shape == rows.shape)
            drops = [[p.p for p in m.modules() if isinstance(p, nn.Dropout)] for m in (model, wanted)]
            between = [
                [p.dropout for p in m.modules() if isinstance(p, nn.LSTM)] for m in (model, wanted)
            ]
            if drops[0] != drops[1] or between[0] != between[1] or not torch.equal(weight, rows):
                return False
            weight.data.add_(1)
            if float(rows[0, 0]) != 0:  # the model shares its numbers with the matrix
                return False
        return True

    names = three_runs.__globals__
    own = names.get("pretrained_model")
    three_runs.pretrained_model_before = own
    if own is None:
        return
    try:
        sound = is_right()
    except Exception:
        sound = False
    if not sound:
        names["pretrained_model"] = right


def put_pretrained_model_back(three_runs):
    """Put the student's own pretrained_model back."""
    if getattr(three_runs, "pretrained_model_before", None) is not None:
        three_runs.__globals__["pretrained_model"] = three_runs.pretrained_model_before
        del three_runs.pretrained_model_before
