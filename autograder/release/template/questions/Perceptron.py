"""Cases for a network: shapes, parameters, values with the student's own weights."""

import torch

from checks import expect_close, expect_shape, rng, test_case
from oracle import perceptron

OK_FORMAT = False
name = "Perceptron"


@test_case(points=1, hidden=False, failure_message="The network gives one logit for each row.")
def gives_one_logit_for_each_row(Perceptron):
    expect_shape(Perceptron(3, 4)(torch.ones(5, 3)), (5,), "the logits", "(N,)")


@test_case(points=1, hidden=True, failure_message="The numbers of parameters are wrong.")
def has_two_linear_layers_with_biases(Perceptron):
    shapes = [tuple(value.shape) for value in Perceptron(3, 4).state_dict().values()]
    assert shapes == [(4, 3), (4,), (1, 4), (1,)], f"the parameters have the shapes {shapes}"


@test_case(points=2, hidden=True, failure_message="The logits for its own weights are wrong.")
def computes_what_its_weights_say(Perceptron):
    network = Perceptron(3, 4)
    x = torch.from_numpy(rng("x").normal(size=(6, 3))).float()
    expect_close(network(x), perceptron(network.state_dict(), x), rtol=1e-4, atol=1e-5)
