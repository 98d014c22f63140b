"""Public checks of compare; the grader has more."""

from checks import expect_any, run_beside, test_case
from support import columns_of, numbered_rows

OK_FORMAT = False
name = "compare"


def watch(compare, scripts, training, dev, test, options, columns, replaced):
    """Compare models; after k steps, model m is wrong on the first scripts[m][part][k] sentences.

    With ``replaced``, right functions take the place of the student's train and accuracy.
    """
    import copy

    import torch
    from torch import nn
    from torch.utils.data import DataLoader, TensorDataset

    class Scripted(nn.Module):
        def __init__(self, name):
            super().__init__()
            self.name = name
            self.steps = nn.Parameter(torch.zeros(()), requires_grad=False)
            self.weight = nn.Parameter(torch.zeros(()))

        def forward(self, tokens, lengths):
            numbers = tokens[:, 1] - 10
            part = {3: "training", 4: "dev", 5: "test"}[int(tokens[0, 0])]
            steps = int(self.steps)
            seen.append((self.name, part, steps))
            p = torch.sigmoid(self.weight + 0.0 * numbers)
            if part == "training":

                def remember(gradient):
                    self.steps.data += 1

                if p.requires_grad:
                    p.register_hook(remember)
            else:
                wrong = scripts[self.name][part]
                right = numbers % 2 == 1
                p = p * 0 + torch.where(
                    right ^ (numbers < wrong[min(steps, len(wrong) - 1)]), 0.9, 0.1
                )
            return p if columns == 1 else p[:, None]

    def right_accuracy(model, data, *_, **__):
        model.eval()
        with torch.no_grad():
            parts = [
                (model(tokens, lengths).reshape(-1) > 0.5) == labels
                for tokens, lengths, labels in DataLoader(data, 1000)
            ]
        return float(torch.cat(parts).float().mean())

    def right_train(model, training, dev, num_epochs=6, **_):
        kept, top, history = model, -1.0, []
        optimizer = torch.optim.SGD([model.weight], lr=0.01)
        for _ in range(num_epochs):
            model.train()
            for tokens, lengths, labels in DataLoader(training, 1000):
                optimizer.zero_grad()
                p = model(tokens, lengths).reshape(-1)
                nn.functional.binary_cross_entropy(p, labels.float()).backward()
                optimizer.step()
            reached = right_accuracy(model, dev)
            history.append((0.0, reached))
            if reached > top:
                kept, top = copy.deepcopy(model), reached
        return kept, history

    seen = []
    models = {name: Scripted(name) for name in scripts}
    names = getattr(compare, "__globals__", {})
    right = {"train": right_train, "accuracy": right_accuracy}
    before = {name: names[name] for name in right if name in names}
    if replaced:
        names.update(right)
    try:
        data = [TensorDataset(*part) for part in (training, dev, test)]
        result = compare(models, *data, **options)
    finally:
        names.update(before)
    found = {}
    for name, value in dict(result).items():
        try:
            found[str(name)] = float(value[0] if isinstance(value, (tuple, list)) else value)
        except (TypeError, ValueError):
            found[str(name)] = None
    return {"accuracies": found, "seen": seen}


SCRIPTS = {
    "first": {"dev": [9, 6, 2, 5, 4], "test": [9, 8, 5, 3, 7]},
    "second": {"dev": [9, 7, 6, 3, 5], "test": [9, 2, 8, 6, 1]},
}


def compared(compare, BagOfWords, replaced, scripts=SCRIPTS, epochs=4):
    """Return what ``watch`` saw."""
    parts = []
    for first, count in ((3, 6), (4, 10), (5, 12)):
        tokens, lengths = numbered_rows(count, first)
        parts.append((tokens, lengths, (tokens[:, 1] - 10) % 2))
    options = {"num_epochs": epochs, "batch_size": 6}
    columns = columns_of(BagOfWords, 9)
    return run_beside(watch, compare, scripts, *parts, options, columns, replaced)


def with_either(check):
    """Run ``check`` with the student's train and accuracy, and if it fails with right ones.

    So errors in these functions are not penalised again.
    """
    expect_any(lambda: check(False), lambda: check(True))


@test_case(
    points=0.5,
    hidden=False,
    failure_message="compare must return a dict with an entry for each model, whose first part is "
    "a fraction from 0 to 1.",
)
def returns_an_accuracy_for_each_model(compare, BagOfWords):
    def check(replaced):
        found = compared(compare, BagOfWords, replaced)["accuracies"]
        assert set(found) == set(SCRIPTS), f"the entries are {sorted(found)}"
        for model, value in found.items():
            assert value is not None, f"the first part for {model} is no number"
            assert 0 <= value <= 1, f"the value of {model} is {value:g}"

    with_either(check)
