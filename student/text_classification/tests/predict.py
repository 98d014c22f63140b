"""Public checks of predict; the grader has more."""

import torch

from checks import read_predictions, run_beside, test_case
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
