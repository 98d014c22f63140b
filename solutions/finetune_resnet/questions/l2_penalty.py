"""Cases for the L2 penalty: how it changes a step of the weights, and what it leaves alone."""

from itertools import pairwise

import torch

from checks import expect_close, rng, test_case
from oracle import expect_epochs, of_backbone
from support import draw_parts, study

OK_FORMAT = False
name = "l2_penalty"

WEIGHTS = ("head.first.weight", "head.second.weight")
BIASES = ("head.first.bias", "head.second.bias")


def run(train_l2, strength, rate, wanted=("start", "end"), epochs=1, **options):
    """Return what ``watch`` finds; the network is the same for each strength."""
    given = ["model", "dataloaders", "device", epochs, strength, rate]
    return study(train_l2, given, list(wanted), **options)


def one_batch():
    """Return images of which four are for training, so that an epoch is a step."""
    return draw_parts(train=4)


def difference(train_l2, strength, rate, names):
    """Return by name what the penalty adds to one step, and the weights before it."""
    parts = one_batch()
    without, with_it = (run(train_l2, s, rate, parts=parts) for s in (0.0, strength))
    added = {n: with_it["end"][n].double() - without["end"][n].double() for n in names}
    return added, with_it["start"]


def draw_settings():
    """Return a strength and a learning rate."""
    draw = rng("settings")
    return float(draw.uniform(0.3, 0.9)), float(draw.uniform(0.1, 0.3))


@test_case(
    points=1.5,
    hidden=False,
    failure_message="With a strong penalty, the weights of the new layers must become smaller than "
    "without it.",
)
def makes_the_weights_smaller(train_l2):
    ends = [run(train_l2, strength, 0.05, epochs=8)["end"] for strength in (0.0, 1.0)]
    sizes = [float(sum(end[name].square().sum() for name in WEIGHTS)) for end in ends]
    assert sizes[1] < sizes[0], f"the sum of squares is {sizes[1]:.3f}, without {sizes[0]:.3f}"


@test_case(
    points=2.5,
    hidden=True,
    failure_message="The penalty does not add strength * w to the gradient of each weight of the "
    "new layers.",
)
def adds_the_right_gradient_to_the_weights(train_l2):
    strength, rate = draw_settings()
    added, start = difference(train_l2, strength, rate, WEIGHTS)
    for name, found in added.items():
        expected = -rate * strength * start[name].double()
        expect_close(found, expected, rtol=1e-3, atol=1e-6, name=f"the penalty's step of {name}")


@test_case(
    points=1.5,
    hidden=True,
    failure_message="The penalty changes the step of a bias; it must not concern the biases.",
)
def leaves_the_biases_alone(train_l2):
    added, _ = difference(train_l2, *draw_settings(), BIASES)
    for name, found in added.items():
        assert float(found.abs().max()) < 1e-6, f"{name} changes by {float(found.abs().max()):.2g}"


@test_case(
    points=1,
    hidden=True,
    failure_message="Without penalty (strength 0), a step is not -learning_rate times the gradient "
    "of the mean cross-entropy.",
)
def makes_the_usual_step_without_a_penalty(train_l2):
    rate, parts = draw_settings()[1], one_batch()
    found = run(train_l2, 0.0, rate, ("start", "end", "numbers", "logits"), parts=parts)
    note = found["notes"][0]
    target = torch.nn.functional.one_hot(parts["train"][1][note["numbers"]], 3)
    gradient = (note["logits"].double().softmax(dim=1) - target).mean(dim=0)
    step = found["end"]["head.second.bias"] - found["start"]["head.second.bias"]
    expect_close(step, -rate * gradient, rtol=1e-3, atol=1e-6, name="the step of the last bias")


@test_case(
    points=1,
    hidden=True,
    failure_message="The penalty must act in each step, not only in some of them.",
)
def acts_in_each_step(train_l2):
    strength, rate = draw_settings()[0], 0.02
    # with features of zero, the penalty is all that changes the first weights
    parts = draw_parts(train=40)
    states = run(train_l2, strength, rate, ["states"], parts=parts, silent=True)["states"]
    sizes = [float(state["head.first.weight"].norm()) for state in states]
    ratios = [after / before for before, after in pairwise(sizes)]
    # how strong it is, is judged above
    most = 1 - 0.99 * (1 - ratios[0])
    for number, ratio in enumerate(ratios, 1):
        assert ratio <= most < 1, (
            f"batch {number} makes the first weights {ratio:.5f} times as large, the first batch "
            f"{ratios[0]:.5f} times"
        )


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Only the new layers may change, in num_epochs epochs with each training image "
    "once.",
)
def trains_the_new_layers_only(train_l2):
    parts = draw_parts()
    wanted = ("changed_in_all", "split", "numbers", "records")
    found = run(train_l2, 0.5, 0.01, wanted, epochs=2, parts=parts)
    changed = of_backbone(found["changed_in_all"])
    assert not changed, f"these parameters change: {', '.join(changed)}"
    expect_epochs(found, parts, 2)
