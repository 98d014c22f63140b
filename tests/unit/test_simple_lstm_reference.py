"""simple_lstm: the known answer, rows that are padded on the left, and the file of word vectors."""

import io
import sys

import pytest
import torch
from torch import nn
from torch.utils.data import TensorDataset

from autograder.course import default_course
from autograder.diagnose import bank
from tests.problems.plain_otter import modules_of

COURSE = default_course()
PROBLEM = COURSE.problem("simple_lstm")


@pytest.fixture
def modules(tmp_path):
    """Return the reference and its helper."""
    with modules_of(COURSE, PROBLEM, bank.reference(PROBLEM), tmp_path):
        yield sys.modules["simple_lstm"], sys.modules["helper"]


def rows_and_labels(count=20):
    """Return random rows, and whether the last token is large."""
    rows = torch.randint(2, 12, (count, 4), generator=torch.Generator().manual_seed(0))
    return TensorDataset(rows, (rows[:, -1] > 6).float())


@pytest.mark.parametrize("label", ["training", "evaluation"])
def test_the_known_answer_of_the_course(modules, label):
    model = modules[0].SimpleLSTM(1, 10, 32, 2, 0, 0).train(label == "training")
    for parameter in model.parameters():
        nn.init.constant_(parameter, 0.1)
    outputs = model(torch.zeros(50, 200, dtype=torch.int64))
    assert outputs.shape == (50, 1)
    assert torch.allclose(outputs, torch.tensor(0.96426), atol=5e-6)


def test_rows_keep_the_last_tokens_and_are_padded_on_the_left(modules):
    words = ("<pad>", "<unknown>", "good", "film")
    rows = modules[1].encode(["good film", "a good good film", "", "qwrtz"], words, 3)
    assert rows.tolist() == [[0, 2, 3], [2, 2, 3], [0, 0, 0], [0, 0, 1]]


def test_the_vocabulary_has_frequent_words_only(modules):
    words = modules[1].build_vocabulary(["b a <pad> <pad>", "a b c", "b"])
    assert words == ("<pad>", "<unknown>", "b", "a")


def test_word_vectors_are_read_as_they_are_written(modules, tmp_path):
    path = tmp_path / "vectors.txt"
    path.write_text("the 0.5 -1\nfilm 2 3e-1\nthe 7 7\n", encoding="utf-8")
    words, vectors = modules[1].read_word_vectors(path)
    assert words == ["the", "film"]
    assert torch.equal(vectors, torch.tensor([[0.5, -1.0], [2.0, 0.3]]))
    words, vectors = modules[1].read_word_vectors(path, only=["qwrtz"])
    assert (words, vectors.shape) == ([], (0, 2))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("the 1 2\nfilm 3\n", "line 2: expected a word and 2 numbers"),
        ("the 1 2\nfilm 3 x\n", "line 2: expected a word and 2 numbers"),
        ("the 1 nan\n", "line 1: expected a word and 2 numbers"),
        ("the\n", "line 1: expected a word and some numbers"),
        ("the 1\n\n", "line 2: expected a word and 1 numbers"),
        ("", "is empty"),
        (None, "There is no file"),
    ],
)
def test_a_malformed_file_of_vectors_is_one_sentence(modules, tmp_path, text, sentence):
    path = tmp_path / "vectors.txt"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=sentence):
        modules[1].read_word_vectors(path)


def test_the_accuracy_is_over_all_reviews(modules):
    class LastToken(nn.Linear):
        def forward(self, rows):
            return super().forward(rows[:, -1:].float()).sigmoid()

    model = LastToken(1, 1)
    nn.init.constant_(model.weight, 1.0)
    nn.init.constant_(model.bias, -8.5)
    data = rows_and_labels()
    wanted = ((data.tensors[0][:, -1] > 8.5) == (data.tensors[1] > 0.5)).float().mean()
    loss, accuracy = modules[1].evaluate(model, data, batch_size=7)
    assert accuracy == pytest.approx(float(wanted))
    again, _ = modules[1].evaluate(model, data, batch_size=20)
    assert loss == pytest.approx(again, rel=1e-5)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [(lambda p: p[:, 0], r"must return the shape \(6, 1\)"), (lambda p: 3 * p, "from 0 to 1")],
)
def test_a_model_without_probabilities_is_one_sentence(modules, change, sentence):
    class Wrong(nn.Linear):
        def forward(self, rows):
            return change(torch.ones(len(rows), 1) * self.weight.sigmoid().sum())

    model, data = Wrong(1, 1), rows_and_labels(6)
    with pytest.raises(ValueError, match=sentence):
        modules[1].train(model, torch.optim.SGD(model.parameters()), data, data, show=False)


def test_a_terminal_gets_a_bar_and_a_file_does_not(modules, monkeypatch, capsys):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    reference, helper = modules
    data = rows_and_labels()
    for stream in (Terminal(), io.StringIO()):
        monkeypatch.setattr(sys, "stderr", stream)
        model = reference.SimpleLSTM(12, 3, 4)
        run = helper.train(model, torch.optim.Adam(model.parameters()), data, data, num_epochs=2)
        shown = stream.getvalue() if stream.isatty() else ""
        assert ("epoch 1/2 [" in shown) is stream.isatty()
        assert (len(run.test_losses), len(run.train_accuracies)) == (2, 2)
    assert capsys.readouterr().out.count("epoch 2/2: training loss") == 2


def test_an_embedding_needs_one_vector_for_each_word(modules):
    with pytest.raises(ValueError, match="There are 2 known words but 1 vectors"):
        modules[0].embedding_matrix(["<pad>", "<unknown>"], ["a", "b"], torch.ones(1, 3))
