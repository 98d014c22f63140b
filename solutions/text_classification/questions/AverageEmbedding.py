"""Cases for the average of word vectors: how the probability depends on words and padding."""

from checks import expect_close, rng, test_case
from oracle import (
    WORDS,
    expect_bias_of_an_average,
    expect_one_sentence,
    expect_order_of_batch_ignored,
    expect_padding_ignored,
    logits_alone,
)
from support import expect_order_ignored, expect_probabilities, expect_undecided

OK_FORMAT = False
name = "AverageEmbedding"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="AverageEmbedding(vocab_size, embedding_dim) must build the model, and "
    "model(tokens, lengths) must give one probability for each sentence, of shape (N,).",
)
def gives_a_probability_for_each_sentence(AverageEmbedding):
    expect_probabilities(AverageEmbedding, [9, 6])


@test_case(
    points=0.25,
    hidden=False,
    failure_message="If all parameters are zero, every probability is 1/2.",
)
def is_undecided_without_weights(AverageEmbedding):
    expect_undecided(AverageEmbedding, [9, 6])


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The order of the words of a sentence must not change its probability, and "
    "other words must change it.",
)
def ignores_the_order_of_words(AverageEmbedding):
    expect_order_ignored(AverageEmbedding, [9, 6])


@test_case(
    points=0.75,
    hidden=True,
    failure_message="For a sentence without padding, log(p / (1 - p)) must be the mean of what its "
    "words have alone: the mean of the vectors goes through one linear layer.",
)
def averages_the_words(AverageEmbedding):
    a, b, c = (int(i) + 2 for i in rng("words").permutation(WORDS - 2)[:3])
    sentences = [[a, a], [b, b], [c, c], [a, b], [c, a, b], [b, c]]
    found = logits_alone(AverageEmbedding, [WORDS, 6], sentences)
    wanted = [(found[0] + found[1]) / 2, found[:3].mean(), (found[1] + found[2]) / 2]
    assert found[:3].std() > 1e-4, "different words give the same probability"
    expect_close(
        found[3:], wanted, rtol=1e-3, atol=1e-3, name="log(p / (1 - p)) of sentences of 2, 3, 2"
    )


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A word that occurs twice in a sentence counts twice in the average.",
    after="averages_the_words",
)
def counts_repeated_words(AverageEmbedding):
    a, b = (int(i) + 2 for i in rng("words").permutation(WORDS - 2)[:2])
    sentences = [[a, a], [b, b], [a, b, a], [b, a, b, b]]
    found = logits_alone(AverageEmbedding, [WORDS, 6], sentences)
    wanted = [(2 * found[0] + found[1]) / 3, (found[0] + 3 * found[1]) / 4]
    expect_close(found[2:], wanted, rtol=1e-3, atol=1e-3, name="log(p / (1 - p))")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The linear layer has no bias: log(p / (1 - p)) must have a number c that does "
    "not depend on the words.",
)
def has_a_bias(AverageEmbedding):
    expect_bias_of_an_average(AverageEmbedding, WORDS, 6)


@test_case(
    points=1,
    hidden=True,
    failure_message="The probability of a sentence in a padded batch differs from its probability "
    "alone. Check which vectors are summed, and what the sum is divided by.",
)
def ignores_padding(AverageEmbedding):
    expect_padding_ignored(AverageEmbedding, WORDS, 6)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Each probability must depend on its own sentence only: another order of the "
    "sentences must give the same probabilities in that order.",
)
def treats_each_sentence_alone(AverageEmbedding):
    expect_order_of_batch_ignored(AverageEmbedding, WORDS, 6)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A batch of one sentence must give one probability of shape (1,).",
)
def accepts_a_single_sentence(AverageEmbedding):
    expect_one_sentence(AverageEmbedding, WORDS, 6)
