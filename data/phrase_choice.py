"""Choices at random for the generated phrases: words that go together, people, things, places."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from .phrase_parts import OWN_ENGLISH, Phrase, Subject, after, noun_phrase, pronoun
from .phrase_words import ADJECTIVES, NOUNS, NUMBERS, NUMBERS_ENGLISH, Adjective, Noun, Verb

T = TypeVar("T")
_NAMES = (("Paul", False), ("Antoine", False), ("Martin", False), ("Marie", True), ("Anne", True),
          ("Julie", True))  # fmt: skip
_NEAR = (("devant", "in front of"), ("derrière", "behind"), ("près de", "near"),
         ("à côté de", "next to"), ("loin de", "far from"))  # fmt: skip
_OWNERS = (0, 1, 3, 4, 5)  # "son" is his or her: it needs a subject that says which


class Chooser:
    """Draws with ``rng.random`` only, whose numbers are the same with every version of numpy."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng

    def one(self, options: Sequence[T]) -> T:
        """Return one of the options."""
        return options[int(self._rng.random() * len(options))]

    def chance(self, probability: float) -> bool:
        """Return True with this probability."""
        return bool(self._rng.random() < probability)

    def noun(self, uses: str) -> Noun:
        """Return a noun that has one of these uses."""
        return self.one(_nouns(uses))

    def beside(self, noun: Noun, probability: float = 0.3) -> Adjective | None:
        """Return an adjective that may stand beside the noun, or none."""
        fitting = _adjectives(noun.kind)
        return self.one(fitting) if fitting and self.chance(probability) else None

    def after_be(self, subject: Subject, compared: bool = False) -> Adjective:
        """Return an adjective that can be said of the subject, with a comparative if asked."""
        beside = subject.phrase.english.split()
        return self.one([a for a in _predicates(subject.uses, compared) if a.english not in beside])

    def subject(self, animals: bool = False, pronouns: bool = True) -> Subject:
        """Return somebody who does something: a pronoun, a name, a person, perhaps an animal."""
        if pronouns and self.chance(0.55):
            return self.pronoun()
        if self.chance(0.3):
            return self.names()
        if animals and self.chance(0.4):
            return as_subject(self.definite(self.noun("N")))
        return as_subject(self.person())

    def pronoun(self, persons: Sequence[int] = (0, 0, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5)) -> Subject:
        """Return a pronoun; "you" of "vous" may be one or several."""
        person = self.one(persons)
        return pronoun(
            person, self.chance(0.5), person in (3, 5) or (person == 4 and self.chance(0.5))
        )

    def names(self) -> Subject:
        """Return one or two people by their names."""
        name, feminine = self.one(_NAMES)
        if self.chance(0.7):
            return as_subject(Phrase((name,), name, feminine))
        other, also = self.one([pair for pair in _NAMES if pair[0] != name])
        return as_subject(
            Phrase((name, "et", other), f"{name} and {other}", feminine and also, True)
        )

    def person(self, singular: bool = False) -> Phrase:
        """Return somebody with an article or a possessive."""
        noun = self.noun("AYF")
        plural = not singular and "1" not in noun.uses and self.chance(0.3)
        if noun.kind == "F":
            return noun_phrase(noun, "own", plural, owner=self.one(_OWNERS))
        return noun_phrase(noun, "the", plural, self.beside(noun, 0.2))

    def somebody(self, avoid: Phrase | None = None) -> Phrase:
        """Return a person by name or otherwise, but not ``avoid``."""
        found = self.names().phrase if self.chance(0.4) else self.person()
        if avoid and (set(found.french) & set(avoid.french) - {"le", "la", "les", "et"}):
            return self.somebody(avoid)
        return found

    def definite(self, noun: Noun, plural: float = 0.3, avoid: Noun | None = None) -> Phrase:
        """Return a noun (another one than ``avoid``) with "the", "this" or who has it."""
        while noun == avoid:
            noun = self.noun(noun.kind)
        adjective = self.beside(noun)
        many = noun.counted and noun.kind != "L" and "1" not in noun.uses and self.chance(plural)
        if noun.kind == "F":
            return noun_phrase(noun, "own", many, owner=self.one(_OWNERS))
        if noun.kind in "TXVCN" and self.chance(0.15):
            return self._owned(noun, many, adjective)
        if noun.kind in "TXVC" and self.chance(0.3):
            return noun_phrase(noun, "own", many, adjective, owner=self.one(_OWNERS))
        return noun_phrase(noun, "this" if self.chance(0.15) else "the", many, adjective)

    def indefinite(self, noun: Noun, negated: bool = False, numbers: bool = True) -> Phrase:
        """Return a noun with "a", a number, or "some" where it is not counted."""
        adjective = self.beside(noun)
        if not noun.counted:
            return noun_phrase(noun, "some", False, adjective, negated)
        if noun.kind == "L" or not self.chance(0.35):
            return noun_phrase(noun, "a", False, adjective, negated)
        if numbers and not negated and self.chance(0.6):
            return noun_phrase(
                noun, "number", True, adjective, number=2 + int(9 * self._rng.random())
            )
        return noun_phrase(noun, "a", True, adjective, negated)

    def object(self, verb: Verb, subject: Subject, negated: bool = False) -> Phrase:
        """Return what the verb is done to."""
        noun = self.noun(verb.objects)
        while subject.phrase.noun == noun:
            noun = self.noun(verb.objects)
        if verb.infinitive == "aimer":  # "les pommes" are apples, not the apples
            if self.chance(0.3):
                return noun_phrase(
                    noun, "this", noun.counted and self.chance(0.3), self.beside(noun)
                )
            phrase = noun_phrase(noun, "the", noun.counted, self.beside(noun))
            return Phrase(phrase.french, phrase.english.removeprefix("the "), noun=noun)
        if noun.kind in "AYF" and self.chance(0.25):
            return self.somebody(avoid=subject.phrase)
        if noun.kind not in "AYLMD" and subject.own and self.chance(0.2):
            plural = "1" not in noun.uses and self.chance(0.3)
            return noun_phrase(noun, "own", plural, owner=subject.person, own=subject.own)
        if noun.kind == "F" and (verb.infinitive != "avoir" or "1" in noun.uses):
            return self.definite(noun)
        share = {"avoir": 0.9, "vouloir": 0.7}.get(verb.infinitive, 0.45)
        return self.indefinite(noun, negated) if self.chance(share) else self.definite(noun)

    def clock(self) -> Phrase:
        """Return a time of the day."""
        hour = int(self._rng.random() * 11)
        if hour == 10:
            return Phrase(("à", "midi"), "at noon")
        french = "une heure" if hour == 0 else f"{NUMBERS[hour]} heures"
        return Phrase(("à", *french.split()), f"at {NUMBERS_ENGLISH[hour]} o'clock")

    def inside(self, french: str = "dans", english: str = "in", names: str = "") -> Phrase:
        """Return "in" some place or "out of" it, or one of those that are named in French."""
        noun = self.one([noun for noun in _nouns("i") if not names or noun.french in names.split()])
        place = noun_phrase(noun, "the", False, self.beside(noun, 0.2))
        return Phrase(after(french, place.french), f"{english} {place.english}".strip(), noun=noun)

    def at(self, french: str = "à", english: str = "at", names: str = "") -> Phrase:
        """Return "at", "to" or "from" some place; English says "at school"."""
        noun = self.one([noun for noun in _nouns("@") if not names or noun.french in names.split()])
        place = noun_phrase(noun, "the")
        said = noun.english if noun.english == "school" else place.english
        return Phrase(after(french, place.french), f"{english} {said}", noun=noun)

    def about(self, avoid: Noun | None = None) -> Phrase:
        """Return where a person, an animal or a place is."""
        french, english = self.one(_NEAR)
        noun = self.noun("@")
        if noun == avoid:
            return self.about(avoid)
        if (avoid is None or avoid.kind != "L") and self.chance(0.5):
            return self.inside() if self.chance(0.6) else self.at()
        place = noun_phrase(noun, "the")
        return Phrase(after(french, place.french), f"{english} {place.english}")

    def spot(self, avoid: Noun | None = None) -> Phrase:
        """Return where a small thing is: on or under a table, in a bag."""
        noun, (french, english) = self.noun("H"), self.one((("sur", "on"), ("sous", "under")))
        if self.chance(0.3):
            noun, french, english = self.noun("K"), "dans", "in"
        if noun == avoid:
            return self.spot(avoid)
        place = self.definite(noun, plural=0)
        return Phrase((french, *place.french), f"{english} {place.english}", noun=noun)

    def _owned(self, noun: Noun, plural: bool, adjective: Adjective | None) -> Phrase:
        owner = self.person(singular=True) if self.chance(0.5) else self.names().phrase
        while owner.plural:
            owner = self.names().phrase
        phrase = noun_phrase(noun, "the", plural, adjective)
        english = f"{owner.english}'s {phrase.english.removeprefix('the ')}"
        french = (*phrase.french, *after("de", owner.french))
        return Phrase(french, english, noun.feminine, plural, noun)


def as_subject(phrase: Phrase) -> Subject:
    """Make a noun phrase the subject."""
    if phrase.plural:
        return Subject(phrase, 5, OWN_ENGLISH[5])
    if phrase.noun and phrase.noun.kind not in "AYF":
        return Subject(phrase, 2, "its")
    return Subject(phrase, 2, "her" if phrase.feminine else "his")


@functools.cache
def _nouns(uses: str) -> list[Noun]:
    return [noun for noun in NOUNS if set(uses) & set(noun.uses)]


@functools.cache
def _adjectives(kind: str) -> list[Adjective]:
    return [adjective for adjective in ADJECTIVES if kind in adjective.beside]


@functools.cache
def _predicates(uses: str, compared: bool) -> list[Adjective]:
    said = [adjective for adjective in ADJECTIVES if set(uses) & set(adjective.after)]
    return [adjective for adjective in said if adjective.more or not compared]
