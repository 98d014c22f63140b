"""The command ``python -m tests.mutants``: grade mutants and count what is said about them."""

from __future__ import annotations

import multiprocessing
import sys
import tomllib
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import click

from autograder.course import Problem, default_course
from autograder.diagnose import bank
from autograder.prove.sources import CAUGHT, gate_grader, grade_text

from . import diagnoses, prices
from .making import Mutant, mutants

SURVIVORS = Path(__file__).with_name("survivors.toml")
ENOUGH = 0.97
FALSE = 0.01  # of all diagnoses, silence included


def survivors(problem: Problem, made: Sequence[Mutant], seed: int = 0) -> list[Mutant]:
    """Return the mutants that no hidden case of the questions about them fails.

    One that is known to do the same as the reference is spared the longest question, a training.
    """
    reference, known = bank.reference(problem), reasons(problem)
    alive = []
    with gate_grader(default_course(), problem, seed) as grader:
        for mutant in made:
            texts = {**reference, mutant.module: mutant.text}
            for question in mutant.questions:
                if question == "training" and mutant.key in known:
                    continue
                result = grade_text(grader, texts, [question], until_caught=True)
                cases = result["problems"][0]["questions"][0]["cases"]
                if any(case["hidden"] and case["outcome"] in CAUGHT for case in cases):
                    break
            else:
                alive.append(mutant)
    return alive


def reasons(problem: Problem) -> dict[str, str]:
    """Return what is known of survivors: why each is no mistake, by its key."""
    return dict(tomllib.loads(SURVIVORS.read_text(encoding="utf-8")).get(problem.name, {}))


def kill(names: Sequence[str]) -> int:
    """Print a line for each problem and for each survivor; return 1 if too many survive."""
    status = 0
    for name in names:
        problem = default_course().problem(name)
        made = [mutant for mutant in mutants(problem) if mutant.questions]
        alive, known = survivors(problem, made), reasons(problem)
        equivalent = [mutant for mutant in alive if mutant.key in known]
        count = len(made) - len(equivalent)
        killed = len(made) - len(alive)
        share = killed / count if count else 0.0
        print(f"{name}: {len(made)} mutants, {len(equivalent)} of them equivalent; "
              f"{killed} of the other {count} fail a hidden case ({share:.1%}).")  # fmt: skip
        for mutant in alive:
            why = known.get(mutant.key, "survives")
            print(f"  {mutant.module}, line {mutant.line}: {mutant.key}: {why}")
        status |= share < ENOUGH
    return status


def diagnose(names: Sequence[str], pairs: int = 200) -> int:
    """Print how often the diagnosis of mutants and of pairs is true; return 1 if too rarely."""
    counts: dict[str, Counter[str]] = {}
    # replays of thousands of variants take gigabytes: a process for each problem frees them
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context, max_tasks_per_child=1) as pool:
        for found in pool.map(partial(diagnoses.count, pairs=pairs), names):
            counts |= found
    for line in diagnoses.table(counts):
        print(line)
    total = sum(counts.values(), Counter())
    return int(total["false"] > FALSE * total.total())


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument(
    "problems", nargs=-1, metavar="PROBLEM...", type=click.Choice(default_course().problem_names())
)
@click.option(
    "--diagnose",
    "diagnosed",
    is_flag=True,
    help="Count how often the diagnosis of mutants and pairs of mistakes is true.",
)
@click.option(
    "--prices",
    "priced",
    is_flag=True,
    help="Compare what the same slip costs in different problems.",
)
def main(problems: Sequence[str], diagnosed: bool, priced: bool) -> None:
    """Grade every mutant of PROBLEMS in confinement and list those that no hidden case fails."""
    if priced:
        for line in prices.table():
            print(line)
    elif not problems:
        raise click.UsageError("Name at least one problem.")
    sys.exit(0 if priced else (diagnose if diagnosed else kill)(problems))


if __name__ == "__main__":
    main(prog_name="python -m tests.mutants")
