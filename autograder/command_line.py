"""What both commands share: the option ``--course``, and errors as one sentence."""

from __future__ import annotations

import errno
from pathlib import Path

import click

from autograder.course import Course, default_course
from autograder.errors import KitError
from data import DataError

_FULL = (errno.ENOSPC, errno.EDQUOT)
_REFUSED = (errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO)


class Commands(click.Group):
    """Turns an error meant for a person into one sentence and exit status 2."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (KitError, DataError) as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(2)
        except OSError as error:
            if error.errno not in _FULL + _REFUSED:
                raise
            click.echo(f"Error: {_of_storage(error)}", err=True)
            ctx.exit(2)


def _of_storage(error: OSError) -> str:
    """Return what a person can do about a disk that is full or cannot be used."""
    what = error.filename or "A file"
    if error.errno in _FULL:
        return (
            f"{what} cannot be written: the disk is full, or your share of it. Free some space "
            "and repeat the command to go on."
        )
    return f"{what} cannot be used ({error.strerror}). Change that and repeat the command to go on."


def _course(ctx: click.Context, parameter: click.Parameter, root: Path | None) -> None:
    ctx.obj = Course(root.resolve()) if root else default_course()


HELP = {"help_option_names": ["-h", "--help"]}
course_option = click.option(
    "--course",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    callback=_course,
    expose_value=False,
    help="The folder of another course; default: this one.",
)
