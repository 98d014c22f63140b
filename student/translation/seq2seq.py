"""Provided: the recurrent translation model of the comparison, two GRUs with attention.

You change nothing here. It is called like your Transformer: `model(source, target) -> logits`.

Axes: N sentences in a batch, S tokens in a French row, T tokens in an English row, V words in the
English vocabulary, H hidden units.

Source: Luong, Pham and Manning (2015), Effective Approaches to Attention-based Neural Machine
Translation: global attention with the score "general", here divided by sqrt(H). The GRU is from
Cho et al. (2014).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from jaxtyping import Float, Int

PAD = 0  # as in translation.py


class Seq2Seq(nn.Module):
    """Encode a French row with a GRU in both directions; decode with a second GRU.

    Args:
        source_embedding: the vectors of the French tokens.
        target_embedding: the vectors of the English tokens.
        hidden: H, the number of hidden units of the decoder, an even number.
        dropout: the dropout probability before the output layer.
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

    def forward(
        self, source: Int[Tensor, "N S"], target: Int[Tensor, "N T"]
    ) -> Float[Tensor, "N T V"]:
        """Return the logits of the token that follows each token of `target`.

        Args:
            source: French rows, of shape `(N, S)`.
            target: the English tokens so far, of shape `(N, T)`.

        Returns:
            Logits of shape `(N, T, V)`. The logits at position t depend on `target[:, : t + 1]`
            and on the source.
        """
        states, _ = self._attend(source, target)
        return self.output(self.dropout(states))

    def attention(
        self, source: Int[Tensor, "N S"], target: Int[Tensor, "N T"]
    ) -> Float[Tensor, "N T S"]:
        """Return the attention weights of each English position over the French tokens."""
        return self._attend(source, target)[1]

    def _attend(
        self, source: Int[Tensor, "N S"], target: Int[Tensor, "N T"]
    ) -> tuple[Float[Tensor, "N T H"], Float[Tensor, "N T S"]]:
        lengths = (source != PAD).sum(dim=1)
        packed = nn.utils.rnn.pack_padded_sequence(
            self.source_embedding(source), lengths.cpu(), batch_first=True, enforce_sorted=False
        )
        packed, last = self.encoder(packed)  # last: (2, N, H / 2), one state per direction
        memory, _ = nn.utils.rnn.pad_packed_sequence(
            packed, batch_first=True, total_length=source.shape[1]
        )  # (N, S, H)
        first = torch.tanh(self.bridge(torch.cat([last[0], last[1]], dim=1)))  # (N, H)
        states, _ = self.decoder(self.target_embedding(target), first[None])  # (N, T, H)
        scores = states @ self.score(memory).transpose(1, 2)  # (N, T, S)
        scores = scores / math.sqrt(states.shape[2])  # else one weight would be almost 1
        scores = scores.masked_fill((source == PAD)[:, None], float("-inf"))
        weights = torch.softmax(scores, dim=2)
        context = weights @ memory  # (N, T, H)
        return torch.tanh(self.combine(torch.cat([states, context], dim=2))), weights
