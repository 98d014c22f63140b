"""Small models, and datasets for them."""

import torch

from checks import as_shaped, expect_close, rng, run_beside


def columns_of(Model, *arguments):
    """Return whether the student's models give (N,) or (N, 1), as 1 or 2; 1 if unknown.

    The models of the checks do as the student's own do.
    """
    return run_beside(_count_axes, Model, list(arguments))


def _count_axes(Model, arguments):
    import torch

    try:
        tokens, lengths = torch.tensor([[2, 3], [3, 2], [2, 2]]), torch.tensor([2, 2, 2])
        result = Model(*arguments).eval()(tokens, lengths)
        return 2 if tuple(result.shape) == (3, 1) else 1
    except Exception:  # another question judges this model
        return 1


def numbered_rows(count, first, lengths=None):
    """Return tokens (count, 5) and lengths; sentence i begins with the ids ``first`` and 10 + i."""
    if lengths is None:
        lengths = rng(f"lengths {first}").integers(2, 6, count)
    tokens = rng(f"words {first}").integers(2, 10, (count, 5))
    tokens[:, 0], tokens[:, 1] = first, 10 + torch.arange(count).numpy()
    for row, length in zip(tokens, lengths, strict=True):
        row[length:] = 0
    return torch.from_numpy(tokens), torch.as_tensor(lengths).long()


def draw_sentences(count, words, longest=6, label="sentences", shortest=2):
    """Return ``count`` lists of ids from 2 to ``words`` - 1; the first one is the longest."""
    generator = rng(label)
    lengths = generator.integers(shortest, longest, count)
    lengths[0] = longest
    return [generator.integers(2, words, length).tolist() for length in lengths]


def padded(sentences, more=0):
    """Return tokens (N, T) and lengths (N,); T is the longest length and ``more`` columns."""
    lengths = torch.tensor([len(sentence) for sentence in sentences])
    tokens = torch.zeros(len(sentences), int(lengths.max()) + more, dtype=torch.long)
    for row, sentence in zip(tokens, sentences, strict=True):
        row[: len(sentence)] = torch.tensor(sentence)
    return tokens, lengths


def outputs_of(Model, arguments, batches, scale=0.7, seed=0):
    """Return the outputs of a model with random parameters for each batch of tokens and lengths.

    The random numbers have the standard deviation ``scale``. A row that PyTorch itself keeps for
    padding (``padding_idx``) is zero, as it is after any training.
    """
    import torch

    torch.manual_seed(seed)
    model = Model(*arguments)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn(parameter.shape) * scale)
        for module in model.modules():
            if getattr(module, "padding_idx", None) is not None:
                module.weight[module.padding_idx] = 0
    model.eval()
    return [model(tokens, lengths).detach() for tokens, lengths in batches]


def draw_vectors(words, size):
    """Return random vectors (words, size) in float32; row 0 is zero."""
    vectors = torch.from_numpy(rng("vectors").normal(size=(words, size))).float()
    vectors[0] = 0
    return vectors


def each_alone(sentences):
    """Return one batch for each sentence: two copies of it, without padding."""
    return [padded([sentence, sentence]) for sentence in sentences]


def expect_probabilities(Model, arguments):
    """Fail unless a model gives one probability for each sentence."""
    (output,) = run_beside(outputs_of, Model, arguments, [padded(draw_sentences(5, 9))])
    p = as_shaped(output, (5,), "the output")
    assert ((p >= 0) & (p <= 1)).all(), "a probability is not between 0 and 1"


def expect_undecided(Model, arguments):
    """Fail unless all probabilities are 1/2 if all parameters are zero."""
    (output,) = run_beside(outputs_of, Model, arguments, [padded(draw_sentences(3, 9))], 0.0)
    expect_close(output, torch.full((3,), 0.5), atol=1e-6, name="the probability")


def expect_order_ignored(Model, arguments):
    """Fail unless the probability depends on the words, and not on their order."""
    batch = padded([[2, 3, 4], [4, 2, 3], [5, 6, 7]])
    (output,) = run_beside(outputs_of, Model, arguments, [batch])
    p = as_shaped(output, (3,), "the output")
    expect_close(p[1], p[0], atol=1e-5, name="the probability in another order")
    assert abs(p[2] - p[0]) > 1e-5, "the probability does not depend on the words"


def expect_order_matters(Model, arguments):
    """Fail unless the probability depends on the order of the words."""
    batch = padded([[2, 3, 4, 5], [3, 2, 4, 5], [2, 4, 3, 5]])
    (output,) = run_beside(outputs_of, Model, arguments, [batch])
    p = as_shaped(output, (3,), "the output")
    assert abs(p[1] - p[0]) > 1e-6, "the first two words can be exchanged"
    assert abs(p[2] - p[0]) > 1e-6, "the second and the third word can be exchanged"
