"""Grade all hostile submissions and print what each tries, what became of it and what stopped it.

With ``--fuzz``, give every case odd values instead, and print those that were not judged. With
``--frames``, read so many frames with random faults. With ``--faults``, kill, stop, pause and garble
what takes part in a grading, at one request after another.
"""

from __future__ import annotations

import sys

import click
from rich.console import Console
from rich.table import Table

from autograder.course import default_course

from . import faults
from .corpus import Gallery, attacks
from .frames import fuzz_frames
from .fuzz import fuzz


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("part", default="")
@click.option("--fuzz", "rounds", type=click.IntRange(1), metavar="ROUNDS",
              help="Judge so many odd answers in each short case of the problems.")  # fmt: skip
@click.option("--first", type=click.IntRange(0), default=0, help="The first round of --fuzz.")
@click.option("--frames", type=click.IntRange(1), metavar="COUNT",
              help="Read so many frames of the wire with random faults.")  # fmt: skip
@click.option("--faults", "every", type=click.IntRange(1), metavar="EVERY",
              help="Inject faults at every EVERYth request of a grading.")  # fmt: skip
def main(part: str, rounds: int | None, first: int, frames: int | None, every: int | None) -> None:
    """Grade the hostile submissions whose name contains PART, or all of them."""
    if every is not None:
        sys.exit(_faults(part, every))
    if frames is not None:
        sys.exit(_frames(frames, first))
    if rounds is not None:
        sys.exit(_fuzz(part, rounds, first))
    table = Table("attack", "tries to", "outcome", "points", "stopped by")
    surprises = 0
    with Gallery() as gallery:
        for attack in (a for a in attacks() if part in a.full_name):
            answer = gallery.grade(attack)
            as_expected = answer.outcome == attack.outcome and answer.score <= attack.points
            surprises += not as_expected
            table.add_row(
                attack.full_name,
                attack.tries,
                answer.outcome,
                f"{answer.score:g}",
                attack.stopped_by if as_expected else f"unexpected; {attack.outcome} is right",
            )
    Console().print(table)
    sys.exit(1 if surprises else 0)


def _frames(count: int, seed: int) -> int:
    """Print what became of frames with random faults; return the exit status."""
    found = fuzz_frames(count, seed)
    shown = ", ".join(f"{number:,} {name}" for name, number in sorted(found.outcomes.items()))
    click.echo(f"{count:,} frames: {shown}; {len(found.faults)} faults.")
    for fault in found.faults[:20]:
        click.echo(f"  {fault}")
    return 1 if found.faults else 0


def _fuzz(part: str, rounds: int, first: int) -> int:
    """Print the outcomes of odd values by problem, and every fault; return the exit status."""
    course, faults = default_course(), 0
    for name in (name for name in course.problem_names() if part in name):
        outcomes, found = fuzz(course, name, rounds, first)
        shown = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
        click.echo(f"{name}: {outcomes.total()} odd answers: {shown}")
        for fault in found:
            click.echo(f"  {fault.where}, round {fault.round}: {fault.what}")
        faults += len(found)
    click.echo(f"{faults} of them were not judged.")
    return 1 if faults else 0


def _faults(part: str, every: int) -> int:
    """Print what became of gradings with faults, and every wrong one; return the exit status."""
    course, wrong = default_course(), 0
    for name in (name for name in course.problem_names() if part in name):
        found = faults.inject_all(course, name, every)
        click.echo(f"{name}: {len(found)} gradings with a fault")
        for (fault, became), count in sorted(faults.outcomes(found).items()):
            click.echo(f"  {fault}: {count} {became}")
        for one in (one for one in found if one.wrong):
            click.echo(f"  {one.submission}, {one.plan}: {one.became}. {one.wrong}")
            wrong += 1
    click.echo(f"{wrong} of them changed a result.")
    return 1 if wrong else 0


if __name__ == "__main__":
    main()
