"""Cases for the trained model: its translations of sentences that it has not seen."""

from functools import partial

import sacrebleu
import torch
from matplotlib.figure import Figure

import figures
from autograder.examine.thresholds import data_size, expect_threshold
from checks import CannotJudge, attach_figure, expect_close, record, rng, run_beside, test_case
from data import dataset, sentence_pairs, tokens
from data.tokens import join_tokens, padded
from oracle import expect_alone, sound_functions
from support import END, ENGLISH, START, differs

OK_FORMAT = False
name = "training"

WORDS = {"tatoeba": 600, "sample": 700}
EPOCHS = {"tatoeba": 5, "sample": 8}  # on 8,000 and on 6,000 pairs


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


def in_sound_model(TranslationTransformer, use):
    """Call ``use()`` once, without errors of earlier functions by which a model cannot work.

    With right masks and positions, a model does not look ahead, looks back and minds the order.
    """
    failed = []

    def check(new):
        model, words = new(dropout=0.0), 4 + rng("words").permutation(ENGLISH - 4)
        source = torch.from_numpy(rng("source").integers(4, 17, (2, 6)))
        target = torch.from_numpy(words[[[0, 1, 2, 3, 4], [0, 1, 2, 3, 5], [0, 2, 1, 3, 4]]])
        first, other_last, turned = model(source[:1].expand(3, -1), target).detach()
        expect_close(other_last[:4], first[:4], atol=2e-5, name="the logits before the last token")
        assert differs(turned[4], first[4]), "the logits do not depend on the order"
        assert differs(model(source, target[:2])[1], other_last), "the logits ignore the source"
        try:
            use()
        except Exception as error:  # what it finds is not the fault of these functions
            failed.append(error)

    try:
        expect_alone(TranslationTransformer, check, pad=True, right_first=True)
    except CannotJudge:
        raise
    except Exception:  # no function of an earlier question is the cause
        return use()
    if failed:
        raise failed[0]
    return None


def put_loss(train):
    """Put a right translation_loss into the student's module if the student's own one is wrong."""
    import torch

    class NextToken(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = torch.nn.Parameter(torch.arange(42.0).sin().reshape(6, 7))

        def forward(self, source, target):
            return self.weight[target]

    def translation_loss(model, source, target):
        logits = model(source, target[:, :-1]).transpose(1, 2)
        return torch.nn.functional.cross_entropy(logits, target[:, 1:], ignore_index=0)

    def gradient(loss_of):
        model = NextToken()
        loss_of(model, torch.tensor([[1, 4], [1, 5]]), rows).sum().backward()
        return model.weight.grad

    rows = torch.tensor([[1, 3, 5, 2, 0], [1, 4, 2, 0, 0]])
    names = getattr(train, "__globals__", {})
    if "translation_loss" not in names:
        return
    try:
        is_right = torch.allclose(gradient(names["translation_loss"]), gradient(translation_loss))
    except Exception:
        is_right = False
    train.loss_before = names["translation_loss"]
    if not is_right:
        names["translation_loss"] = translation_loss


def put_loss_back(train):
    """Put the student's own translation_loss back."""
    if hasattr(train, "loss_before"):
        train.__globals__["translation_loss"] = train.loss_before
        del train.loss_before


def expect_trained(TranslationTransformer, train, greedy_decode, check):
    """Fail unless ``check(train, greedy_decode)`` passes, with right functions for wrong ones."""

    def use():
        run_beside(put_loss, train)
        try:
            check(*run_beside(sound_functions, train, greedy_decode))
        finally:
            run_beside(put_loss_back, train)

    in_sound_model(TranslationTransformer, use)


def small_corpus():
    """Return a corpus of short sentences, and the pairs that judge the translations.

    In size ``sample`` these are the held-out pairs, which students do not have; in size
    ``tatoeba`` they are the test pairs.
    """
    size = data_size("sentence_pairs")
    corpus = sentence_pairs.corpus(size, most_tokens=7, most_words=WORDS[size], count=8_000)
    unseen = corpus.pairs["test"]
    if size == "sample":
        held_out = dataset("sentence_pairs").held_out.load()
        pairs = tokens.short_pairs(held_out.french, held_out.english, 7)
        unseen = tokens.known_pairs(pairs, corpus.french, corpus.english)
    return corpus, unseen


def bleu(said, wanted):
    """Return the BLEU of translations, in percent."""
    return sacrebleu.corpus_bleu(said, [wanted], lowercase=True).score


def draw_examples(pairs, said, count=8):
    """Attach some unseen sentences with their references and the model's translations."""
    figure = Figure(figsize=(10, 0.4 + 0.42 * count), layout="constrained")
    cells = figure.add_subplot()
    cells.set_axis_off()
    step = max(1, len(said) // count)
    rows = [
        (" ".join(french), join_tokens(english), mine)
        for (french, english), mine in list(zip(pairs, said, strict=True))[::step]
    ]
    table = cells.table(
        [[text[:60] for text in row] for row in rows[:count]], loc="center", cellLoc="left",
        colLabels=("French", "reference", "your model"), bbox=(0, 0, 1, 1),
    )  # fmt: skip
    table.auto_set_font_size(False)
    table.set_fontsize(8)
    attach_figure("Sentences that the model has never seen", figure)


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


@test_case(
    points=1,
    hidden=True,
    failure_message="After some seconds of training, the Transformer must translate another "
    "made-up language by reversing the order of the words. Look for the error in the "
    "model: wrong versions of the other functions are replaced.",
)
def learns_another_language_of_turned_sentences(TranslationTransformer, train, greedy_decode):
    check = partial(expect_reversed, TranslationTransformer)
    expect_trained(TranslationTransformer, train, greedy_decode, check)


@test_case(
    points=1,
    hidden=True,
    failure_message="After 60 epochs on 64 pairs, the model must have memorised them. Look for the "
    "error in the model.",
)
def learns_64_pairs_by_heart(TranslationTransformer, train, greedy_decode):
    def check(train, greedy_decode):
        corpus, _ = small_corpus()
        source, target = (torch.from_numpy(rows[:64]) for rows in corpus.rows("train"))
        sizes = len(corpus.french), len(corpus.english)
        model = {"d_model": 64, "num_heads": 4, "num_layers": 2, "d_ff": 128, "dropout": 0.0}
        training = {"num_epochs": 60, "learning_rate": 0.002, "batch_size": 16}
        losses, said = run_beside(
            learn, TranslationTransformer, train, greedy_decode, sizes, (source, target), source,
            model, training,
        )  # fmt: skip
        found = bleu(
            [join_tokens(corpus.english.decode(row)) for row in said],
            corpus.translations("train")[:64],
        )
        record("bleu_64_pairs", found)
        attach_figure(
            "Loss on 64 pairs, as train reports it",
            figures.curves({"Transformer": losses}, x="epoch", y="nats per token"),
        )
        assert found > 70, f"the BLEU on the training sentences is {found:.1f}"

    expect_trained(TranslationTransformer, train, greedy_decode, check)


@test_case(
    points=2,
    hidden=True,
    failure_message="After a few epochs on thousands of short pairs, the BLEU of unseen sentences "
    "is below the threshold, which the reference model exceeds in almost every run.",
)
def reaches_the_bleu_of_this_model(TranslationTransformer, train, greedy_decode):
    def check(train, greedy_decode):
        corpus, pairs = small_corpus()
        rows = tuple(torch.from_numpy(part) for part in corpus.rows("train"))
        unseen = torch.from_numpy(padded([corpus.french.encode(french) for french, _ in pairs]))
        model = {"d_model": 128, "num_heads": 4, "num_layers": 2, "d_ff": 256, "dropout": 0.1}
        training = {"num_epochs": EPOCHS[corpus.size], "learning_rate": 0.001, "batch_size": 64}
        sizes = len(corpus.french), len(corpus.english)
        losses, said = run_beside(
            learn,
            TranslationTransformer,
            train,
            greedy_decode,
            sizes,
            rows,
            unseen,
            model,
            training,
        )
        sentences = [join_tokens(corpus.english.decode(row)) for row in said]
        found = bleu(sentences, [join_tokens(english) for _, english in pairs])
        record("bleu", found)
        attach_figure(
            f"Loss on {len(rows[0]):,} pairs, as train reports it",
            figures.curves({"Transformer": losses}, x="epoch", y="nats per token"),
        )
        draw_examples(pairs, sentences)
        expect_threshold("bleu", found, corpus.size, slack=0.1)  # others may learn more slowly

    expect_trained(TranslationTransformer, train, greedy_decode, check)
