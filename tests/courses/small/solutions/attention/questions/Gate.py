"""Cases for Gate."""

import torch

from checks import expect_close, expect_shape, run_beside, test_case

OK_FORMAT = False
name = "Gate"


def train_briefly(gate_class, x, y):
    """Return the loss after 50 steps of gradient descent."""
    import torch

    gate = gate_class(x.shape[1])
    optimizer = torch.optim.SGD(gate.parameters(), lr=0.5)
    for _ in range(50):
        optimizer.zero_grad()
        loss = ((gate(x) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
    return loss.item()


@test_case(points=1, hidden=False, failure_message="The output must have the input's shape.")
def output_has_the_shape_of_the_input(Gate):
    expect_shape(Gate(3)(torch.rand(2, 3)), (2, 3))


@test_case(points=2, hidden=True, failure_message="Gradients must reach the gate's layer.")
def gradients_reach_the_layer(Gate):
    gate = Gate(3)
    x = torch.randn(2, 3)
    parameters = dict(gate.named_parameters())
    gate(x).sum().backward()
    for label, parameter in parameters.items():
        assert parameter.grad is not None, label
        assert parameter.grad.abs().sum() > 0, label
    weight = next(p for p in parameters.values() if p.dim() == 2)
    bias = next(p for p in parameters.values() if p.dim() == 1)
    copy = weight.detach().clone().requires_grad_()
    (torch.sigmoid(x @ copy.T + bias.detach()) * x).sum().backward()
    expect_close(weight.grad, copy.grad, rtol=1e-4, atol=1e-6)


@test_case(points=1, hidden=True, failure_message="The gate does not learn.")
def gate_learns(Gate):
    x = torch.randn(16, 3)
    loss = run_beside(train_briefly, Gate, x, torch.zeros(16, 3))
    assert loss < 0.5 * (x**2).mean().item() * 0.25, f"loss {loss:.3f}"
