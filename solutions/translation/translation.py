"""Translate French into English with a Transformer, and compare it with a recurrent model.

Fill the holes from top to bottom. ``python check.py`` checks all parts that you have begun,
``python check.py TranslationTransformer`` one of them.

Axes: N sentences in a batch, S tokens of a French row, T of an English one, V words of the
English vocabulary, E numbers of an embedding. A row of token numbers is `START`, the tokens, `END`,
and then `PAD` up to the length of the longest row; `data/tokens.py` makes such rows.

A translation model is any `nn.Module` with `model(source, target) -> logits`, where `target` holds
the English tokens so far, and the logits `(N, T, V)` at position t are those of the token that
follows `target[:, t]`.
"""

import math
from collections.abc import Sequence

import sacrebleu
import torch
from torch import Tensor, nn
from torch.nn import functional

PAD, START, END = 0, 1, 2


def pretrained_embedding(
    words: Sequence[str], known_words: Sequence[str], vectors: Tensor, freeze: bool = False
) -> nn.Embedding:
    """Make an embedding whose rows are pretrained vectors, where there are any (part 1).

    Args:
        words: the V words of a vocabulary; row i of the embedding is for `words[i]`, and
            `words[PAD]` is no word.
        known_words: the words that have a pretrained vector.
        vectors: the vector of each known word, of shape `(len(known_words), E)`, float32.
        freeze: whether training leaves the embedding as it is.

    Returns:
        An embedding of shape `(V, E)` with `padding_idx=PAD`. Its row is the vector of the word;
        zero for `PAD`; for a word without a vector, numbers drawn from a normal distribution with
        mean 0 and the standard deviation of all of `vectors`.
    """
    # BEGIN SOLUTION: draw all rows, then put in those that are known (about 7 lines)
    weight = vectors.std() * torch.randn(len(words), vectors.shape[1])
    position = {word: i for i, word in enumerate(known_words)}
    for row, word in enumerate(words):
        if word in position:
            weight[row] = vectors[position[word]]
    weight[PAD] = 0
    return nn.Embedding.from_pretrained(weight, freeze=freeze, padding_idx=PAD)
    # END SOLUTION


def positional_encoding(length: int, d_model: int) -> Tensor:
    """Compute a vector for every position: waves from short to long (part 2).

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
    # BEGIN SOLUTION: compute the angles, then their sines and cosines in turn (about 6 lines)
    positions = torch.arange(length)[:, None]  # (length, 1)
    even = torch.arange(0, d_model, 2)  # 2 i
    angles = positions * torch.exp(even * (-math.log(10_000) / d_model))  # (length, d_model / 2)
    return torch.stack([angles.sin(), angles.cos()], dim=2).flatten(start_dim=1)
    # END SOLUTION


def causal_mask(length: int) -> Tensor:
    """Say which positions each position must not look at: those after it (part 2).

    Returns:
        A boolean tensor of shape `(length, length)`, row t for the position that looks, `True`
        where it must not look, which is the meaning that `nn.Transformer` gives a boolean mask.
    """
    # BEGIN SOLUTION: mark everything above the diagonal (1 line)
    return torch.ones(length, length, dtype=torch.bool).triu(diagonal=1)
    # END SOLUTION


class TranslationTransformer(nn.Module):
    """Translate with `nn.Transformer`, an encoder and a decoder of the same depth (part 2).

    A token becomes its embedding times `sqrt(d_model)` plus the encoding of its position, and
    dropout is applied to the sum. The decoder's outputs go through a linear layer to the logits.

    Args:
        source_size, target_size: the sizes of the French and of the English vocabulary.
        d_model: the length of the vectors, a multiple of `num_heads`, even.
        num_heads: the number of heads of every attention.
        num_layers: the number of layers of the encoder, and of the decoder.
        d_ff: the number of hidden units of the feed-forward networks.
        dropout: the probability that a number is dropped, everywhere in the model.
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
        # BEGIN SOLUTION: make the embeddings, the Transformer and the output layer (about 7 lines)
        self.source_embedding = nn.Embedding(source_size, d_model, padding_idx=PAD)
        self.target_embedding = nn.Embedding(target_size, d_model, padding_idx=PAD)
        self.dropout = nn.Dropout(dropout)
        self.transformer = nn.Transformer(
            d_model, num_heads, num_layers, num_layers, d_ff, dropout, batch_first=True
        )
        self.output = nn.Linear(d_model, target_size)
        # END SOLUTION
        for module in self.modules():  # words as large as positions, whose numbers are sines
            if isinstance(module, nn.Embedding):
                nn.init.normal_(module.weight, std=d_model**-0.5)

    def embed(self, tokens: Tensor, embedding: nn.Embedding) -> Tensor:
        """Turn tokens into vectors that know their positions, with dropout.

        Args:
            tokens: token numbers, of shape `(N, T)`.
            embedding: the embedding of their language, of shape `(vocabulary, d_model)`.

        Returns:
            `dropout(sqrt(d_model) e[token] + p[position])`, of shape `(N, T, d_model)`.
        """
        # BEGIN SOLUTION: scale the embedding, add the encoding of positions (about 3 lines)
        vectors = math.sqrt(embedding.embedding_dim) * embedding(tokens)  # (N, T, d_model)
        encoding = positional_encoding(tokens.shape[1], embedding.embedding_dim)
        return self.dropout(vectors + encoding.to(vectors))
        # END SOLUTION

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        """Return the logits of the token that follows each token of `target`.

        Args:
            source: French rows, of shape `(N, S)`, int64.
            target: the English tokens so far, of shape `(N, T)`, int64; each row begins with
                `START` and may end with `PAD`.

        Returns:
            Logits of shape `(N, T, V)`. Those at position t depend on `target[:, : t + 1]` and on
            the source, but on no `PAD` of either.
        """
        # BEGIN SOLUTION: embed both, make the masks, apply the Transformer (about 12 lines)
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


def translation_loss(model: nn.Module, source: Tensor, target: Tensor) -> Tensor:
    """Compute the mean cross-entropy of the next token under teacher forcing (part 2).

    The model reads the right tokens up to each position and predicts the one that follows; what
    it predicted itself is never fed back. `PAD` is never predicted.

    Args:
        model: a translation model.
        source: French rows, of shape `(N, S)`.
        target: whole English rows, of shape `(N, T)`: `START`, tokens, `END`, `PAD`.

    Returns:
        The mean over all tokens that are predicted, in nats, a scalar that can be differentiated.
    """
    # BEGIN SOLUTION: shift the target by one position and leave out PAD (about 3 lines)
    logits = model(source, target[:, :-1])  # (N, T - 1, V)
    return functional.cross_entropy(
        logits.flatten(end_dim=1), target[:, 1:].flatten(), ignore_index=PAD
    )
    # END SOLUTION


def train(
    model: nn.Module,
    source: Tensor,
    target: Tensor,
    num_epochs: int = 10,
    learning_rate: float = 0.001,
    batch_size: int = 64,
) -> list[float]:
    """Minimise `translation_loss` with Adam, in place (part 2).

    In each epoch every pair is used once, in batches drawn in a new random order; each batch makes
    one step. If the norm of all gradients together exceeds 1, they are scaled down to norm 1 first.

    Args:
        model: a translation model. Its parameters may be on another device than the data; the
            batches follow the model.
        source: French rows, of shape `(P, S)`.
        target: English rows, of shape `(P, T)`.
        num_epochs: how often the training goes through all pairs.
        learning_rate: Adam's step size; its other settings keep their defaults.
        batch_size: the number of pairs per step; the last batch of an epoch may have fewer.

    Returns:
        The mean of the losses of the steps of each epoch, for your learning curves.
    """
    # BEGIN SOLUTION: make one step per batch (about 15 lines)
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


def greedy_decode(model: nn.Module, source: Tensor, max_length: int = 20) -> list[list[int]]:
    """Translate by taking the most likely next token again and again (part 2).

    The model is in evaluation mode, and no gradients are recorded.

    Args:
        model: a translation model.
        source: French rows, of shape `(N, S)`, on the model's device.
        max_length: the largest number of tokens of a translation, `END` not counted.

    Returns:
        For each row, the tokens of its translation without `START`, `END` and what follows it.
    """
    # BEGIN SOLUTION: start with START, append one token to all rows at a time (about 12 lines)
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
    model: nn.Module, source: Tensor, beam_size: int, max_length: int
) -> list[int]:
    """Search for the most likely translation of one sentence with a beam (part 2).

    The beam holds at most `beam_size` beginnings, first `START` alone. Each step extends every
    beginning by every token and keeps those with the largest sums of log-probabilities. One that
    ends in `END` is finished: it is not extended, but keeps its place while its sum is among the
    largest. The search ends when all that are kept are finished, or after `max_length` steps.

    Args:
        model: a translation model.
        source: one French row, of shape `(1, S)`.
        beam_size: the number of beginnings that are kept; 1 is greedy decoding.
        max_length: the largest number of steps.

    Returns:
        The tokens of the kept translation with the largest sum, without `START` and `END`.
    """
    # BEGIN SOLUTION: extend all beginnings together, then keep the best (about 18 lines)
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
    model: nn.Module, source: Tensor, beam_size: int = 4, max_length: int = 20
) -> list[list[int]]:
    """Translate each sentence by beam search, with the model in evaluation mode (part 2).

    Args:
        model: a translation model.
        source: French rows, of shape `(N, S)`, on the model's device.
        beam_size: the number of beginnings that are kept.
        max_length: the largest number of tokens of a translation, `END` not counted.

    Returns:
        For each row, the tokens of its translation, without `START` and `END`.
    """
    model.eval()
    with torch.no_grad():
        return [best_translation(model, row[None], beam_size, max_length) for row in source]


def bleu(translations: Sequence[str], references: Sequence[str]) -> float:
    """Compute the BLEU of a set of translations as a whole, with one reference each (part 3).

    Upper and lower case are taken for the same. `sacrebleu.corpus_bleu` does the work: it counts
    the n-grams of all sentences together, which is not the mean of the sentences' scores.

    Args:
        translations: the sentences of a model.
        references: the right translation of each.

    Returns:
        A number from 0 to 100; 100 where all sentences agree.

    Source: Papineni et al. (2002), BLEU; Post (2018), A Call for Clarity in Reporting BLEU Scores.
    """
    # BEGIN SOLUTION: let sacrebleu count, and return its score (1 line)
    return sacrebleu.corpus_bleu(list(translations), [list(references)], lowercase=True).score
    # END SOLUTION
