"""Public checks of clean; the grader has more."""

from checks import test_case
from support import text_of, words_in

OK_FORMAT = False
name = "clean"


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
