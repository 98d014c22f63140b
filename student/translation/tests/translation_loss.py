"""Public checks of translation_loss; the grader has more."""

import math

import torch

from checks import expect_close, run_beside, test_case
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
