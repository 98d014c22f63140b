"""Cases for the bag of words: how the probability depends on the words of a sentence."""

import numpy as np

from checks import expect_close, rng, test_case
from oracle import (
    WORDS,
    expect_bias_of_a_bag,
    expect_one_sentence,
    expect_order_of_batch_ignored,
    expect_padding_ignored,
    logits_alone,
)
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


@test_case(
    points=0.75,
    hidden=True,
    failure_message="A word that occurs again must not change the probability: the bag of words "
    "contains only zeros and ones.",
)
def counts_a_repeated_word_once(BagOfWords):
    sentences = [[5, 3, 8, 11], [5, 3, 5, 8, 5, 11], [3, 3, 8, 11, 5]]
    found = logits_alone(BagOfWords, [WORDS], sentences)
    expect_close(
        found[1:], found[[0, 0]], rtol=1e-3, atol=1e-4, name="log(p / (1 - p)) with repeated words"
    )


@test_case(
    points=0.75,
    hidden=True,
    failure_message="Each word must add its own weight to log(p / (1 - p)), the same in every "
    "sentence. Check the vector of zeros and ones, the linear layer and the logistic function.",
)
def adds_a_weight_for_each_word(BagOfWords):
    a, b, c, d, e = (int(i) + 2 for i in rng("words").permutation(WORDS - 2)[:5])
    sentences = [[a, b], [a, b, c], [d, b], [d, b, c], [d, e, a], [c, e, a, d]]
    found = logits_alone(BagOfWords, [WORDS], sentences)
    weights = found[1::2] - found[::2]
    assert abs(weights[0]) > 1e-4, "a word does not change the probability"
    expect_close(
        weights[1:],
        np.repeat(weights[:1], 2),
        rtol=1e-3,
        atol=1e-3,
        name="what one word adds in two other sentences",
    )


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The linear layer has no bias: log(p / (1 - p)) must have a number c that does "
    "not depend on the words.",
)
def has_a_bias(BagOfWords):
    expect_bias_of_a_bag(BagOfWords, WORDS)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The probability of a sentence in a padded batch differs from its probability "
    "alone. Padding is not a word.",
)
def ignores_padding(BagOfWords):
    expect_padding_ignored(BagOfWords, WORDS)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Each probability must depend on its own sentence only: another order of the "
    "sentences must give the same probabilities in that order.",
)
def treats_each_sentence_alone(BagOfWords):
    expect_order_of_batch_ignored(BagOfWords, WORDS)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A batch of one sentence must give one probability of shape (1,).",
)
def accepts_a_single_sentence(BagOfWords):
    expect_one_sentence(BagOfWords, WORDS)
