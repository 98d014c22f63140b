"""Translate French into English with a Transformer, and compare it with a recurrent model.

Fill the holes from top to bottom. ``python check.py`` checks all parts that you have begun,
``python check.py TranslationTransformer`` checks one of them.

Axes: N sentences in a batch, P sentences in all, S tokens in a French row, T tokens in an English
row, V words in the English vocabulary, E numbers in an embedding. A row consists of token numbers:
`START`, the tokens of the sentence, `END`, and `PAD` up to the length of the longest row.
`data/tokens.py` makes such rows.

A translation model is any `nn.Module` with `model(source, target) -> logits`. `target` contains
the English tokens so far. The logits `(N, T, V)` at position t are for the token that follows
`target[:, t]`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import sacrebleu
import torch
from torch import Tensor, nn
from torch.nn import functional

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int

PAD, START, END = 0, 1, 2


def pretrained_embedding(
    words: Sequence[str],
    known_words: Sequence[str],
    vectors: Float[Tensor, "known_words E"],
    freeze: bool = False,
) -> nn.Embedding:
    """Create an embedding that contains the pretrained vectors of known words (part 1).

    Args:
        words: the V words of a vocabulary. Row i of the embedding belongs to `words[i]`;
            `words[PAD]` is not a word.
        known_words: the words that have a pretrained vector, in any order.
        vectors: the pretrained vectors, float32; row i belongs to `known_words[i]`.
        freeze: whether the embedding stays constant in training.

    Returns:
        An embedding of shape `(V, E)` with `padding_idx=PAD`. The row of a known word is its
        vector. The row of `PAD` is zero. Each other row is drawn from a normal distribution with
        mean 0 and the standard deviation of all numbers in `vectors`.
    """
    # BEGIN SOLUTION: draw all rows, then copy the known vectors (about 7 lines)
    weight = vectors.std() * torch.randn(len(words), vectors.shape[1])
    position = {word: i for i, word in enumerate(known_words)}
    for row, word in enumerate(words):
        if word in position:
            weight[row] = vectors[position[word]]
    weight[PAD] = 0
    return nn.Embedding.from_pretrained(weight, freeze=freeze, padding_idx=PAD)
    # END SOLUTION


def positional_encoding(length: int, d_model: int) -> Float[Tensor, "length d_model"]:
    """Compute a vector of sines and cosines for every position (part 2).

    `p[t, 2 i] = sin(t / 10000^(2 i / d_model))`
    `p[t, 2 i + 1] = cos(t / 10000^(2 i / d_model))`

    for positions t = 0, 1, ... and i = 0, 1, ..., d_model / 2 - 1.

    Args:
        length: the number of positions.
        d_model: the length of each vector, an even number.

    Returns:
        The encodings, of shape `(length, d_model)`, float32.

    Source: Vaswani et al. (2017), Attention Is All You Need, section 3.5.
    """
    # BEGIN SOLUTION: compute the angles, then alternate sines and cosines (about 6 lines)
    positions = torch.arange(length)[:, None]  # (length, 1)
    even = torch.arange(0, d_model, 2)  # 2 i
    angles = positions * torch.exp(even * (-math.log(10_000) / d_model))  # (length, d_model / 2)
    return torch.stack([angles.sin(), angles.cos()], dim=2).flatten(start_dim=1)
    # END SOLUTION


def causal_mask(length: int) -> Bool[Tensor, "length length"]:
    """Forbid each position to attend to later positions (part 2).

    Returns:
        A boolean tensor of shape `(length, length)`. Row t belongs to the position that attends,
        column s to the position that it attends to. As in `nn.Transformer`, `True` means
        forbidden.
    """
    # BEGIN SOLUTION: return the mask (1 line)
    return torch.ones(length, length, dtype=torch.bool).triu(diagonal=1)
    # END SOLUTION


class TranslationTransformer(nn.Module):
    """Translate with `nn.Transformer`, an encoder and a decoder of the same depth (part 2).

    The input for a token is its embedding times `sqrt(d_model)`, plus the encoding of its
    position, with dropout on the sum. A linear layer maps the decoder's outputs to logits.

    Args:
        source_size, target_size: the sizes of the French and the English vocabulary.
        d_model: the length of the vectors, an even number and a multiple of `num_heads`.
        num_heads: the number of heads of every attention layer.
        num_layers: the number of layers in the encoder, and also in the decoder.
        d_ff: the number of hidden units in the feed-forward networks.
        dropout: the dropout probability everywhere in the model.
    """

    def __init__(
        self,
        source_size: int,
        target_size: int,
        d_model: int = 128,
        num_heads: int = 4,
        num_layers: int = 2,
        d_ff: int = 256,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        # BEGIN SOLUTION: create the embeddings, the Transformer, the output layer (about 7 lines)
        self.source_embedding = nn.Embedding(source_size, d_model, padding_idx=PAD)
        self.target_embedding = nn.Embedding(target_size, d_model, padding_idx=PAD)
        self.dropout = nn.Dropout(dropout)
        self.transformer = nn.Transformer(
            d_model, num_heads, num_layers, num_layers, d_ff, dropout, batch_first=True
        )
        self.output = nn.Linear(d_model, target_size)
        # END SOLUTION
        for module in self.modules():  # after scaling, as large as the encodings of positions
            if isinstance(module, nn.Embedding):
                nn.init.normal_(module.weight, std=d_model**-0.5)

    def embed(
        self, tokens: Int[Tensor, "N T"], embedding: nn.Embedding
    ) -> Float[Tensor, "N T d_model"]:
        """Map tokens to scaled embeddings plus encodings of their positions, with dropout.

        Args:
            tokens: token numbers, of shape `(N, T)`.
            embedding: the embedding of their language, of shape `(vocabulary, d_model)`.

        Returns:
            `dropout(sqrt(d_model) e[token] + p[position])`, of shape `(N, T, d_model)`.
        """
        # BEGIN SOLUTION: scale the embeddings, add the encodings, apply dropout (about 3 lines)
        vectors = math.sqrt(embedding.embedding_dim) * embedding(tokens)  # (N, T, d_model)
        encoding = positional_encoding(tokens.shape[1], embedding.embedding_dim)
        return self.dropout(vectors + encoding.to(vectors))
        # END SOLUTION

    def forward(
        self, source: Int[Tensor, "N S"], target: Int[Tensor, "N T"]
    ) -> Float[Tensor, "N T V"]:
        """Return the logits of the token that follows each token of `target`.

        Args:
            source: French rows, of shape `(N, S)`, int64.
            target: the English tokens so far, of shape `(N, T)`, int64. Each row begins with
                `START` and may end with `PAD`.

        Returns:
            Logits of shape `(N, T, V)`. The logits at position t depend on `target[:, : t + 1]`
            and on the source. `PAD` in either of them has no effect on other positions.
        """
        # BEGIN SOLUTION: embed both, create the masks, apply the Transformer (about 12 lines)
        states = self.transformer(
            self.embed(source, self.source_embedding),
            self.embed(target, self.target_embedding),
            tgt_mask=causal_mask(target.shape[1]).to(target.device),
            src_key_padding_mask=source == PAD,
            tgt_key_padding_mask=target == PAD,
            memory_key_padding_mask=source == PAD,
        )  # (N, T, d_model)
        return self.output(states)
        # END SOLUTION


def translation_loss(
    model: nn.Module, source: Int[Tensor, "N S"], target: Int[Tensor, "N T"]
) -> Float[Tensor, ""]:
    """Compute the mean cross-entropy of the next token under teacher forcing (part 2).

    At each position the model reads the reference tokens up to there and predicts the next one.
    Its own predictions are never fed back, and it never predicts `PAD`.

    Args:
        model: a translation model.
        source: French rows, of shape `(N, S)`.
        target: complete English rows, of shape `(N, T)`: `START`, tokens, `END`, `PAD`.

    Returns:
        The mean over all predicted tokens, in nats: a scalar tensor with a gradient.
    """
    # BEGIN SOLUTION: call the model, then compute the cross-entropy (about 3 lines)
    logits = model(source, target[:, :-1])  # (N, T - 1, V)
    return functional.cross_entropy(
        logits.flatten(end_dim=1), target[:, 1:].flatten(), ignore_index=PAD
    )
    # END SOLUTION


def train(
    model: nn.Module,
    source: Int[Tensor, "P S"],
    target: Int[Tensor, "P T"],
    num_epochs: int = 10,
    learning_rate: float = 0.001,
    batch_size: int = 64,
) -> list[float]:
    """Minimise `translation_loss` with Adam; the model changes in place (part 2).

    Each epoch uses every pair exactly once, in a new random order. Each batch makes one step. If
    the norm of all gradients together exceeds 1, they are scaled down to norm 1 before the step.

    Args:
        model: a translation model. If its parameters are on another device than the data, each
            batch is moved to the model's device.
        source: French rows, of shape `(P, S)`.
        target: English rows, of shape `(P, T)`.
        num_epochs: the number of epochs.
        learning_rate: the learning rate of Adam, whose other settings keep their defaults.
        batch_size: the number of pairs per step; the last batch of an epoch may have fewer.

    Returns:
        For each epoch, the mean of the losses of its steps.
    """
    # BEGIN SOLUTION: take one step per batch (about 15 lines)
    device = next(model.parameters()).device
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    epoch_losses = []
    model.train()
    for _ in range(num_epochs):
        losses = []
        for batch in torch.randperm(len(source)).split(batch_size):
            optimizer.zero_grad()
            loss = translation_loss(model, source[batch].to(device), target[batch].to(device))
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            losses.append(loss.item())
        epoch_losses.append(sum(losses) / len(losses))
    return epoch_losses
    # END SOLUTION


def greedy_decode(
    model: nn.Module, source: Int[Tensor, "N S"], max_length: int = 20
) -> list[list[int]]:
    """Translate by appending the most likely next token at each step (part 2).

    Put the model into evaluation mode, and record no gradients. The model may stay in evaluation
    mode.

    Args:
        model: a translation model.
        source: French rows, of shape `(N, S)`, on the model's device.
        max_length: the largest number of tokens in a translation, without `START` and `END`.

    Returns:
        For each row, the tokens after `START` and before `END`.
    """
    # BEGIN SOLUTION: begin with START, append one token to all rows at a time (about 12 lines)
    model.eval()
    target = torch.full((len(source), 1), START, device=source.device)
    ended = torch.zeros(len(source), dtype=torch.bool, device=source.device)
    with torch.no_grad():
        while target.shape[1] <= max_length and not ended.all():
            tokens = model(source, target)[:, -1].argmax(dim=1)  # (N,)
            ended |= tokens == END
            target = torch.cat([target, tokens.where(~ended, END)[:, None]], dim=1)
    rows = target[:, 1:].tolist()
    return [row[: row.index(END)] if END in row else row for row in rows]
    # END SOLUTION


def best_translation(
    model: nn.Module, source: Int[Tensor, "1 S"], beam_size: int, max_length: int
) -> list[int]:
    """Search for the most likely translation of one sentence with a beam (part 2).

    The beam contains at most `beam_size` hypotheses, at first `START` alone. Each step extends
    every hypothesis by every token and keeps the hypotheses with the largest sums of
    log-probabilities. A hypothesis that ends in `END` is finished: it is never extended, and it
    stays in the beam as long as its sum is among the largest. The search stops when all
    hypotheses in the beam are finished, or after `max_length` steps.

    Args:
        model: a translation model in evaluation mode.
        source: one French row, of shape `(1, S)`, on the model's device.
        beam_size: the largest number of hypotheses in the beam, at most the number of English
            words V; 1 means greedy decoding.
        max_length: the largest number of steps.

    Returns:
        The tokens of the hypothesis with the largest sum, without `START` and `END`.
    """
    # BEGIN SOLUTION: extend all hypotheses, then keep the best (about 18 lines)
    beam = [(0.0, [START])]  # sums of log-probabilities and tokens, the largest sum first
    for _ in range(max_length):
        growing = [(total, tokens) for total, tokens in beam if tokens[-1] != END]
        if not growing:
            break
        rows = torch.tensor([tokens for _, tokens in growing], device=source.device)
        logits = model(source.expand(len(rows), -1), rows)[:, -1]  # (beginnings, V)
        steps, following = torch.log_softmax(logits, dim=1).topk(min(beam_size, logits.shape[1]))
        extended = [
            (total + steps[row, i].item(), [*tokens, following[row, i].item()])
            for row, (total, tokens) in enumerate(growing)
            for i in range(steps.shape[1])
        ]
        finished = [(total, tokens) for total, tokens in beam if tokens[-1] == END]
        beam = sorted(finished + extended, key=lambda entry: -entry[0])[:beam_size]
    return [token for token in beam[0][1] if token not in (START, END)]
    # END SOLUTION


def beam_decode(
    model: nn.Module, source: Int[Tensor, "N S"], beam_size: int = 4, max_length: int = 20
) -> list[list[int]]:
    """Provided: translate each sentence by beam search, with the model in evaluation mode (part 2).

    Args:
        model: a translation model.
        source: French rows, of shape `(N, S)`, on the model's device.
        beam_size: the largest number of hypotheses in the beam, at most V.
        max_length: the largest number of steps.

    Returns:
        For each row, the tokens after `START` and before `END`.
    """
    model.eval()
    with torch.no_grad():
        return [best_translation(model, row[None], beam_size, max_length) for row in source]


def bleu(translations: Sequence[str], references: Sequence[str]) -> float:
    """Compute the BLEU of a set of translations with one reference each (part 3).

    Use `sacrebleu.corpus_bleu`, and ignore upper and lower case. BLEU counts the n-grams of all
    sentences together; it is not the mean of the sentences' scores.

    Args:
        translations: the sentences of a model.
        references: the reference translation of each sentence.

    Returns:
        A number from 0 to 100; 100 if every translation equals its reference.

    Source: Papineni et al. (2002), BLEU; Post (2018), A Call for Clarity in Reporting BLEU Scores.
    """
    # BEGIN SOLUTION: return the score of sacrebleu (1 line)
    return sacrebleu.corpus_bleu(list(translations), [list(references)], lowercase=True).score
    # END SOLUTION
