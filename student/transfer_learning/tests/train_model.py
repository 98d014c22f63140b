"""Public checks of train_model; the grader has more."""

from checks import test_case
from support import of_kind, simple_script, study

OK_FORMAT = False
name = "train_model"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="train_model must return the model. Check the return statement.",
)
def returns_the_model(train_model):
    found = study(train_model, simple_script(), num_epochs=2)
    assert found["returns"] == "a model", f"it returns an object of type {found['returns']}"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="Training must lower the loss: after an epoch, the parameters must have "
    "changed, and in the right direction.",
)
def lowers_the_loss(train_model):
    passes = of_kind(study(train_model, simple_script(), num_epochs=2), training=True)
    first, last = passes[0][0]["weight"], passes[-1][-1]["weight"]
    assert last > first, f"the weight goes from {first:.3f} to {last:.3f}; it should grow"
