"""Public checks of GloveRNN; the grader has more."""

import torch

from checks import as_shaped, expect_close, run_beside, test_case
from support import draw_sentences, draw_vectors, outputs_of, padded

OK_FORMAT = False
name = "GloveRNN"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="GloveRNN(vectors, hidden_dim) must build the model, and "
    "model(tokens, lengths) must give one probability for each sentence, of shape (N,).",
)
def gives_a_probability_for_each_sentence(GloveRNN):
    batch = padded(draw_sentences(5, 9))
    (output,) = run_beside(outputs_of, GloveRNN, [draw_vectors(9, 6), 8], [batch])
    p = as_shaped(output, (5,), "the output")
    assert ((p >= 0) & (p <= 1)).all(), "a probability is not between 0 and 1"


@test_case(
    points=0.25,
    hidden=False,
    failure_message="If all parameters are zero, every probability is 1/2.",
)
def is_undecided_without_weights(GloveRNN):
    batch = padded(draw_sentences(3, 9))
    (output,) = run_beside(outputs_of, GloveRNN, [draw_vectors(9, 6), 8], [batch], 0.0)
    expect_close(output, torch.full((3,), 0.5), atol=1e-6, name="the probability")


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The probability must depend on the order of the words.",
)
def depends_on_the_order_of_words(GloveRNN):
    batch = padded([[2, 3, 4, 5], [3, 2, 4, 5], [2, 4, 3, 5]])
    (output,) = run_beside(outputs_of, GloveRNN, [draw_vectors(9, 6), 8], [batch])
    p = as_shaped(output, (3,), "the output")
    assert abs(p[1] - p[0]) > 1e-6, "the first two words can be exchanged"
    assert abs(p[2] - p[0]) > 1e-6, "the second and the third word can be exchanged"
