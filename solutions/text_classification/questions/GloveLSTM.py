"""Cases for the LSTM: the state after the last word, padding, order, the initial vectors."""

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
    kinds_of,
)
from support import draw_vectors, expect_order_matters, expect_probabilities, expect_undecided

OK_FORMAT = False
name = "GloveLSTM"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="GloveLSTM(vectors, hidden_dim) must build the model, and "
    "model(tokens, lengths) must give one probability for each sentence, of shape (N,).",
)
def gives_a_probability_for_each_sentence(GloveLSTM):
    expect_probabilities(GloveLSTM, [draw_vectors(9, 6), 8])


@test_case(
    points=0.25,
    hidden=False,
    failure_message="If all parameters are zero, every probability is 1/2.",
)
def is_undecided_without_weights(GloveLSTM):
    expect_undecided(GloveLSTM, [draw_vectors(9, 6), 8])


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The probability must depend on the order of the words.",
)
def depends_on_the_order_of_words(GloveLSTM):
    expect_order_matters(GloveLSTM, [draw_vectors(9, 6), 8])


@test_case(
    points=0.75,
    hidden=True,
    failure_message="For sentences without padding, the probability is not computed by one linear "
    "layer and the logistic function from the state after the last word. Check which state is "
    "read: which step, which layer, the hidden state.",
)
def reads_the_state_after_the_last_word(GloveLSTM):
    expect_last_state(GloveLSTM, draw_vectors(WORDS, 6), 5)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="For sentences without padding, the probability does not depend on every word.",
)
def reads_every_word(GloveLSTM):
    expect_every_word_read(GloveLSTM, draw_vectors(WORDS, 6), 8)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The linear layer has no bias: log(p / (1 - p)) must have a number c that does "
    "not depend on the words.",
)
def has_a_bias(GloveLSTM):
    expect_bias_after_states(GloveLSTM, draw_vectors(WORDS, 6), 8)


@test_case(
    points=1.25,
    hidden=True,
    failure_message="The probability of a sentence in a padded batch differs from its probability "
    "alone. The state after the last word must be read, not the state after the padding.",
)
def ignores_padding(GloveLSTM):
    expect_padding_ignored(GloveLSTM, draw_vectors(WORDS, 6), 8)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Each probability must depend on its own sentence only: another order of "
    "sentences of the same length must give the same probabilities in that order.",
)
def treats_each_sentence_alone(GloveLSTM):
    expect_order_of_batch_ignored(GloveLSTM, draw_vectors(WORDS, 6), 8)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The probabilities must be in the order of the sentences, also where the "
    "lengths are not sorted.",
)
def keeps_the_order_of_sentences(GloveLSTM):
    expect_unsorted_lengths_kept(GloveLSTM, draw_vectors(WORDS, 6), 8)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Row i of the embedding of a new model must be row i of the given vectors.",
)
def begins_with_the_given_vectors(GloveLSTM):
    expect_rows(GloveLSTM, draw_vectors(WORDS, 6), [8])


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The embedding must be trained with the other parameters: the vectors of the "
    "words in a batch need gradients.",
)
def trains_the_vectors(GloveLSTM):
    expect_trained(GloveLSTM, draw_vectors(WORDS, 6), [8])


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The recurrent layer must be an LSTM: nn.LSTM or nn.LSTMCell.",
)
def has_an_lstm(GloveLSTM):
    kinds = kinds_of(GloveLSTM, draw_vectors(WORDS, 6), 5)
    assert kinds, "there is no recurrent layer of torch.nn"
    others = [kind for kind in kinds if not kind.startswith("LSTM")]
    assert not others, "a recurrent layer of another kind is used"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A batch of one sentence must give one probability of shape (1,).",
)
def accepts_a_single_sentence(GloveLSTM):
    expect_one_sentence(GloveLSTM, draw_vectors(WORDS, 6), 8)
