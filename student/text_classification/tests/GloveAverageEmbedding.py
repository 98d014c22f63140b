"""Public checks of GloveAverageEmbedding; the grader has more."""

import torch

from checks import as_shaped, expect_close, run_beside, test_case
from support import draw_sentences, draw_vectors, outputs_of, padded

OK_FORMAT = False
name = "GloveAverageEmbedding"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="GloveAverageEmbedding(vectors) must build the model, and "
    "model(tokens, lengths) must give one probability for each sentence, of shape (N,).",
)
def gives_a_probability_for_each_sentence(GloveAverageEmbedding):
    batch = padded(draw_sentences(5, 9))
    (output,) = run_beside(outputs_of, GloveAverageEmbedding, [draw_vectors(9, 6)], [batch])
    p = as_shaped(output, (5,), "the output")
    assert ((p >= 0) & (p <= 1)).all(), "a probability is not between 0 and 1"


@test_case(
    points=0.25,
    hidden=False,
    failure_message="If all parameters are zero, every probability is 1/2.",
)
def is_undecided_without_weights(GloveAverageEmbedding):
    batch, vectors = padded(draw_sentences(3, 9)), draw_vectors(9, 6)
    (output,) = run_beside(outputs_of, GloveAverageEmbedding, [vectors], [batch], 0.0)
    expect_close(output, torch.full((3,), 0.5), atol=1e-6, name="the probability")
