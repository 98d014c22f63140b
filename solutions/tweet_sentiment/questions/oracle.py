"""Real tweets and what must be true of them after cleaning; made-up tweets for hidden cases.

The real tweets are held out. The names of accounts and the addresses in them were removed by their
collectors, so new ones are drawn for each grading.
"""

import functools
import re

import numpy as np

from checks import rng, run_beside
from checks.values import Recognised
from support import (
    learn_and_predict,
    made_tweets,
    made_words,
    right_share,
    text_of,
    word_lists,
    words_in,
)

UNSURE, SURE = slice(0, 3), slice(3, 5)  # of the words for one label
CHUNK = re.compile(r"[\"'(]*([A-Za-z]{5,})[.,!?;:\")']*")  # a word between spaces, with its marks
NEGATION = re.compile(r"not|no|never|[a-z]+n['’]t", re.IGNORECASE)
LONG = re.compile(r"([^\W\d_])\1{3,}")
RUN = re.compile(r"(.)\1+")
MOST_OFTEN = frozenset(
    "about above across after afterwards again against almost alone along already although always "
    "among amount another anyone anything anyway anywhere around aren't because become before "
    "behind being below beside besides between beyond bottom cannot could describe doing during "
    "eight either elsewhere enough every everyone everything everywhere except fifteen fifty first "
    "found front further having hence hereby himself herself however indeed interest itself latter "
    "least maybe might mostly myself namely neither never nevertheless nobody nothing other others "
    "otherwise ourselves perhaps please quite rather really regarding seemed serious several "
    "should since sincere someone something sometimes somewhere still thank thanks their theirs "
    "themselves there these those though three through together toward towards twelve twenty under "
    "until using various where which while whole whose within without would yours yourself better "
    "worse worst going thought".split()
)  # words that lists of stop words have, or that lemmas change


@functools.cache
def real_tweets():
    """Return the held-out tweets as their collectors left them."""
    from data import dataset  # the other cases run without the data

    return dataset("tweets").held_out.load().texts


def cleaned(clean, texts):
    """Return what the student's function makes of each text."""
    found = run_beside(_clean_all, clean, list(texts))
    return [text_of(text, "the result of clean") for text in found]


def expect_cleaning(clean):
    """Fail if clean leaves all as it is: name, address, entity, repetition; or if no word is left.

    So a function that returns the tweet, or one word for every tweet, passes no case.
    """
    dirty = ["@anna_b was here", "see http://t.co/xyz now", "you &amp; me", "I am sooooo tired"]
    found = cleaned(clean, dirty)
    gone = [
        dirt not in text for dirt, text in zip(("anna", "xyz", "amp", "oooo"), found, strict=True)
    ]
    assert any(gone), "clean removes no name, address, entity or repetition"
    words = cleaned(clean, ["lovely garden", "rainy monday"])
    assert words[0] != words[1], "clean gives the same for different tweets"


def _clean_all(clean, texts):
    return [clean(text) for text in texts]


def draw_names(count):
    """Return names of accounts: two made-up words joined by an underscore, then digits."""
    words, digits = made_words(2 * count, "names"), rng("digits").integers(2, 99, count)
    return [f"{a}_{b}{n}" for a, b, n in zip(words[::2], words[1::2], digits, strict=True)]


def draw_addresses(count):
    """Return addresses of several forms, with made-up words in them."""
    words = made_words(2 * count, "addresses")
    forms = (
        "http://{}.com/{}",
        "https://www.{}.org/{}?id=7&p=2",
        "www.{}.net/{}",
        "http://{}.ly/{}",
    )
    return [forms[i % 4].format(*words[2 * i : 2 * i + 2]) for i in range(count)]


def is_plain(text):
    """Tell whether a tweet has no mention, address, entity or tag."""
    return not re.search(r"[@&#<>]|http|www|url", text)


def plain_words(text):
    """Return the words of a tweet that no cleaning may lose: long ones between spaces."""
    found = [CHUNK.fullmatch(chunk) for chunk in text.split()]
    words = [match[1].lower() for match in found if match]
    return [word for word in words if word not in MOST_OFTEN and not RUN.search(word)]


def survives(word, text):
    """Tell whether a word is in a cleaned text, also as its stem."""
    start = word[: max(4, len(word) - 3)]
    return any(token.startswith(start) for token in words_in(text))


def share_kept(words, texts):
    """Return which fraction of the words of each tweet its cleaned text still has."""
    kept = [survives(word, text) for some, text in zip(words, texts, strict=True) for word in some]
    return sum(kept) / len(kept)


def negations(text):
    """Return the negations of a tweet that stand between spaces, in lower case."""
    chunks = (chunk.strip(".,!?;:\"'()").lower() for chunk in text.split())
    return [chunk.replace("’", "'") for chunk in chunks if NEGATION.fullmatch(chunk)]


def keeps_negation(negation, text):
    """Tell whether a negation is in a cleaned text, in one of its spellings."""
    words = words_in(text)
    if "not" in words or "cannot" in words:
        return True
    if negation in ("not", "no", "never"):
        return negation in words
    letters = re.sub(r"[^a-z]", "", text.lower())
    return re.sub(r"[^a-z]", "", negation) in letters or "nt" in words


def examples(texts, outputs, wrong, most=1):
    """Return the first wrong cleaned texts with the tweets they come from, for a message."""
    pairs = [f"{t!r} becomes {o!r}" for t, o, w in zip(texts, outputs, wrong, strict=True) if w]
    return "; ".join(pairs[:most])


def expect_none(texts, outputs, wrong, what):
    """Fail if one of the cleaned texts is wrong."""
    count = sum(map(bool, wrong))
    assert not count, f"{what} in {count} of {len(texts)} tweets: {examples(texts, outputs, wrong)}"


def logit(p):
    """Return log(p / (1 - p)) of a number that is nearer to 1/2 than 1e-6 is to 0."""
    p = min(max(float(p), 1e-6), 1 - 1e-6)
    return np.log(p / (1 - p))


def tweets_of_sure_and_unsure_words(count, label="sure and unsure"):
    """Return texts and labels; an unsure word has the other label in every fourth of its tweets.

    About half of the labels are 1. A text has one word that tells its label, and one or two others.
    """
    good, bad, other = word_lists()
    draw = rng(label)
    sides, kinds = np.arange(count) % 2, draw.random(count) < 0.3
    number = np.arange(count) // 2
    labels = np.where(kinds | (number % 4 > 0), sides, 1 - sides)
    texts = []
    picks = draw.integers(0, 24, (count, 4))
    for positive, sure, (a, b, c, turned) in zip(sides, kinds, picks, strict=True):
        some = (good if positive else bad)[SURE if sure else UNSURE]
        chosen = [some[a % len(some)], other[b % 8], other[c % 8]][: 2 + turned % 2]
        texts.append(" ".join(chosen if turned < 12 else chosen[::-1]))
    return texts, labels.tolist()


def refuse_one_without_cleaning(train, predict):
    """Fail with a name for the mistake if only one of the functions calls the student's clean."""
    parts = (*made_tweets("few", 40), *made_tweets("others", 10))
    (probes, _) = made_tweets("probes", 4)
    in_train, in_predict = run_beside(calls_of_clean, train, predict, list(parts), probes)
    if in_train and not in_predict:
        raise Recognised("prediction_skips_cleaning", "train calls clean, but predict does not")
    if in_predict and not in_train:
        raise Recognised("training_skips_cleaning", "predict calls clean, but train does not")


def calls_of_clean(train, predict, parts, probes):
    """Return whether train cleans a training text, and whether predict cleans a probe."""
    names = getattr(train, "__globals__", {})
    before, seen = names.get("clean"), set()

    def noting(text, *rest, **options):
        seen.add(str(text))
        return before(text, *rest, **options) if before is not None else text

    names["clean"] = noting
    try:
        model = train(*parts, num_epochs=1)
        in_train = not seen.isdisjoint(parts[0])
        seen.clear()
        predict(model, list(probes))
        return [in_train, not seen.isdisjoint(probes)]
    finally:
        names["clean"] = before


def dirty_tweets(label, count, change):
    """Return made-up tweets in which ``change(word, number)`` replaces the words."""
    texts, labels = made_tweets(label, count)
    draw = rng(f"{label} dirt")
    dirty = [
        " ".join(change(word, int(draw.integers(4, 40))) for word in text.split()) for text in texts
    ]
    return dirty, labels


def expect_repetitions(train, predict):
    """Fail unless a word is known whatever the number of its repeated last letters is."""

    def stretch(word, count):
        return word + word[-1] * count

    expect_known(train, predict, stretch, learn_and_predict)


def expect_use(train, predict):
    """Fail unless another function in the place of clean takes effect."""
    expect_known(
        train, predict, lambda word, count: f"{word}qx{'ab' * count}", learn_with_other_clean
    )


def expect_known(train, predict, change, helper):
    """Fail unless changed words are recognised."""
    parts = (*dirty_tweets("dirty", 600, change), *dirty_tweets("dirty too", 60, change))
    texts, labels = dirty_tweets("unseen", 100, change)
    (found,) = run_beside(helper, train, predict, list(parts), [texts], 20)
    share = right_share(found, labels)
    assert share > 0.7, f"with words that need cleaning, {share:.0%} of 100 tweets are right"


def learn_with_other_clean(train, predict, parts, calls, num_epochs):
    """Train and predict with another function in place of the student's clean."""
    import re

    names = getattr(train, "__globals__", {})
    before = names.get("clean")
    names["clean"] = lambda text, *rest, **options: re.sub(r"qx(ab)+", "", text)
    try:
        model = train(*parts, num_epochs=num_epochs)
        return [predict(model, list(texts)) for texts in calls]
    finally:
        names["clean"] = before
