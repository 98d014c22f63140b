"""Public checks of fit; the grader has more."""

from checks import test_case
from support import study_fit

OK_FORMAT = False
name = "fit"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="fit must call train_model once and return the trained model.",
)
def returns_a_trained_model(fit):
    found, _ = study_fit(fit)
    assert found["calls"] == 1, f"train_model was called {found['calls']} times"
    assert found["returns"] == "a model", f"it returns an object of type {found['returns']}"
