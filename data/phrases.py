"""French phrases with their English, drawn from a small grammar; no person wrote them.

Here stand the kinds of sentence; ``phrase_clauses`` says what happens in them, ``phrase_parts``
knows the grammar, ``phrase_words`` the words.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np

from .phrase_choice import Chooser, as_subject
from .phrase_clauses import (
    being,
    compared,
    giving,
    intransitive,
    moving,
    placed,
    reason,
    state,
    transitive,
    with_clitic,
)  # fmt: skip
from .phrase_parts import Clause, Phrase, Subject, join, pronoun, say
from .phrase_words import VERBS

Pair = tuple[str, str]  # French, English
Said = tuple[list[str], str, str]  # French words, English, the mark at the end
_CLAUSES = (
    transitive, transitive, transitive, with_clitic, with_clitic, giving, intransitive, moving,
    being, compared, state, placed,
)  # fmt: skip
_ORDERED = ("manger lire écrire acheter chercher regarder attendre aider ouvrir fermer").split()
_ORDERED_TO = (("moi", "me"), ("nous", "us"), ("le", "him"), ("la", "her"), ("les", "them"))
_COUNTED = ("avoir", "acheter", "vouloir")


def draw(rng: np.random.Generator, count: int, exclude: Collection[str] = ()) -> list[Pair]:
    """Draw pairs of sentences that differ in both languages from each other and from ``exclude``.

    ``exclude`` holds sentences of either language. A seed gives the same pairs with every version
    of numpy, since only ``rng.random`` is used.
    """
    choose = Chooser(rng)
    seen = set(exclude)
    pairs: list[Pair] = []
    while len(pairs) < count:
        words, text, mark = choose.one(_KINDS)(choose)
        french, english = (
            _sentence(join(words), f" {mark}".replace(" .", ".")),
            _sentence(text, mark),
        )
        if french not in seen and english not in seen:
            seen.update((french, english))
            pairs.append((french, english))
    return pairs


def _sentence(text: str, mark: str) -> str:
    return text[0].upper() + text[1:] + mark


def _stated(choose: Chooser) -> Said:
    """State it."""
    return *say(choose.one(_CLAUSES)(choose)), "."


def _asked(choose: Chooser) -> Said:
    """Ask whether, why or when: "Est-ce que tu manges une pomme ?", "Pourquoi dors-tu ?"."""
    clause = choose.one(_CLAUSES)(choose)
    while clause.subject.person == 0 and clause.tense not in ("pouvoir", "devoir"):
        clause = choose.one(_CLAUSES)(choose)
    asked = ("", "")
    if clause.negation or choose.chance(0.25):
        asked = ("pourquoi", "why")
    inverted = clause.subject.phrase.french in (("tu",), ("vous",)) and choose.chance(0.5)
    if clause.negation:
        inverted = False
    return *say(clause, "inversion" if inverted else "question", asked), "?"


def _asked_what(choose: Chooser) -> Said:
    """Ask for a part: "Qu'est-ce que tu manges ?", "Où habites-tu ?", "Qui a la clé ?"."""
    subject = choose.pronoun((1, 1, 1, 2, 4, 4, 5)) if choose.chance(0.7) else choose.subject()
    inverted = subject.person in (1, 4) and choose.chance(0.5)
    form = "inversion" if inverted else "question"
    tense = choose.one("pptf")
    if choose.chance(0.35):
        verb = VERBS[choose.one("manger boire lire écrire acheter chercher voir".split())]
        return *say(Clause(subject, verb, tense), form, ("que", "what")), "?"
    if choose.chance(0.5):
        verb = VERBS[choose.one("aller habiter travailler dormir manger".split())]
        tense = tense if verb.allows(tense) else "p"
        return *say(Clause(subject, verb, tense), form, ("où", "where")), "?"
    if choose.chance(0.5):
        verb = VERBS[choose.one("partir lever venir".split())]
        question = choose.one((("quand", "when"), ("à quelle heure", "at what time")))
        return *say(Clause(subject, verb, tense), form, question), "?"
    verb = VERBS[choose.one(_COUNTED)]
    noun = choose.noun("XVCNE" if verb.infinitive == "avoir" else "B")
    french, english = noun.form(noun.counted)
    much = "how many" if noun.counted else "how much"
    question = (join(["combien", "de", french]), f"{much} {english}")
    return *say(Clause(subject, verb), form, question), "?"


def _asked_who(choose: Chooser) -> Said:
    """Ask who does it: "Qui a la clé ?"."""
    who = Subject(Phrase(("qui",), "who"), 2, "")
    clause = choose.one((transitive, intransitive, moving, being, state))(choose, who)
    return *say(clause), "?"


def _asked_where(choose: Chooser) -> Said:
    """Ask where it is: "Où sont mes clés ?"."""
    thing = as_subject(choose.definite(choose.noun("sNV@")))
    be = VERBS["être"].present[thing.person]
    return (
        ["où", be, *thing.phrase.french],
        f"where {_is(thing.phrase)} {thing.phrase.english}",
        "?",
    )


def _is(phrase: Phrase) -> str:
    return "are" if phrase.plural else "is"


def _it_is(choose: Chooser) -> Said:
    """Say what it is: "Ce sont de belles maisons."."""
    noun = choose.noun("NXTVCEMDL")
    definite = noun.counted and choose.chance(0.4)
    phrase = choose.definite(noun) if definite else choose.indefinite(noun, numbers=False)
    words, is_ = list(phrase.french), _is(phrase)
    it = "they" if phrase.plural else "it"
    be = "sont" if phrase.plural else "est"
    if choose.chance(0.2):
        return ["ce", "ne", be, "pas", *words], f"{it} {is_} not {phrase.english}", "."
    if choose.chance(0.25):
        return ["est-ce", "que", "ce", be, *words], f"{is_} {it} {phrase.english}", "?"
    return ["ce", be, *words], f"{it} {is_} {phrase.english}", "."


def _there_is(choose: Chooser) -> Said:
    """Say that it is there: "Il y a trois livres sur la table."."""
    noun = choose.noun("sNAYLEMD")
    negated = choose.chance(0.2)
    phrase = choose.indefinite(noun, negated)
    where = choose.spot(avoid=noun) if noun.kind in "TXCEMD" else choose.about(avoid=noun)
    words, english = (*phrase.french, *where.french), f"{phrase.english} {where.english}"
    past = choose.chance(0.2)
    is_ = ("were" if phrase.plural else "was") if past else _is(phrase)
    has = "avait" if past else "a"
    if negated:
        thing = f"{phrase.english.removeprefix('a ').removeprefix('an ')} {where.english}"
        return ["il", "ne", "y", has, "pas", *words], f"there {is_} no {thing}", "."
    if choose.chance(0.25):
        return ["est-ce", "que", "il", "y", has, *words], f"{is_} there {english}", "?"
    return ["il", "y", has, *words], f"there {is_} {english}", "."


def _thought(choose: Chooser) -> Said:
    """Say what somebody thinks: "Je pense qu'elle est malade."."""
    verb, subject = VERBS["penser"], choose.subject()
    inner = choose.one((being, state, placed, moving, intransitive, transitive))
    french, english = say(inner(choose))
    return *say(Clause(subject, verb, "p", "", ("que", *french), f"that {english}")), "."


def _because(choose: Chooser) -> Said:
    """Give a reason: "Il dort parce qu'il est fatigué."."""
    clause = choose.one((intransitive, moving))(choose, choose.subject())
    french, english = say(clause)
    why, because = say(reason(choose, clause.subject.pronoun, "t" if clause.tense == "t" else "p"))
    return [*french, "parce", "que", *why], f"{english} because {because}", "."


def _ordered(choose: Chooser) -> Said:
    """Order or forbid it: "Ferme la porte.", "Aidez-moi."."""
    verb = VERBS[choose.one(_ORDERED)]
    tu = choose.chance(0.5)
    order = verb.present[1 if tu else 4]
    if tu and order.endswith("es"):
        order = order[:-1]
    forbidden = choose.chance(0.3)
    base = " ".join(["do not" * forbidden, verb.english[0], verb.particle]).split()
    if verb.objects.startswith("A") and not forbidden and choose.chance(0.6):
        word, english = choose.one(_ORDERED_TO)
        return [f"{order}-{word}"], " ".join([*base, english]), "."
    owner = pronoun(1 if tu else 4, False, False)
    thing = choose.object(verb, owner, forbidden)
    words = ["ne", order, "pas"] if forbidden else [order]
    return [*words, *thing.french], " ".join([*base, thing.english]), "."


_KINDS: tuple[Callable[[Chooser], Said], ...] = (
    *([_stated] * 12), *([_asked] * 3), _asked_what, _asked_what, _asked_who, _asked_where, _it_is,
    _there_is, _there_is, _thought, _because, _ordered,
)  # fmt: skip
