"""Turn markdown with maths into nodes: plain data that a Typst template lays out."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pypandoc

from .formulas import with_dollars
from .html import html_of
from .nodes import Node, divs, nodes_of

LONGEST = 20_000
_SECONDS = 6
_OURS_SECONDS = 120  # the course's own texts end; only a busy machine is slow with them
_READER = Path(__file__).with_name("texts.lua")


# Pandoc's own Typst writer is no substitute (pandoc 3.9, typst 0.15): a formula such as
# $\operatorname{\text{"#read("x")"}}$ leaves its quotes and runs, and one $\sqrt{}$ or $a \odot b$
# stops the whole report.
class Text:
    """A markdown text and, after conversion, its nodes; without nodes its source is shown.

    What a student wrote becomes data in a tree of known nodes and never Typst markup, so that no
    text can be run, read a file or draw over the report.
    """

    def __init__(self, source: str, *, ours: bool) -> None:
        self.source, self.ours = source[:LONGEST], ours
        self.left_out = len(source) - len(self.source)
        self.nodes: list[Node] | None = None


_known: dict[str, list[Node]] = {}  # the nodes of the course's own texts, the same in every report


def convert(texts: Sequence[Text]) -> None:
    """Convert all texts in one run of pandoc; a text that pandoc cannot read keeps no nodes.

    When pandoc fails or takes too long, the course's own texts are converted again without the
    student's. Each text of the course is converted only once in a process.
    """
    convert_all([texts])


def convert_all(groups: Sequence[Sequence[Text]]) -> None:
    """Convert the texts of several reports in one run of pandoc, as ``convert`` does each group.

    Where that fails, each group has a run of its own: a text spoils no other report.
    """
    left = [[text for text in group if not _is_known(text)] for group in groups]
    todo = [group for group in left if group]
    if not todo or _convert([text for group in todo for text in group]):
        return
    for group in todo:
        if len(todo) > 1 and _convert(group):
            continue
        ours = [text for text in group if text.ours and not _is_known(text)]
        if ours:
            _convert(ours)


def _is_known(text: Text) -> bool:
    """Use the nodes that a text of the course has got before."""
    if text.ours:
        text.nodes = _known.get(text.source, text.nodes)
    return text.nodes is not None


def as_html(sources: Sequence[str]) -> list[str | None]:
    """Convert texts to HTML of known elements without links; None for one that cannot be read."""
    found = _pandoc([source[:LONGEST] for source in sources])
    elements = divs(found) if found is not None else {}
    return [
        html_of(elements[str(number)]) if str(number) in elements else None
        for number in range(1, len(sources) + 1)
    ]


def _convert(texts: Sequence[Text]) -> bool:
    ours = all(text.ours for text in texts)
    html = _pandoc([text.source for text in texts], _OURS_SECONDS if ours else _SECONDS)
    if html is None:
        return False
    found = nodes_of(html)
    for number, text in enumerate(texts, 1):
        text.nodes = found.get(str(number))
        if text.ours and text.nodes is not None:
            _known[text.source] = text.nodes
    return True


def _pandoc(sources: Sequence[str], seconds: float = _SECONDS) -> str | None:
    """Return the HTML of all texts, a numbered Div each; None if pandoc fails or takes too long."""
    try:
        finished = subprocess.run(  # noqa: S603 - our own pandoc, fixed arguments, text on stdin
            _command(),
            input=json.dumps([f"{with_dollars(source)}\n" for source in sources]).encode(),
            capture_output=True,
            timeout=seconds,
            check=True,
        )
    except (subprocess.SubprocessError, OSError):
        return None
    return finished.stdout.decode()


@cache
def _command() -> tuple[str, ...]:
    memory = ("+RTS", "-M1g", "-A16m", "-RTS")  # at most 1 GiB; few collections in a short run
    options = ("--to=html5", "--mathml", "--sandbox", "--wrap=none", "--quiet")
    return (pandoc_path(), *memory, f"--from={_READER}", *options)


@cache
def pandoc_path() -> str:
    """Return the pandoc of the wheel; another one that is installed writes other bytes."""
    own = Path(pypandoc.__file__).parent / "files" / "pandoc"
    return str(own) if own.is_file() else pypandoc.get_pandoc_path()
