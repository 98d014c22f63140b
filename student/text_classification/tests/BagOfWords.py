"""Public checks of BagOfWords; the grader has more."""

from checks import test_case
from support import (
    expect_order_ignored,
    expect_probabilities,
    expect_undecided,
)

OK_FORMAT = False
name = "BagOfWords"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="BagOfWords(vocab_size) must build the model, and model(tokens, lengths) must "
    "give one probability for each sentence, of shape (N,).",
)
def gives_a_probability_for_each_sentence(BagOfWords):
    expect_probabilities(BagOfWords, [9])


@test_case(
    points=0.25,
    hidden=False,
    failure_message="If all parameters are zero, every probability is 1/2.",
)
def is_undecided_without_weights(BagOfWords):
    expect_undecided(BagOfWords, [9])


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The order of the words of a sentence must not change its probability, and "
    "other words must change it.",
)
def ignores_the_order_of_words(BagOfWords):
    expect_order_ignored(BagOfWords, [9])
