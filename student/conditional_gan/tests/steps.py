"""Public checks of steps; the grader has more."""

import numpy as np

from checks import numbers, test_case
from support import stated, study

OK_FORMAT = False
name = "steps"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="Each step must return its loss, a number.",
)
def steps_return_their_losses(discriminator_step, generator_step, Generator, Discriminator):
    parts = discriminator_step, generator_step, Generator, Discriminator
    for met in study(parts, "dg", stated(generator_step))["met"]:
        loss = numbers(met["loss"], "the loss of a step")
        assert loss.size == 1, f"the loss has the shape {loss.shape}"
        assert np.isfinite(loss).all(), "the loss is not finite"
