"""Cases for fit: what it gives to the functions that it calls."""

from checks import expect_close, test_case
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


@test_case(
    points=0.5,
    hidden=True,
    failure_message="fit must build the model of the strategy that it gets.",
)
def builds_the_strategy(fit):
    for strategy in ("full", "head"):
        built = study_fit(fit, strategy)[0].get("strategy")
        assert built == strategy, f"for the strategy {strategy!r}, it builds {built!r}"


@test_case(
    points=0.75,
    hidden=True,
    failure_message="class_weights must get the numbers of normal X-rays and of those with "
    "pneumonia in the training part, in this order.",
)
def counts_the_training_labels(fit):
    found, ((_, labels), _) = study_fit(fit)
    wanted = [labels.count(0), labels.count(1)]
    counts = found.get("counts")
    assert counts == wanted, f"the counts are {counts}, they should be {wanted}"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="train_model must get the weights that class_weights returns.",
)
def passes_the_weights_on(fit):
    expect_close(study_fit(fit)[0]["weights"], [1.75, 0.625], name="the weights")


@test_case(
    points=0.75,
    hidden=True,
    failure_message="train_model must train on the training part and validate on the validation "
    "part, and on nothing else.",
)
def uses_each_part_for_its_purpose(fit):
    found, ((train, _), (val, _)) = study_fit(fit)
    assert found["train"] == train, f"the training has {len(found['train'])} other images"
    assert found["val"] == val, f"the validation has {len(found['val'])} other images"
