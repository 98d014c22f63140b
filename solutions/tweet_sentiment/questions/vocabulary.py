"""Cases for tokens and vocabulary: on made-up words, independent of one another."""

from checks import as_shaped, expect_unchanged, numbers, rng, run_beside, test_case
from checks.values import Recognised, Unusable
from support import made_words, text_of, words_in

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


def draw_lists():
    """Return token lists, and how often each token occurs in all of them."""
    words = made_words(12, "words")
    counts = {word: int(count) for word, count in zip(words, [1, 2, 3, 4] * 3, strict=True)}
    tokens = [word for word, count in counts.items() for _ in range(count)]
    order = rng("order").permutation(len(tokens))
    tokens = [tokens[i] for i in order]
    return [tokens[:7], tokens[7:9], [], tokens[9:20], tokens[20:]], counts


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


@test_case(
    points=1,
    hidden=True,
    failure_message="The tokens of a text are not its words in their order.",
)
def keeps_the_words_in_order(tokenize):
    words = made_words(6, "text")
    tokens = tokens_of(tokenize, " ".join(words))
    assert len(tokens) >= len(words), f"{len(words)} words give {len(tokens)} tokens"
    found = words_in(" ".join(tokens))
    assert [word[:4] for word in found] == [word[:4] for word in words], (
        f"the tokens of {words} are {found}"
    )


@test_case(
    points=1,
    hidden=True,
    failure_message="tokenize loses a negation: not, no, never, or n't.",
)
def keeps_negations_as_tokens(tokenize):
    for text, spellings in (
        ("i do not know him", ("not",)),
        ("there was no garden", ("no",)),
        ("we never saw rome", ("never", "not")),
        ("they don't know him", ("don't", "dont", "n't", "not", "don")),
    ):
        found = [token.lower() for token in tokens_of(tokenize, text)]
        assert set(spellings) & set(found), f"the tokens of {text!r} are {found}"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="An empty text has no token; no token is empty or holds white space.",
)
def gives_no_empty_token(tokenize):
    a, b = made_words(2, "two")
    assert tokens_of(tokenize, "") == [], "an empty text has a token"
    found = tokens_of(tokenize, f"{a}  {b} ")
    assert all(token and not any(c.isspace() for c in token) for token in found), (
        f"the tokens of a text with two spaces in a row are {found}"
    )


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The vocabulary has other tokens than those that occur at least min_count "
    "times in all lists together.",
)
def keeps_frequent_tokens(build_vocabulary):
    lists, counts = draw_lists()
    for least in (1, 2, 3):
        wanted = {token for token, count in counts.items() if count >= least}
        found = set(without_special(vocabulary_of(build_vocabulary, lists, least)))
        assert found == wanted, (
            f"with min_count {least}, {len(wanted - found)} tokens are missing and "
            f"{len(found - wanted)} are too many"
        )


@test_case(
    points=1,
    hidden=True,
    failure_message="The ids of the tokens must be 2, 3, ... without gaps, each once. 0 belongs to "
    "padding, 1 to unknown tokens.",
)
def numbers_tokens_from_two(build_vocabulary):
    lists, counts = draw_lists()
    vocabulary = vocabulary_of(build_vocabulary, lists, 1)
    ids = sorted(without_special(vocabulary).values())
    wanted = list(range(2, 2 + len(counts)))
    assert ids == wanted, f"the ids are {ids}; the right ones are {wanted}"
    special = {token: vocabulary[token] for token in SPECIAL if token in vocabulary}
    assert special.items() <= SPECIAL.items(), f"the special tokens have the ids {special}"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Tweets that contain <pad> or <unk> must not change the vocabulary: these two "
    "have their ids already.",
    after="numbers_tokens_from_two",
)
def stores_the_special_tokens_once(build_vocabulary):
    lists, _ = draw_lists()
    special = [["<unk>", "<pad>", "<unk>"], ["<pad>"]]
    wanted, found = (
        vocabulary_of(build_vocabulary, some, 1) for some in (lists, [*lists, *special])
    )
    for token in SPECIAL:
        number = found.get(token)
        assert number in (wanted.get(token), SPECIAL[token]), f"the id of {token} becomes {number}"
    wanted, found = without_special(wanted), without_special(found)
    assert found.keys() == wanted.keys(), "other tokens get an id"
    ids = sorted(found.values())
    assert ids == sorted(wanted.values()), f"the ids of the other tokens become {ids}"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The second vocabulary of a program depends on the first one. Start each time "
    "with a new dict.",
)
def starts_anew_each_time(build_vocabulary):
    lists, counts = draw_lists()
    others = made_words(3, "others", apart_from=counts)
    vocabulary_of(build_vocabulary, [others], 1)
    found = vocabulary_of(build_vocabulary, lists, 1)
    if set(others) & set(found):
        raise Recognised(
            "one_vocabulary_for_all_calls", "the vocabulary has tokens of an earlier one"
        )


@test_case(
    points=1,
    hidden=True,
    failure_message="encode must return one id for each token, in order.",
)
def encodes_known_tokens(encode):
    words = made_words(7, "known")
    vocabulary = {**SPECIAL, **{word: 2 + i for i, word in enumerate(words)}}
    order = rng("order").permutation(7).tolist()
    found = encoded(encode, [words[i] for i in order], vocabulary)
    assert found == [2 + i for i in order], f"the ids are {found}, not {[2 + i for i in order]}"


@test_case(
    points=1,
    hidden=True,
    failure_message="A token that is not in the vocabulary must get the id 1; it is not left out.",
)
def encodes_unknown_tokens(encode):
    a, b, c = made_words(3, "unknown")
    found = encoded(encode, [a, c, b, c], {**SPECIAL, b: 2, a: 3})
    assert found == [3, 1, 2, 1], f"the ids are {found}, not [3, 1, 2, 1]"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="encode must not change the vocabulary: a new token gets no id of its own.",
)
def leaves_the_vocabulary_alone(encode):
    a, b, c = made_words(3, "left alone")
    as_shaped(encode([a, b], {**SPECIAL, b: 2, a: 3}), (2,), "the ids of two tokens")
    expect_unchanged(encode, [a, c], {**SPECIAL, b: 2, a: 3}, names=("tokens", "vocabulary"))


@test_case(
    points=0.5,
    hidden=True,
    failure_message="An empty list of tokens must give an empty list.",
)
def encodes_no_tokens(encode):
    as_shaped(encode(["sun"], {**SPECIAL, "sun": 2}), (1,), "the ids of a token")
    assert encoded(encode, [], {**SPECIAL, "sun": 2}) == [], "no tokens have an id"
