"""The clauses of the generated phrases: who does what, to what, where and when."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from .phrase_choice import Chooser, as_subject
from .phrase_parts import Clause, Phrase, Subject, after, vowel
from .phrase_times import negation_of, tense_of, timed
from .phrase_words import ADJECTIVES, VERBS

_PLAY = (
    ("au football", "football"), ("au tennis", "tennis"), ("aux cartes", "cards"),
    ("aux échecs", "chess"), ("du piano", "the piano"), ("de la guitare", "the guitar"),
    ("du violon", "the violin"), ("avec le chien", "with the dog"),
)  # fmt: skip
_STATES = (
    ("faim", "hungry"), ("soif", "thirsty"), ("froid", "cold"), ("chaud", "hot"),
    ("peur", "afraid"), ("sommeil", "sleepy"), ("raison", "right"), ("tort", "wrong"),
)  # fmt: skip
_AGES = (
    ("cinq", "five"), ("six", "six"), ("huit", "eight"), ("dix", "ten"), ("douze", "twelve"),
    ("quinze", "fifteen"), ("vingt", "twenty"), ("trente", "thirty"), ("quarante", "forty"),
)  # fmt: skip
_INSIDE = {  # rooms and places that suit a verb
    "dormir": "chambre maison jardin", "lire": "jardin parc", "manger": "cuisine jardin",
    "habiter": "maison village ville rue",
}  # fmt: skip
_TRANSITIVE = [name for name, verb in VERBS.items() if verb.objects and name != "donner"]
# verbs whose object pronoun is a thing, and those whose object pronoun is a person
_THINGS = "manger boire lire écrire acheter chercher ouvrir fermer trouver perdre vouloir".split()
_PERSONS = ("voir", "aider", "attendre")
_PAST = ("manger", "lire", "acheter", "trouver", "perdre", *_PERSONS)  # "je les ai vues"
_INTRANSITIVE = "dormir travailler jouer jouer habiter parler parler manger lire".split()
_MOVING = "aller aller venir partir rester lever".split()
_STRESSED = (
    (0, "moi", "me"), (1, "toi", "you"), (2, "lui", "him"), (2, "elle", "her"), (3, "nous", "us"),
    (4, "vous", "you"), (5, "eux", "them"),
)  # fmt: skip
_PASSING = "tired sick happy sad cold".split()
_CLITICS = ((0, "me", "me"), (1, "te", "you"), (3, "nous", "us"), (4, "vous", "you"))
_NOWHERE = Phrase((), "")


def transitive(choose: Chooser, subject: Subject | None = None) -> Clause:
    """Somebody does something to something: "Le garçon lit un livre"."""
    verb = VERBS[choose.one(_TRANSITIVE)]
    subject = subject or choose.subject(animals="n" in verb.uses)
    tense = tense_of(choose, verb)
    negation = negation_of(choose, tense)
    thing = choose.object(verb, subject, bool(negation))
    return timed(choose, Clause(subject, verb, tense, negation, thing.french, thing.english))


def with_clitic(choose: Chooser) -> Clause:
    """The object is a pronoun: "Elle ne la voit pas"."""
    verb = VERBS[choose.one(_THINGS if choose.chance(0.5) else _PERSONS)]
    subject, tense = choose.subject(), tense_of(choose, verb)
    tense = "p" if tense == "t" and verb.infinitive not in _PAST else tense
    clause = Clause(subject, verb, tense, negation_of(choose, tense))
    persons = verb.infinitive in _PERSONS
    if persons and tense != "t" and choose.chance(0.5):
        clitic, english = choose.one(_others(subject))
        return timed(choose, dataclasses.replace(clause, clitic=(clitic,), english=english))
    # "je l'aide" does not say whether it is him or her; "je l'ai aidée" does
    unclear = persons and tense != "t" and vowel(verb.infinitive)
    feminine, plural = choose.chance(0.5), unclear or choose.chance(0.3)
    word = "les" if plural else "la" if feminine else "le"
    one = ("her" if feminine else "him") if persons else "it"
    english, agreement = "them" if plural else one, (feminine, plural)
    clause = dataclasses.replace(clause, clitic=(word,), english=english, agreement=agreement)
    return timed(choose, clause)


def giving(choose: Chooser) -> Clause:
    """Something is given to somebody: "Il me donne un livre"."""
    verb, subject = VERBS["donner"], choose.subject()
    tense = tense_of(choose, verb)
    negation = negation_of(choose, tense)
    thing = choose.object(verb, subject, bool(negation))
    clause = Clause(subject, verb, tense, negation)
    if choose.chance(0.4):
        person = choose.somebody(avoid=subject.phrase)
        french = (*thing.french, *after("à", person.french))
        english = f"{thing.english} to {person.english}"
        return dataclasses.replace(clause, french=french, english=english)
    clitic, to = choose.one([*_others(subject), ("leur", "them")])
    english = f"{to} {thing.english}"
    return dataclasses.replace(clause, clitic=(clitic,), french=thing.french, english=english)


def intransitive(choose: Chooser, subject: Subject | None = None) -> Clause:
    """Somebody does something: "Nous jouons aux cartes"."""
    verb = VERBS[choose.one(_INTRANSITIVE)]
    name = verb.infinitive
    subject = subject or choose.subject(animals="n" in verb.uses)
    place = _NOWHERE
    if name == "jouer":
        french, english = choose.one(_PLAY)
        place = Phrase(tuple(french.split()), english)
    elif name == "parler":
        person = choose.somebody(avoid=subject.phrase)
        place = Phrase(("avec", *person.french), f"with {person.english}")
    elif name == "travailler":
        place = choose.at()
    elif name == "habiter" or (name in _INSIDE and choose.chance(0.6)):
        place = choose.inside("dans", "in", _INSIDE[name])
    tense = tense_of(choose, verb)
    negation = negation_of(choose, tense)
    return timed(choose, Clause(subject, verb, tense, negation, place.french, place.english))


def moving(choose: Chooser, subject: Subject | None = None) -> Clause:
    """Somebody goes, comes or stays: "Elles sont allées à la gare"."""
    verb, subject = VERBS[choose.one(_MOVING)], subject or choose.subject()
    tense = tense_of(choose, verb)
    negation = negation_of(choose, tense)
    place = _where_to(choose, verb.infinitive)
    clause = Clause(subject, verb, tense, negation, place.french, place.english)
    return clause if "o'clock" in place.english else timed(choose, clause)


def being(choose: Chooser, subject: Subject | None = None) -> Clause:
    """Somebody or something is so: "La petite maison est blanche"; only what passes will be so."""
    if subject is None and choose.chance(0.5):
        subject = as_subject(choose.definite(choose.noun("NTVCXEMDL")))
    subject = subject or choose.subject(pronouns=choose.chance(0.8))
    adjective = choose.after_be(subject)
    word = adjective.form(subject.phrase.feminine, subject.phrase.plural)
    tense = choose.one("pppppttff" if adjective.english in _PASSING else "pppppttt")
    if adjective.more and choose.chance(0.25):
        french, english = choose.one((("très", "very"), ("trop", "too")))
        return Clause(
            subject, VERBS["être"], tense, "", (french, word), f"{english} {adjective.english}"
        )
    negation = "pas" if tense != "p" and choose.chance(0.2) else negation_of(choose, tense)
    return Clause(subject, VERBS["être"], tense, negation, (word,), adjective.english)


def reason(choose: Chooser, subject: Subject, tense: str) -> Clause:
    """Return why somebody does something: "il est fatigué", "je n'ai pas faim"."""
    negation = "pas" if choose.chance(0.2) else ""
    if choose.chance(0.5):
        word, english = choose.one(_STATES[:-2])
        return Clause(subject, VERBS["faim"], tense, negation, (word,), english)
    adjective = choose.one([one for one in ADJECTIVES if one.english in _PASSING[:4]])
    word = adjective.form(subject.phrase.feminine, subject.phrase.plural)
    return Clause(subject, VERBS["être"], tense, negation, (word,), adjective.english)


def compared(choose: Chooser) -> Clause:
    """One is more so than another: "Paul est plus grand que moi"."""
    things = choose.chance(0.5)
    subject = as_subject(choose.definite(choose.noun("TXVCLN"))) if things else choose.subject()
    adjective = choose.after_be(subject, compared=True)
    if things:
        other = choose.definite(choose.noun(subject.kind), avoid=subject.phrase.noun)
    elif choose.chance(0.5):
        options = [(fr, en) for person, fr, en in _STRESSED if person != subject.person]
        french, english = choose.one(options)
        other = Phrase((french,), english)
    else:
        other = choose.somebody(avoid=subject.phrase)
    word = adjective.form(subject.phrase.feminine, subject.phrase.plural)
    how, than = "plus", f"{adjective.more} than"
    if choose.chance(0.35):
        how, than = "aussi", f"as {adjective.english} as"
    words = (how, word, "que", *other.french)
    negation = "pas" if choose.chance(0.15) else ""
    tense, english = choose.one("pppt"), f"{than} {other.english}"
    return Clause(subject, VERBS["être"], tense, negation, words, english)


def state(choose: Chooser, subject: Subject | None = None) -> Clause:
    """Somebody is hungry, or so many years old: "J'ai faim", "Elle a dix ans"."""
    subject, verb = subject or choose.subject(), VERBS["faim"]
    if choose.chance(0.3):
        years, english = choose.one(_AGES)
        return Clause(subject, verb, choose.one("pppt"), "", (years, "ans"), f"{english} years old")
    tense = choose.one("pppptf")
    word, english = choose.one(_STATES)
    if word not in ("raison", "tort") and choose.chance(0.2):
        return Clause(subject, verb, tense, "", ("très", word), f"very {english}")
    return Clause(subject, verb, tense, negation_of(choose, tense), (word,), english)


def placed(choose: Chooser, subject: Subject | None = None) -> Clause:
    """Somebody or something is somewhere: "Les clés sont dans le sac"."""
    if subject is None and choose.chance(0.7):
        subject = as_subject(choose.definite(choose.noun("sNE")))
    subject = subject or choose.subject()
    place = choose.spot(avoid=subject.phrase.noun) if subject.kind in "TXCE" else choose.about()
    tense, negation = choose.one("pppt"), "pas" if choose.chance(0.15) else ""
    return Clause(subject, VERBS["être"], tense, negation, place.french, place.english)


def _others(subject: Subject) -> list[tuple[str, str]]:
    """Return "me", "te", "nous" and "vous" as far as they are not the subject itself."""
    own = {0: (0, 3), 1: (1, 4), 3: (0, 3), 4: (1, 4)}.get(subject.person, ())
    return [(french, english) for person, french, english in _CLITICS if person not in own]


def _where_to(choose: Chooser, verb: str) -> Phrase:
    """Return where somebody goes or stays, from where, or at what time."""
    places: dict[str, Callable[[], Phrase]] = {
        "aller": lambda: choose.at("à", "to"),
        "venir": lambda: choose.at("de", "from"),
        "rester": lambda: choose.one((Phrase(("à", "la", "maison"), "at home"), choose.inside())),
        "lever": choose.clock,
        "partir": lambda: choose.clock() if choose.chance(0.6) else _NOWHERE,
    }
    return places.get(verb, lambda: _NOWHERE)()
