"""Cases for the three strategies: which parameters a short training changes."""

from checks import run_beside, test_case
from support import of_layers, study_model

OK_FORMAT = False
name = "build_model"


def expect_pretrained(build_model, strategy):
    """Fail unless all parameters but those of fc start from their pretrained values."""
    found = study_model(build_model, strategy)
    inner = set(found["names"]) - set(of_layers(found["names"], "fc"))
    other = sorted(inner - set(found["pretrained"]))
    assert of_layers(inner, "features"), "the layers of the pretrained network are missing"
    assert not other, f"for {strategy!r}, {len(other)} parameters start from other values"


def expect_learning(found, names):
    """Fail unless training changes all of these parameters."""
    fixed = sorted(set(names) - set(found["changed"]))
    assert names, "there are no such parameters"
    assert not fixed, f"these parameters do not change: {', '.join(fixed[:4])}"


def expect_frozen(found, names):
    """Fail if training changes one of these parameters."""
    changed = sorted(set(names) & set(found["changed"]))
    assert not changed, f"these parameters change: {', '.join(changed[:4])}"


def refusal(build_model, strategy):
    """Return the name of the exception for an unknown strategy; a known one must work."""
    build_model("head")
    try:
        build_model(strategy)
    except Exception as error:
        return type(error).__name__
    return "no exception"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="build_model must return a network with logits of shape (N, 2) or (N, 1).",
)
def returns_one_or_two_logits(build_model):
    for strategy in ("head", "partial", "full"):
        shape = study_model(build_model, strategy)["shape"]
        assert shape in ([6, 2], [6, 1]), f"for 6 images, the logits have shape {tuple(shape)}"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Except for the new last layer, the network must start from the pretrained "
    "weights, for every strategy.",
)
def starts_from_the_pretrained_weights(build_model):
    for strategy in ("head", "partial", "full"):
        expect_pretrained(build_model, strategy)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="For each strategy, the new last layer fc must learn.",
)
def trains_the_new_layer(build_model):
    for strategy in ("head", "partial", "full"):
        found = study_model(build_model, strategy)
        expect_learning(found, of_layers(found["names"], "fc"))


@test_case(
    points=0.75,
    hidden=True,
    failure_message='With "head", a parameter outside fc learns. All of them must keep their '
    "pretrained values, bit for bit.",
)
def freezes_all_but_the_head(build_model):
    found = study_model(build_model, "head")
    expect_frozen(found, set(found["names"]) - set(of_layers(found["names"], "fc")))


@test_case(
    points=0.5,
    hidden=True,
    failure_message='With "partial", the last block of the network must learn.',
)
def trains_the_last_block(build_model):
    found = study_model(build_model, "partial")
    expect_learning(found, of_layers(found["names"], "features.12"))


@test_case(
    points=0.5,
    hidden=True,
    failure_message='With "partial", the first block of the network must keep its pretrained '
    "values, bit for bit.",
)
def freezes_the_first_block(build_model):
    found = study_model(build_model, "partial")
    expect_frozen(found, of_layers(found["names"], "features.0"))


@test_case(
    points=0.5,
    hidden=True,
    failure_message='With "full", every parameter must learn.',
)
def trains_every_parameter(build_model):
    found = study_model(build_model, "full")
    expect_learning(found, of_layers(found["names"], "features"))


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The network must return logits, which have no limits. A softmax or sigmoid at "
    "its end limits them to the range from 0 to 1; leave it out.",
)
def returns_logits(build_model):
    low, high = study_model(build_model, "full")["range"]
    assert low < 0 or high > 1, f"for large inputs, the outputs go from {low:.3f} to {high:.3f}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="An unknown strategy must raise a ValueError; the lines for it are given.",
)
def refuses_an_unknown_strategy(build_model):
    study_model(build_model, "full")
    found = run_beside(refusal, build_model, "everything")
    assert found == "ValueError", f"an unknown strategy gives {found}"
