"""Cases for the three runs: their models and optimisers before and after a short training."""

import torch

from checks import expect_close, rng, run_beside, test_case
from oracle import with_right_parts
from support import draw_tokens

OK_FORMAT = False
name = "three_runs"

NAMES = ("scratch", "frozen", "fine-tuned")
ROWS, LENGTH, HIDDEN = 12, 5, 6
SETTINGS = {"num_epochs": 2, "learning_rate": 0.03, "batch_size": 4, "num_layers": 2}


def watch(three_runs, train_data, test_data, matrix, hidden, options):
    """Call three_runs; return by name of a run how helper.train was called and what came of it."""
    import inspect

    import torch
    from torch.utils.data import TensorDataset

    def provided(names):
        """Return the names in helper.py."""
        for value in names.values():
            if getattr(value, "__module__", "") == "helper" and hasattr(value, "__globals__"):
                return value.__globals__
        import helper

        return vars(helper)

    def state_of(model):
        return {key: value.clone() for key, value in model.state_dict().items()}

    def train(*arguments, **keywords):
        bound = inspect.signature(original).bind(*arguments, **keywords)
        bound.apply_defaults()
        given = dict(bound.arguments)
        model, optimizer = given["model"], given["optimizer"]
        held = {id(p) for group in optimizer.param_groups for p in group["params"]}
        learned = [p for p in model.parameters() if p.requires_grad]
        seen = {
            "before": state_of(model),
            "is_new_optimizer": not optimizer.state,
            "holds_all": all(id(p) in held for p in learned),
            "optimizer": type(optimizer).__name__,
            "rate": float(optimizer.param_groups[0]["lr"]),
            "num_epochs": int(given["num_epochs"]),
            "batch_size": int(given["batch_size"]),
            "rows": [len(given["train_data"]), len(given["test_data"])],
            "dropout": [float(p.p) for p in model.modules() if isinstance(p, torch.nn.Dropout)]
            + [float(p.dropout) for p in model.modules() if isinstance(p, torch.nn.LSTM)],
        }
        run = original(**{**given, "show": False})
        seen["after"] = state_of(model)
        calls.append((model, seen))
        return run

    calls, names = [], inspect.unwrap(three_runs).__globals__
    helper = provided(names)
    original = helper["train"]
    own = [name for name, value in names.items() if value is original]
    helper["train"] = train
    names.update(dict.fromkeys(own, train))
    try:
        data = TensorDataset(*train_data), TensorDataset(*test_data)
        runs = three_runs(*data, matrix, hidden, **options)
    finally:
        helper["train"] = original
        names.update(dict.fromkeys(own, original))
    found, models = {}, []
    for name, run in runs.items():
        model = getattr(run, "model", None)
        seen = [s for m, s in calls if m is model]
        models.append(id(model))
        found[str(name)] = {
            **(seen[0] if seen else {}),
            "trainings": len(seen),
            "model": models.index(id(model)),
            "epochs": len(getattr(run, "test_accuracies", [])),
            "last": state_of(model) if model is not None else {},
        }
    return found


def draw_data(count, label):
    """Return tokens of the first eight words, and labels."""
    labels = torch.from_numpy(rng(f"labels {label}").integers(0, 2, count)).float()
    return draw_tokens(count, 3, words=8, label=label), labels


def study(three_runs, **changed):
    """Return the matrix, and what ``watch`` finds by the name of a run."""
    matrix = torch.from_numpy(rng("matrix").normal(size=(ROWS, LENGTH))).float()
    data = draw_data(18, "train"), draw_data(7, "test")
    found = run_beside(watch, three_runs, *data, matrix, HIDDEN, {**SETTINGS, **changed})
    assert set(found) == set(NAMES), f"the runs have the names {', '.join(sorted(found))}"
    for run, seen in found.items():
        assert seen["trainings"] == 1, (
            f"helper.train was called {seen['trainings']} times with the model of run {run!r}"
        )
    return matrix, found


def embedding_in(state, matrix):
    """Return the parameter of the embedding."""
    found = [value for value in state.values() if value.shape == matrix.shape]
    assert found, "a model has no embedding with the shape of the matrix"
    return found[0]


def expect_epochs(found):
    """Fail unless each run has two epochs."""
    epochs = {run: seen["epochs"] for run, seen in found.items()}
    assert set(epochs.values()) == {2}, f"with num_epochs=2, the runs have the epochs {epochs}"


@test_case(
    points=0,
    hidden=False,
    failure_message="three_runs must return what helper.train returns, for the runs scratch, "
    "frozen and fine-tuned, each with num_epochs epochs. Check SimpleLSTM and pretrained_model "
    "first. This check gives no points; hidden checks do.",
)
def returns_three_runs(three_runs):
    expect_epochs(study(three_runs)[1])


@test_case(
    points=0.5,
    hidden=True,
    failure_message="three_runs must return what helper.train returns, for the runs scratch, "
    "frozen and fine-tuned, each with num_epochs epochs.",
)
def returns_the_runs_of_right_models(three_runs, SimpleLSTM):
    with_right_parts(three_runs, SimpleLSTM, lambda: expect_epochs(study(three_runs)[1]))


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The run frozen must start from the rows of the matrix and keep them.",
)
def keeps_the_frozen_embedding(three_runs, SimpleLSTM):
    def check():
        matrix, found = study(three_runs)
        for when in ("before", "after"):
            rows = embedding_in(found["frozen"][when], matrix)
            expect_close(rows, matrix, name=f"the embedding of run frozen {when} training")

    with_right_parts(three_runs, SimpleLSTM, check)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The run fine-tuned must start from the rows of the matrix and change them.",
)
def fine_tunes_the_third_embedding(three_runs, SimpleLSTM):
    def check():
        matrix, found = study(three_runs)
        before, after = (embedding_in(found["fine-tuned"][w], matrix) for w in ("before", "after"))
        expect_close(before, matrix, name="the embedding of run fine-tuned before training")
        assert not torch.equal(before, after), "training does not change the embedding"

    with_right_parts(three_runs, SimpleLSTM, check)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The run scratch must start from random vectors, not from the matrix, and "
    "train them.",
)
def trains_a_random_embedding_from_scratch(three_runs, SimpleLSTM):
    def check():
        matrix, found = study(three_runs)
        before, after = (embedding_in(found["scratch"][w], matrix) for w in ("before", "after"))
        near = int(((before - matrix).abs().amax(dim=1) < 1e-3).sum())
        assert near < ROWS // 2, f"{near} of {ROWS} rows are still equal to rows of the matrix"
        assert not torch.equal(before, after), "training does not change the embedding"

    with_right_parts(three_runs, SimpleLSTM, check)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="Each run must create a new model: one run continues with what another one has "
    "trained.",
)
def makes_a_new_model_for_each_run(three_runs, SimpleLSTM):
    def check():
        matrix, found = study(three_runs)
        count = len({seen["model"] for seen in found.values()})
        assert count == 3, f"there are {count} different models for three runs"
        for run, seen in found.items():
            for other, earlier in found.items():
                pairs = zip(seen["before"].values(), earlier["after"].values(), strict=False)
                same = [torch.equal(*p) for p in pairs if p[0].shape != matrix.shape]
                assert other == run or not all(same), f"{run} starts where {other} ends"

    with_right_parts(three_runs, SimpleLSTM, check)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="Each run must create a new optimiser for the parameters of its own model.",
)
def makes_a_new_optimiser_for_each_run(three_runs, SimpleLSTM):
    def check():
        _, found = study(three_runs)
        for run, seen in found.items():
            assert seen["holds_all"], f"the optimiser of {run} does not hold all parameters"
            assert seen["is_new_optimizer"], f"the optimiser of {run} has made steps before"

    with_right_parts(three_runs, SimpleLSTM, check)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="All three runs must use Adam and the arguments of three_runs: learning_rate, "
    "num_epochs, batch_size, hidden_dim and the options.",
)
def uses_the_same_settings_for_all_runs(three_runs, SimpleLSTM):
    def check():
        for changed in ({}, {"num_epochs": 1, "learning_rate": 0.07, "batch_size": 9}):
            settings = {**SETTINGS, **changed}
            options = {"num_layers": 3, "lstm_dropout_prob": 0.2, "dropout_prob": 0.4}
            _, found = study(three_runs, **{**changed, **options})
            own = SimpleLSTM(ROWS, LENGTH, HIDDEN, **options).state_dict()
            sizes = sorted(tuple(value.shape) for value in own.values())
            for run, seen in found.items():
                shapes = sorted(tuple(value.shape) for value in seen["before"].values())
                assert shapes == sizes, f"the parameters of {run} have the shapes {shapes}"
                assert seen["optimizer"] in ("Adam", "AdamW"), (
                    f"{run} uses the optimiser {seen['optimizer']}"
                )
                expect_close(seen["rate"], settings["learning_rate"], name="the learning rate")
                used = seen["num_epochs"], seen["batch_size"]
                assert used == (settings["num_epochs"], settings["batch_size"]), (
                    f"{run} uses {used[0]} epochs with batches of {used[1]} rows"
                )
                assert set(seen["dropout"]) <= {0.0, 0.2, 0.4}, f"{run} has another dropout"

    with_right_parts(three_runs, SimpleLSTM, check)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Each run must train on train_data and test on test_data.",
)
def trains_on_the_training_data(three_runs, SimpleLSTM):
    def check():
        _, found = study(three_runs)
        for run, seen in found.items():
            assert seen["rows"] == [18, 7], f"{run} trains and tests on {seen['rows']} rows"

    with_right_parts(three_runs, SimpleLSTM, check)
