"""Cases for the leaderboard: the student's own architecture, trained like the simple network."""

import torch

from checks import expect_shape, numbers, record, rng, test_case
from oracle import film_reviews, held_out_accuracy
from support import draw_tokens

OK_FORMAT = False
name = "CustomLSTM"


@test_case(
    points=0,
    hidden=False,
    failure_message="Your network must map tokens of shape (B, T) to probabilities of shape "
    "(B, 1), as SimpleLSTM does.",
)
def gives_a_probability_for_each_row(CustomLSTM):
    matrix = torch.from_numpy(rng("matrix").normal(size=(11, 5))).float()
    outputs = numbers(CustomLSTM(matrix)(draw_tokens(4, 6)), "the output")
    expect_shape(outputs, (4, 1), "the output", "(B, 1)")
    assert outputs.min() >= 0, "an output is negative"
    assert outputs.max() <= 1, "an output is larger than one"


@test_case(
    points=0,
    hidden=True,
    failure_message="After five epochs of helper.train, your network is hardly better than "
    "guessing.",
)
def enters_the_leader_board(CustomLSTM):
    reviews = film_reviews()
    accuracy = held_out_accuracy(CustomLSTM, (reviews[-1],), {}, reviews)
    record("accuracy", accuracy)
    assert accuracy > 0.55, f"the accuracy is {accuracy:.1%}; guessing gives 50%"
