"""Cases for unigram BLEU, against an independent implementation."""

import math

import numpy as np

from checks import as_shaped, expect_any, expect_close, numbers, rng, run_beside, test_case
from oracle import unigram_bleu
from support import NULL, SPECIAL, START

OK_FORMAT = False
name = "BLEU"


def expect_score(BLEU_score, reference, sample, expected):
    """Fail unless the sample has the expected score."""
    score = BLEU_score(reference, sample)
    expect_close(score, expected, rtol=1e-6, name=f"the score of {sample!r} for {reference!r}")


def independent_score(reference, sample):
    """Return the score of two texts."""
    texts = reference, sample
    return unigram_bleu(*([w for w in text.split() if w not in SPECIAL] for text in texts))


def draw_caption(label, words="a dog and the cat sleep on <UNK> grass"):
    """Return a caption of a few random words, with <START> and <END>."""
    generator = rng(label)
    chosen = generator.choice(words.split(), generator.integers(3, 12))
    return " ".join(["<START>", *chosen, "<END>"])


def evaluate(evaluate_model, captions, images, features, words, said, split):
    """Evaluate a model that samples the captions ``said`` for the features that it gets."""
    import numpy as np

    class Model:
        def sample(self, features, max_length=said.shape[1]):
            seen.append(np.array(features))
            return said[np.argmax(features, axis=1)][:, :max_length]

    seen = []
    data = {"idx_to_word": words, "word_to_idx": {word: i for i, word in enumerate(words)}}
    for name in ("train", "val", "test"):
        right = name == split
        data[f"{name}_captions"] = captions if right else np.zeros_like(captions)
        data[f"{name}_image_idxs"] = images if right else np.zeros_like(images)
        data[f"{name}_features"] = features if right else np.roll(features, 1, axis=0)
        data[f"{name}_picture"] = None
    score = evaluate_model(Model(), data, split)
    return np.array(score), [np.array(batch) for batch in seen]


def expect_mean(evaluate_model, BLEU_score, split):
    """Fail unless the mean score over five captions of two images is right.

    The mean of the student's own scores is accepted too, if they tell the captions apart.
    """
    words = [*SPECIAL, "a", "dog", "cat", "sleeps", "runs"]
    captions = np.array([[1, 4, 5, 8, 2], [1, 5, 7, 2, 0], [1, 6, 7, 2, 0], [1, 4, 6, 8, 2],
                         [1, 4, 6, 3, 2]])  # fmt: skip
    images = np.array([0, 0, 1, 1, 1])
    said = np.array([[4, 5, 7, 2], [6, 7, 2, 0]])
    pairs = [
        [
            " ".join(words[w] for w in row if w not in (NULL, START))
            for row in (caption, said[image])
        ]
        for caption, image in zip(captions, images, strict=True)
    ]
    mean, seen = run_beside(
        evaluate, evaluate_model, captions, images, np.eye(2), words, said, split
    )
    assert seen, "evaluate_model did not call model.sample"

    def follows():
        own = [float(as_shaped(BLEU_score(*pair), ())) for pair in pairs]
        assert len(set(own)) > 2, "the student's own scores hardly differ"
        expect_close(mean, np.mean(own), rtol=1e-6)

    right = np.mean([independent_score(*pair) for pair in pairs])
    name = f"the mean score on {split}"
    expect_any(lambda: expect_close(mean, right, rtol=1e-6, name=name), follows)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="Three of the four words of the sample occur in the reference, which has four "
    "words as well. The score is 3/4.",
)
def counts_the_words_that_are_right(BLEU_score):
    expect_score(BLEU_score, "a dog sleeps here", "here a dog runs", 0.75)


@test_case(
    points=0,
    hidden=False,
    failure_message="A sample that equals the reference has score 1. A sample that shares no word "
    "with the reference has score 0. This check gives no points; hidden checks do.",
)
def tells_all_right_from_all_wrong(BLEU_score):
    expect_score(BLEU_score, "a dog sleeps", "a dog sleeps", 1)
    expect_score(BLEU_score, "a dog sleeps", "two cats run", 0)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A repeated word of the sample counts at most as often as it occurs in the "
    "reference.",
)
def counts_a_repeated_word_as_often_as_the_reference_has_it(BLEU_score):
    expect_score(BLEU_score, "the cat on the mat", "the the the the the", 0.4)
    expect_score(BLEU_score, "the cat on the mat", "cat cat cat on the mat", 4 / 6)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="<START>, <END>, <NULL> and <UNK> do not count as words. Remove them from "
    "both captions before you count.",
)
def leaves_special_words_out(BLEU_score):
    reference = "<START> a <UNK> dog sleeps <END>"
    expect_score(BLEU_score, reference, "a cat runs <UNK> <END> <NULL> <NULL>", 1 / 3)
    expect_score(BLEU_score, reference, "<START> a dog sleeps <END>", 1)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A sample with fewer words than the reference is penalised by exp(1 - r / s); "
    "a longer sample is not penalised.",
)
def penalises_a_short_caption(BLEU_score):
    expect_score(BLEU_score, "a black dog sleeps on the grass here", "a dog", math.exp(-3))
    expect_score(BLEU_score, "a dog", "a dog on the grass", 0.4)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The score is wrong for random captions. It is precision times brevity "
    "penalty.",
)
def matches_an_independent_calculation(BLEU_score):
    for number in range(20):
        reference, sample = (draw_caption(f"{kind} {number}") for kind in ("reference", "sample"))
        expect_score(BLEU_score, reference, sample, independent_score(reference, sample))


@test_case(
    points=0.25,
    hidden=True,
    failure_message="evaluate_model must return the mean score over the captions of the split. "
    "Each caption is the reference for the model's caption of the same image.",
)
def averages_over_a_split(evaluate_model, BLEU_score):
    expect_mean(evaluate_model, BLEU_score, "val")


@test_case(
    points=0.25,
    hidden=True,
    after="averages_over_a_split",
    failure_message="evaluate_model is wrong for the split 'train' or 'test'. It must use the "
    "split that it is given.",
)
def uses_the_split_it_is_given(evaluate_model, BLEU_score):
    for split in ("train", "test"):
        expect_mean(evaluate_model, BLEU_score, split)


@test_case(
    points=0.25,
    hidden=True,
    after="matches_an_independent_calculation",
    failure_message="A sample without words has score 0.",
)
def gives_0_to_a_sample_without_words(BLEU_score):
    assert numbers(BLEU_score("a dog", "a dog")).any(), "a right sample has the score 0 too"
    expect_score(BLEU_score, "a dog", "<END>", 0)
