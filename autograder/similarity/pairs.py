"""Find pairs of submissions that share code which few others have and nobody was given.

The runs of tokens of all submissions are looked up in one table, so that the work grows with the
class and not with its square. `copydetect`, which compares every pair, draws its fingerprints with
Python's random hash seed, so that each report would show other numbers, and it does not know
which code is common in a class: in holes of three lines most right answers look alike.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any

from .tokens import GRAM, Token, grams, names_in, tokens

COMMON_SHARE, FEW = 0.05, 4  # code that more than a share of the class, and more than few, has
LEAST_RUNS, LEAST_SHARE = 40, 0.5  # what two submissions must share to be listed
MOST_PAIRS = 30
_LONGEST = 20_000

Result = Mapping[str, Any]


@dataclass(frozen=True)
class Passage:
    """A function of a submission; ``marked`` are its lines, from 0, that the other one has too."""

    file: str
    line: int
    name: str
    source: str
    marked: tuple[int, ...]


@dataclass(frozen=True)
class Pair:
    """Two submissions: ``share`` of the unusual code of the shorter one is in the other one too.

    ``runs`` is the number of runs of tokens that they share.
    """

    left: str
    right: str
    share: float
    runs: int
    evidence: tuple[tuple[Passage, ...], tuple[Passage, ...]]


@dataclass
class _Part:
    """A function of a submission: its tokens, and the numbers of its runs of tokens."""

    code: Mapping[str, Any]
    found: list[Token]
    runs: list[int]

    def covered(self, shared: set[int]) -> set[int]:
        """Return the places of the tokens that are in a run of ``shared``."""
        return {
            place + step
            for place, run in enumerate(self.runs)
            if run in shared
            for step in range(GRAM)
        }


def similar_pairs(
    results: Sequence[Result], given: Mapping[str, Sequence[str]]
) -> tuple[Pair, ...]:
    """Return the pairs of submissions with the same unusual code, the most similar ones first.

    ``given`` has for each problem the texts whose code is no evidence.
    """
    known = {problem: frozenset().union(*map(names_in, texts)) for problem, texts in given.items()}
    usual = {
        run
        for problem, texts in given.items()
        for text in texts
        for run in grams(tokens(text, known[problem]))
    }
    tokens_of = lru_cache(maxsize=4096)(lambda source, problem: _tokens(source, known.get(problem)))
    parts = [
        [_Part(code, *tokens_of(code["source"][:_LONGEST], problem)) for problem, code in _code(r)]
        for r in results
    ]
    owners = _owners(parts, usual)
    own = [_runs(mine) & owners.keys() for mine in parts]
    counts: Counter[tuple[int, int]] = Counter()
    for people in owners.values():
        counts.update(combinations(people, 2))
    found = []
    for (left, right), count in counts.items():
        share = count / min(len(own[left]), len(own[right]))
        if count >= LEAST_RUNS and share >= LEAST_SHARE:
            found.append((share, count, left, right))
    found.sort(key=lambda pair: (-pair[0], -pair[1], *pair[2:]))
    return tuple(
        Pair(
            str(results[left]["submission"]["name"]),
            str(results[right]["submission"]["name"]),
            share,
            count,
            (_evidence(parts[left], own[right]), _evidence(parts[right], own[left])),
        )
        for share, count, left, right in found[:MOST_PAIRS]
    )


def _tokens(source: str, known: frozenset[str] | None) -> tuple[list[Token], list[int]]:
    found = tokens(source, known or frozenset())
    return found, list(grams(found))


def _code(result: Result) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """Yield (problem, function) of a submission, each function once."""
    for problem in result["problems"]:
        codes = [code for question in problem["questions"] for code in question["code"]]
        codes.sort(key=lambda code: (code["file"], code["line"], -len(code["source"])))
        end: dict[str, int] = {}
        for code in codes:
            if code["line"] > end.get(code["file"], 0):
                end[code["file"]] = code["line"] + code["source"].count("\n")
                yield problem["name"], code


def _owners(parts: Sequence[Sequence[_Part]], usual: set[int]) -> dict[int, list[int]]:
    """Return each run that is not ``usual`` nor common, with the submissions that have it."""
    owners: dict[int, list[int]] = defaultdict(list)
    for number, mine in enumerate(parts):
        for run in _runs(mine) - usual:
            owners[run].append(number)
    most = max(FEW, math.ceil(COMMON_SHARE * len(parts)))
    return {run: people for run, people in owners.items() if len(people) <= most}


def _runs(parts: Sequence[_Part]) -> set[int]:
    return {run for part in parts for run in part.runs}


def _evidence(parts: Sequence[_Part], shared: set[int]) -> tuple[Passage, ...]:
    """Return the functions with code that the other submission has too."""
    return tuple(p for part in parts if (p := _passage(part, shared)).marked)


def _passage(part: _Part, shared: set[int]) -> Passage:
    lines = {part.found[place].line for place in part.covered(shared)}
    code = part.code
    source = code["source"][:_LONGEST]
    return Passage(code["file"], code["line"], code["name"], source, tuple(sorted(lines)))
