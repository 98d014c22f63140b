"""Cases for the training loop: a scripted model tells what it met and which weights came back."""

from itertools import pairwise

from checks import expect_close, run_beside, test_case
from oracle import best_epochs, expect_mean, moved, peaked_script, values_of
from support import EPOCHS, is_training, of_kind, phases, simple_script, study

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


@test_case(
    points=0.75,
    hidden=True,
    failure_message="A batch does not change the parameters by one step of the optimiser on the "
    "gradient of this batch alone. Check what you do for each batch, and in which order.",
)
def makes_one_step_for_each_batch(train_model):
    script = simple_script()
    found = study(train_model, script, num_epochs=3)
    weights = [met["weight"] for met in found["seen"]]
    position = 0
    for group in phases(found):
        for number, met in enumerate(group):
            if is_training(met) and position + 1 < len(weights):
                expected = met["rate"] * script.steps[number % len(script.steps)]
                step = weights[position + 1] - weights[position]
                expect_close(step, expected, rtol=1e-3, name="the step of a batch")
            position += 1


@test_case(
    points=0.5,
    hidden=True,
    failure_message="In each of the num_epochs epochs, the model must see every training image "
    "once and then every validation image once.",
)
def uses_each_image_once_per_epoch(train_model):
    script = simple_script()
    for epochs in (1, 3):
        groups = phases(study(train_model, script, num_epochs=epochs))
        kinds = ["val" if group[0]["is_val"] else "train" for group in groups]
        assert kinds == ["train", "val"] * epochs, f"{epochs} epochs use the images {kinds}"
        for group in groups:
            used = sorted(number for met in group for number in met["numbers"])
            count = len((script.val if group[0]["is_val"] else script.train)[1])
            assert used == list(range(count)), f"a phase uses the images {used}"


@test_case(
    points=1.5,
    hidden=True,
    failure_message="The returned model does not have the weights of the epoch with the highest "
    "validation accuracy.",
)
def returns_the_weights_of_the_best_epoch(train_model):
    script = peaked_script()
    found = study(train_model, script, batch_size=5, num_epochs=EPOCHS)
    wanted = [weight for epoch in best_epochs(found, script) for weight in epoch]
    assert min(abs(found["weight"] - weight) for weight in wanted) < 1e-4, (
        f"the returned weight is {found['weight']:.3f}, in the best epoch it was {wanted[0]:.3f}"
    )


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The returned model has the parameters of one epoch and the running statistics "
    "of another one. Keep and load the whole state_dict.",
)
def returns_parameters_and_buffers_of_one_epoch(train_model):
    found = study(train_model, peaked_script(), batch_size=5, num_epochs=EPOCHS)
    groups = [[{"weight": 0, "statistics": 0}], *of_kind(found, training=False)]
    states = [(met["weight"], met["statistics"]) for group in groups for met in group]
    near = min(abs(weight - found["weight"]) for weight, _ in states)
    values = [s for weight, s in states if abs(weight - found["weight"]) < near + 1e-4]
    assert min(abs(found["statistics"] - value) for value in values) < 1e-4, (
        f"the running mean is {found['statistics']:.4f}, in this epoch it was {values[0]:.4f}"
    )


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The model must be in training mode in every training phase, also after a "
    "validation.",
)
def trains_in_training_mode(train_model):
    groups = of_kind(study(train_model, simple_script(), num_epochs=2), training=True)
    modes = [met["in_training"] for group in groups for met in group]
    assert all(modes), f"{len(modes) - sum(modes)} of {len(modes)} batches ran in evaluation mode"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The model must be in evaluation mode during validation. In training mode, "
    "dropout is active and batch normalisation learns from the validation images.",
)
def validates_in_evaluation_mode(train_model):
    groups = of_kind(study(train_model, simple_script(), num_epochs=2), training=False)
    modes = [met["in_training"] for group in groups for met in group]
    assert not any(modes), f"{sum(modes)} of {len(modes)} batches ran in training mode"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Validation only looks: it must record no gradients and change no parameter.",
)
def learns_nothing_from_validation(train_model):
    found = study(train_model, simple_script(), num_epochs=2)
    for group in of_kind(found, training=False):
        weights = {round(met["weight"], 6) for met in group}
        assert len(weights) == 1, f"in one validation, the weight has the values {weights}"
        assert not any(met["records"] for met in group), "the outputs require gradients"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The learning rate must change once per epoch. Call scheduler.step() after the "
    "training phase, not for every batch.",
)
def changes_the_rate_once_per_epoch(train_model):
    found = study(train_model, simple_script(), gamma=0.5, num_epochs=4)
    rates = [[met["rate"] for met in group] for group in of_kind(found, training=True)]
    for epoch, used in enumerate(rates, 1):
        assert max(used) - min(used) < 1e-9, f"epoch {epoch} has the learning rates {used}"
    for before, after in pairwise(rates):
        expect_close(after[0] / before[0], 0.5, name="the factor from epoch to epoch")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The loss that is logged is not the mean over all images of the phase. Every "
    "image has the same weight, also those of a short last batch.",
)
def logs_the_loss_per_image(train_model):
    script = simple_script()
    found = study(train_model, script, num_epochs=2)
    for (phase, loss, _), (expected_phase, expected, _) in values_of(found, script):
        assert phase == expected_phase, f"the phase is {phase!r}, not {expected_phase!r}"
        expect_mean(loss, expected, name=f"the loss of a phase {phase}")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The accuracy that is logged is not the fraction of correct predictions among "
    "all images of the phase. Every image has the same weight.",
)
def logs_the_accuracy_per_image(train_model):
    script = simple_script()
    found = study(train_model, script, num_epochs=2)
    for (phase, _, accuracy), (_, _, expected) in values_of(found, script):
        expect_mean(accuracy, expected, name=f"the accuracy of a phase {phase}")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="With num_epochs=0, the model must be evaluated, without training, and come "
    "back as it was.",
)
def only_evaluates_without_epochs(train_model):
    found = study(train_model, simple_script(), num_epochs=0)
    assert not any(map(is_training, found["seen"])), "it trains"
    assert found["weight"] == 0, f"the weight changes from 0 to {found['weight']}"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Images or labels are not moved to the device, so the training fails on an "
    "accelerator.",
)
def moves_the_batches_to_the_device(train_model):
    script = simple_script()
    found = run_beside(moved, train_model, script.train, script.val)
    assert found["images"], "the model was never called"
    for kind, flags in found.items():
        assert all(flags), f"{len(flags) - sum(flags)} of {len(flags)} batches of {kind} stay"
