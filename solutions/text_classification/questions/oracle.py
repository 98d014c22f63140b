"""What the probabilities of a model must and must not depend on.

For hidden cases only; this module is never shipped to students.
"""

import numpy as np
import torch

from checks import CannotJudge, as_shaped, expect_close, numbers, rng, run_beside
from checks.values import Unusable
from support import draw_sentences, each_alone, outputs_of, padded

WORDS = 14


def probabilities(Model, arguments, batches, **options):
    """Return the probabilities of each batch as an array (N,)."""
    found = run_beside(outputs_of, Model, list(arguments), list(batches), *options.values())
    assert isinstance(found, list), "the model gives no tensors"
    return [
        as_shaped(outputs, (len(lengths),), "the output")
        for outputs, (_, lengths) in zip(found, batches, strict=True)
    ]


def logits_alone(Model, arguments, sentences, scale=0.7):
    """Return log(p / (1 - p)) of each sentence, each in a batch of its own without padding."""
    found = probabilities(Model, arguments, each_alone(sentences), scale=scale)
    p = np.array([values[0] for values in found], dtype=float)
    assert ((p > 0) & (p < 1)).all(), "a probability is not between 0 and 1"
    return np.log(p) - np.log1p(-p)


def expect_padding_ignored(Model, *arguments):
    """Fail unless a padded batch gives each sentence the probability that it has alone.

    The longest sentence comes first: lengths that are not sorted have their own case.
    """
    sentences = sorted(draw_sentences(6, WORDS), key=len, reverse=True)
    *alone, batch = probabilities(
        Model, arguments, [*each_alone(sentences), padded(sentences, more=2)]
    )
    expect_close(
        batch,
        np.array([values[0] for values in alone]),
        rtol=1e-4,
        atol=1e-5,
        name="the probabilities of 6 sentences in one batch with padding",
    )


def sentences_of_four_words(count):
    """Return ``count`` lists of four ids."""
    return rng("equal lengths").integers(2, WORDS, (count, 4)).tolist()


def expect_order_of_batch_ignored(Model, *arguments):
    """Fail unless another order of the sentences gives the same probabilities in that order.

    All sentences have the same length: padding has its own case.
    """
    sentences, order = sentences_of_four_words(7), rng("order").permutation(7)
    first, other = probabilities(
        Model, arguments, [padded(sentences), padded([sentences[i] for i in order])]
    )
    assert first.std() > 1e-4, "different sentences get the same probability"
    expect_close(
        other, first[order], rtol=1e-4, atol=1e-5, name="the probabilities in another order"
    )


def expect_unsorted_lengths_kept(Model, *arguments):
    """Fail unless the probabilities belong to their sentences when the lengths are not sorted."""
    sentences = draw_sentences(6, WORDS)
    order = rng("order of lengths").permutation(6)
    first, other = probabilities(
        Model, arguments, [padded(sentences), padded([sentences[i] for i in order])]
    )
    expect_close(
        other, first[order], rtol=1e-4, atol=1e-5, name="the probabilities in another order"
    )


def expect_one_sentence(Model, *arguments):
    """Fail unless a batch of one sentence gives one probability, the right one."""
    sentence = draw_sentences(1, WORDS)[0]
    alone, twice = run_beside(
        outputs_of, Model, list(arguments), [padded([sentence]), padded([sentence, sentence])]
    )
    shape = numbers(alone, "the output").shape
    assert shape in ((1,), (1, 1)), f"for one sentence, the output has the shape {shape}"
    value = as_shaped(alone, (1,), "the output")
    expect_close(value, as_shaped(twice, (2,))[:1], rtol=1e-4, atol=1e-5, name="the probability")


def expect_bias_of_a_bag(Model, *arguments):
    """Fail unless two sentences have the bias twice, and all their words together once."""
    a, b, c, d = (int(i) + 2 for i in rng("words").permutation(WORDS - 2)[:4])
    batches, found = each_alone([[a, b], [c, d], [a, b, c, d]]), []
    for seed in (0, 1):
        p = probabilities(Model, arguments, batches, scale=0.7, seed=seed)
        values = np.array([part[0] for part in p], dtype=float)
        if ((values > 0) & (values < 1)).all():  # else they are logits, which lose points elsewhere
            values = np.log(values) - np.log1p(-values)
        found.append(abs(values[0] + values[1] - values[2]))
    assert max(found) > 1e-3, "log(p / (1 - p)) is a sum of the words' weights alone"


def expect_bias_of_an_average(Model, *arguments):
    """Fail unless opposite parameters give other probabilities.

    They turn w m + c into (-w)(-m) - c, which is the same number without c.
    """
    batch, found = padded(sentences_of_four_words(5)), []
    for seed in (0, 1):
        (one,), (other,) = (
            probabilities(Model, arguments, [batch], scale=scale, seed=seed)
            for scale in (0.7, -0.7)
        )
        found.append(np.abs(one - other).max())
    assert max(found) > 1e-5, "log(p / (1 - p)) is w m alone, without c"


def outputs_without_states(Model, arguments, batch, seed):
    """Return the outputs for a batch if the state of each recurrent layer is always zero."""
    import torch
    from torch import nn

    torch.manual_seed(seed)
    model = Model(*arguments)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn(parameter.shape) * 0.7)
        for part in model.modules():
            if isinstance(part, (nn.RNNBase, nn.RNNCellBase)):
                for parameter in part.parameters():
                    parameter.zero_()
    model.eval()
    return model(*batch).detach()


def expect_bias_after_states(Model, *arguments):
    """Fail unless a state of zeros gives another probability than 1/2."""
    batch, found = padded(sentences_of_four_words(6)), []
    for seed in (0, 1):
        output = run_beside(outputs_without_states, Model, list(arguments), batch, seed)
        p = as_shaped(output, (6,), "the output").astype(float)
        found.append(np.abs(p - 0.5).max())
    assert max(found) > 1e-4, "for a state of zeros, the probability is 1/2"


def look_at_vectors(Model, vectors, more, tokens, lengths):
    """Return the tensors of a new model that have the shape of ``vectors``, and their gradients."""
    import torch

    torch.manual_seed(0)
    model = Model(vectors, *more)
    states = [value.clone() for value in model.state_dict().values()]
    found = {"rows": [value for value in states if value.shape == vectors.shape]}
    p = model(tokens, lengths).reshape(-1)
    if p.requires_grad:
        p.log().sum().backward()
    gradients = [q.grad for q in model.parameters() if q.shape == vectors.shape]
    found["gradients"] = [None if g is None else g.to_dense() for g in gradients]
    return found


def looked_at(Model, vectors, more=()):
    """Return what ``look_at_vectors`` finds with sentences that contain the words from 2 on."""
    words = list(range(2, len(vectors)))
    sentences = [words[:5], words[5:], words[2:7]]
    return run_beside(look_at_vectors, Model, vectors, list(more), *padded(sentences))


def expect_rows(Model, vectors, more=()):
    """Fail unless a new model contains the given vectors as rows of its embedding."""
    rows = looked_at(Model, vectors, more)["rows"]
    shape = tuple(vectors.shape)
    assert rows, f"the model has no tensor of shape (V, E) = {shape}, so it has no embedding"
    if not any(torch.equal(found[1:], vectors[1:]) for found in rows):
        expect_close(rows[0][1:], vectors[1:], atol=1e-6, name="the rows of the embedding")


def expect_trained(Model, vectors, more=()):
    """Fail unless the embedding is a parameter and every word has a gradient."""
    gradients = looked_at(Model, vectors, more)["gradients"]
    assert gradients, "the embedding is no parameter of the model"
    shares = [float((g[2:] != 0).any(dim=1).float().mean()) for g in gradients if g is not None]
    # ReLU may give some words no gradient
    assert max(shares, default=0) > 0.5, "the vectors of the words have no gradient"


def final_states(Model, arguments, batches):
    """Return the last state of all recurrent layers, the probability of each batch, the kinds.

    Each batch contains one sentence without padding, so the last state is no matter of choice.
    """
    import torch
    from torch import nn

    torch.manual_seed(1)
    model = Model(*arguments)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn(parameter.shape) * 0.7)
    model.eval()
    last = {}

    def remember(layer, inputs, output):
        if isinstance(layer, nn.RNNBase):
            hidden = output[1][0] if isinstance(output[1], tuple) else output[1]
            last[layer] = hidden[-(1 + layer.bidirectional) :, 0].reshape(-1).detach()
        else:
            hidden = output[0] if isinstance(output, tuple) else output
            last[layer] = hidden.reshape(-1, hidden.shape[-1])[0].detach()

    layers = [part for part in model.modules() if isinstance(part, (nn.RNNBase, nn.RNNCellBase))]
    for layer in layers:
        layer.register_forward_hook(remember)
    states, found = [], []
    for tokens, lengths in batches:
        found.append(float(model(tokens, lengths).reshape(-1)[0]))
        states.append(torch.cat([torch.zeros(0), *last.values()]))
    return {
        "states": torch.stack(states),
        "probabilities": torch.tensor(found, dtype=torch.float64),
        "kinds": [type(layer).__name__ for layer in layers],
        "directions": [2 if getattr(layer, "bidirectional", False) else 1 for layer in layers],
    }


def expect_last_state(Model, *arguments, count=60):
    """Fail unless the logit is an affine function of the state after the last word."""
    sentences = draw_sentences(count, WORDS, label="sixty sentences", shortest=3)
    found = run_beside(final_states, Model, list(arguments), each_alone(sentences))
    if not found["kinds"]:
        raise Unusable("the model has no recurrent layer of torch.nn")
    states = as_shaped(found["states"], tuple(found["states"].shape), "the states")
    assert states.shape[:1] == (count,), "the layer has no state for a sentence"
    assert 0 < states.shape[1] <= count // 2, (
        f"the state consists of {states.shape[1]} numbers; hidden_dim is 5"
    )
    p = as_shaped(found["probabilities"], (count,), "the output").astype(float)
    assert ((p > 0) & (p < 1)).all(), "a probability is not between 0 and 1"
    logits = np.log(p) - np.log1p(-p)
    assert logits.std() > 1e-5, "all sentences have the same probability"
    inputs = np.column_stack([states.astype(float), np.ones(count)])
    weights, *_ = np.linalg.lstsq(inputs, logits, rcond=None)
    error = float(np.abs(inputs @ weights - logits).max() / logits.std())
    if not np.isfinite(error):
        raise CannotJudge("the linear fit is not finite")
    # float32 gives errors below 1e-4; other states give more than 1e-1
    assert error < 1e-2, "log(p / (1 - p)) is no linear function of the state after the last word"
    if found["directions"] == [2]:
        parts = np.abs(weights[:-1]).reshape(2, -1).max(axis=1)
        assert parts.min() > 1e-3 * parts.max(), (
            "the state of one of the two directions is not read"
        )


def expect_every_word_read(Model, *arguments):
    """Fail unless another word at any place of some sentences gives other probabilities."""
    generator = rng("places")
    sentences = generator.integers(2, WORDS, (6, 4))
    batches = [padded(sentences.tolist())]
    for place in range(4):
        other = sentences.copy()
        other[:, place] = 2 + (other[:, place] - 1) % (WORDS - 2)
        batches.append(padded(other.tolist()))
    first, *others = probabilities(Model, arguments, batches)
    for place, found in enumerate(others, 1):
        assert np.abs(found - first).max() > 1e-6, (
            f"in sentences of 4 words, word {place} does not change the probability"
        )


def kinds_of(Model, *arguments):
    """Return the names of the recurrent layers."""
    batches = each_alone([[2, 3, 4]])
    return run_beside(final_states, Model, list(arguments), batches)["kinds"]
