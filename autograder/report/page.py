"""Set a markdown text of the course, its formulas too, as one HTML file and as PDF."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypandoc

from .markdown import Text, convert
from .read import ReportError
from .typeset import LayoutError, typeset
from .wording import breakable

_FORMAT = "commonmark+tex_math_dollars+pipe_tables+strikeout"
_TEMPLATE = Path(__file__).with_name("page.html")
_SECONDS = 60
_PIECE = re.compile(
    r"^(?:(?P<marks>#{1,3}) +(?P<heading>.+)|!\[(?P<caption>[^\]\n]*)\]\((?P<file>[^)\s]+)\))$",
    re.MULTILINE,
)
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Page:
    """A markdown text with its ``title``; its pictures lie in ``folder``."""

    title: str
    about: str
    text: str
    folder: Path


def html(page: Page) -> bytes:
    """Return one HTML file: formulas as MathML, pictures inside it."""
    command = [
        pypandoc.get_pandoc_path(), f"--from={_FORMAT}", "--to=html5", "--mathml", "--standalone",
        "--embed-resources", f"--resource-path={page.folder}", f"--template={_TEMPLATE}",
        f"--metadata=pagetitle:{page.title}", "--wrap=none", "--fail-if-warnings",
    ]  # fmt: skip
    try:
        done = subprocess.run(  # noqa: S603 - our own pandoc, fixed arguments, text on stdin
            command, input=page.text.encode(), capture_output=True, timeout=_SECONDS, check=True
        )
    except subprocess.CalledProcessError as error:
        reason = " ".join(error.stderr.decode(errors="replace").split())
        raise ReportError(f"{page.title}: the page cannot be set as HTML ({reason}).") from None
    except (subprocess.SubprocessError, OSError) as error:
        raise ReportError(f"{page.title}: pandoc cannot run ({error}).") from None
    return done.stdout


def pdfs(pages: Sequence[Page]) -> list[bytes]:
    """Return the PDF of each page; pandoc runs once for all of them."""
    prepared = [(page, list(_parts(page))) for page in pages]
    texts = [p["text"] for _, parts in prepared for p in parts if isinstance(p.get("text"), Text)]
    convert(texts)
    return [_pdf(page, parts) for page, parts in prepared]


def _pdf(page: Page, parts: list[dict[str, Any]]) -> bytes:
    for part in parts:
        if isinstance(text := part.get("text"), Text):
            if text.nodes is None:
                raise ReportError(f"{page.title}: pandoc cannot read the text as markdown.")
            part["text"] = {"nodes": text.nodes, "plain": text.source, "left_out": None}
    files = {part["file"]: page.folder / part["file"] for part in parts if part["kind"] == "image"}
    data: Mapping[str, Any] = {
        "title": page.about, "name": page.title, "about": page.about, "parts": parts
    }  # fmt: skip
    try:
        return typeset("page.typ", data, files)
    except (LayoutError, OSError) as error:
        raise ReportError(f"{page.title}: the page cannot be set as PDF ({error}).") from None


def _parts(page: Page) -> Iterator[dict[str, Any]]:
    """Yield the headings, the pictures, and the texts between them."""
    fences = [match.span() for match in _FENCE.finditer(page.text)]
    at = 0
    for match in _PIECE.finditer(page.text):
        if any(start <= match.start() < end for start, end in fences):
            continue
        yield from _text(page.text[at : match.start()])
        at = match.end()
        if match["heading"]:
            level = len(match["marks"])
            yield {"kind": "heading", "level": level, "text": Text(match["heading"], ours=True)}
        else:
            caption = breakable(match["caption"])
            yield {"kind": "image", "file": match["file"], "caption": caption}
    yield from _text(page.text[at:])


def _text(source: str) -> Iterator[dict[str, Any]]:
    if source.strip():
        yield {"kind": "text", "text": Text(source.strip("\n"), ours=True)}
