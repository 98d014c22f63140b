"""Public checks of AverageEmbedding; the grader has more."""

from checks import test_case
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
