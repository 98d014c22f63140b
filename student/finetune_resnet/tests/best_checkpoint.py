"""Public checks of best_checkpoint; the grader has more."""

from checks import expect_own_or_replaced, test_case
from support import harmless, study

OK_FORMAT = False
name = "best_checkpoint"


@test_case(
    points=1,
    hidden=False,
    failure_message="train_best must return the network and save a file at `path`.",
)
def returns_the_network_and_saves_a_file(train_best):
    def check():
        given = ["model", "dataloaders", "device", 2, "path"]
        found = study(train_best, given, ["kind", "has_file"])
        assert found["kind"] == "a model", f"it returns an object of type {found['kind']}"
        assert found["has_file"], "there is no file at `path`"

    expect_own_or_replaced(check, train_best, harmless)
