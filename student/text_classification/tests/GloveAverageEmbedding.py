"""Public checks of GloveAverageEmbedding; the grader has more."""

from checks import test_case
from support import draw_vectors, expect_probabilities, expect_undecided

OK_FORMAT = False
name = "GloveAverageEmbedding"


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
