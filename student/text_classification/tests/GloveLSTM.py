"""Public checks of GloveLSTM; the grader has more."""

from checks import test_case
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
