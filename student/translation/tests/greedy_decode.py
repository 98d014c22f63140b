"""Public checks of greedy_decode; the grader has more."""

import torch

from checks import run_beside, test_case

OK_FORMAT = False
name = "greedy_decode"

PAD, START, END = range(3)


def decode(greedy_decode, table, source, options):
    """Return what is decoded from a model that a table describes, and how the model was used.

    The token that follows is the likeliest in ``table[french, last]``: ``french`` is the second
    token of the French row, ``last`` the last English token that is read.
    """
    import torch

    class Table(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.table = torch.nn.Parameter(table.clone())

        def forward(self, source, target):
            seen.append((self.training, torch.is_grad_enabled(), target[:, 0].tolist()))
            return self.table[source[:, 1, None], target]

    seen, model = [], Table().train()
    rows = greedy_decode(model, source, **options)
    return [[int(token) for token in row] for row in rows], seen


def chains(*chains, size=12):
    """Return the table of a model that translates French token n by the n-th of ``chains``."""
    table = torch.zeros(len(chains), size, size)
    for french, chain in enumerate(chains):
        for last, following in zip([START, *chain], chain, strict=False):
            table[french, last, following] = 5.0
    return table


def rows(*french):
    """Return French rows whose second tokens are ``french``."""
    return torch.tensor([[START, token, 7, END] for token in french])


def translated(greedy_decode, table, source, **options):
    """Return the translations, as lists of numbers."""
    return run_beside(decode, greedy_decode, table, source, options)[0]


@test_case(
    points=0.5,
    hidden=False,
    failure_message="Under a model in which 5 follows START, 8 follows 5, 6 follows 8 and END "
    "follows 6, the translation is 5, 8, 6, without START and END.",
)
def follows_the_most_likely_tokens(greedy_decode):
    found = translated(greedy_decode, chains([5, 8, 6, END]), rows(0))
    assert found == [[5, 8, 6]], f"the translation is {found}"
