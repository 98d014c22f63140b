"""Cases for the loss under teacher forcing: small models with known losses."""

import itertools
import math

import torch
from torch.nn import functional

from checks import expect_close, rng, run_beside, test_case
from support import END, PAD, START

OK_FORMAT = False
name = "translation_loss"


def loss_of(translation_loss, after, said, source, target):
    """Return the loss of a model whose next token depends on the last one and on the source.

    Row i of ``after`` (V, V) contains the logits of the token that follows token i. For every
    token of the source, its row of ``said`` (V_source, V) is added. The result also contains the
    gradient of the loss with respect to ``after``, and all inputs of the model.
    """
    import torch

    class NextToken(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.after = torch.nn.Parameter(after.clone())

        def forward(self, source, target):
            read.append((source.clone(), target.clone()))
            return self.after[target] + said[source].sum(dim=1, keepdim=True)

    read, model = [], NextToken()
    loss = translation_loss(model, source, target)
    gradients = torch.autograd.grad(loss.sum(), model.after, allow_unused=True)
    return {"loss": loss.detach(), "gradient": gradients[0], "read": read}


def draw(V=9, N=5):
    """Return random logits and rows; the English sentences have different lengths."""
    after = torch.from_numpy(rng("after").normal(0, 2, (V, V)))
    said = torch.from_numpy(rng("said").normal(0, 1, (7, V)))
    source = torch.from_numpy(rng("source").integers(3, 7, (N, 4)))
    target = torch.from_numpy(rng("target").integers(3, V, (N, 8)))
    ends = rng("ends").permutation([1, 3, 4, 6, 7])[:N]
    for n, end in enumerate(ends):
        target[n, 0] = START
        target[n, end] = END
        target[n, end + 1 :] = PAD
    return after, said, source, target


def mean_loss(after, said, source, target):
    """Return the mean of -log p(token) over all tokens after START, without PAD.

    The logits of a token are ``after[last token]`` plus ``said[token]`` of all French tokens.
    """
    losses = []
    for row, french in zip(target.tolist(), source, strict=True):
        for last, following in itertools.pairwise(row):
            if following != PAD:
                logits = after[last] + said[french].sum(dim=0)
                losses.append(functional.cross_entropy(logits[None], torch.tensor([following])))
    return torch.stack(losses).mean()


@test_case(
    points=0.5,
    hidden=False,
    failure_message="For a model with 8 equally likely tokens, the loss must be log 8, about 2.08.",
)
def is_the_log_of_the_vocabulary_for_a_guess(translation_loss):
    zeros, source = torch.zeros(8, 8), torch.tensor([[START, 4, END], [START, 5, END]])
    target = torch.tensor([[START, 6, 7, END], [START, 3, END, PAD]])
    found = run_beside(loss_of, translation_loss, zeros, zeros, source, target)
    expect_close(found["loss"], math.log(8), name="the loss")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="This model is certain that 3 follows START, 4 follows 3, and END follows 4. "
    "So the loss of START, 3, 4, END must be almost zero. Check what the model reads and which "
    "token it must predict at each position.",
)
def is_almost_zero_for_a_model_that_knows(translation_loss):
    after = torch.zeros(5, 5)
    after[START, 3] = after[3, 4] = after[4, END] = 30
    source, target = torch.tensor([[START, 3, END]] * 2), torch.tensor([[START, 3, 4, END]] * 2)
    found = run_beside(loss_of, translation_loss, after, torch.zeros(5, 5), source, target)
    expect_close(found["loss"], 0, atol=1e-5, name="the loss")


@test_case(
    points=0.75,
    hidden=True,
    failure_message="For a random model, the loss differs from the mean of -log p(next token) over "
    "all predicted tokens. Check which positions count in the mean.",
)
def is_the_mean_over_all_predicted_tokens(translation_loss):
    problem = draw()
    found = run_beside(loss_of, translation_loss, *problem)
    expect_close(found["loss"], mean_loss(*problem), rtol=1e-4, name="the loss")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="More columns of PAD at the end of the target must not change the loss.",
)
def does_not_count_pad(translation_loss):
    after, said, source, target = draw()
    longer = functional.pad(target, (0, 3), value=PAD)
    found = run_beside(loss_of, translation_loss, after, said, source, longer)
    expected = mean_loss(after, said, source, target)
    expect_close(found["loss"], expected, rtol=1e-4, name="the loss with three more columns of PAD")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The model must read the French rows unchanged, and the reference tokens of "
    "the English rows from START on, never its own predictions.",
)
def lets_the_model_read_the_right_tokens(translation_loss):
    *_, source, target = problem = draw()
    for french, english in run_beside(loss_of, translation_loss, *problem)["read"]:
        assert torch.equal(french, source), "the model reads other French rows"
        length = english.shape[-1]
        assert torch.equal(english, target[:, :length]), "the model reads other English tokens"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The gradient of the loss with respect to the logits is wrong or missing. Do "
    "not detach the logits (`.detach()`, `.data`, `no_grad`).",
)
def passes_the_right_gradient_to_the_model(translation_loss):
    after, *rest = problem = draw()
    found = run_beside(loss_of, translation_loss, *problem)["gradient"]
    assert found is not None, "the loss has no gradient with respect to the logits"
    exact = after.double().requires_grad_()
    mean_loss(exact, *rest).backward()
    expect_close(found, exact.grad, rtol=1e-4, atol=1e-6, name="the gradient")
