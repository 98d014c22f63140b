"""The command ``python -m tests.search``: how often the search speaks, and speaks the truth."""

from __future__ import annotations

from collections.abc import Sequence

import click

from autograder.course import default_course

from .measure import Counts, heading, measure, row, together
from .wrong import KINDS, sample, wrong_solutions


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument(
    "problems", nargs=-1, required=True, metavar="PROBLEM...",
    type=click.Choice(default_course().problem_names()),
)  # fmt: skip
@click.option("--most", type=click.IntRange(min=1), default=40, show_default=True,
              help="How many wrong solutions of each kind to draw.")  # fmt: skip
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), default=KINDS[:2],
              help="Which kinds; default: mutants and known mistakes.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--list", "listed", is_flag=True, help="List where it was wrong or silent.")
@click.option("--knows-all", is_flag=True,
              help="Let the search undo the mistakes in the code, as in a grading.")  # fmt: skip
def main(
    problems: Sequence[str], most: int, kinds: Sequence[str], seed: int, listed: bool,
    knows_all: bool,
) -> None:  # fmt: skip
    """Search in wrong solutions of PROBLEMS and print how often it finds the line."""
    click.echo(heading())
    every: dict[str, list[Counts]] = {}
    for name in problems:
        problem = default_course().problem(name)
        for kind in kinds:
            found = sample(wrong_solutions(problem, kind), most, seed)
            counted = measure(problem, found, seed, knows_all)
            every.setdefault(kind, []).append(counted)
            click.echo(row(f"{name}, {kind}", counted))
            for line in counted.false:
                click.echo(f"  wrong: {line}", err=True)
            for line in counted.silent if listed else ():
                click.echo(f"  silent: {line}", err=True)
    for kind, found in every.items() if len(problems) > 1 else ():
        click.echo(row(f"together, {kind}", together(found)))


if __name__ == "__main__":
    main(prog_name="python -m tests.search")
