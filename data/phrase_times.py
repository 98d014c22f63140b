"""When something happens in the generated phrases, how often, and whether at all."""

from __future__ import annotations

import dataclasses

from .phrase_choice import Chooser
from .phrase_parts import Clause
from .phrase_words import MODALS, Verb

_TIMES = {
    "now": (("maintenant", "now"), ("aujourd'hui", "today")),
    "habit": (
        ("le matin", "in the morning"), ("le soir", "in the evening"), ("le lundi", "on Mondays"),
        ("le dimanche", "on Sundays"), ("chaque jour", "every day"),
        ("chaque semaine", "every week"),
    ),
    "t": (
        ("hier", "yesterday"), ("hier soir", "last night"), ("ce matin", "this morning"),
        ("lundi dernier", "last Monday"), ("la semaine dernière", "last week"),
    ),
    "f": (
        ("demain", "tomorrow"), ("demain matin", "tomorrow morning"), ("ce soir", "tonight"),
        ("la semaine prochaine", "next week"), ("dimanche prochain", "next Sunday"),
    ),
}  # fmt: skip
_ADVERBS = (("souvent", "often"), ("toujours", "always"), ("parfois", "sometimes"))


def tense_of(choose: Chooser, verb: Verb) -> str:
    """Return present, past, future or a modal verb, as far as the verb allows it."""
    tense = choose.one("pppppptttttff") if choose.chance(0.85) else choose.one(MODALS)
    if verb.allows("f" if tense in MODALS else tense):
        return tense
    return next(name for name in "ptf" if verb.allows(name))


def negation_of(choose: Chooser, tense: str) -> str:
    """Return a word of negation, most often none; the past and the future take only "pas"."""
    if not choose.chance(0.22):
        return ""
    return "pas" if tense != "p" or choose.chance(0.6) else choose.one(("jamais", "plus"))


def timed(choose: Chooser, clause: Clause) -> Clause:
    """Add how often it happens, or when."""
    kind, stative = clause.tense, "=" in clause.verb.uses
    if kind == "p":
        if stative or clause.negation in ("jamais", "plus"):
            return clause
        if not clause.negation and choose.chance(0.15):
            return dataclasses.replace(clause, adverb=choose.one(_ADVERBS))
        kind = "now" if clause.negation or choose.chance(0.4) else "habit"
    if not choose.chance(0.3):
        return clause
    french, english = choose.one(_TIMES["f" if kind in MODALS else kind])
    words = (*clause.french, *french.split())
    english = f"{clause.english} {english}".strip()
    return dataclasses.replace(clause, french=words, english=english, habit=kind == "habit")
