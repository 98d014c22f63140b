"""Public checks of losses; the grader has more."""

import numpy as np
import torch

from checks import as_shaped, rng, test_case
from support import stated

OK_FORMAT = False
name = "losses"


def outputs(values, shape=(-1, 1)):
    """Return a tensor of outputs that records gradients."""
    return torch.tensor(values, dtype=torch.float32).reshape(shape).requires_grad_()


def middle(kind, count, label):
    """Return outputs of which no variant of the losses is satisfied: unsure ones."""
    draw = rng(label).uniform(-0.2, 0.2, count)
    return draw + (0.5 if kind == "probability" else 0.0) + (0.4 if kind == "score" else 0.0)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="Both losses must return one finite number, a tensor.",
)
def losses_are_single_numbers(discriminator_loss, generator_loss):
    kind = stated(discriminator_loss)["output"]
    real, fake = outputs(middle(kind, 5, "real")), outputs(middle(kind, 5, "fake"))
    for loss in (discriminator_loss(real, fake), generator_loss(fake)):
        assert isinstance(loss, torch.Tensor), f"it is of type {type(loss).__name__}"
        found = as_shaped(loss, (), "the loss")
        assert np.isfinite(found), f"the loss is {found}"
