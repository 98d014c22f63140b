"""Public checks of train; the grader has more."""

import torch

from checks import as_shaped, expect_any, rng, run_beside, test_case
from support import END, START

OK_FORMAT = False
name = "train"


def watch(train, weight, source, target, options, replaced):
    """Train a model whose next token depends on the last one; return batches, weights, losses.

    A batch is a list of second French tokens, which number the pairs. With ``replaced``, the
    student's translation_loss is replaced by another function during the training.
    """
    import torch

    class NextToken(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = torch.nn.Parameter(weight.clone())

        def forward(self, source, target):
            logits = 5 * self.weight[target]
            met = source[:, 1].tolist(), self.weight.detach().clone(), self.training
            if logits.requires_grad:  # a batch counts when its gradient comes back
                logits.register_hook(lambda gradient: steps.append(met))
            return logits

    steps, model = [], NextToken().eval()
    names = getattr(train, "__globals__", {})
    before = names.get("translation_loss")
    if replaced and before is not None:
        names["translation_loss"] = lambda model, source, target: (
            model(source, target).square().mean()
        )
    try:
        losses = train(model, source, target, **options)
    finally:
        if before is not None:
            names["translation_loss"] = before
    path = [weights for _, weights, _ in steps] + [model.weight.detach().clone()]
    return {
        "batches": [batch for batch, _, _ in steps],
        "modes": [training for _, _, training in steps],
        "path": path,
        "losses": losses,
    }


def draw(count, scale=1.0, V=7):
    """Return weights in float64 and rows; the second token of French row n is n."""
    weight = torch.from_numpy(scale * rng("weight").normal(size=(V, V)))
    source = torch.tensor([[START, n, END] for n in range(count)])
    target = torch.from_numpy(rng("target").integers(3, V, (count, 5)))
    target[:, 0], target[:, -1] = START, END
    return weight, source, target


def with_either_loss(check):
    """Run ``check`` with the student's translation_loss, and if it fails with a replaced one.

    So an error in translation_loss is not penalised again.
    """
    expect_any(lambda: check(False), lambda: check(True))


def trained(train, problem, replaced=False, **options):
    """Return what ``watch`` finds; fail if no batch has a gradient."""
    found = run_beside(watch, train, *problem, options, replaced)
    assert found["batches"], "the loss has no gradient with respect to the model's logits"
    return found


@test_case(
    points=0.5,
    hidden=False,
    failure_message="train must return one loss per epoch, and over 30 epochs the losses must "
    "fall. Check that every batch changes the parameters, and in the right direction.",
)
def returns_a_loss_that_falls(train):
    def check(replaced):
        found = trained(train, draw(12), replaced, num_epochs=30, learning_rate=0.05, batch_size=6)
        losses = as_shaped(found["losses"], (30,), "the list of losses of 30 epochs")
        assert losses[-1] < 0.8 * losses[0], (
            f"the loss goes from {losses[0]:.3f} to {losses[-1]:.3f}"
        )

    with_either_loss(check)
