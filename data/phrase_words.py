"""The words of the generated phrases: French nouns, adjectives and verbs with their English."""

from __future__ import annotations

from dataclasses import dataclass

# What a noun can be used for, one letter each: A adult, Y young person, F family and friends,
# N animal, X text, T thing, V vehicle, C clothes, E food to count, M food not to count, D drink,
# L place; B is bought, s small enough to lose, W written, O opened, Z closed, G looked at,
# H furniture, K container, i one can be in it, @ one can be at it, 1 one has only one.
_NOUNS = """
m homme man A | f femme woman A | m professeur teacher A | m médecin doctor A
m voisin neighbour A | m garçon boy Y | f fille girl Y | m enfant child Y
m père father F1 | f mère mother F1 | m frère brother F | f sœur sister F | m ami friend F
f amie friend F | m chat cat N | m chien dog N | m cheval horse N | m oiseau bird N
m livre book XBsWO | f lettre letter XsWO | m journal newspaper XBs
f clé key Ts | f table table TBH | f chaise chair TBH | m lit bed TBH | m sac bag TBsOZK
f montre watch TBsG | m verre glass TBs | f bouteille bottle TBsO | f boîte box TsOZK
m cadeau gift TBsO | f fenêtre window TOZ | f porte door TOZ
m chapeau hat CBs | f chemise shirt CBs | f robe dress CBG | f chaussure shoe CBs
f voiture car VBGK | m vélo bicycle VB | m bateau boat VBG
f pomme apple EB | f orange orange EB | m gâteau cake EB | m œuf egg EB
m pain bread MB | m fromage cheese MB | f viande meat MB
f eau water DB | m café coffee DB | m thé tea DB | m lait milk DB
f maison house LBGi | f école school Li@ | m marché market L@ | m jardin garden LGi
f gare station L@ | m hôpital hospital L@ | m parc park Li@ | m magasin shop Li@
m restaurant restaurant Li@ | m musée museum Li@ | f plage beach L@ | m village village Li
f ville city Li | f rue street Li | f cuisine kitchen Li | f chambre bedroom Li
"""

# Masculine, feminine, English, comparative ("-" for none), where it stands, the nouns that it
# goes with beside them and those that it goes with after "être" ("-" for none).
_ADJECTIVES = """
petit petite small smaller before YNTVCEL AYFNTVCEL
grand grande big bigger before NTVEL NTVCEL
grand grande tall taller before - AYF
jeune jeune young younger before AN AYFN
vieux vieille old older before ANTVCXL AFNTVCL
beau belle beautiful more_beautiful before NTVCXL NVCXL
nouveau nouvelle new - before TVCXL -
bon bonne good - before XEMD XEMD
rouge rouge red - after TVC TVC
noir noire black - after TVCN TVCN
blanc blanche white - after TVCN TVCN
vert verte green - after TVC TVC
cher chère expensive more_expensive after TVC TVCEM
intéressant intéressante interesting more_interesting after X X
rapide rapide fast faster after VN VN
riche riche rich richer after A AYF
malade malade sick - after AYN AYFN
triste triste sad - after AY AYFN
fatigué fatiguée tired - after Y AYFN
content contente happy happier after - AYF
froid froide cold - after D MD
"""

# Infinitive, the four English forms and what belongs to them, the nouns that can be its object
# ("-" for none), and how it is used: = never with "-ing", n also of animals, ê with "être", s
# reflexive, and where not all of them are natural its tenses: p present, t past, f future and
# infinitive.
_VERBS = """
manger eat eats ate eating - EM n | boire drink drinks drank drinking - D
lire read reads read reading - X | écrire write writes wrote writing - W
acheter buy buys bought buying - B | chercher look looks looked looking for sN n
regarder look looks looked looking at NVG n | attendre wait waits waited waiting for AYF n
aider help helps helped helping - AYF | ouvrir open opens opened opening - O
fermer close closes closed closing - Z | voir see sees saw seeing - AYNVLs =n
trouver find finds found finding - sN =tf | perdre lose loses lost losing - s =t
avoir have has had having - TVCNXF =p | vouloir want wants wanted wanting - BN =p
aimer like likes liked liking - TVCNXEMD =p | donner give gives gave giving - Xs
dormir sleep sleeps slept sleeping - - n | travailler work works worked working - -
jouer play plays played playing - - | habiter live lives lived living - - =pf
parler talk talks talked talking - - | aller go goes went going - - ê
venir come comes came coming - - ê | partir leave leaves left leaving - - ê
rester stay stays stayed staying - - ê | lever get gets got getting up - sê=
être be is was being - - = | faim be is was being - - =
penser think thinks thought thinking - - =
pouvoir can can could - - - = | devoir must must must - - - =
"""

# The present of the verbs that do not go like "parler", and their participle.
_FORMS = """
boire bois bois boit buvons buvez boivent bu
lire lis lis lit lisons lisez lisent lu
écrire écris écris écrit écrivons écrivez écrivent écrit
acheter achète achètes achète achetons achetez achètent acheté
attendre attends attends attend attendons attendez attendent attendu
ouvrir ouvre ouvres ouvre ouvrons ouvrez ouvrent ouvert
voir vois vois voit voyons voyez voient vu
perdre perds perds perd perdons perdez perdent perdu
avoir ai as a avons avez ont eu
vouloir veux veux veut voulons voulez veulent voulu
dormir dors dors dort dormons dormez dorment dormi
aller vais vas va allons allez vont allé
venir viens viens vient venons venez viennent venu
partir pars pars part partons partez partent parti
lever lève lèves lève levons levez lèvent levé
être suis es est sommes êtes sont été
pouvoir peux peux peut pouvons pouvez peuvent pu
devoir dois dois doit devons devez doivent dû
"""

IMPERFECT = {
    "être": ("étais", "étais", "était", "étions", "étiez", "étaient"),
    "faim": ("avais", "avais", "avait", "avions", "aviez", "avaient"),
}
NUMBERS = ("un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")
NUMBERS_ENGLISH = "one two three four five six seven eight nine ten".split()
MODALS = ("vouloir", "pouvoir", "devoir")
_PLURALS = {"man": "men", "woman": "women", "child": "children"}
_BEFORE_VOWELS = {"vieux": "vieil", "beau": "bel", "nouveau": "nouvel"}


@dataclass(frozen=True)
class Noun:
    """A noun in both languages; ``kind`` is the first of its letters."""

    french: str
    english: str
    feminine: bool
    uses: str

    @property
    def kind(self) -> str:
        return self.uses[0]

    @property
    def counted(self) -> bool:
        return self.kind not in "MD"

    def form(self, plural: bool) -> tuple[str, str]:
        """Return the French and the English form."""
        if not plural:
            return self.french, self.english
        return french_plural(self.french), _PLURALS.get(self.english, _english_plural(self.english))


@dataclass(frozen=True)
class Adjective:
    """An adjective: ``more`` is the English comparative; ``beside`` and ``after`` name nouns."""

    masculine: str
    feminine: str
    english: str
    more: str
    before: bool
    beside: str
    after: str

    def form(self, feminine: bool, plural: bool, vowel: bool = False) -> str:
        """Return the French form; ``vowel``: it stands before a noun that begins with one."""
        if vowel and not feminine and not plural:
            return _BEFORE_VOWELS.get(self.masculine, self.masculine)
        word = self.feminine if feminine else self.masculine
        return french_plural(word) if plural else word


@dataclass(frozen=True)
class Verb:
    """A verb: its French present for six persons, its English base, third person, past and -ing."""

    infinitive: str
    present: tuple[str, ...]
    participle: str
    english: tuple[str, ...]
    particle: str
    objects: str
    uses: str

    def allows(self, tense: str) -> bool:
        """Return whether it is natural in ``p`` present, ``t`` past or ``f`` future."""
        named = set(self.uses) & set("ptf")
        return not named or tense in named


def french_plural(word: str) -> str:
    """Return the plural of a French noun or adjective."""
    if word[-1] in "sx":
        return word
    return (
        word[:-1] + "ux" if word.endswith("al") else word + ("x" if word.endswith("eau") else "s")
    )


def _english_plural(word: str) -> str:
    if word.endswith(("s", "x", "ch")):
        return word + "es"
    return word[:-1] + "ies" if word.endswith("y") and word[-2] not in "aeo" else word + "s"


def _rows(table: str) -> list[list[str]]:
    return [row.split() for row in table.replace("|", "\n").splitlines() if row.strip()]


def _verb(row: list[str]) -> Verb:
    infinitive, english, particle, objects, uses = row[0], row[1:5], row[5], row[6], row[7:]
    forms = _IRREGULAR.get(infinitive) or _regular(infinitive.removesuffix("er"))
    particle, objects = (part.strip("-").replace("_", " ") for part in (particle, objects))
    return Verb(
        infinitive, tuple(forms[:6]), forms[6], tuple(english), particle, objects, "".join(uses)
    )


def _regular(stem: str) -> list[str]:
    we = "eons" if stem.endswith("g") else "ons"
    return [stem + ending for ending in ("e", "es", "e", we, "ez", "ent", "é")]


_IRREGULAR = {row[0]: row[1:] for row in _rows(_FORMS)}
_IRREGULAR["faim"] = _IRREGULAR["avoir"]  # "avoir faim": to be hungry
NOUNS = tuple(Noun(row[1], row[2], row[0] == "f", row[3]) for row in _rows(_NOUNS))
ADJECTIVES = tuple(
    Adjective(m, f, en, "" if more == "-" else more.replace("_", " "), where == "before",
              beside.strip("-"), after.strip("-"))
    for m, f, en, more, where, beside, after in _rows(_ADJECTIVES)
)  # fmt: skip
VERBS = {row[0]: _verb(row) for row in _rows(_VERBS)}
