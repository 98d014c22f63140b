"""Public checks of AverageEmbedding; the grader has more."""

import torch

from checks import as_shaped, expect_close, run_beside, test_case
from support import draw_sentences, outputs_of, padded

OK_FORMAT = False
name = "AverageEmbedding"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="AverageEmbedding(vocab_size, embedding_dim) must build the model, and "
    "model(tokens, lengths) must give one probability for each sentence, of shape (N,).",
)
def gives_a_probability_for_each_sentence(AverageEmbedding):
    batch = padded(draw_sentences(5, 9))
    (output,) = run_beside(outputs_of, AverageEmbedding, [9, 6], [batch])
    p = as_shaped(output, (5,), "the output")
    assert ((p >= 0) & (p <= 1)).all(), "a probability is not between 0 and 1"


@test_case(
    points=0.25,
    hidden=False,
    failure_message="If all parameters are zero, every probability is 1/2.",
)
def is_undecided_without_weights(AverageEmbedding):
    batch = padded(draw_sentences(3, 9))
    (output,) = run_beside(outputs_of, AverageEmbedding, [9, 6], [batch], 0.0)
    expect_close(output, torch.full((3,), 0.5), atol=1e-6, name="the probability")


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The order of the words of a sentence must not change its probability, and "
    "other words must change it.",
)
def ignores_the_order_of_words(AverageEmbedding):
    batch = padded([[2, 3, 4], [4, 2, 3], [5, 6, 7]])
    (output,) = run_beside(outputs_of, AverageEmbedding, [9, 6], [batch])
    p = as_shaped(output, (3,), "the output")
    expect_close(p[1], p[0], atol=1e-5, name="the probability in another order")
    assert abs(p[2] - p[0]) > 1e-5, "the probability does not depend on the words"
