"""Public checks of training; the grader has more."""

import torch

from checks import rng, run_beside, test_case
from support import END, START

OK_FORMAT = False
name = "training"


def learn(TranslationTransformer, train, greedy_decode, sizes, rows, unseen, model, training):
    """Train a new model on rows; return its losses and its translations of other French rows."""
    import warnings

    warnings.filterwarnings("ignore", message="The PyTorch API of nested tensors")
    made = TranslationTransformer(*sizes, **model)
    losses = train(made, *rows, **training)
    said = [greedy_decode(made, part, 15) for part in unseen.split(100)]
    return [float(x) for x in losses], [
        [int(token) for token in row] for part in said for row in part
    ]


def shuffled_pairs(count, words=6):
    """Return rows of two made-up languages; a translation reverses the order of the words."""
    french = torch.from_numpy(rng("french").integers(3, 3 + words, (count, 4)))
    english = french.flip(1)
    frame = torch.full((count, 1), START), torch.full((count, 1), END)
    return tuple(torch.cat([frame[0], side, frame[1]], dim=1) for side in (french, english))


def expect_reversed(TranslationTransformer, train, greedy_decode):
    """Fail unless a small model learns to reverse the order of the words."""
    rows, unseen = shuffled_pairs(600), shuffled_pairs(640)[0][600:]
    model = {"d_model": 32, "num_heads": 4, "num_layers": 1, "d_ff": 64, "dropout": 0.0}
    training = {"num_epochs": 25, "learning_rate": 0.005, "batch_size": 50}
    _, said = run_beside(
        learn, TranslationTransformer, train, greedy_decode, (9, 9), rows, unseen, model, training
    )
    wanted = unseen[:, 1:-1].flip(1).tolist()
    right = sum(a == b for a, b in zip(said, wanted, strict=True)) / len(wanted)
    assert right > 0.6, (
        f"{right:.0%} of {len(wanted)} unseen sentences are right, more than 60% are needed"
    )


@test_case(
    points=0,
    hidden=False,
    failure_message="After some seconds of training, the Transformer must translate a made-up "
    "language by reversing the order of the words. Check first that the other checks pass. This "
    "check gives no points; hidden checks do.",
)
def learns_to_turn_sentences_around(TranslationTransformer, train, greedy_decode):
    expect_reversed(TranslationTransformer, train, greedy_decode)
