"""text_classification: the reference against independent facts, and the reader of predictions."""

import importlib
import sys

import numpy as np
import pytest
import torch
from torch.utils.data import TensorDataset

from autograder.course import default_course

FOLDER = default_course().problem("text_classification").folder
MODULES = ("text_classification", "text_data", "comparison", "support")


@pytest.fixture
def problem(monkeypatch):
    """Return a function that imports a module of the problem."""
    monkeypatch.syspath_prepend(str(FOLDER / "questions"))
    monkeypatch.syspath_prepend(str(FOLDER))
    for name in MODULES:
        monkeypatch.delitem(sys.modules, name, raising=False)
    torch.manual_seed(0)
    yield importlib.import_module
    for name in MODULES:
        sys.modules.pop(name, None)


SENTENCES = [["a", "fine", "film", "."], ["dull"], ["fine", "fine", "."]]


def test_the_bag_of_words_agrees_with_a_sum_of_weights(problem):
    tc, td = problem("text_classification"), problem("text_data")
    vocab = td.build_vocabulary(SENTENCES)
    model = tc.BagOfWords(len(vocab))
    p = model(*td.encode(SENTENCES, vocab)).detach().numpy()
    weight, bias = (value.detach().numpy().ravel() for value in model.parameters())
    sums = [weight[[vocab[word] for word in set(words)]].sum() + bias[0] for words in SENTENCES]
    np.testing.assert_allclose(p, 1 / (1 + np.exp(-np.array(sums))), rtol=1e-5)


def test_the_recurrent_models_agree_with_steps_of_cells(problem):
    tc = problem("text_classification")
    vectors = torch.randn(9, 5)
    tokens, lengths = torch.tensor([[2, 3, 4, 5], [6, 7, 0, 0]]), torch.tensor([4, 2])
    for Model, Cell in ((tc.GloveRNN, torch.nn.RNNCell), (tc.GloveLSTM, torch.nn.LSTMCell)):
        model, cell = Model(vectors, 3), Cell(5, 3)
        names = {key: f"{key}_l0" for key in cell.state_dict()}
        state = model.recurrent.state_dict()
        cell.load_state_dict({key: state[name] for key, name in names.items()})
        for row, length, p in zip(tokens, lengths, model(tokens, lengths), strict=True):
            hidden = None
            for word in row[:length]:
                hidden = cell(vectors[word][None], hidden)
            last = hidden[0] if isinstance(hidden, tuple) else hidden
            torch.testing.assert_close(torch.sigmoid(model.linear(last))[0, 0], p)


def test_training_keeps_the_best_dev_epoch(problem):
    tc = problem("text_classification")
    tokens = torch.randint(1, 12, (60, 5))
    labels = (tokens < 6).sum(1).gt(2).long()
    data = TensorDataset(tokens, torch.full((60,), 5), labels)
    best, history = tc.train(tc.BagOfWords(12), data, data, num_epochs=6, learning_rate=0.05)
    assert len(history) == 6
    assert history[-1][0] < history[0][0]
    assert tc.accuracy(best, data) == max(reached for _, reached in history)


def test_the_comparison_reads_the_files_that_it_writes(problem, tmp_path):
    comparison = problem("comparison")
    assert comparison.write_files(tmp_path, "sample") == "sample"
    corpus = comparison.read_files(tmp_path)
    assert [len(corpus.parts[part]) for part in comparison.PARTS] == [4_000, 500, 500]
    assert corpus.vectors.shape == (len(corpus.vocab), 50)
    corpus.parts = {part: TensorDataset(*data[:40]) for part, data in corpus.parts.items()}
    results = comparison.compare_all(corpus, report=str, num_epochs=2)
    assert len(comparison.result_table(results).splitlines()) == 6
    assert comparison.accuracy_bars(results).axes
    assert comparison.learning_curves(results).axes
