"""Cases for the embedding of pretrained vectors: its rows, what is drawn, what is trained."""

import torch

from checks import expect_close, expect_shape, rng, run_beside, test_case
from data import glove

OK_FORMAT = False
name = "pretrained_embedding"

SPECIAL = ["<pad>", "<start>", "<end>", "<unknown>"]


def look(pretrained_embedding, words, known_words, vectors, options):
    """Return the rows of an embedding, what its row for PAD learns, and whether it is trained."""
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
    """Return vectors (count, length) in float32."""
    return torch.from_numpy(rng(label).normal(mean, deviation, (count, length))).float()


def made_of(pretrained_embedding, words, known_words, vectors, **options):
    """Return what ``look`` finds, with the shape of the rows checked."""
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
    failure_message="The row of each word that has a vector must be that vector, whatever the "
    "order of the two lists of words, and row 0, for PAD, must be zero.",
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
    failure_message="With a vocabulary of real words, the rows are not the vectors of GloVe. Is a "
    "word looked up by its text, and is row i of the embedding that of words[i]?",
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
    failure_message="Words without a vector must get random rows that differ from each other, with "
    "a mean near 0.",
)
def draws_a_row_for_each_word_without_a_vector(pretrained_embedding):
    rows, _ = drawn_rows(pretrained_embedding)
    assert len(torch.unique(rows, dim=0)) == len(rows), "two words have the same row"
    assert abs(float(rows.mean())) < 0.1, f"the mean of the rows is {float(rows.mean()):.3f}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The random rows must be as large as the vectors: their standard deviation is "
    "that of all numbers in vectors.",
)
def draws_rows_as_large_as_the_vectors(pretrained_embedding):
    deviation = float(rng("deviation").choice([0.2, 3.0]))
    rows, vectors = drawn_rows(pretrained_embedding, deviation=deviation)
    ratio = float(rows.std() / vectors.std())  # of 4,800 numbers: right to 1 percent
    assert 0.9 < ratio < 1.1, f"their deviation is {ratio:.2f} times that of the vectors"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The row of PAD must stay zero: no gradient may reach it. nn.Embedding has an "
    "argument for that.",
)
def keeps_the_row_of_pad_at_zero(pretrained_embedding):
    found = made_of(pretrained_embedding, [*SPECIAL, "tea"], ["tea", "<pad>"], draw(2, 4))
    expect_close(found["rows"][0], torch.zeros(4), name="the row of PAD")
    expect_close(found["gradient"][0], torch.zeros(4), name="the gradient of the row of PAD")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The embedding must learn where freeze is not given: a gradient must reach "
    "the rows of all words but PAD.",
)
def is_trained_unless_it_is_frozen(pretrained_embedding):
    found = made_of(pretrained_embedding, [*SPECIAL, "tea", "qwrtz"], ["tea"], draw(1, 4))
    assert found["trained"], "no gradient reaches the embedding"
    expected = found["rows"][1:].exp()
    expect_close(found["gradient"][1:], expected, rtol=1e-4, name="the gradient of the rows")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="With freeze=True, training must leave the embedding as it is.",
)
def is_not_trained_when_it_is_frozen(pretrained_embedding):
    found = made_of(pretrained_embedding, [*SPECIAL, "tea"], ["tea"], draw(1, 4), freeze=True)
    assert not found["trained"], "a gradient reaches the frozen embedding"
