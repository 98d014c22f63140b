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
    # TODO: draw all rows, then put in those that are known (about 7 lines)
    raise NotImplementedError("pretrained_embedding")


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
    # TODO: compute the angles, then their sines and cosines in turn (about 6 lines)
    raise NotImplementedError("positional_encoding")


def causal_mask(length: int) -> Tensor:
    """Say which positions each position must not look at: those after it (part 2).

    Returns:
        A boolean tensor of shape `(length, length)`, row t for the position that looks, `True`
        where it must not look, which is the meaning that `nn.Transformer` gives a boolean mask.
    """
    # TODO: mark everything above the diagonal (1 line)
    raise NotImplementedError("causal_mask")


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
        # TODO: make the embeddings, the Transformer and the output layer (about 7 lines)
        raise NotImplementedError("TranslationTransformer")
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
        # TODO: scale the embedding, add the encoding of positions (about 3 lines)
        raise NotImplementedError("TranslationTransformer.embed")

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
        # TODO: embed both, make the masks, apply the Transformer (about 12 lines)
        raise NotImplementedError("TranslationTransformer.forward")


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
    # TODO: shift the target by one position and leave out PAD (about 3 lines)
    raise NotImplementedError("translation_loss")


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
    # TODO: make one step per batch (about 15 lines)
    raise NotImplementedError("train")


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
    # TODO: start with START, append one token to all rows at a time (about 12 lines)
    raise NotImplementedError("greedy_decode")


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
    # TODO: extend all beginnings together, then keep the best (about 18 lines)
    raise NotImplementedError("best_translation")


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
    # TODO: let sacrebleu count, and return its score (1 line)
    raise NotImplementedError("bleu")
