"""Classify the sentiment of sentences with five models: parts 2 to 5 of the handout.

Fill the holes from top to bottom. ``python check.py`` checks all parts that you have begun,
``python check.py BagOfWords`` checks one of them.

Axes: N sentences in a batch, T tokens in the longest of them, V words in the vocabulary, E numbers
in a word vector, H units. All models are called in the same way: ``model(tokens, lengths)``.

* ``tokens``: ids from 0 to V - 1, int64 of shape (N, T). The id 0 (``PAD``) fills up the rows
  after the last token of each sentence.
* ``lengths``: the number of tokens of each sentence without padding, int64 of shape (N,), from
  1 to T.
* result: the probability that each sentence is positive, float32 of shape (N,).

A *dataset* is a ``TensorDataset`` of tokens (N, T), lengths (N,) and labels (N,), the labels int64,
0 (negative) or 1 (positive); an unlabelled dataset has tokens and lengths only.
"""

from __future__ import annotations

import copy
import csv
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

if TYPE_CHECKING:
    from jaxtyping import Float, Int

PAD = 0  # the id that fills up short rows


class BagOfWords(nn.Module):
    """Classify by which words occur: bag of words, linear layer, logistic function (part 2a).

    The bag of words of a sentence is a vector `b` of V numbers: `b_v = 1` if the word with id `v`
    occurs in the sentence, once or more often, and `b_v = 0` otherwise. `b_PAD` is always 0.
    Then `p = s(w b + c)` with weights `w`, a bias `c` and `s(z) = 1 / (1 + exp(-z))`.

    Args:
        vocab_size: V.
    """

    def __init__(self, vocab_size: int) -> None:
        super().__init__()
        # BEGIN SOLUTION: create the linear layer (about 2 lines)
        self.vocab_size = vocab_size
        self.linear = nn.Linear(vocab_size, 1)
        # END SOLUTION

    def forward(
        self, tokens: Int[Tensor, "N T"], lengths: Int[Tensor, " N"]
    ) -> Float[Tensor, " N"]:
        """Compute the probability of each sentence; N may be 1.

        Args:
            tokens: ids of shape `(N, T)`.
            lengths: numbers of tokens without padding, of shape `(N,)`.

        Returns:
            Probabilities of shape `(N,)`.
        """
        # BEGIN SOLUTION: make the bags of words, and apply the layer (about 4 lines)
        bags = torch.zeros(len(tokens), self.vocab_size)  # (N, V)
        bags.scatter_(1, tokens, 1.0)
        bags[:, PAD] = 0
        return torch.sigmoid(self.linear(bags)).squeeze(1)
        # END SOLUTION


class AverageEmbedding(nn.Module):
    """Classify by the mean word vector: embedding, average, linear layer, logistic function (2b).

    `p = s(w m + c)`, where `m` is the mean of the vectors of all tokens of a sentence. A word that
    occurs twice counts twice. Padding is not part of the sentence.

    Args:
        vocab_size: V.
        embedding_dim: E.
    """

    def __init__(self, vocab_size: int, embedding_dim: int = 50) -> None:
        super().__init__()
        # BEGIN SOLUTION: create the embedding and the linear layer (2 lines)
        self.embedding = nn.Embedding(vocab_size, embedding_dim)
        self.linear = nn.Linear(embedding_dim, 1)
        # END SOLUTION

    def forward(
        self, tokens: Int[Tensor, "N T"], lengths: Int[Tensor, " N"]
    ) -> Float[Tensor, " N"]:
        """Compute the probability of each sentence; arguments and result as in `BagOfWords`.

        `tokens` (N, T) are ids, `lengths` (N,) the numbers of tokens without padding.
        """
        # BEGIN SOLUTION: average the vectors of each sentence, and apply the layer (about 5 lines)
        words = self.embedding(tokens)  # (N, T, E)
        words = words * (tokens != PAD).unsqueeze(2)
        means = words.sum(dim=1) / lengths.unsqueeze(1)  # (N, E)
        return torch.sigmoid(self.linear(means)).squeeze(1)
        # END SOLUTION


class GloveAverageEmbedding(nn.Module):
    """The same network as `AverageEmbedding`, with pretrained vectors at the start (part 2c).

    The embedding begins with a copy of `vectors` and is trained with all other parameters. The
    given tensor does not change. The model has one parameter of shape `(V, E)`, its embedding.

    Args:
        vectors: the initial word vectors, float32 of shape `(V, E)`, as `load_glove` returns them.
    """

    def __init__(self, vectors: Float[Tensor, "V E"]) -> None:
        super().__init__()
        # BEGIN SOLUTION: create an embedding that begins with the vectors, and the layer (2 lines)
        self.embedding = nn.Embedding.from_pretrained(vectors.clone(), freeze=False)
        self.linear = nn.Linear(vectors.shape[1], 1)
        # END SOLUTION

    def forward(
        self, tokens: Int[Tensor, "N T"], lengths: Int[Tensor, " N"]
    ) -> Float[Tensor, " N"]:
        """Compute the probability of each sentence; arguments and result as in `BagOfWords`.

        `tokens` (N, T) are ids, `lengths` (N,) the numbers of tokens without padding.
        """
        # BEGIN SOLUTION: as in AverageEmbedding (about 4 lines)
        mask = (torch.arange(tokens.shape[1]) < lengths.unsqueeze(1)).unsqueeze(2)  # (N, T, 1)
        means = (self.embedding(tokens) * mask).sum(dim=1) / mask.sum(dim=1)  # (N, E)
        return torch.sigmoid(self.linear(means)).squeeze(1)
        # END SOLUTION


class GloveRNN(nn.Module):
    """Read the words one by one: embedding, recurrent layer, linear layer, logistic function (2d).

    `p = s(w h + c)`, where `h` is the state of the recurrent layer after the last token of the
    sentence; padding never changes it. The embedding begins with a copy of `vectors` and is
    trained, as in `GloveAverageEmbedding`.

    The recurrent layer is one of `torch.nn`: `nn.RNN`, `nn.GRU`, or their cells. If it has several
    layers, `h` is the state of the last one. If it reads in both directions, `h` consists of two
    states: after the last token (forward) and after the first token (backward).

    Args:
        vectors: the initial word vectors, float32 of shape `(V, E)`.
        hidden_dim: H, the number of units of the recurrent layer.
    """

    def __init__(self, vectors: Float[Tensor, "V E"], hidden_dim: int = 64) -> None:
        super().__init__()
        # BEGIN SOLUTION: create the embedding, the recurrent layer and the linear layer (3 lines)
        self.embedding = nn.Embedding.from_pretrained(vectors.clone(), freeze=False)
        self.recurrent = nn.RNN(vectors.shape[1], hidden_dim, batch_first=True)
        self.linear = nn.Linear(hidden_dim, 1)
        # END SOLUTION

    def forward(
        self, tokens: Int[Tensor, "N T"], lengths: Int[Tensor, " N"]
    ) -> Float[Tensor, " N"]:
        """Compute the probability of each sentence; arguments and result as in `BagOfWords`.

        `tokens` (N, T) are ids, `lengths` (N,) the numbers of tokens without padding.
        """
        # BEGIN SOLUTION: read the words, and classify by the state after the last (about 4 lines)
        states, _ = self.recurrent(self.embedding(tokens))  # (N, T, H)
        last = states[torch.arange(len(tokens)), lengths - 1]  # (N, H)
        return torch.sigmoid(self.linear(last)).squeeze(1)
        # END SOLUTION


class GloveLSTM(nn.Module):
    """The same network as `GloveRNN` with an LSTM as its recurrent layer (part 2e).

    `h` is the hidden state of the LSTM after the last token, not its cell state. The recurrent
    layer is `nn.LSTM` or `nn.LSTMCell`; several layers and two directions as in `GloveRNN`.

    Args:
        vectors: the initial word vectors, float32 of shape `(V, E)`.
        hidden_dim: H, the number of units of the LSTM.
    """

    def __init__(self, vectors: Float[Tensor, "V E"], hidden_dim: int = 64) -> None:
        super().__init__()
        # BEGIN SOLUTION: create the embedding, the LSTM and the linear layer (3 lines)
        self.embedding = nn.Embedding.from_pretrained(vectors.clone(), freeze=False)
        self.recurrent = nn.LSTM(vectors.shape[1], hidden_dim, batch_first=True)
        self.linear = nn.Linear(hidden_dim, 1)
        # END SOLUTION

    def forward(
        self, tokens: Int[Tensor, "N T"], lengths: Int[Tensor, " N"]
    ) -> Float[Tensor, " N"]:
        """Compute the probability of each sentence; arguments and result as in `BagOfWords`.

        `tokens` (N, T) are ids, `lengths` (N,) the numbers of tokens without padding.
        """
        # BEGIN SOLUTION: read the words, and classify by the state after the last (about 6 lines)
        packed = nn.utils.rnn.pack_padded_sequence(
            self.embedding(tokens), lengths, batch_first=True, enforce_sorted=False
        )
        _, (hidden, _) = self.recurrent(packed)  # (1, N, H)
        return torch.sigmoid(self.linear(hidden[-1])).squeeze(1)
        # END SOLUTION


def accuracy(model: nn.Module, data: TensorDataset, batch_size: int = 100) -> float:
    """Return the fraction of the sentences that a model classifies correctly (part 3a).

    The predicted label is 1 if the probability is larger than one half, and 0 if it is smaller.
    The model is in evaluation mode and no gradients are recorded. It may stay in evaluation mode.

    Args:
        model: maps tokens `(N, T)` and lengths `(N,)` to probabilities `(N,)`.
        data: a dataset of tokens, lengths and labels.
        batch_size: the number of sentences per forward pass; the last batch may have fewer.

    Returns:
        The accuracy over all sentences of `data`, a fraction from 0 to 1 (not a percentage).
    """
    # BEGIN SOLUTION: count the correct predictions, batch by batch (about 7 lines)
    correct = 0
    model.eval()
    with torch.no_grad():
        for tokens, lengths, labels in DataLoader(data, batch_size=batch_size):
            predictions = (model(tokens, lengths) > 0.5).long()  # (N,)
            correct += (predictions == labels).sum().item()
    return correct / len(data)
    # END SOLUTION


def train(
    model: nn.Module,
    training: TensorDataset,
    dev: TensorDataset,
    num_epochs: int = 8,
    learning_rate: float = 0.003,
    batch_size: int = 32,
) -> tuple[nn.Module, list[tuple[float, float]]]:
    """Train a model, and return it as it was after its best epoch (part 3b).

    Each epoch uses every training sentence exactly once, in batches drawn in a new random order.
    Each batch makes one step of an optimiser on the mean binary cross-entropy of its sentences,
    `-log p` for the label 1 and `-log(1 - p)` for the label 0. After each epoch, the accuracy on
    the dev sentences is measured, and only there; no step is made on them.

    The best epoch is the one with the highest dev accuracy; you choose among equal ones. Clipping
    the norm of the gradients helps the recurrent models. Change the defaults if your model needs
    it: the grader trains with your defaults.

    Args:
        model: maps tokens `(N, T)` and lengths `(N,)` to probabilities `(N,)`. Its parameters
            change during the training.
        training: a dataset of tokens, lengths and labels; the optimiser uses these.
        dev: another one, which selects the best epoch.
        num_epochs: the number of passes over `training`, at least 1.
        learning_rate: the step size of the optimiser.
        batch_size: the number of sentences per step; the last batch of an epoch may have fewer.

    Returns:
        A tuple of the model with the parameters that it had after its best epoch (the given model
        or a copy), and a list with the mean training loss and the dev accuracy of each epoch, for
        your learning curves. The list is not graded.
    """
    # BEGIN SOLUTION: prepare the batches, the optimiser and what you remember (about 3 lines)
    loader = DataLoader(training, batch_size=batch_size, shuffle=True)
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    best, highest, history = model, -1.0, []
    # END SOLUTION
    for _ in range(num_epochs):
        # BEGIN SOLUTION: make one step per batch, then compare the dev accuracy (about 15 lines)
        loss_sum = 0.0
        model.train()
        for tokens, lengths, labels in loader:
            longest = int(lengths.max())  # the columns after it contain only padding
            optimizer.zero_grad()
            probabilities = model(tokens[:, :longest], lengths)
            loss = nn.functional.binary_cross_entropy(probabilities, labels.float())
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            loss_sum += loss.item() * len(labels)
        reached = accuracy(model, dev)
        history.append((loss_sum / len(training), reached))
        if reached > highest:
            highest, best = reached, copy.deepcopy(model)
        # END SOLUTION
    return best, history


def compare(
    models: dict[str, nn.Module],
    training: TensorDataset,
    dev: TensorDataset,
    test: TensorDataset,
    **options: Any,
) -> dict[str, tuple[float, nn.Module, list[tuple[float, float]]]]:
    """Train several models on the same data, and test each of them (part 4).

    Each model is trained once with `train`, and the dev sentences select its best epoch. Then the
    selected model is tested once on the test sentences.

    Args:
        models: the untrained models by name.
        training: the dataset that the optimiser uses.
        dev: the dataset that selects the best epoch.
        test: the dataset for the result; nothing is selected with it.
        options: further arguments of `train`, such as `num_epochs`.

    Returns:
        For each name a tuple of the test accuracy (a fraction), the selected model, and the list
        that `train` returns.
    """
    results = {}
    for name, model in models.items():
        # BEGIN SOLUTION: train the model, and test the selected one (2 lines)
        best, history = train(model, training, dev, **options)
        results[name] = (accuracy(best, test), best, history)
        # END SOLUTION
    return results


def predict(model: nn.Module, unlabelled: TensorDataset, path: str = "predictions.csv") -> None:
    """Write the predicted label of each unlabelled sentence into a file (part 5).

    The first line of the file is `id,label`. Then there is one line for each sentence, in the
    order of `unlabelled`: its position, from 0, a comma, and the predicted label, 0 or 1. The file
    for two positive sentences and a negative one has the lines `id,label`, `0,1`, `1,1`, `2,0`.
    The model predicts in evaluation mode, in which it may stay.

    Args:
        model: maps tokens `(N, T)` and lengths `(N,)` to probabilities `(N,)`.
        unlabelled: a dataset of tokens and lengths.
        path: the file to write; an existing file is overwritten.
    """
    # BEGIN SOLUTION: predict batch by batch, and write the lines (about 10 lines)
    model.eval()
    predictions: list[int] = []
    with torch.no_grad():
        for tokens, lengths in DataLoader(unlabelled, batch_size=100):
            predictions += (model(tokens, lengths) > 0.5).long().tolist()
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "label"])
        writer.writerows(enumerate(predictions))
    # END SOLUTION
