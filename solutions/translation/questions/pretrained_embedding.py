"""Cases for the embedding of pretrained vectors: its rows, the random rows, freezing."""

import torch

from checks import expect_close, expect_shape, rng, run_beside, test_case
from data import glove

OK_FORMAT = False
name = "pretrained_embedding"

SPECIAL = ["<pad>", "<start>", "<end>", "<unknown>"]


def look(pretrained_embedding, words, known_words, vectors, options):
    """Return the rows of an embedding, whether it is trained, and the gradient of its rows."""
    import torch

    embedding = pretrained_embedding(words, known_words, vectors, **options)
    numbers = torch.arange(len(words))
    rows = embedding(numbers)
    found = {"rows": rows.detach(), "trained": bool(rows.requires_grad)}
    if rows.requires_grad:
        embedding(numbers[None]).exp().sum().backward()
        found["gradient"] = torch.stack([p.grad for p in embedding.parameters()])[0]
    return found


def draw(count, length, label="vectors", mean=0.0, deviation=1.0):
    """Return random vectors (count, length) in float32."""
    return torch.from_numpy(rng(label).normal(mean, deviation, (count, length))).float()


def made_of(pretrained_embedding, words, known_words, vectors, **options):
    """Return what ``look`` finds; fail if the rows have the wrong shape."""
    found = run_beside(look, pretrained_embedding, words, known_words, vectors, options)
    shape = (len(words), vectors.shape[1])
    expect_shape(found["rows"], shape, "the embedding of all words", "(V, E)")
    return found


def drawn_rows(pretrained_embedding, **moments):
    """Return the rows of 400 words without a vector, and the 500 vectors of other words."""
    unknown = [f"word{i}" for i in range(400)]
    vectors = draw(500, 12, **moments)
    known = [f"known{i}" for i in range(500)]
    found = made_of(pretrained_embedding, [*SPECIAL, *unknown], known, vectors)
    return found["rows"][4:], vectors


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The row of each known word must be its vector, whatever the order of the two "
    "lists of words. Row 0, for PAD, must be zero.",
)
def puts_each_vector_into_the_row_of_its_word(pretrained_embedding):
    vectors = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 10.0]])
    words = [*SPECIAL, "tea", "qwrtz", "the"]
    rows = made_of(pretrained_embedding, words, ["the", "of", "tea"], vectors)["rows"]
    expect_close(rows[4], [7.0, 8.0, 10.0], name="the row of 'tea'")
    expect_close(rows[6], [1.0, 2.0, 3.0], name="the row of 'the'")
    expect_close(rows[0], [0.0, 0.0, 0.0], name="the row of PAD")


@test_case(
    points=0.75,
    hidden=True,
    failure_message="With 300 words of GloVe, the rows differ from the vectors. Check how a word "
    "is found in known_words, and that row i belongs to words[i].",
)
def has_the_rows_of_glove(pretrained_embedding):
    vectors = glove.load(size="sample")
    chosen = rng("words").permutation(len(vectors.words))[:300]
    words = [*SPECIAL, *(vectors.words[i] for i in chosen)]
    rows = made_of(
        pretrained_embedding, words, list(vectors.words), torch.from_numpy(vectors.vectors.copy())
    )["rows"]
    expect_close(rows[4:], vectors.vectors[chosen], atol=1e-6, name="the rows of 300 words")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Each word without a vector must get its own random row, with mean 0.",
)
def draws_a_row_for_each_word_without_a_vector(pretrained_embedding):
    rows, _ = drawn_rows(pretrained_embedding)
    assert len(torch.unique(rows, dim=0)) == len(rows), "two words have the same row"
    assert abs(float(rows.mean())) < 0.1, f"the mean of the rows is {float(rows.mean()):.3f}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The random rows must have the same standard deviation as all numbers in "
    "vectors.",
)
def draws_rows_as_large_as_the_vectors(pretrained_embedding):
    deviation = float(rng("deviation").choice([0.2, 3.0]))
    rows, vectors = drawn_rows(pretrained_embedding, deviation=deviation)
    ratio = float(rows.std() / vectors.std())  # of 4,800 numbers: about 1 percent of noise
    assert 0.9 < ratio < 1.1, f"the ratio of the two standard deviations is {ratio:.2f}"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The row of PAD must be zero and get no gradient, so that it stays zero in "
    "training. Check the arguments of nn.Embedding.",
)
def keeps_the_row_of_pad_at_zero(pretrained_embedding):
    found = made_of(pretrained_embedding, [*SPECIAL, "tea"], ["tea", "<pad>"], draw(2, 4))
    expect_close(found["rows"][0], torch.zeros(4), name="the row of PAD")
    expect_close(found["gradient"][0], torch.zeros(4), name="the gradient of the row of PAD")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Without the argument freeze, training must change the embedding: every row "
    "except the row of PAD needs a gradient.",
)
def is_trained_unless_it_is_frozen(pretrained_embedding):
    words, known = [*SPECIAL, "tea", "qwrtz"], ["tea", "the"]
    found = made_of(pretrained_embedding, words, known, draw(2, 4))
    assert found["trained"], "the embedding has no gradient"
    expected = found["rows"][1:].exp()
    expect_close(found["gradient"][1:], expected, rtol=1e-4, name="the gradient of the rows")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="With freeze=True, training must not change the embedding.",
)
def is_not_trained_when_it_is_frozen(pretrained_embedding):
    words, known = [*SPECIAL, "tea"], ["tea", "the"]
    found = made_of(pretrained_embedding, words, known, draw(2, 4), freeze=True)
    assert not found["trained"], "the frozen embedding has a gradient"
