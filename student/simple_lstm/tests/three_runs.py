"""Public checks of three_runs; the grader has more."""

import torch

from checks import rng, run_beside, test_case
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
