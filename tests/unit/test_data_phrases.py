"""The grammar of the generated phrases: known sentences, and mistakes that none of them makes."""

from __future__ import annotations

import hashlib
import re

import numpy as np
import pytest

from data import phrases
from data.phrase_parts import Clause, Phrase, after, join, noun_phrase, pronoun, say
from data.phrase_words import ADJECTIVES, NOUNS, VERBS, Adjective, Noun

ME, YOU, WE = (pronoun(person, False, person == 3) for person in (0, 1, 3))
SHE, THEY = pronoun(2, True, False), pronoun(5, True, True)
VOWEL = "[aàâeéèêiîoôuûœ]"


@pytest.fixture(scope="module")
def drawn() -> list[tuple[str, str]]:
    return phrases.draw(np.random.default_rng(11), 20_000)


def noun(french: str) -> Noun:
    return next(noun for noun in NOUNS if noun.french == french)


def adjective(english: str) -> Adjective:
    return next(adjective for adjective in ADJECTIVES if adjective.english == english)


@pytest.mark.parametrize(
    ("clause", "form", "french", "english"),
    [
        (Clause(ME, VERBS["aider"], "t", "pas", english="her", clitic=("la",),
                agreement=(True, False)), "statement",
         "je ne l'ai pas aidée", "I did not help her"),
        (Clause(SHE, VERBS["voir"], "pouvoir", "pas", english="them", clitic=("les",)),
         "statement", "elle ne peut pas les voir", "she cannot see them"),
        (Clause(THEY, VERBS["lever"], "t"), "statement", "elles se sont levées", "they got up"),
        (Clause(THEY, VERBS["aller"], "t", "", ("au", "parc"), "to the park"), "question",
         "est-ce qu'elles sont allées au parc", "did they go to the park"),
        (Clause(YOU, VERBS["attendre"], clitic=("me",), english="me"), "inversion",
         "m'attends-tu", "are you waiting for me"),
        (Clause(WE, VERBS["manger"], "p", "plus"), "statement",
         "nous ne mangeons plus", "we no longer eat"),
        (Clause(SHE, VERBS["faim"], "t", "", ("faim",), "hungry"), "statement",
         "elle avait faim", "she was hungry"),
        (Clause(SHE, VERBS["faim"], "f", "jamais", ("faim",), "hungry"), "question",
         "est-ce qu'elle ne va jamais avoir faim", "is she never going to be hungry"),
        (Clause(SHE, VERBS["boire"], adverb=("souvent", "often")), "statement",
         "elle boit souvent", "she often drinks"),
        (Clause(ME, VERBS["acheter"], "vouloir", english="it", clitic=("le",)), "statement",
         "je veux l'acheter", "I want to buy it"),
    ],
)  # fmt: skip
def test_a_clause_in_both_languages(clause: Clause, form: str, french: str, english: str) -> None:
    words, text = say(clause, form)
    assert (join(words), text) == (french, english)


def test_what_is_asked_for_stands_in_front() -> None:
    words, text = say(Clause(YOU, VERBS["chercher"]), "question", ("que", "what"))
    assert (join(words), text) == ("qu'est-ce que tu cherches", "what are you looking for")
    words, text = say(Clause(YOU, VERBS["acheter"], "t"), "inversion", ("que", "what"))
    assert (join(words), text) == ("qu'as-tu acheté", "what did you buy")


@pytest.mark.parametrize(
    ("phrase", "french", "english"),
    [
        (noun_phrase(noun("homme"), "the", False, adjective("old")), "le vieil homme",
         "the old man"),
        (noun_phrase(noun("école"), "this", False, adjective("beautiful")), "cette belle école",
         "this beautiful school"),
        (noun_phrase(noun("œuf"), "this"), "cet œuf", "this egg"),
        (noun_phrase(noun("amie"), "own", owner=0), "mon amie", "my friend"),
        (noun_phrase(noun("sœur"), "own", owner=2, own="her"), "sa sœur", "her sister"),
        (noun_phrase(noun("journal"), "own", True, owner=5), "leurs journaux", "their newspapers"),
        (noun_phrase(noun("cheval"), "a", True, adjective("white")), "des chevaux blancs",
         "white horses"),
        (noun_phrase(noun("robe"), "a", True, adjective("new")), "de nouvelles robes",
         "new dresses"),
        (noun_phrase(noun("eau"), "some", False, adjective("cold")), "de l'eau froide",
         "cold water"),
        (noun_phrase(noun("pain"), "some"), "du pain", "bread"),
        (noun_phrase(noun("orange"), "a", negated=True), "d'orange", "an orange"),
    ],
)  # fmt: skip
def test_a_noun_and_what_stands_around_it(phrase: Phrase, french: str, english: str) -> None:
    assert (join(phrase.french), phrase.english) == (french, english)


@pytest.mark.parametrize(
    ("preposition", "words", "joined"),
    [
        ("à", "le parc", "au parc"), ("de", "le parc", "du parc"), ("à", "les amis", "aux amis"),
        ("de", "la gare", "de la gare"), ("à", "le hôpital", "à l'hôpital"),
        ("près de", "le hôpital", "près de l'hôpital"), ("à côté de", "le lit", "à côté du lit"),
        ("dans", "le parc", "dans le parc"), ("de", "Anne", "d'Anne"),
    ],
)  # fmt: skip
def test_prepositions_contract_unless_the_article_is_elided(
    preposition: str, words: str, joined: str
) -> None:
    assert join(after(preposition, tuple(words.split()))) == joined


@pytest.mark.parametrize(
    "mistake",
    [
        rf"\b(je|ne|le|la|de|que|me|te|se|ce|ma|ta|sa) {VOWEL}",
        r"\b(je|ne|le|la|de|que|me|te|se|ce|ma|ta|sa) h(?!uit)",
        r"'[bcdfgjklmnpqrstvwxz ]",
        r"\b(de|à) les?\b",
        r"\b(cet|bel|vieil|nouvel) [bcdfgjklmnpqrstvwxz]",
        rf"\b(vieux|beau|nouveau) ({VOWEL}|h)\w*[^sx\W]\b(?<!aussi)(?<!hier)",
        r"\bdes (petit|grand|vie|beau|bel|nouve|bon|jeune)",
        r"(?<!est )(?<!sont )pas (un|une|des)\b",
        r"^(nous|vous|ils|elles|tu) (est|a|va|veut|peut|doit|mange|aime|lit|boit)\b",
        r"^(elle|marie|anne|julie) (est|était) (\w+ )?(petit|grand|vieux|content|fatigué)\b",
        r"^(ils|elles|les \w+) (sont|étaient) (\w+ )?(petite?|jeune|grande?|riche|malade|triste)\b",
        r"^(elle|marie|anne|julie) (n'|s')?est (pas )?(allé|venu|parti|resté|levé)s?\b",
        r"\bl'(ai|as|a|avons|avez|ont) (pas )?\w+(és|ées|us|ues)\b",
        r"\bles (ai|as|a|avons|avez|ont) (pas )?\w+(é|ée|u|ue)\b",
        r"\b(je|j').*\b(me|m'|nous) (attends|aide|vois|donne)\b",
    ],
)  # fmt: skip
def test_no_phrase_makes_this_mistake(drawn: list[tuple[str, str]], mistake: str) -> None:
    found = [french for french, _ in drawn if re.search(mistake, french, re.IGNORECASE)]
    assert found[:5] == []


@pytest.mark.parametrize("one", [noun for noun in NOUNS if noun.french != "lit"])  # "elle la lit"
def test_articles_have_the_gender_of_their_noun(drawn: list[tuple[str, str]], one: Noun) -> None:
    wrong = "un|le|ce|du|au" if one.feminine else "une|la|cette"
    pattern = re.compile(rf"\b({wrong}) {one.french}\b", re.IGNORECASE)
    assert [french for french, _ in drawn if pattern.search(french)][:5] == []


def test_english_articles_and_plain_typing(drawn: list[tuple[str, str]]) -> None:
    assert [en for _, en in drawn if re.search(r"\ba [aeiou]|\ban [^aeiou]", en, re.I)] == []
    for french, english in drawn:
        assert re.fullmatch(r"[A-ZÀÉÊŒ][^.?]*[^.? ](\.| \?)", french)
        assert re.fullmatch(r"[A-Z][^.?]*[^.? ][.?]", english)
        assert french.endswith("?") == english.endswith("?")
        assert "  " not in french + english


def test_the_phrases_are_always_the_same() -> None:
    pairs = [phrases.draw(np.random.default_rng(0), 500) for _ in range(2)]
    assert pairs[0] == pairs[1]
    digest = hashlib.sha256("\n".join(map("\t".join, pairs[0])).encode()).hexdigest()
    assert digest[:16] == "b25fb46d15b5e236", "what was calibrated on the phrases may not hold"


def test_drawn_pairs_differ_from_each_other_and_from_the_excluded(
    drawn: list[tuple[str, str]],
) -> None:
    assert len({french for french, _ in drawn}) == len({english for _, english in drawn}) == 20_000
    excluded = {french for french, _ in drawn[:5_000]} | {english for _, english in drawn[5_000:]}
    new = phrases.draw(np.random.default_rng(11), 2_000, excluded)
    assert not excluded & {sentence for pair in new for sentence in pair}


def test_there_are_more_than_50_000_pairs() -> None:
    assert len(phrases.draw(np.random.default_rng(1), 50_001)) == 50_001


def test_one_french_phrase_has_one_translation() -> None:
    first, second = (
        dict(phrases.draw(np.random.default_rng(seed), 15_000)) for seed in (21, 22)
    )  # fmt: skip
    shared = first.keys() & second.keys()
    assert len(shared) > 500
    assert [french for french in shared if first[french] != second[french]] == []
