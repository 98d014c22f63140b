"""Count what the diagnosis says of wrong code that the bank does not hold: true, false, or nothing.

Mutants: a named mistake is *true* if it changes the line that the mutant changes, *helpful* if it
changes the same function, else *false*. Pairs of known mistakes: *true* if both are named and no
other, *helpful* if one of them is named and no other, *false* if another one is named.
"""

from __future__ import annotations

import ast
import difflib
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from autograder.course import Mistake, Problem, default_course, load_mistakes
from autograder.diagnose import bank
from autograder.errors import CourseError
from autograder.prove.answers import is_long
from autograder.prove.sources import gate_grader, grade_text

from .making import Mutant, mutants

KINDS = ("true", "helpful", "silent", "false")


def of_mutants(problem: Problem, made: Sequence[Mutant]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield for each mutant that is caught: the kind of its diagnosis, its key, the names."""
    reference = bank.reference(problem)
    places = {m.name: _changed(reference, bank.apply(m, problem)) for m in load_mistakes(problem)}
    asked = [(mutant.key, {**reference, mutant.module: mutant.text}, mutant.questions)
             for mutant in made]  # fmt: skip
    for (key, names), mutant in zip(_diagnosed(problem, asked), made, strict=True):
        if names is None:
            continue
        here = {(mutant.module, mutant.line)}
        function = {(mutant.module, _function(reference[mutant.module], mutant.line))}
        kinds = []
        for name in names:
            lines = places[name]
            functions = {(file, _function(reference[file], line)) for file, line in lines}
            close = {(f, n + d) for f, n in lines for d in (-1, 0, 1)}
            kinds.append("true" if here & close else "helpful" if function & functions else "false")
        yield max(kinds, key=KINDS.index) if kinds else "silent", key, names


def of_pairs(problem: Problem, count: int, seed: int = 0) -> Iterator[tuple[str, str, list[str]]]:
    """Yield the same for ``count`` random pairs of known mistakes of one question."""
    pairs = [
        pair for pair in itertools.combinations(load_mistakes(problem), 2)
        if pair[0].question == pair[1].question
    ]  # fmt: skip
    order = np.random.default_rng(seed).permutation(len(pairs))
    asked: list[tuple[str, Mapping[str, str], tuple[str, ...]]] = []
    chosen: list[tuple[Mistake, Mistake]] = []
    for i in order:
        if len(chosen) == count:
            break
        one, other = pairs[i]
        try:
            texts = bank.apply_all((one, other), problem)
        except CourseError:  # both change the same text
            continue
        chosen.append((one, other))
        asked.append((f"{one.name} + {other.name}", texts, (one.question,)))
    for (key, names), pair in zip(_diagnosed(problem, asked), chosen, strict=True):
        if names is None:
            continue
        wanted = {mistake.name for mistake in pair}
        kind = "silent" if not names else "false" if set(names) - wanted else "helpful"
        yield ("true" if set(names) == wanted else kind), key, names


def count(name: str, pairs: int) -> dict[str, Counter[str]]:
    """Count the kinds of diagnoses for one problem; print the false ones."""
    problem = default_course().problem(name)
    made = [mutant for mutant in mutants(problem) if mutant.questions]
    counts: dict[str, Counter[str]] = {}
    for what, found in (
        ("mutants", of_mutants(problem, made)),
        ("pairs", of_pairs(problem, pairs)),
    ):
        counter = counts.setdefault(f"{name}, {what}", Counter())
        for kind, key, named in found:
            counter[kind] += 1
            if kind == "false":
                print(f"{name}: {key}: named {', '.join(named)}", flush=True)
    return counts


def table(counts: Mapping[str, Counter[str]]) -> Iterator[str]:
    """Yield the counts as lines, with the share of false diagnoses in the last."""
    yield f"{'problem':32}" + "".join(f"{kind:>9}" for kind in KINDS)
    total: Counter[str] = Counter()
    for name, counter in counts.items():
        total += counter
        yield f"{name:32}" + "".join(f"{counter[kind]:9}" for kind in KINDS)
    yield f"{'all':32}" + "".join(f"{total[kind]:9}" for kind in KINDS)
    yield f"{total['false'] / max(1, total.total()):.1%} are false."


def _diagnosed(
    problem: Problem, asked: Sequence[tuple[str, Mapping[str, str], tuple[str, ...]]]
) -> Iterator[tuple[str, list[str] | None]]:
    """Yield each key with the mistakes that are named; None where every case passes."""
    long = {question.name for question in problem.questions if is_long(question)}
    with gate_grader(default_course(), problem, diagnose=True) as grader:
        for key, texts, questions in asked:
            short = [name for name in questions if name not in long]
            result = grade_text(grader, texts, short)
            cases = [c for q in result["problems"][0]["questions"] for c in q["cases"]]
            failed = [case for case in cases if case["outcome"] in ("failed", "error")]
            named = {c["diagnosis"]["mistake"] for c in failed if c["diagnosis"]}
            yield key, sorted(named) if failed else None


def _changed(reference: Mapping[str, str], variant: Mapping[str, str]) -> set[tuple[str, int]]:
    """Return file and line of every line of the reference that a variant changes."""
    places = set()
    for file, text in reference.items():
        matcher = difflib.SequenceMatcher(
            None, text.splitlines(), variant[file].splitlines(), autojunk=False
        )
        for tag, start, end, _, _ in matcher.get_opcodes():
            if tag != "equal":
                places |= {(file, line + 1) for line in range(start, max(end, start + 1))}
    return places


def _function(text: str, line: int) -> str:
    """Return the name of the function or method that holds a line."""
    found = ""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            if node.lineno <= line <= (node.end_lineno or line):
                found = node.name if isinstance(node, ast.FunctionDef) else found or node.name
    return found
