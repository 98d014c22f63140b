"""Public checks of pretrained_embedding; the grader has more."""

import torch

from checks import expect_close, expect_shape, run_beside, test_case

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


def made_of(pretrained_embedding, words, known_words, vectors, **options):
    """Return what ``look`` finds; fail if the rows have the wrong shape."""
    found = run_beside(look, pretrained_embedding, words, known_words, vectors, options)
    shape = (len(words), vectors.shape[1])
    expect_shape(found["rows"], shape, "the embedding of all words", "(V, E)")
    return found


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
