"""The command ``python -m data``: list the datasets, fetch one, make a committed sample."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

try:
    import click
except ImportError:
    sys.exit("python -m data needs the package click: run `pip install click`.")

from data import DataError, dataset, names


class _Group(click.Group):
    """Shows a DataError as one line on standard error."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except DataError as error:
            raise click.ClickException(str(error)) from None


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Show and fetch the datasets of the assignments."""


@main.command("list")
def list_() -> None:
    """Show each dataset with its sizes: where each is, or how to get it."""
    for name in names():
        info = dataset(name)
        click.echo(f"{name}: {info.title}, {info.homepage}")
        click.echo(f"  licence {info.licence}")
        for size, source in info.available_sizes().items():
            click.echo(f"  {size:8} {info.sizes[size]:40} {source or 'not on this machine'}")
            for way in [] if source else info.ways(size):
                click.echo(f"  {'':8} - {way}")


@main.command()
@click.argument("name")
@click.option("--size", help="A size that `list` shows; default: the largest.")
def fetch(name: str, size: str | None) -> None:
    """Download a dataset if it is not on this machine, and check its files."""
    info = dataset(name)
    size = size or list(info.sizes)[-1]
    if (source := info.find(size, download=True)[1]).kind == "cache":
        info.fetch(size)  # also replaces damaged files
    for file in source.files:
        source.read(file.name)
    click.echo(f"{name} {size}: {source}, {len(source.files)} files checked")


@main.command()
@click.argument("name")
def make(name: str) -> None:
    """Make the committed sample of a dataset again, from the full dataset on this machine."""
    if not Path(__file__).with_name("make_samples.py").is_file():
        raise click.ClickException("This copy has no make_samples.py; use the instructor's copy.")
    from data.make_samples import make as make_files

    for path in make_files(name):
        data = path.read_bytes()
        click.echo(f"{path} {len(data)} bytes sha256 {hashlib.sha256(data).hexdigest()}")


if __name__ == "__main__":
    main(prog_name="python -m data")
