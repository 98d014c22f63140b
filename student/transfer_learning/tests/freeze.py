"""Public checks of freeze; the grader has more."""

from checks import test_case
from support import study_scenario

OK_FORMAT = False
name = "freeze"


@test_case(
    points=0.25,
    hidden=False,
    failure_message="freeze must call train_model once with the dataloaders and sizes that it "
    "gets, and return the model.",
)
def returns_a_trained_model(freeze):
    found = study_scenario(freeze)
    assert found["calls"] == 1, f"train_model was called {found['calls']} times"
    assert found["loaders"], "train_model got other dataloaders or sizes"
    assert found["returns"] == "a model", f"it returns an object of type {found['returns']}"
