"""Networks, tokens and parameters that several checks of this problem use."""

import re

import torch

from checks import rng

SIZES = (11, 5, 7)  # words, embedding, hidden units
_OF_LSTM = re.compile(r"(.*?)((?:weight|bias)_[ih]h)(_l\d+)?(_reverse)?")


def draw_tokens(rows, length, words=SIZES[0], label="tokens"):
    """Return random tokens (rows, length) without PAD."""
    return torch.from_numpy(rng(label).integers(1, words, (rows, length)))


def roles(state, sizes=SIZES):
    """Map each key of a state to what it is: `embedding`, `weight_ih 0`, ..., `weight`, `bias`.

    Layers are numbered from 0 in the order in which they were created.
    """
    found, layers = {}, []
    others = {tuple(sizes[:2]): "embedding", (1, sizes[2]): "weight", (1,): "bias"}
    for key, value in state.items():
        part, shape = _OF_LSTM.fullmatch(key), tuple(value.shape)
        if part:
            prefix, kind, layer, backwards = part.groups(default="")
            assert not backwards, "the LSTM is bidirectional"
            if prefix + layer not in layers:
                layers.append(prefix + layer)
            found[key] = f"{kind} {layers.index(prefix + layer)}"
        elif shape in others:
            found[key] = others[shape]
    return found


def network_with(SimpleLSTM, values, layers=1, sizes=SIZES, dropout=(0.0, 0.0)):
    """Build a network with the parameters ``values`` by role; all others are zero."""
    model = SimpleLSTM(*sizes, layers, *dropout)
    state = model.state_dict()
    by_key = roles(state, sizes)
    lacking = set(values) - set(by_key.values())
    assert not lacking, f"the network has no parameter for: {', '.join(sorted(lacking))}"
    for key, value in state.items():
        wanted = values.get(by_key.get(key), torch.zeros_like(value))
        assert wanted.shape == value.shape, f"a parameter has the shape {tuple(value.shape)}"
        state[key] = wanted
    model.load_state_dict(state)
    return model


def train_and_predict(build, arguments, options, rows, labels, unseen, training):
    """Train a new model on rows (N, T) by helper.train; return the probabilities of ``unseen``.

    The grader may have put a right function in the place of a wrong ``build``.
    """
    import inspect

    import torch
    from torch.utils.data import TensorDataset

    def provided(names):
        """Return the names in helper.py."""
        for value in names.values():
            if getattr(value, "__module__", "") == "helper" and hasattr(value, "__globals__"):
                return value.__globals__
        import helper

        return vars(helper)

    names = inspect.unwrap(build.__init__ if isinstance(build, type) else build).__globals__
    helper, settings = provided(names), dict(training)
    model = names.get(build.__name__, build)(*arguments, **options)
    optimizer = torch.optim.Adam(model.parameters(), lr=settings.pop("learning_rate"))
    data, few = TensorDataset(rows, labels), TensorDataset(rows[:2], labels[:2])
    helper["train"](model, optimizer, data, few, show=False, **settings)
    return helper["predict"](model, unseen)
