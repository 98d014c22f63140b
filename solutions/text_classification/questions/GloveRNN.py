"""Cases for the recurrent network: the state after the last word, padding, the vectors."""

from checks import test_case
from oracle import (
    WORDS,
    expect_bias_after_states,
    expect_every_word_read,
    expect_last_state,
    expect_one_sentence,
    expect_order_of_batch_ignored,
    expect_padding_ignored,
    expect_rows,
    expect_trained,
    expect_unsorted_lengths_kept,
)
from support import draw_vectors, expect_order_matters, expect_probabilities, expect_undecided

OK_FORMAT = False
name = "GloveRNN"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="GloveRNN(vectors, hidden_dim) must build the model, and "
    "model(tokens, lengths) must give one probability for each sentence, of shape (N,).",
)
def gives_a_probability_for_each_sentence(GloveRNN):
    expect_probabilities(GloveRNN, [draw_vectors(9, 6), 8])


@test_case(
    points=0.25,
    hidden=False,
    failure_message="If all parameters are zero, every probability is 1/2.",
)
def is_undecided_without_weights(GloveRNN):
    expect_undecided(GloveRNN, [draw_vectors(9, 6), 8])


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The probability must depend on the order of the words.",
)
def depends_on_the_order_of_words(GloveRNN):
    expect_order_matters(GloveRNN, [draw_vectors(9, 6), 8])


@test_case(
    points=0.75,
    hidden=True,
    failure_message="For sentences without padding, the probability is not computed by one linear "
    "layer and the logistic function from the state after the last word. Check which state is "
    "read: which step, which layer, the hidden state.",
)
def reads_the_state_after_the_last_word(GloveRNN):
    expect_last_state(GloveRNN, draw_vectors(WORDS, 6), 5)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="For sentences without padding, the probability does not depend on every word.",
)
def reads_every_word(GloveRNN):
    expect_every_word_read(GloveRNN, draw_vectors(WORDS, 6), 8)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The linear layer has no bias: log(p / (1 - p)) must have a number c that does "
    "not depend on the words.",
)
def has_a_bias(GloveRNN):
    expect_bias_after_states(GloveRNN, draw_vectors(WORDS, 6), 8)


@test_case(
    points=1.25,
    hidden=True,
    failure_message="The probability of a sentence in a padded batch differs from its probability "
    "alone. The state after the last word must be read, not the state after the padding.",
)
def ignores_padding(GloveRNN):
    expect_padding_ignored(GloveRNN, draw_vectors(WORDS, 6), 8)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Each probability must depend on its own sentence only: another order of "
    "sentences of the same length must give the same probabilities in that order.",
)
def treats_each_sentence_alone(GloveRNN):
    expect_order_of_batch_ignored(GloveRNN, draw_vectors(WORDS, 6), 8)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The probabilities must be in the order of the sentences, also where the "
    "lengths are not sorted.",
)
def keeps_the_order_of_sentences(GloveRNN):
    expect_unsorted_lengths_kept(GloveRNN, draw_vectors(WORDS, 6), 8)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Row i of the embedding of a new model must be row i of the given vectors.",
)
def begins_with_the_given_vectors(GloveRNN):
    expect_rows(GloveRNN, draw_vectors(WORDS, 6), [8])


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The embedding must be trained with the other parameters: the vectors of the "
    "words in a batch need gradients.",
)
def trains_the_vectors(GloveRNN):
    expect_trained(GloveRNN, draw_vectors(WORDS, 6), [8])


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A batch of one sentence must give one probability of shape (1,).",
)
def accepts_a_single_sentence(GloveRNN):
    expect_one_sentence(GloveRNN, draw_vectors(WORDS, 6), 8)
