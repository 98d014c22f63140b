"""Inputs and models that the test files of translation share."""

import torch

from checks import rng, run_beside

PAD, START, END = range(3)
FRENCH, ENGLISH = 17, 23  # the sizes of the vocabularies of a small Transformer
OPTIONS = {"d_model": 16, "num_heads": 4, "num_layers": 2, "d_ff": 24, "dropout": 0.2}


def draw_words(label, size, shape):
    """Return random tokens without special ones, from a vocabulary of ``size`` tokens."""
    return torch.from_numpy(rng(label).integers(4, size, shape))


def draw_rows(N=3, S=6, T=5):
    """Return French rows (N, S), and English rows (N, T) that begin with START."""
    source, target = draw_words("source", FRENCH, (N, S)), draw_words("target", ENGLISH, (N, T))
    target[:, 0] = START
    return source, target


def new_model(TranslationTransformer, **changed):
    """Return a new small model in evaluation mode."""
    return TranslationTransformer(FRENCH, ENGLISH, **{**OPTIONS, **changed}).eval()


def other_words(tokens, size):
    """Return a different word for each token; special tokens are not allowed."""
    return 4 + (tokens - 4 + draw_words("shift", size - 1, (1,)) - 3) % (size - 4)


def differs(actual, before):
    """Tell whether numbers differ by more than rounding errors."""
    return float((actual - before).detach().abs().max()) > 1e-4


def decode(decoder, table, source, options):
    """Return the translations under a model given by a table, and how the model was called.

    The logits of the next token are ``table[french, last]``: ``french`` is the second token of
    the French row, ``last`` the last English token that the model reads.
    """
    import torch

    class Table(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.table = torch.nn.Parameter(table.clone())

        def forward(self, source, target):
            calls.append((self.training, torch.is_grad_enabled(), target[:, 0].tolist()))
            return self.table[source[:, 1, None], target]

    calls, model = [], Table().train()
    rows = decoder(model, source, **options)
    return [[int(token) for token in row] for row in rows], calls


def translated(decoder, table, source, **options):
    """Return the translations under a model given by a table, as lists of numbers."""
    return run_beside(decode, decoder, table, source, options)[0]


def french_rows(*french):
    """Return French rows whose second tokens are ``french``."""
    return torch.tensor([[START, token, 5, END] for token in french])
