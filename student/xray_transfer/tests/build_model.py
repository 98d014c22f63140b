"""Public checks of build_model; the grader has more."""

from checks import test_case
from support import study_model

OK_FORMAT = False
name = "build_model"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="build_model must return a network with logits of shape (N, 2) or (N, 1).",
)
def returns_one_or_two_logits(build_model):
    for strategy in ("head", "partial", "full"):
        shape = study_model(build_model, strategy)["shape"]
        assert shape in ([6, 2], [6, 1]), f"for 6 images, the logits have shape {tuple(shape)}"
