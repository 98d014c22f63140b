"""Cases for the network: outputs, gradients and dropout, against PyTorch's LSTM in float64."""

import numpy as np
import torch

from checks import expect_close, expect_dtype, expect_shape, numbers, rng, test_case
from oracle import definition, draw_values, exact, expect_gradients, gradients
from support import SIZES, draw_tokens, network_with, roles

OK_FORMAT = False
name = "SimpleLSTM"

CLOSE = {"rtol": 1e-4, "atol": 1e-5}  # float32 sums over ten steps are right to about 1e-6


def expect_definition(model, tokens, values, name="the output", **keep):
    """Fail unless a network with the parameters ``values`` computes what the handout defines."""
    expect_close(model(tokens), definition(tokens, exact(values), **keep), name=name, **CLOSE)


def open_values(layers):
    """Return parameters with which no number of the first layer's state is near zero."""
    values = draw_values(layers)
    values["embedding"] = 0.1 * values["embedding"]
    values["weight_hh 0"] = 0.1 * values["weight_hh 0"]
    values["bias_ih 0"], values["bias_hh 0"] = (torch.ones(4 * SIZES[2]) for _ in range(2))
    return values


def many_outputs(SimpleLSTM, values, row, **options):
    """Return the outputs in training mode for 2,000 copies of a row."""
    model = SimpleLSTM(*SIZES, **options)
    state = model.state_dict()
    model.load_state_dict({**state, **{key: values[role] for key, role in roles(state).items()}})
    return numbers(model.train()(row.expand(2000, -1).contiguous()), "the output")


def share_near(outputs, value):
    """Return the share of the outputs that are ``value`` up to rounding."""
    return float((np.abs(outputs - value) < 1e-4).mean())


@test_case(
    points=0.5,
    hidden=False,
    failure_message="SimpleLSTM must map tokens of shape (B, T) to numbers of shape (B, 1).",
)
def gives_one_number_for_each_row(SimpleLSTM):
    outputs = SimpleLSTM(*SIZES)(draw_tokens(3, 6))
    expect_shape(outputs, (3, 1), "the output", "(B, 1)")
    expect_dtype(outputs, "f", "the output")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="If all parameters are zero except the bias of the linear layer, which is "
    "log 3, the probability must be 3/4 for every row.",
)
def gives_a_probability(SimpleLSTM):
    model = network_with(SimpleLSTM, {"bias": torch.tensor([3.0]).log()})
    expect_close(model(draw_tokens(4, 3)), torch.full((4, 1), 0.75), **CLOSE, name="the output")


@test_case(
    points=1,
    hidden=False,
    failure_message="SimpleLSTM(1, 10, 32, 2, 0, 0) with all parameters equal to 0.1 must give "
    "0.96426 for 50 rows of 200 zeros. Check which layer and which time step the linear layer "
    "reads.",
)
def agrees_with_the_known_answer(SimpleLSTM):
    model = SimpleLSTM(1, 10, 32, 2, 0.0, 0.0)
    state = {key: torch.full_like(value, 0.1) for key, value in model.state_dict().items()}
    model.load_state_dict(state)
    outputs = model(torch.zeros(50, 200, dtype=torch.int64))
    expect_close(outputs, torch.full((50, 1), 0.96426), atol=1e-5, name="the output")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The number or the shapes of the parameters are wrong. Compare the arguments "
    "of each layer, biases included, with the handout, for one and for several LSTM layers.",
)
def has_the_right_parameters(SimpleLSTM):
    for layers in (1, 3):
        found = sorted(tuple(p.shape) for p in SimpleLSTM(*SIZES, layers, 0.0, 0.0).parameters())
        expected = sorted(tuple(value.shape) for value in draw_values(layers).values())
        assert found == expected, f"with {layers} layers, the shapes are {found}"


@test_case(
    points=0.75,
    hidden=True,
    failure_message="With one LSTM layer, the outputs differ from the five components applied in "
    "order. Check the axes of the LSTM and the time step that the linear layer reads.",
)
def computes_the_outputs_of_one_layer(SimpleLSTM):
    values = draw_values(1)
    expect_definition(network_with(SimpleLSTM, values).eval(), draw_tokens(4, 6), values)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="With three LSTM layers, the outputs differ from the five components applied "
    "in order. Check the layer and the time step that the linear layer reads.",
)
def computes_the_outputs_of_three_layers(SimpleLSTM):
    values = draw_values(3)
    expect_definition(network_with(SimpleLSTM, values, 3).eval(), draw_tokens(4, 6), values)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Where a call does not give num_layers, the LSTM must have one layer.",
)
def has_one_layer_by_default(SimpleLSTM):
    found = roles(dict(SimpleLSTM(*SIZES).named_parameters()))
    count = sum(role.startswith("weight_ih") for role in found.values())
    assert count == 1, f"the LSTM has {count} layers"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The output for a row must not depend on the other rows or on their order.",
)
def treats_each_row_by_itself(SimpleLSTM):
    model = network_with(SimpleLSTM, draw_values(2), 2).eval()
    tokens, order = draw_tokens(5, 6), torch.from_numpy(rng("order").permutation(5))
    outputs = model(tokens)
    assert np.ptp(numbers(outputs)) > 0, "every row has the same output"
    expect_close(model(tokens[order]), outputs[order], **CLOSE, name="the output in another order")
    others = torch.cat([tokens[:2], draw_tokens(3, 6, label="other rows")])
    expect_close(model(others)[:2], outputs[:2], **CLOSE, name="the output with other rows")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The same rows must give the same outputs again: the LSTM starts from zero "
    "states for every batch, and evaluation mode has no random part.",
)
def starts_anew_for_each_batch(SimpleLSTM):
    model = network_with(SimpleLSTM, draw_values(2), 2).eval()
    tokens = draw_tokens(4, 6)
    first = model(tokens)
    assert np.ptp(numbers(first)) > 0, "every row has the same output"
    model(draw_tokens(4, 6, label="another batch"))
    expect_close(model(tokens), first, **CLOSE, name="the second output")


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The gradients of the outputs with respect to the parameters are wrong. Create "
    "every layer in __init__, use it in forward, and do not detach (`.detach()`, `.data`, "
    "`no_grad`).",
)
def passes_gradients_to_all_parameters(SimpleLSTM):
    expect_gradients(gradients(SimpleLSTM, 2))


@test_case(
    points=0.5,
    hidden=True,
    failure_message="In evaluation mode, dropout must be off, whatever the two probabilities are.",
)
def drops_nothing_in_evaluation_mode(SimpleLSTM):
    values = draw_values(2)
    model = network_with(SimpleLSTM, values, 2, dropout=(0.6, 0.4)).eval()
    expect_definition(model, draw_tokens(4, 6), values)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="In training mode, with dropout_prob=1 and lstm_dropout_prob=0, the linear "
    "layer must get zeros, so the output is sigmoid(bias).",
)
def drops_the_state_before_the_linear_layer(SimpleLSTM):
    values = draw_values(2)
    model = network_with(SimpleLSTM, values, 2, dropout=(0.0, 1.0)).train()
    expected = values["bias"].sigmoid().expand(4, 1)
    expect_close(model(draw_tokens(4, 6)), expected, **CLOSE, name="the output")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="In training mode, with lstm_dropout_prob=1 and dropout_prob=0, the second "
    "layer of the LSTM must get zeros, and nothing else may be dropped.",
)
def drops_what_goes_from_layer_to_layer(SimpleLSTM):
    values = draw_values(2)
    model = network_with(SimpleLSTM, values, 2, dropout=(1.0, 0.0)).train()
    tokens, between = draw_tokens(4, 6), lambda layer, x: x * 0 if layer == 0 else x
    expect_definition(model, tokens, values, keep=between)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="lstm_dropout_prob must have no effect on an LSTM with one layer: only "
    "dropout_prob acts behind the last layer, and nothing is dropped from the embeddings.",
)
def drops_nothing_else_with_one_layer(SimpleLSTM):
    values = draw_values(1)
    model = network_with(SimpleLSTM, values, dropout=(1.0, 0.0)).train()
    expect_definition(model, draw_tokens(4, 6), values)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="In training mode, the share of numbers that are dropped before the linear "
    "layer must be dropout_prob, 0.3 by default, and the others are divided by one minus it.",
)
def drops_the_share_of_dropout_prob(SimpleLSTM):
    values, row = open_values(1), draw_tokens(1, 6)
    values["weight"] = torch.zeros(1, SIZES[2])
    values["weight"][0, 2] = 2.0  # the linear layer reads one number of the state
    for options, share in (({"dropout_prob": 0.6}, 0.6), ({}, 0.3)):
        outputs = many_outputs(SimpleLSTM, values, row, lstm_dropout_prob=0.0, **options)
        dropped = share_near(outputs, float(values["bias"].sigmoid()))
        # the standard deviation of a share of 2,000 draws is 1 percent
        assert abs(dropped - share) < 0.06, f"{dropped:.0%} are dropped in place of {share:.0%}"
        scaled = float(definition(row, exact(values), keep=lambda _, x, s=share: x / (1 - s)))
        kept = share_near(outputs, scaled)
        assert dropped + kept > 0.999, "what is kept is not divided by one minus the probability"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="In training mode, the share of numbers that are dropped between two layers "
    "must be lstm_dropout_prob, 0.5 by default.",
)
def drops_the_share_of_lstm_dropout_prob(SimpleLSTM):
    values, row, hidden = open_values(2), draw_tokens(1, 2), SIZES[2]
    # the second layer forgets all that it has seen before, so only the last step counts
    values["weight_hh 1"] = torch.zeros(4 * hidden, hidden)
    values["bias_ih 1"], values["bias_hh 1"] = (torch.zeros(4 * hidden) for _ in range(2))
    values["bias_ih 1"][hidden : 2 * hidden] = -50.0
    values["weight_ih 1"] = torch.zeros(4 * hidden, hidden)
    values["weight_ih 1"][2 * hidden : 3 * hidden, 3] = 2.0  # reads one number of the first layer
    values["weight"] = torch.ones(1, hidden)  # so that the output shows it, whatever is drawn
    without = float(definition(row, exact(values), keep=lambda i, x: x * 0 if i == 0 else x))
    for options, share in (({"lstm_dropout_prob": 0.2}, 0.2), ({}, 0.5)):
        outputs = many_outputs(SimpleLSTM, values, row, num_layers=2, dropout_prob=0.0, **options)
        dropped = share_near(outputs, without)
        assert abs(dropped - share) < 0.06, f"{dropped:.0%} are dropped in place of {share:.0%}"


@test_case(
    points=0.75,
    hidden=True,
    failure_message="A single row with a single token must work and give an output of shape "
    "(1, 1).",
)
def works_for_one_row_of_one_token(SimpleLSTM):
    values = draw_values(2)
    model = network_with(SimpleLSTM, values, 2).eval()
    tokens = draw_tokens(1, 1)
    outputs = model(tokens)
    expect_shape(outputs, (1, 1), "the output for one row of one token", "(B, 1)")
    expect_definition(model, tokens, values)
