"""Cases for training and prediction: small models learn made-up words, then predict."""

import numpy as np

from checks import as_shaped, expect_any, expect_close, expect_shape, rng, run_beside, test_case
from checks.values import Recognised
from oracle import (
    SURE,
    UNSURE,
    expect_repetitions,
    expect_use,
    logit,
    refuse_one_without_cleaning,
    tweets_of_sure_and_unsure_words,
)
from support import (
    learn_and_predict,
    made_tweets,
    made_words,
    predictions,
    right_share,
    word_lists,
)

OK_FORMAT = False
name = "model"

ATOL = 1e-4  # other batches may be summed in another order, in float32


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


@test_case(
    points=3,
    hidden=True,
    failure_message="After 20 epochs on 600 tweets of made-up words, the model does not tell "
    "positive from negative ones. Check the loss, the steps of the optimiser, and the way from "
    "outputs to probabilities.",
)
def learns_other_made_up_words(train, predict):
    expect_learned(train, predict, "hidden")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A prediction is below 0 or above 1. Return probabilities, not logits.",
)
def stays_between_0_and_1(train, predict):
    good, bad, _ = word_lists()
    texts = [f"{word} {word}" for word in (*good, *bad)]
    (found,) = answers(train, predict, [texts], num_epochs=12)
    expect_from_0_to_1(found, 10)


@test_case(
    points=1,
    hidden=True,
    failure_message="The predictions are no probabilities: a word that is positive in three of "
    "four training tweets needs a number near 0.75. Return probabilities, and apply the sigmoid or "
    "softmax once: in the network or in the loss, not in both.",
)
def is_as_sure_as_the_labels_are(train, predict):
    texts, labels = tweets_of_sure_and_unsure_words(9000)
    validation = tweets_of_sure_and_unsure_words(64, "validation")
    good, bad, other = word_lists()
    unsure, sure = (
        [f"{word} {other[i % 8]}" for i, word in enumerate([*good[part], *bad[part]] * 8)]
        for part in (UNSURE, SURE)
    )
    parts = (texts, labels, *validation)
    (found,) = answers(train, predict, [[*unsure, *sure]], parts, 1)
    found = predictions(found, len(unsure) + len(sure))
    if set(found.tolist()) <= {0, 1}:
        raise Recognised("classes_returned", "all predictions are 0 or 1")
    if found.min() < 0 or found.max() > 1:  # logits, which lose points elsewhere
        found = 1 / (1 + np.exp(-found))
    right = np.array([1, 1, 1, 0, 0, 0] * 8 + [1, 1, 0, 0] * 8)
    found = np.where(right == 1, found, 1 - found)
    p_unsure, p_sure = found[: len(unsure)].mean(), found[len(unsure) :].mean()
    if p_unsure > 0.87:  # right networks give 0.71 to 0.79 after this epoch, wrong ones 0.93 to 1
        raise Recognised(
            "softmax_before_cross_entropy",
            f"words with the label of 75% of their tweets get {p_unsure:.2f} for this label",
        )
    # a slow network is unsure of all words, and surer where the labels are
    if logit(p_sure) < 1.3 * logit(p_unsure) - 0.1:
        raise Recognised(
            "softmax_again_in_predict",
            f"words with the label of 75% and of 100% of their tweets get {p_unsure:.2f} and "
            f"{p_sure:.2f} for this label",
        )


@test_case(
    points=1,
    hidden=True,
    failure_message="The predictions are not in the order of the texts: the same tweets in another "
    "order give other numbers.",
)
def answers_in_the_order_of_the_texts(train, predict):
    texts = mixed_tweets("texts", 600)
    order = rng("order").permutation(600)
    first, second = answers(train, predict, [texts, [texts[i] for i in order]])
    first, second = predictions(first, 600), predictions(second, 600)
    if abs(second - first[order]).max() > ATOL:
        if abs(sorted(first) - numbers_sorted(second)).max() <= ATOL:
            raise Recognised(
                "predictions_sorted_by_length", "the same numbers come back in another order"
            )
        raise AssertionError("tweets in another order get other predictions")


def numbers_sorted(array):
    """Return an array with its numbers in rising order."""
    return array[array.argsort()]


@test_case(
    points=1.5,
    hidden=True,
    failure_message="The prediction for a short tweet changes when a long one is predicted in the "
    "same call. Padding must not count: read the state after the last real token, or pack the "
    "rows, or pad all rows to one fixed length.",
)
def predicts_a_tweet_alike_beside_a_long_one(train, predict):
    texts = mixed_tweets("short", 40)
    long = " ".join(mixed_tweets("long", 15))
    without, together = answers(train, predict, [texts, [*texts, long]])
    expect_close(
        predictions(together, 41)[:40], predictions(without, 40), rtol=0, atol=ATOL,
        name="the predictions beside a long tweet",
    )  # fmt: skip


@test_case(
    points=1,
    hidden=True,
    failure_message="A second call of predict gives other numbers for the same tweets. Switch "
    "dropout off with eval(), start each batch from the same state, and draw nothing at random.",
)
def predicts_alike_in_a_second_call(train, predict):
    texts = mixed_tweets("twice", 200)
    first, second = answers(train, predict, [texts, texts])
    expect_close(
        predictions(second, 200), predictions(first, 200), rtol=0, atol=ATOL,
        name="the predictions of a second call",
    )  # fmt: skip


@test_case(
    points=1,
    hidden=True,
    failure_message="train and predict must both clean the texts.",
)
def cleans_before_training_and_prediction(train, predict):
    try:
        expect_any(lambda: expect_repetitions(train, predict), lambda: expect_use(train, predict))
    except AssertionError:
        refuse_one_without_cleaning(train, predict)
        raise


@test_case(
    points=1.5,
    hidden=True,
    failure_message="Words that are only in the validation part are not treated as unknown words. "
    "Build the vocabulary from the training texts alone, in train, and keep it for predict.",
)
def knows_only_the_words_of_the_training_part(train, predict):
    known = [word for words in word_lists() for word in words]
    new = made_words(20, "not in training", apart_from=known)
    added, never = new[:10], new[10:]
    texts, labels = made_tweets("validation", 100)
    texts = [f"{added[i % 10]} {text} {added[(i + 3) % 10]}" for i, text in enumerate(texts)]
    probes = mixed_tweets("probes", 10)
    calls = [
        [f"{text} {word} {word}" for text, word in zip(probes, words, strict=True)]
        for words in (added, never)
    ]
    first, second = answers(train, predict, calls, (*made_tweets("train", 200), texts, labels))
    expect_close(
        predictions(first, 10), predictions(second, 10), rtol=0, atol=ATOL,
        name="the predictions with a word of the validation part",
    )  # fmt: skip


@test_case(
    points=1.5,
    hidden=True,
    failure_message="The model has learned from the labels of the validation part. Steps of the "
    "optimiser use the training part only.",
)
def does_not_learn_from_the_validation_part(train, predict):
    good, bad, other = word_lists()
    shifted = other[:4]  # mostly negative in training, always positive in validation
    texts, labels = made_tweets("train", 240, (good, bad, other[4:]))
    texts += [f"{shifted[i % 4]} {other[4 + i % 3]}" for i in range(60)]
    labels += [int(i % 6 == 0) for i in range(60)]
    order = rng("order").permutation(300)
    val_texts, val_labels = made_tweets("validation", 150, (good, bad, other[4:]))
    val_texts += [f"{shifted[i % 4]} {other[4 + i % 3]}" for i in range(240)]
    val_labels += [1] * 240
    parts = [texts[i] for i in order], [labels[i] for i in order], val_texts, val_labels
    probes = [f"{word} {other[4]}" for word in shifted]
    (found,) = answers(train, predict, [probes + good + bad], parts, 15)
    mean = float(predictions(found, 14)[:4].mean())
    assert mean < 0.7, (
        f"the mean prediction for words that training labels as negative is {mean:.2f}"
    )


@test_case(
    points=0.5,
    hidden=True,
    failure_message="predict must work for an empty tweet, for one that is empty after cleaning, "
    "and for one without a known word, and give a probability for each.",
)
def predicts_empty_and_unknown_tweets(train, predict):
    some = mixed_tweets("some", 3)
    texts = [
        some[0],
        "",
        "@anna_b http://t.co/xyz",
        some[1],
        " ".join(made_words(3, "new")),
        some[2],
    ]
    (found,) = answers(train, predict, [texts])
    predictions(found, 6)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="train must work when a tweet of the training or validation part is empty, "
    "also after cleaning.",
)
def trains_with_empty_tweets(train, predict):
    texts, labels = made_tweets("train", 200)
    texts[3], texts[120], texts[121] = "", "@anna_b", " "
    val_texts, val_labels = made_tweets("validation", 40)
    val_texts[7] = ""
    (found,) = answers(train, predict, [texts[:30]], (texts, labels, val_texts, val_labels))
    predictions(found, 30)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The prediction does not depend on the order of the words. Use a recurrent "
    "network.",
)
def minds_the_order_of_the_words(train, predict):
    texts = mixed_tweets("texts", 200)
    turned = [" ".join(reversed(text.split())) for text in texts]
    first, second = answers(train, predict, [texts, turned])
    difference = abs(predictions(first, 200) - predictions(second, 200)).max()
    assert difference > ATOL, "tweets with their words in reverse order get the same predictions"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A single tweet must give a single probability, the same as among others.",
)
def predicts_a_single_tweet(train, predict):
    texts = mixed_tweets("texts", 9)
    together, alone = answers(train, predict, [texts, texts[4:5]])
    expect_shape(alone, (1,), "the prediction for a single tweet", "(N,)")
    expect_close(alone, predictions(together, 9)[4:5], rtol=0, atol=ATOL, name="the prediction")
