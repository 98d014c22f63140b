"""The grammar of the generated phrases: noun phrases, subjects and clauses in both languages.

French is a list of words until ``join`` elides them; English is a string.
"""

from __future__ import annotations

from dataclasses import dataclass

from .phrase_words import IMPERFECT, NUMBERS, NUMBERS_ENGLISH, VERBS, Adjective, Noun, Verb

PRONOUNS = ("je", "tu", "il", "nous", "vous", "ils")
REFLEXIVES = ("me", "te", "se", "nous", "vous", "se")
_ENGLISH = ("I", "you", "he", "we", "you", "they")
_OWN = (
    ("mon", "ma", "mes"), ("ton", "ta", "tes"), ("son", "sa", "ses"),
    ("notre", "notre", "nos"), ("votre", "votre", "vos"), ("leur", "leur", "leurs"),
)  # fmt: skip
OWN_ENGLISH = ("my", "your", "his", "our", "your", "their")
_BE = (("am", "are", "is", "are", "are", "are"), ("was", "were", "was", "were", "were", "were"))
_ELIDED = frozenset("je ne le la de que me te se ce".split())
_CONTRACTED = {("de", "le"): "du", ("de", "les"): "des", ("à", "le"): "au", ("à", "les"): "aux"}
NOT = {"": "", "pas": "not", "jamais": "never", "plus": "no longer"}


@dataclass(frozen=True)
class Phrase:
    """A noun with what stands around it."""

    french: tuple[str, ...]
    english: str
    feminine: bool = False
    plural: bool = False
    noun: Noun | None = None


@dataclass(frozen=True)
class Subject:
    """Who does it: ``person`` 0 to 5 for I, you, he/she/it, we, you (polite or several), they."""

    phrase: Phrase
    person: int
    own: str  # the English possessive that refers to it

    @property
    def uses(self) -> str:
        """Return what its noun can be used for; a pronoun or a name is a person."""
        return self.phrase.noun.uses if self.phrase.noun else "F"

    @property
    def kind(self) -> str:
        """Return the first letter of its uses."""
        return self.uses[0]

    @property
    def pronoun(self) -> Subject:
        """Return the pronoun for this subject."""
        return pronoun(self.person, self.phrase.feminine, self.phrase.plural)


@dataclass(frozen=True)
class Clause:
    """A sentence without its form: statement or question.

    ``tense`` is ``p`` present, ``t`` past, ``f`` future or a modal verb; ``clitic`` stands before
    the verb in French; ``french`` and ``english`` are what follows the verb.
    """

    subject: Subject
    verb: Verb
    tense: str = "p"
    negation: str = ""
    french: tuple[str, ...] = ()
    english: str = ""
    adverb: tuple[str, str] = ("", "")
    clitic: tuple[str, ...] = ()
    agreement: tuple[bool, bool] = (False, False)  # of the participle, with a clitic
    habit: bool = False


def vowel(word: str) -> bool:
    """Return whether a French word begins with a vowel for elision; the h of "huit" is not mute."""
    return word[0].lower() in "aàâeéèêiîoôuûœhy" and word.lower() not in ("huit", "haut")


def join(words: tuple[str, ...] | list[str]) -> str:
    """Join French words with elision, as in "j'ai", "l'eau", "qu'elle"."""
    text = ""
    for word, following in zip(words, [*words[1:], "."], strict=True):
        if word.lower() in _ELIDED and vowel(following):
            text += word[:-1] + "'"
        else:
            text += word + " "
    return text.strip()


def after(preposition: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """Put a preposition before a phrase; "de" and "à" contract with its article: "du", "aux"."""
    *others, last = preposition.split()
    elided = words[0] == "le" and vowel(words[1])
    contracted = "" if elided else _CONTRACTED.get((last, words[0]), "")
    return (*others, contracted, *words[1:]) if contracted else (*others, last, *words)


def noun_phrase(
    noun: Noun,
    determiner: str,
    plural: bool = False,
    adjective: Adjective | None = None,
    negated: bool = False,
    owner: int = 0,
    own: str = "",
    number: int = 2,
) -> Phrase:
    """Return a noun with its determiner and adjective.

    ``determiner``: ``the``, ``a``, ``some`` (of what is not counted), ``this``, ``number`` or
    ``own`` (by the person ``owner``; ``own`` is the English word). After a negation "un" and "du"
    become "de".
    """
    french, english = noun.form(plural)
    words = [french]
    if adjective and adjective.before:
        words.insert(0, adjective.form(noun.feminine, plural, vowel(french)))
    elif adjective:
        words.append(adjective.form(noun.feminine, plural))
    if adjective:
        english = f"{adjective.english} {english}"
    form = 2 if plural else int(noun.feminine)
    the = (("le", "la", "les")[form], *words)
    if determiner == "the":
        result, english = the, f"the {english}"
    elif determiner == "number":
        result = (NUMBERS[number - 1], *words)
        english = f"{NUMBERS_ENGLISH[number - 1]} {english}"
    elif determiner == "own":
        # "ma" before a vowel is "mon", but "notre" stays
        word = _OWN[owner][0 if form == 1 and vowel(words[0]) else form]
        result, english = (word, *words), f"{own or OWN_ENGLISH[owner]} {english}"
    elif determiner == "this":
        masculine = "cet" if vowel(words[0]) else "ce"
        result = ((masculine, "cette", "ces")[form], *words)
        english = f"{'these' if plural else 'this'} {english}"
    else:
        if determiner == "a" and not plural:
            english = f"{'an' if english[0] in 'aeiou' else 'a'} {english}"
        before = plural and adjective is not None and adjective.before
        if negated or before:
            result = ("de", *words)
        elif determiner == "some":
            result = after("de", the)
        else:
            result = (("un", "une", "des")[form], *words)
    return Phrase(result, english, noun.feminine, plural, noun)


def pronoun(person: int, feminine: bool, plural: bool) -> Subject:
    """Return a pronoun as the subject."""
    french, english, own = PRONOUNS[person], _ENGLISH[person], OWN_ENGLISH[person]
    if person == 2 and feminine:
        english, own = "she", "her"
    if person in (2, 5) and feminine:
        french = "elle" if person == 2 else "elles"
    return Subject(Phrase((french,), english, feminine, plural), person, own)


def say(
    clause: Clause, form: str = "statement", asked: tuple[str, str] = ("", "")
) -> tuple[list[str], str]:
    """Return the French words and the English of a clause.

    ``form`` is ``statement``, ``question`` ("est-ce que") or ``inversion``; ``asked`` is the
    question word in both languages.
    """
    french = _french(clause, form)
    if form == "question":
        question = (asked[0] + " est-ce que").strip().replace("que est-ce", "qu'est-ce")
        french = [*question.split(), *french]
    elif asked[0]:
        french = [*asked[0].split(), *french]
    english = _english(clause, form != "statement")
    return french, f"{asked[1]} {english}".strip()


def agree(participle: str, feminine: bool, plural: bool) -> str:
    """Return a participle with the endings for gender and number."""
    return participle + ("e" if feminine else "") + ("s" if plural else "")


def _french(clause: Clause, form: str) -> list[str]:
    subject, verb, person = clause.subject, clause.verb, clause.subject.person
    feminine, plural = subject.phrase.feminine, subject.phrase.plural
    clitics = [REFLEXIVES[person]] if "s" in verb.uses else list(clause.clitic)
    early, rest = clitics, []  # before the finite verb, after it
    if clause.tense == "p":
        finite = verb.present[person]
    elif clause.tense == "t" and verb.infinitive in IMPERFECT:
        finite = IMPERFECT[verb.infinitive][person]
    elif clause.tense == "t":
        helper = VERBS["être" if "ê" in verb.uses else "avoir"]
        finite = helper.present[person]
        ending = (feminine, plural) if "ê" in verb.uses else clause.agreement
        rest = [agree(verb.participle, *ending)]
    else:
        finite = VERBS["aller" if clause.tense == "f" else clause.tense].present[person]
        infinitive = "avoir" if verb.infinitive == "faim" else verb.infinitive
        early, rest = [], [*clitics, infinitive]
    if form == "inversion":
        finite += "-" + subject.phrase.french[0]
    before = [] if form == "inversion" else list(subject.phrase.french)
    negated = [clause.negation] if clause.negation else []
    ne = ["ne"] if clause.negation else []
    adverb = [clause.adverb[0]] if clause.adverb[0] else []
    return [*before, *ne, *early, finite, *negated, *adverb, *rest, *clause.french]


def _english(clause: Clause, question: bool) -> str:
    verb, person, tense = clause.verb, clause.subject.person, clause.tense
    base, third, past, ing = verb.english
    one = person == 2
    negation, adverb = NOT[clause.negation], clause.adverb[1]
    if negation != "not":
        negation, adverb = "", adverb or negation
    simple = "=" in verb.uses or clause.habit or bool(adverb)
    fused = ""  # what stands for the helper and the verb where the helper is "do"
    if tense == "f":
        helper, rest = _BE[0][person], f"going to {base}"
    elif tense in ("pouvoir", "devoir"):
        helper, rest = VERBS[tense].english[0], base
    elif tense == "vouloir":
        helper, rest = "does" if one else "do", f"want to {base}"
        fused = f"wants to {base}" if one else rest
    elif base == "be":
        helper, rest = _BE[tense == "t"][person], ""
    elif tense == "t":
        helper, rest, fused = "did", base, past
    elif simple:
        helper, rest, fused = "does" if one else "do", base, third if one else base
    else:
        helper, rest = _BE[0][person], ing
    subject = clause.subject.phrase.english
    if question:
        words = [helper, subject, negation, adverb, rest]
    elif fused and not negation:
        words = [subject, adverb, fused]
    elif helper == "can" and negation:
        words = [subject, "cannot", adverb, rest]
    else:
        words = [subject, helper, negation, adverb, rest]
    return " ".join(" ".join([*words, verb.particle, clause.english]).split())
