"""Public checks of GloveRNN; the grader has more."""

from checks import test_case
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
