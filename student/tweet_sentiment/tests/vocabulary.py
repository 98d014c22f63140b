"""Public checks of vocabulary; the grader has more."""

from checks import numbers, run_beside, test_case
from checks.values import Unusable
from support import text_of

OK_FORMAT = False
name = "vocabulary"

SPECIAL = {"<pad>": 0, "<unk>": 1}


def tokens_of(tokenize, text):
    """Return the tokens of a text as a list of strings."""
    found = tokenize(text)
    if not isinstance(found, list | tuple):
        raise Unusable("the result of tokenize should be a list of strings")
    return [text_of(token, "a token") for token in found]


def build(build_vocabulary, token_lists, min_count):
    """Call the student's function; a dict of another kind becomes a plain one."""
    found = build_vocabulary(token_lists, min_count)
    return dict(found) if isinstance(found, dict) else None


def vocabulary_of(build_vocabulary, token_lists, min_count):
    """Return the ids by token as plain numbers."""
    found = run_beside(build, build_vocabulary, token_lists, min_count)
    if not isinstance(found, dict):
        raise Unusable("the result of build_vocabulary should be a dict from token to id")
    return {token: numbers(number, "an id").item() for token, number in found.items()}


def without_special(vocabulary):
    """Return the ids of all tokens but the two special ones."""
    return {token: number for token, number in vocabulary.items() if token not in SPECIAL}


def encoded(encode, tokens, vocabulary):
    """Return the ids of some tokens as a list."""
    return numbers(encode(tokens, vocabulary), "the result of encode").tolist()


@test_case(
    points=0.5,
    hidden=False,
    failure_message="tokenize must return the words of a clean text as a list of strings.",
)
def cuts_a_text_into_words(tokenize):
    found = tokens_of(tokenize, "lovely garden in summer")
    starts = [token.lower()[:3] for token in found]
    assert "lov" in starts, f"the tokens are {found}"
    assert "gar" in starts, f"the tokens are {found}"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="build_vocabulary must give each token an id of its own, from 2 on, and encode "
    "must look ids up.",
)
def numbers_three_tokens(build_vocabulary, encode):
    lists = [["sun", "sea"], ["sea", "sun", "sun"], ["ice", "ice"]]
    ids = without_special(vocabulary_of(build_vocabulary, lists, 1))
    assert sorted(ids) == ["ice", "sea", "sun"], f"the tokens with ids are {sorted(ids)}"
    found = encoded(encode, ["sea"], {**SPECIAL, "sun": 2, "sea": 3})
    assert found == [3], f"the ids of ['sea'] are {found}"
