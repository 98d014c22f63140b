"""Public checks of l2_penalty; the grader has more."""

from checks import test_case
from support import study

OK_FORMAT = False
name = "l2_penalty"

WEIGHTS = ("head.first.weight", "head.second.weight")


def run(train_l2, strength, rate, wanted=("start", "end"), epochs=1, **options):
    """Return what ``watch`` finds; the network is the same for each strength."""
    given = ["model", "dataloaders", "device", epochs, strength, rate]
    return study(train_l2, given, list(wanted), **options)


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
