"""Provided: the recurrent translation model to compare with, two GRUs with attention.

Nothing is to be filled in here. N sentences in a batch, S tokens of a French row, T of an English
one, E numbers of an embedding, H hidden units. It has the form of your Transformer:
`model(source, target) -> logits`.

Source: Luong, Pham and Manning (2015), Effective Approaches to Attention-based Neural Machine
Translation, global attention with the score "general", here scaled; the cells are those of Cho et
al. (2014).
"""

import math

import torch
from torch import Tensor, nn

PAD = 0  # as in translation.py


class Seq2Seq(nn.Module):
    """Read a French row with a GRU in both directions; write an English one with another GRU.

    Args:
        source_embedding: vectors of the French tokens.
        target_embedding: vectors of the English tokens.
        hidden: H, the number of units of the decoder; an even number.
        dropout: the probability that a unit is dropped before the logits.
    """

    def __init__(
        self,
        source_embedding: nn.Embedding,
        target_embedding: nn.Embedding,
        hidden: int = 256,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        self.source_embedding, self.target_embedding = source_embedding, target_embedding
        self.encoder = nn.GRU(
            source_embedding.embedding_dim, hidden // 2, batch_first=True, bidirectional=True
        )
        self.bridge = nn.Linear(hidden, hidden)
        self.decoder = nn.GRU(target_embedding.embedding_dim, hidden, batch_first=True)
        self.score = nn.Linear(hidden, hidden, bias=False)
        self.combine = nn.Linear(2 * hidden, hidden)
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(hidden, target_embedding.num_embeddings)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        """Return the logits of the token that follows each token of `target`.

        Args:
            source: French rows `(N, S)`.
            target: English rows without their last column, `(N, T)`.

        Returns:
            Logits `(N, T, V)`; those at position t depend on no target after t.
        """
        states, _ = self._attend(source, target)
        return self.output(self.dropout(states))

    def attention(self, source: Tensor, target: Tensor) -> Tensor:
        """Return how much each English position looks at each French token, `(N, T, S)`."""
        return self._attend(source, target)[1]

    def _attend(self, source: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        lengths = (source != PAD).sum(dim=1)
        packed = nn.utils.rnn.pack_padded_sequence(
            self.source_embedding(source), lengths.cpu(), batch_first=True, enforce_sorted=False
        )
        packed, last = self.encoder(packed)  # last: (2, N, H / 2), one for each direction
        memory, _ = nn.utils.rnn.pad_packed_sequence(
            packed, batch_first=True, total_length=source.shape[1]
        )  # (N, S, H)
        first = torch.tanh(self.bridge(torch.cat([last[0], last[1]], dim=1)))  # (N, H)
        states, _ = self.decoder(self.target_embedding(target), first[None])  # (N, T, H)
        scores = states @ self.score(memory).transpose(1, 2)  # (N, T, S)
        scores = scores / math.sqrt(states.shape[2])  # or the softmax sees one token only
        scores = scores.masked_fill((source == PAD)[:, None], float("-inf"))
        weights = torch.softmax(scores, dim=2)
        context = weights @ memory  # (N, T, H)
        return torch.tanh(self.combine(torch.cat([states, context], dim=2))), weights
