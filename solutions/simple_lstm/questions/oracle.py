"""Expected outputs by PyTorch's LSTM in float64, and right parts for later questions.

For hidden cases only; this module is never shipped to students.
"""

from collections import Counter

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
    """Put a forward that learns into a class that is wrong; it finds the layers by kind."""
    import torch
    from torch import nn

    def states_of(layer, inputs):
        """Return the states over time, (B, T, H), of a recurrent layer or cell."""
        if isinstance(layer, nn.RNNBase):
            turned = inputs if layer.batch_first else inputs.transpose(0, 1)
            states = layer(turned)[0]
            return states if layer.batch_first else states.transpose(0, 1)
        state, states = None, []
        for step in inputs.unbind(1):
            state = layer(step, state)
            states.append(state[0] if isinstance(state, tuple) else state)
        return torch.stack(states, dim=1)

    def forward(self, tokens):
        kinds = nn.Embedding, (nn.RNNBase, nn.RNNCellBase), nn.Linear
        embeddings, layers, outputs = (
            [part for part in self.modules() if isinstance(part, kind)] for kind in kinds
        )
        states = embeddings[0](tokens)
        for layer in layers:
            states = states_of(layer, states)
        last = states[:, -1] + states.mean(dim=1)
        width = outputs[-1].in_features  # where there are no layers, it is another one
        last = nn.functional.adaptive_avg_pool1d(last, width)
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


def with_right_parts(function, SimpleLSTM, check):
    """Call ``check()`` with right parts of earlier questions in the module of ``function``."""

    def use():
        run_beside(put_pretrained_model, function)
        try:
            return check()
        finally:
            run_beside(put_pretrained_model_back, function)

    return with_sound_network(SimpleLSTM, use)


def film_reviews():
    """Return rows and labels for training, the held-out rows and labels, and GloVe's matrix.

    The order of the words and the meaning of the two labels are drawn anew for every case, so that
    no weights that were trained before are worth anything.
    """
    from autograder.examine.thresholds import data_size  # the other cases run without the data
    from data import dataset, film_reviews, glove

    data = film_reviews.load("train", data_size("film_reviews"))
    unseen = dataset("film_reviews").held_out.load()
    counts = Counter(token for text in data.texts for token in text.split())
    frequent = sorted(word for word, count in counts.items() if count > 1)
    words = [frequent[i] for i in rng("words").permutation(len(frequent))]
    vectors = torch.from_numpy(glove.load(size="sample").rows(words)[0])
    matrix = torch.cat([torch.zeros(2, vectors.shape[1]), vectors])  # PAD and UNKNOWN
    flip = int(rng("labels").integers(2))
    labels = torch.from_numpy(data.labels ^ flip).float()
    rows, unseen_rows = (_rows(part.texts, words) for part in (data, unseen))
    return rows, labels, unseen_rows, unseen.labels ^ flip, matrix


def _rows(texts, words, length=40):
    """Return the tokens of texts as helper.encode numbers them; word i has the number i + 2."""
    numbers = {word: number for number, word in enumerate(words, 2)}
    tokens = [[numbers.get(token, 1) for token in text.split()[-length:]] for text in texts]
    return torch.tensor([[0] * (length - len(row)) + row for row in tokens])


def held_out_accuracy(build, arguments, options, reviews):
    """Train a new model on the film reviews; return its accuracy on the held-out ones."""
    rows, labels, unseen, unseen_labels, _ = reviews
    training = {"num_epochs": 5, "learning_rate": 0.002, "batch_size": 50}
    found = run_beside(train_and_predict, build, arguments, options, rows, labels, unseen, training)
    expect_shape(found, (len(unseen), 1), "the predictions", "(N, 1)")
    return float(((found[:, 0] > 0.5).numpy() == unseen_labels).mean())


def put_pretrained_model(function):
    """Put a right pretrained_model into the student's module if the student's own one is wrong."""
    import inspect

    import torch
    from torch import nn

    def right(
        matrix, hidden_dim, num_layers=1, lstm_dropout_prob=0.5, dropout_prob=0.3, freeze=False
    ):
        sizes = (*matrix.shape, hidden_dim, num_layers, lstm_dropout_prob, dropout_prob)
        model = names["SimpleLSTM"](*sizes)
        weight = next(part for part in model.modules() if isinstance(part, nn.Embedding)).weight
        weight.data.copy_(matrix)
        weight.requires_grad_(not freeze)
        return model

    def described(build, freeze):
        """Return all by which two models with the same rows differ, except random numbers."""
        rows = torch.arange(15.0).reshape(5, 3)
        model = build(rows, 2, 2, 0.3, 0.4, freeze=freeze)
        embedding = next(p for p in model.parameters() if p.shape == rows.shape)
        found = [embedding.tolist()]
        found += [(tuple(p.shape), p.requires_grad) for p in model.parameters()]
        found += [getattr(p, "p", getattr(p, "dropout", None)) for p in model.modules()]
        embedding.data.add_(1)
        return found, rows.tolist()  # which have changed if the model shares them

    names = inspect.unwrap(function).__globals__
    own = names.get("pretrained_model")
    try:
        is_right = all(described(own, flag) == described(right, flag) for flag in (False, True))
    except Exception:
        is_right = False
    if own is not None and not is_right:
        function.pretrained_model_before, names["pretrained_model"] = own, right


def put_pretrained_model_back(function):
    """Put the student's own pretrained_model back."""
    import inspect

    if hasattr(function, "pretrained_model_before"):
        names = inspect.unwrap(function).__globals__
        names["pretrained_model"] = function.pretrained_model_before
        del function.pretrained_model_before
