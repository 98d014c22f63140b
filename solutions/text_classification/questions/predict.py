"""Cases for the file of predictions, written for a model whose probabilities are known."""

import torch

from checks import read_predictions, rng, run_beside, test_case
from support import columns_of, numbered_rows

OK_FORMAT = False
name = "predict"


def write(predict, p, tokens, lengths, columns, there):
    """Predict with a model that gives sentence i the probability ``p[i]``; return the file's text.

    ``there`` is the content of a file that exists before, or None.
    """
    import os
    import pathlib
    import tempfile

    import torch
    from torch import nn
    from torch.utils.data import TensorDataset

    class Known(nn.Module):
        def __init__(self):
            super().__init__()
            self.factor = nn.Parameter(torch.ones(()))

        def forward(self, tokens, lengths):
            modes.append(self.training)
            read.append((tokens[:, 1].tolist(), lengths.tolist()))
            outputs = self.factor * p[tokens[:, 1] - 10]
            return outputs if columns == 1 else outputs[:, None]

    modes, read = [], []
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "mine.csv"
        if there is not None:
            path.write_text(there, encoding="utf-8")
        before = os.getcwd()
        os.chdir(folder)  # a predict that ignores its path must not overwrite the student's file
        try:
            predict(Known(), TensorDataset(tokens, lengths), str(path))
        finally:
            os.chdir(before)
        text = path.read_text(encoding="utf-8")[:100_000] if path.is_file() else None
    return {"text": text, "modes": modes, "read": read}


def draw(count):
    """Return probabilities, tokens, lengths and the right labels."""
    generator = rng("probabilities")
    labels = generator.integers(0, 2, count)
    p = 0.1 + 0.3 * generator.random(count) + 0.5 * labels
    return torch.from_numpy(p).float(), *numbered_rows(count, 3), labels.tolist()


def written(predict, BagOfWords, problem, there=None):
    """Return what ``write`` finds."""
    p, tokens, lengths, _ = problem
    return run_beside(write, predict, p, tokens, lengths, columns_of(BagOfWords, 9), there)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="For two positive sentences and a negative one, the file must have the lines "
    "`id,label`, `0,1`, `1,1` and `2,0`.",
)
def writes_three_predictions(predict, BagOfWords):
    tokens, lengths = numbered_rows(3, 3)
    problem = torch.tensor([0.8, 0.9, 0.3]), tokens, lengths, []
    labels = read_predictions(written(predict, BagOfWords, problem)["text"], 3)
    assert labels == [1, 1, 0], f"the labels in the file are {labels}"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The file must contain each of 230 sentences once, in order, below the line "
    "`id,label`.",
)
def writes_a_line_for_each_sentence(predict, BagOfWords):
    read_predictions(written(predict, BagOfWords, draw(230))["text"], 230)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The labels in the file are wrong. They must be in the order of the sentences, "
    "and 1 where the probability is larger than one half.",
)
def predicts_in_the_order_of_the_sentences(predict, BagOfWords):
    problem = draw(50)
    labels = read_predictions(written(predict, BagOfWords, problem)["text"], 50)
    wrong = [i for i in range(50) if labels[i] != problem[3][i]]
    assert not wrong, (
        f"{len(wrong)} of 50 labels are wrong, the first is the one of sentence {wrong[0]}"
    )


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The model is in training mode while it predicts.",
)
def predicts_in_evaluation_mode(predict, BagOfWords):
    modes = written(predict, BagOfWords, draw(5))["modes"]
    assert modes, "the model is never called"
    assert not any(modes), f"{sum(modes)} of {len(modes)} batches are predicted in training mode"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="An existing file must be overwritten, also by a shorter one.",
)
def overwrites_an_existing_file(predict, BagOfWords):
    there = "id,label\n" + "".join(f"{i},0\n" for i in range(40))
    problem = draw(6)
    labels = read_predictions(written(predict, BagOfWords, problem, there)["text"], 6)
    assert len(labels) == 6
