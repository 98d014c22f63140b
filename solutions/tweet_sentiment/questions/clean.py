"""Cases for cleaning: what must be gone and what must be kept, in real tweets."""

import html
import re

from checks import rng, test_case
from oracle import (
    LONG,
    cleaned,
    draw_addresses,
    draw_names,
    expect_cleaning,
    expect_none,
    is_plain,
    keeps_negation,
    negations,
    plain_words,
    real_tweets,
    share_kept,
    survives,
)
from support import text_of, words_in

OK_FORMAT = False
name = "clean"


def with_inserted(pieces, least=0):
    """Return plain real tweets with one of ``pieces`` between two words, and the words after it.

    The first ones have it at the end if ``least`` is 0.
    """
    draw, texts, after = rng("places"), [], []
    tweets = [text for text in real_tweets() if is_plain(text) and len(text.split()) > 5]
    for number, (text, piece) in enumerate(zip(tweets, pieces, strict=False)):
        chunks = text.split()
        place = len(chunks) if number % 4 == 0 and not least else int(draw.integers(0, 4))
        texts.append(" ".join([*chunks[:place], piece, *chunks[place:]]))
        after.append(plain_words(" ".join(chunks[place:])))
    return texts, after


@test_case(
    points=0.5,
    hidden=False,
    failure_message="clean must return a string without the name of an account and without an "
    "address; the other words stay.",
)
def cleans_one_tweet(clean):
    found = text_of(clean("@anna_b Lovely garden pictures today http://t.co/xyz"), "the result")
    words = words_in(found)
    assert "anna" not in found.lower(), f"the name is still in the result: {found!r}"
    assert "xyz" not in found, f"the address is still in the result: {found!r}"
    assert any(word.startswith("garden") for word in words), f"a word is lost: {found!r}"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="An empty tweet, and one that holds nothing but a name, must give a string.",
)
def cleans_an_empty_tweet(clean):
    assert not words_in(text_of(clean(""), "the result for an empty tweet"))
    text_of(clean("@anna_b"), "the result for a name")
    dirty = "@anna_b &amp; http://t.co/xyz #sun Sooooo"
    assert clean(dirty) != dirty, "clean changes nothing"


@test_case(
    points=1,
    hidden=True,
    failure_message="Names of accounts are still there after cleaning, or parts of them. A name "
    "begins with @ and has letters, digits and underscores.",
)
def removes_names(clean):
    expect_cleaning(clean)
    names = draw_names(80)
    texts, _ = with_inserted([f"@{name}" for name in names])
    outputs = cleaned(clean, texts)
    parts = [re.findall(r"[a-z]+", name) for name in names]
    wrong = [any(p in o.lower() for p in some) for some, o in zip(parts, outputs, strict=False)]
    expect_none(texts, outputs, wrong, "a name is left")


@test_case(
    points=1,
    hidden=True,
    failure_message="Addresses are still there after cleaning, or parts of them. An address begins "
    "with http://, https:// or www. and ends at the next space.",
)
def removes_addresses(clean):
    expect_cleaning(clean)
    addresses = draw_addresses(80)
    texts, _ = with_inserted(addresses)
    outputs = cleaned(clean, texts)
    parts = [re.findall(r"[a-z]{6}", address) for address in addresses]
    wrong = [
        any(p in o.lower() for p in some) or {"http", "https", "www"} & set(words_in(o))
        for some, o in zip(parts, outputs, strict=False)
    ]
    expect_none(texts, outputs, wrong, "an address is left")


@test_case(
    points=1,
    hidden=True,
    failure_message="Words after an address are lost. The pattern for an address must end at the "
    "next white space.",
)
def keeps_the_words_after_an_address(clean):
    expect_cleaning(clean)
    texts, after = with_inserted(draw_addresses(80), least=1)
    kept = share_kept(after, cleaned(clean, texts))
    assert kept > 0.9, f"{kept:.0%} of the words after an address are left"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Words after a name are lost. The pattern for a name must end with the name.",
)
def keeps_the_words_after_a_name(clean):
    expect_cleaning(clean)
    texts, after = with_inserted([f"@{name}" for name in draw_names(80)], least=1)
    kept = share_kept(after, cleaned(clean, texts))
    assert kept > 0.9, f"{kept:.0%} of the words after a name are left"


@test_case(
    points=1,
    hidden=True,
    failure_message="HTML entities such as &amp; and &quot; are not decoded: the result has other "
    "words than for the same tweet with the characters themselves.",
)
def decodes_entities(clean):
    expect_cleaning(clean)
    pieces = ("&quot;Wonderful&quot;", "&amp;", "&lt;3", "&gt;&gt;", "&amp; then") * 16
    texts, _ = with_inserted(pieces)
    outputs = cleaned(clean, texts)
    right = cleaned(clean, [html.unescape(text) for text in texts])
    ignored = {"and", "heart", "love"}  # for & and <3
    wrong = [
        [w for w in words_in(a) if w not in ignored] != [w for w in words_in(b) if w not in ignored]
        for a, b in zip(outputs, right, strict=True)
    ]
    expect_none(texts, outputs, wrong, "an entity changes the words")


@test_case(
    points=1,
    hidden=True,
    failure_message="Some letter is still repeated more than three times in a row after cleaning.",
)
def shortens_long_repetitions(clean):
    expect_cleaning(clean)
    words = (
        "sooooo",
        "loveeeeee",
        "yessssss",
        "Happpppppy",
        "AAAAAWESOME",
        "funnnnnn",
        "noooooooo",
    )
    texts, _ = with_inserted(words * 12)
    texts += [text for text in real_tweets() if LONG.search(text)]
    outputs = cleaned(clean, texts)
    wrong = [bool(LONG.search(output.lower())) for output in outputs]
    expect_none(texts, outputs, wrong, "a long repetition is left")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A word with a repeated letter is lost. It must be shortened, not removed.",
)
def keeps_the_shortened_word(clean):
    expect_cleaning(clean)
    words, starts = ("loveeeeee", "terrrrrible", "funnnnnny"), ("love", "teri", "fun")
    texts, _ = with_inserted(words * 20)
    outputs = cleaned(clean, texts)
    single = [re.sub(r"(.)\1+", r"\1", output.lower()) for output in outputs]
    wrong = [starts[i % 3] not in text for i, text in enumerate(single)]
    expect_none(texts, outputs, wrong, "a word is lost")


@test_case(
    points=1,
    hidden=True,
    failure_message="Double letters of normal words have changed, as in good or feel. Shorten a "
    "letter only if it is repeated three times or more.",
)
def keeps_double_letters(clean):
    expect_cleaning(clean)
    double = re.compile(r"[a-z]*(?:oo|ee(?=[lkptmr]))")
    texts = [text for text in real_tweets() if is_plain(text)]
    outputs, kept = cleaned(clean, texts), []
    for text, output in zip(texts, outputs, strict=True):
        for word in re.findall(r"(?<!\S)[a-z]{4,}(?!\S)", text):
            start = double.match(word)
            if start and not re.search(r"too|feet|teeth|look|keep|seem|took|foot", word):
                kept.append(any(start[0] in token for token in words_in(output)))
    share = sum(kept) / len(kept)
    assert share > 0.9, f"{share:.0%} of {len(kept)} words with oo or ee are left"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The sign # is left, or the word after it is lost. #happy becomes happy.",
)
def keeps_the_word_of_a_tag(clean):
    expect_cleaning(clean)
    words = ("garden", "winter", "birthday", "picture")
    texts, _ = with_inserted([f"#{word}" for word in words * 20])
    outputs = cleaned(clean, texts)
    wrong = ["#" in o or not survives(words[i % 4], o) for i, o in enumerate(outputs)]
    expect_none(texts, outputs, wrong, "a tag is wrong")


@test_case(
    points=2,
    hidden=True,
    failure_message="Negations are lost: not, no, never or n't. They turn the sentiment around. "
    "The usual lists of stop words contain them.",
)
def keeps_negations(clean):
    expect_cleaning(clean)
    texts = [text for text in real_tweets() if negations(text)]
    outputs = cleaned(clean, texts)
    wrong = [
        not all(keeps_negation(negation, output) for negation in negations(text))
        for text, output in zip(texts, outputs, strict=True)
    ]
    expect_none(texts, outputs, wrong, "a negation is lost")


@test_case(
    points=1,
    hidden=True,
    failure_message="Normal words are lost or changed beyond recognition. Stems and lemmas are "
    "fine, and so is leaving out stop words other than negations.",
)
def keeps_words(clean):
    expect_cleaning(clean)
    texts = real_tweets()
    outputs = cleaned(clean, texts)
    kept = share_kept([plain_words(text) for text in texts], outputs)
    assert kept > 0.9, f"{kept:.0%} of the longer words are left"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The result for a tweet must depend on this tweet only, and be the same again.",
)
def cleans_alike_each_time(clean):
    expect_cleaning(clean)
    texts = list(real_tweets()[:60])
    assert cleaned(clean, texts)[::-1] == cleaned(clean, texts[::-1]), "a result changes"
