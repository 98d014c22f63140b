"""Cases for the average of GloVe vectors: the network, the initial vectors, their training."""

from checks import expect_close, rng, run_beside, test_case
from oracle import (
    WORDS,
    expect_bias_of_an_average,
    expect_one_sentence,
    expect_order_of_batch_ignored,
    expect_padding_ignored,
    expect_rows,
    expect_trained,
    logits_alone,
)
from support import (
    draw_sentences,
    draw_vectors,
    expect_probabilities,
    expect_undecided,
    padded,
)

OK_FORMAT = False
name = "GloveAverageEmbedding"


def train_one_step(Model, vectors, tokens, lengths):
    """Return the given vectors after a step of gradient descent on the model."""
    import torch

    given = vectors.clone()
    torch.manual_seed(0)
    model = Model(given)
    model(tokens, lengths).reshape(-1).log().sum().backward()
    torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=1.0).step()
    return given.detach()


@test_case(
    points=0.5,
    hidden=False,
    failure_message="GloveAverageEmbedding(vectors) must build the model, and "
    "model(tokens, lengths) must give one probability for each sentence, of shape (N,).",
)
def gives_a_probability_for_each_sentence(GloveAverageEmbedding):
    expect_probabilities(GloveAverageEmbedding, [draw_vectors(9, 6)])


@test_case(
    points=0.25,
    hidden=False,
    failure_message="If all parameters are zero, every probability is 1/2.",
)
def is_undecided_without_weights(GloveAverageEmbedding):
    expect_undecided(GloveAverageEmbedding, [draw_vectors(9, 6)])


@test_case(
    points=0.75,
    hidden=True,
    failure_message="Row i of the embedding of a new model must be row i of the given vectors.",
)
def begins_with_the_given_vectors(GloveAverageEmbedding):
    expect_rows(GloveAverageEmbedding, draw_vectors(WORDS, 6))


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The embedding must be trained with the other parameters: the vectors of the "
    "words in a batch need gradients.",
)
def trains_the_vectors(GloveAverageEmbedding):
    expect_trained(GloveAverageEmbedding, draw_vectors(WORDS, 6))


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The given tensor of vectors changes when the model is trained, so the next "
    "model would begin with trained vectors. The embedding needs a copy.",
)
def leaves_the_given_vectors_unchanged(GloveAverageEmbedding):
    vectors = draw_vectors(WORDS, 6)
    batch = padded(draw_sentences(4, WORDS))
    after = run_beside(train_one_step, GloveAverageEmbedding, vectors, *batch)
    expect_close(after, vectors, name="the given vectors after a step of training")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="For a sentence without padding, log(p / (1 - p)) must be the mean of what its "
    "words have alone: the mean of the vectors goes through one linear layer.",
)
def averages_the_words(GloveAverageEmbedding):
    a, b, c = (int(i) + 2 for i in rng("words").permutation(WORDS - 2)[:3])
    sentences = [[a, a], [b, b], [c, c], [a, b], [c, a, b], [b, b, c]]
    found = logits_alone(GloveAverageEmbedding, [draw_vectors(WORDS, 6)], sentences)
    wanted = [(found[0] + found[1]) / 2, found[:3].mean(), (2 * found[1] + found[2]) / 3]
    assert found[:3].std() > 1e-4, "different words give the same probability"
    expect_close(
        found[3:], wanted, rtol=1e-3, atol=1e-3, name="log(p / (1 - p)) of sentences of 2, 3, 3"
    )


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The linear layer has no bias: log(p / (1 - p)) must have a number c that does "
    "not depend on the words.",
)
def has_a_bias(GloveAverageEmbedding):
    expect_bias_of_an_average(GloveAverageEmbedding, draw_vectors(WORDS, 6))


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The probability of a sentence in a padded batch differs from its probability "
    "alone. Check which vectors are summed, and what the sum is divided by. Training may change "
    "the row of PAD.",
)
def ignores_padding(GloveAverageEmbedding):
    expect_padding_ignored(GloveAverageEmbedding, draw_vectors(WORDS, 6))


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Each probability must depend on its own sentence only: another order of the "
    "sentences must give the same probabilities in that order.",
)
def treats_each_sentence_alone(GloveAverageEmbedding):
    expect_order_of_batch_ignored(GloveAverageEmbedding, draw_vectors(WORDS, 6))


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A batch of one sentence must give one probability of shape (1,).",
)
def accepts_a_single_sentence(GloveAverageEmbedding):
    expect_one_sentence(GloveAverageEmbedding, draw_vectors(WORDS, 6))
