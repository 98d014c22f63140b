"""Grade all hostile submissions and print what each tries, what became of it and what stopped it."""

from __future__ import annotations

import sys

import click
from rich.console import Console
from rich.table import Table

from .corpus import Gallery, attacks


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("part", default="")
def main(part: str) -> None:
    """Grade the hostile submissions whose name contains PART, or all of them."""
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


if __name__ == "__main__":
    main()
