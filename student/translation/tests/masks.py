"""Public checks of masks; the grader has more."""

import torch

from checks import expect_close, rng, test_case

OK_FORMAT = False
name = "masks"

PAD, START, END = range(3)
FRENCH, ENGLISH = 17, 23  # the sizes of the vocabularies
OPTIONS = {"d_model": 16, "num_heads": 4, "num_layers": 2, "d_ff": 24, "dropout": 0.2}


def draw(label, size, shape):
    """Return random tokens, no special ones among them."""
    return torch.from_numpy(rng(label).integers(4, size, shape))


def draw_rows(N=3, S=6, T=5):
    """Return French rows and English ones that begin with START."""
    source, target = draw("source", FRENCH, (N, S)), draw("target", ENGLISH, (N, T))
    target[:, 0] = START
    return source, target


def made(TranslationTransformer, **changed):
    """Return a new model in evaluation mode, in float64."""
    return TranslationTransformer(FRENCH, ENGLISH, **{**OPTIONS, **changed}).double().eval()


def other(tokens, size):
    """Return for each token another one."""
    return 4 + (tokens - 4 + draw("shift", size - 1, (1,)) - 3) % (size - 4)


def differs(actual, before):
    """Tell whether numbers differ by more than rounding."""
    return float((actual - before).detach().abs().max()) > 1e-6


@test_case(
    points=1,
    hidden=False,
    failure_message="The logits at a position must not depend on later English tokens: when the "
    "last token changes, those before it must stay.",
)
def does_not_look_at_the_last_token_from_before(TranslationTransformer):
    model, (source, target) = made(TranslationTransformer), draw_rows()
    changed = target.clone()
    changed[:, -1] = other(target[:, -1], ENGLISH)
    before, after = model(source, target), model(source, changed)
    expect_close(after[:, :-1], before[:, :-1], atol=1e-6, name="the logits before the last token")
    assert differs(after[:, -1], before[:, -1]), "nothing depends on the last token"
