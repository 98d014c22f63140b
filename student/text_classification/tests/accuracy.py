"""Public checks of accuracy; the grader has more."""

import torch

from checks import rng, run_beside, test_case
from support import columns_of, numbered_rows

OK_FORMAT = False
name = "accuracy"


def watch(accuracy, p, tokens, lengths, labels, options, columns):
    """Test a model that gives sentence i the probability ``p[i]``; return what it saw."""
    import torch
    from torch import nn
    from torch.utils.data import TensorDataset

    class Known(nn.Module):
        def __init__(self):
            super().__init__()
            self.factor = nn.Parameter(torch.ones(()))

        def forward(self, tokens, lengths):
            numbers = tokens[:, 1] - 10
            outputs = self.factor * p[numbers]
            batches.append(numbers.tolist())
            read.append(lengths.tolist())
            modes.append(self.training)
            gradients.append(outputs.requires_grad)
            return outputs if columns == 1 else outputs[:, None]

    batches, read, modes, gradients = [], [], [], []
    model = Known()
    found = accuracy(model, TensorDataset(tokens, lengths, labels), **options)
    try:
        found = float(found)
    except (TypeError, ValueError, RuntimeError):
        found = type(found).__name__
    return {
        "accuracy": found,
        "batches": batches,
        "lengths": read,
        "modes": modes,
        "gradients": gradients,
        "factor": model.factor.item(),
    }


def draw(count, wrong=()):
    """Return probabilities, tokens, lengths and labels; sentences ``wrong`` have another label.

    No probability is near one half. Predictions that are all equal have another accuracy.
    """
    generator, positives = rng("probabilities"), 0
    while positives in (0, len(wrong), count - len(wrong), count):
        sides = generator.integers(0, 2, count)
        labels = sides.copy()
        labels[list(wrong)] = 1 - labels[list(wrong)]
        positives = int(labels.sum())
    p = 0.1 + 0.3 * generator.random(count) + 0.5 * sides
    return torch.from_numpy(p).float(), *numbered_rows(count, 3), torch.from_numpy(labels)


def seen(accuracy, BagOfWords, data, **options):
    """Return what ``watch`` saw."""
    return run_beside(watch, accuracy, *data, options, columns_of(BagOfWords, 9))


def expect_accuracy(actual, expected):
    """Fail unless the accuracy is right; a percentage is penalised in a case of its own."""
    assert not isinstance(actual, str), f"accuracy returns an object of type {actual}"
    fraction = actual / 100 if actual > 1 else actual
    # float32 holds a fraction up to 1e-7
    assert abs(fraction - expected) < 1e-5, (
        f"the accuracy is {actual:g}, but it should be {expected:g}"
    )


@test_case(
    points=0.5,
    hidden=False,
    failure_message="accuracy(model, data) must return one number from 0 to 1, not a percentage.",
)
def returns_a_number_between_zero_and_one(accuracy, BagOfWords):
    found = seen(accuracy, BagOfWords, draw(6, wrong=[1]), batch_size=6)["accuracy"]
    assert not isinstance(found, str), f"it returns an object of type {found}"
    assert 0 <= found <= 1, f"the accuracy is {found:g}"


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The accuracy of a model that is right on three of four sentences is 0.75.",
)
def finds_three_of_four_correct(accuracy, BagOfWords):
    expect_accuracy(seen(accuracy, BagOfWords, draw(4, wrong=[2]), batch_size=4)["accuracy"], 0.75)
