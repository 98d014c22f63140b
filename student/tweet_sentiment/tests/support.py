"""Made-up tweets, and calls of the student's functions."""

import re

from checks import as_shaped, numbers, rng, run_beside
from checks.values import Unusable

_CONSONANTS, _VOWELS = list("bdfgklmprtvz"), list("aou")


def made_words(count, label, apart_from=()):
    """Return ``count`` different made-up words such as ``bakumo``, which no dictionary has.

    Words of two labels can be the same by chance; none of ``apart_from`` is returned.
    """
    draw, words = rng(label), []
    while len(words) < count:
        word = "".join(str(draw.choice(part)) for part in (_CONSONANTS, _VOWELS) * 3)
        if word not in words and word not in apart_from:
            words.append(word)
    return words


def call_with_file(function, content):
    """Call the student's function on the path of a file with this content, in latin-1."""
    return run_beside(_read_file, function, content)


def _read_file(function, content):
    import pathlib
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "tweets.csv"
        path.write_bytes(content.encode("latin-1"))
        found = function(str(path))
        return [list(pair) for pair in found] if found is not None else None


def pairs_of(value, name):
    """Return a list of (text, label) pairs; fail with a sentence for anything else."""
    if not isinstance(value, list | tuple):
        raise Unusable(f"{name} should be a list of pairs")
    pairs = []
    for pair in value:
        if not isinstance(pair, list | tuple) or len(pair) != 2 or not isinstance(pair[0], str):
            raise Unusable(f"{name} should hold pairs (text, label)")
        label = numbers(pair[1], f"a label in {name}")
        if label.size != 1:
            raise Unusable(f"a label in {name} is not a single number")
        pairs.append((pair[0], label.item()))
    return pairs


def text_of(value, name="the result"):
    """Return a text; fail with a sentence for anything else."""
    if not isinstance(value, str):
        raise Unusable(f"{name} should be a string")
    return value


def words_in(text):
    """Return the words of a text in lower case; marks between words do not matter."""
    return re.findall(r"[^\W_]+(?:['’][^\W_]+)*", text.lower())


def learn_and_predict(train, predict, parts, calls, num_epochs):
    """Train a model on (texts, labels, val_texts, val_labels) and return its predictions.

    ``calls`` holds the texts of one call of predict after another.
    """
    model = train(*parts, num_epochs=num_epochs)
    return [predict(model, list(texts)) for texts in calls]


def made_tweets(label, count, words=None):
    """Return texts of made-up words, and their labels, half of them 1.

    ``words`` are three lists: each text has one or two words of one of the first two lists, which
    decide its label, and up to four of the third one.
    """
    draw, texts = rng(label), []
    good, bad, other = words or word_lists()
    labels = [i % 2 for i in range(count)]
    for positive in labels:
        chosen = list(draw.choice(good if positive else bad, draw.integers(1, 3), replace=False))
        chosen += list(draw.choice(other, draw.integers(1, 5), replace=False))
        texts.append(" ".join(str(chosen[i]) for i in draw.permutation(len(chosen))))
    return texts, labels


def word_lists():
    """Return five words for positive texts, five for negative ones, and eight for all texts."""
    words = made_words(18, "language")
    return words[:5], words[5:10], words[10:]


def predictions(value, count):
    """Return predictions as an array of ``count`` numbers; fail if they are all the same."""
    found = as_shaped(value, (count,), "the result of predict")
    if count > 2 and (found == found[0]).all():
        raise Unusable("predict gives the same number for all tweets")
    return found


def right_share(value, labels):
    """Return which fraction of the predictions is right, with the limit 0.5."""
    found = as_shaped(value, (len(labels),), "the result of predict")
    return float(((found > 0.5) == (numbers(labels) > 0.5)).mean())
