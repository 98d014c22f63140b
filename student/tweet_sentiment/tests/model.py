"""Public checks of model; the grader has more."""

from checks import as_shaped, expect_shape, rng, run_beside, test_case
from support import learn_and_predict, made_tweets, right_share, word_lists

OK_FORMAT = False
name = "model"


def mixed_tweets(label, count):
    """Return texts with words for both labels, about which a model is not sure."""
    good, bad, other = word_lists()
    draw, texts = rng(label), []
    for _ in range(count):
        chosen = [draw.choice(part) for part in (good, bad, other)]
        chosen += list(draw.choice([*good, *bad, *other], draw.integers(0, 5)))
        texts.append(" ".join(str(chosen[i]) for i in draw.permutation(len(chosen))))
    return texts


def answers(train, predict, calls, parts=None, num_epochs=6):
    """Train on a small corpus and return what predict gives for each of ``calls``."""
    parts = parts or (*made_tweets("train", 200), *made_tweets("validation", 40))
    return run_beside(learn_and_predict, train, predict, list(parts), calls, num_epochs)


def expect_learned(train, predict, label):
    """Fail unless a model learns which made-up words are positive."""
    texts, labels = made_tweets(f"{label} test", 100)
    parts = (*made_tweets(f"{label} train", 600), *made_tweets(f"{label} validation", 60))
    (found,) = answers(train, predict, [texts], parts, 20)
    share = right_share(found, labels)
    assert share > 0.75, f"{share:.0%} of 100 unseen tweets are right; guessing gives 50%"


def expect_from_0_to_1(value, count):
    """Fail unless all predictions can be probabilities."""
    found = as_shaped(value, (count,), "the result of predict")
    assert found.min() >= 0, f"the smallest prediction is {found.min():.3g}"
    assert found.max() <= 1, f"the largest prediction is {found.max():.3g}"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="predict must return one probability for each tweet, a number from 0 to 1.",
)
def gives_one_probability_for_each_tweet(train, predict):
    (found,) = answers(train, predict, [mixed_tweets("some", 7)])
    expect_shape(found, (7,), "the result of predict", "(N,)")
    expect_from_0_to_1(found, 7)


@test_case(
    points=0,
    hidden=False,
    failure_message="After 20 epochs on 600 tweets of made-up words, the model must tell positive "
    "from negative ones. This check gives no points; a hidden one does.",
)
def learns_made_up_words(train, predict):
    expect_learned(train, predict, "public")
