"""Grade all hostile submissions and print what each tries, what became of it and what stopped it.

With ``--fuzz``, give every case odd values instead, and print those that were not judged. With
``--frames``, read so many frames with random faults. With ``--faults``, kill, stop, pause and garble
what takes part in a grading, at one request after another. With ``--otter``, grade the submissions
by the command ``otter run`` instead.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import click
from rich.console import Console
from rich.table import Table

from autograder.course import default_course
from autograder.errors import KitError

from . import faults
from .corpus import Gallery, attacks
from .frames import fuzz_frames
from .fuzz import fuzz
from .otter_runs import grade_by_otter


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("part", default="")
@click.option("--fuzz", "rounds", type=click.IntRange(1), metavar="ROUNDS",
              help="Judge so many odd answers in each short case of the problems.")  # fmt: skip
@click.option("--first", type=click.IntRange(0), default=0, help="The first round of --fuzz.")
@click.option("--frames", type=click.IntRange(1), metavar="COUNT",
              help="Read so many frames of the wire with random faults.")  # fmt: skip
@click.option("--faults", "every", type=click.IntRange(1), metavar="EVERY",
              help="Inject faults at every EVERYth request of a grading.")  # fmt: skip
@click.option("--otter", is_flag=True, help="Grade the submissions by `otter run`, in a box.")
def main(
    part: str, rounds: int | None, first: int, frames: int | None, every: int | None, otter: bool
) -> None:
    """Grade the hostile submissions whose name contains PART, or all of them."""
    if otter:
        _otter(part)
        return
    if every is not None:
        sys.exit(_faults(part, every))
    if frames is not None:
        sys.exit(_frames(frames, first))
    if rounds is not None:
        sys.exit(_fuzz(part, rounds, first))
    table = Table("attack", "tries to", "outcome", "points", "stopped by")
    surprises: list[str] = []
    with Gallery() as gallery:
        for attack in (a for a in attacks() if part in a.full_name):
            answer = gallery.grade(attack)
            as_expected = answer.outcome == attack.outcome and answer.score <= attack.points
            if not as_expected:
                surprises.append(attack.full_name)
            table.add_row(
                attack.full_name,
                attack.tries,
                answer.outcome,
                f"{answer.score:g}",
                attack.stopped_by if as_expected else f"unexpected; {attack.outcome} is right",
            )
    _show(table)
    click.echo(f"{table.row_count} attacks, {len(surprises)} with another outcome than expected.")
    sys.exit(f"Unexpected: {', '.join(surprises)}" if surprises else 0)


def _show(table: Table) -> None:
    """Print a table, wide enough for its names where no terminal says how wide."""
    Console(width=None if sys.stdout.isatty() else 160).print(table)


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def _otter(part: str) -> None:
    """Print what becomes of each attack under ``otter run``."""
    table = Table("attack", "tries to", "outcome", "points")
    chosen = [attack for attack in attacks() if part in attack.full_name]
    try:
        with ThreadPoolExecutor(_cores()) as pool:
            answers = list(pool.map(grade_by_otter, chosen))
    except KitError as error:
        raise click.ClickException(str(error)) from error
    for attack, answer in zip(chosen, answers, strict=True):
        points = "" if answer.score is None else f"{answer.score:g}"
        table.add_row(attack.full_name, attack.tries, answer.outcome, points)
    _show(table)
    counts = Counter(answer.outcome for answer in answers)
    click.echo(", ".join(f"{count} {outcome}" for outcome, count in counts.most_common()) + ".")


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
    faults, course = 0, default_course()
    names = [name for name in course.problem_names() if part in name]
    given = [course] * len(names), names, [rounds] * len(names), [first] * len(names)
    fresh = multiprocessing.get_context("spawn")  # what a problem has replayed takes gigabytes
    with ProcessPoolExecutor(_cores(), mp_context=fresh, max_tasks_per_child=1) as pool:
        for name, (outcomes, found) in zip(names, pool.map(fuzz, *given), strict=True):
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
