"""An LSTM that judges film reviews, from scratch and with pretrained word vectors (parts a to e).

Check your work in the folder above with: `python check.py simple_lstm`

B batch, T time, V vocabulary, E embedding, H hidden units. A row of tokens is padded on its left
with `PAD`, so its last token is the last word of the review.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from helper import PAD, Run, train
from torch import Tensor, nn
from torch.utils.data import Dataset

if TYPE_CHECKING:
    from jaxtyping import Float, Int


class SimpleLSTM(nn.Module):
    """Map tokens to probabilities by embedding, LSTM, dropout, linear layer and sigmoid (part a).

    The LSTM reads the embeddings of a row from the first token to the last. The state `h_T` of its
    last layer after the last token goes through dropout and the linear layer:
    `p = sigmoid(w . dropout(h_T) + b)`. For every batch, the LSTM starts from zero states.

    Args:
        vocab_size: V, the number of different tokens.
        embedding_dim: E, the length of a word vector.
        hidden_dim: H, the number of units in each layer of the LSTM.
        num_layers: the number of layers of the LSTM.
        lstm_dropout_prob: in training, the probability that an output of an LSTM layer is dropped
            on its way to the next layer. It has no effect on an LSTM with one layer.
        dropout_prob: in training, the probability that a number of `h_T` is dropped before the
            linear layer.
    """

    def __init__(
        self,
        vocab_size: int,
        embedding_dim: int,
        hidden_dim: int,
        num_layers: int = 1,
        lstm_dropout_prob: float = 0.5,
        dropout_prob: float = 0.3,
    ) -> None:
        super().__init__()
        # TODO: create the five components (about 8 lines)
        raise NotImplementedError("SimpleLSTM")

    def forward(self, tokens: Int[Tensor, "B T"]) -> Float[Tensor, "B 1"]:
        """Compute the probability `(B, 1)` of a positive review for tokens `(B, T)`, int64."""
        # TODO: apply the five components to the tokens (about 4 lines)
        raise NotImplementedError("SimpleLSTM.forward")


def embedding_matrix(
    words: Sequence[str], known_words: Sequence[str], vectors: Float[Tensor, "K E"]
) -> Float[Tensor, "V E"]:
    """Collect the pretrained vectors of a vocabulary (part d).

    Row i belongs to `words[i]`. If that word is in `known_words`, its row is its vector. Row `PAD`
    is zero. You choose the rows of all other words, such as `<unknown>`: zeros or random numbers,
    but not the vector of another word.

    Args:
        words: the V words of the vocabulary; the first two are `<pad>` and `<unknown>`.
        known_words: K different words, in another order.
        vectors: vector k belongs to `known_words[k]`. It is not changed.

    Returns:
        A new float32 tensor (V, E), one row for each word of the vocabulary.

    Raises:
        ValueError: if the numbers of known words and of vectors differ.
    """
    if len(known_words) != len(vectors):
        raise ValueError(f"There are {len(known_words)} known words but {len(vectors)} vectors.")
    # TODO: fill the rows of the known words, then row PAD (about 7 lines)
    raise NotImplementedError("embedding_matrix")


def pretrained_model(
    matrix: Float[Tensor, "V E"],
    hidden_dim: int,
    num_layers: int = 1,
    lstm_dropout_prob: float = 0.5,
    dropout_prob: float = 0.3,
    freeze: bool = False,
) -> SimpleLSTM:
    """Create a `SimpleLSTM` whose embedding starts from the rows of a matrix (part d).

    The sizes V and E are the shape of the matrix. All other parameters start from random numbers.
    The model has its own copy: a training does not change `matrix`.

    Args:
        matrix: the word vectors, one row for each token.
        hidden_dim: as in `SimpleLSTM`, like the next three.
        num_layers: the number of layers of the LSTM.
        lstm_dropout_prob: the probability of dropout between two layers.
        dropout_prob: the probability of dropout before the linear layer.
        freeze: whether the embedding keeps its numbers in training. All other parameters are
            trained in any case.
    """
    # TODO: create a model, copy the matrix, freeze the embedding if asked (about 6 lines)
    raise NotImplementedError("pretrained_model")


def three_runs(
    train_data: Dataset,
    test_data: Dataset,
    matrix: Float[Tensor, "V E"],
    hidden_dim: int,
    num_epochs: int = 5,
    learning_rate: float = 0.002,
    batch_size: int = 50,
    **options: int | float,
) -> dict[str, Run]:
    """Train three models by `helper.train` and return their runs (parts b and d).

    The runs are `"scratch"` (a random embedding), `"frozen"` (the rows of `matrix`, frozen) and
    `"fine-tuned"` (the rows of `matrix`, trained). Every run has a new model and a new optimiser
    `torch.optim.Adam`, and all have the same sizes and settings.

    Args:
        train_data: a dataset of (row, label) pairs to train on.
        test_data: another one to test on after every epoch.
        matrix: the word vectors, one row for each token.
        hidden_dim: the number of hidden units H of each model.
        num_epochs: the number of epochs of each run.
        learning_rate: Adam's step size.
        batch_size: the number of rows per step.
        options: `num_layers`, `lstm_dropout_prob` and `dropout_prob`, for `SimpleLSTM`.

    Returns:
        What `helper.train` returned, by the name of the run.
    """
    runs = {}
    for name in ("scratch", "frozen", "fine-tuned"):
        # TODO: create the model and the optimiser of this run and train (about 6 lines)
        raise NotImplementedError("three_runs")
    return runs


class CustomLSTM(nn.Module):
    """Map rows of tokens to probabilities with your own architecture (part e, optional).

    The grader trains it by `helper.train` for 5 epochs, with Adam and a learning rate of 0.002, and
    lists its accuracy on the leaderboard.

    Args:
        matrix: the rows of GloVe for all tokens, as `embedding_matrix` returns them.
    """

    def __init__(self, matrix: Float[Tensor, "V E"]) -> None:
        super().__init__()
        # TODO: create the components of your own network (any number of lines)
        raise NotImplementedError("CustomLSTM")

    def forward(self, tokens: Int[Tensor, "B T"]) -> Float[Tensor, "B 1"]:
        """Compute the probability `(B, 1)` of a positive review for tokens `(B, T)`."""
        # TODO: apply your components to the tokens (1 line or more)
        raise NotImplementedError("CustomLSTM.forward")
