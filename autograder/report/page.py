"""Set a markdown text of the course, its formulas too, as one HTML file and as PDF."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from .markdown import Text, convert, pandoc_path
from .read import ReportError
from .typeset import LayoutError, typeset
from .wording import breakable

_READER = Path(__file__).with_name("pages.lua")
_TEMPLATE = Path(__file__).with_name("page.html")
_PAGE, _TITLE, _END = "<!-- page -->\n", "TITLE OF THE PAGE", "</body>"
_SECONDS = 120
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


def htmls(pages: Sequence[Page]) -> list[bytes]:
    """Return the HTML file of each page: formulas as MathML, pictures inside it.

    Pandoc runs once for all pages, and for each alone where that fails, to say which one is wrong.
    """
    if not pages:
        return []
    try:
        together = _pandoc(pages)
    except subprocess.CalledProcessError as error:
        if len(pages) > 1:
            return [html for page in pages for html in htmls([page])]
        reason = " ".join(error.stderr.decode(errors="replace").split())
        raise ReportError(f"{pages[0].title}: the page cannot be set as HTML ({reason}).") from None
    except (subprocess.SubprocessError, OSError) as error:
        raise ReportError(f"{pages[0].title}: pandoc cannot run ({error}).") from None
    head, *bodies = together.split(_PAGE)
    bodies[-1], end = bodies[-1].rsplit(_END, 1)
    heads = [head.replace(_TITLE, escape(page.title, quote=False)) for page in pages]
    return [f"{start}{body}{_END}{end}".encode() for start, body in zip(heads, bodies, strict=True)]


def _pandoc(pages: Sequence[Page]) -> str:
    """Return one HTML text with a comment before each page."""
    command = [
        pandoc_path(), f"--from={_READER}", "--to=html5", "--mathml", "--standalone",
        "--embed-resources", f"--template={_TEMPLATE}", f"--metadata=pagetitle:{_TITLE}",
        "--wrap=none", "--fail-if-warnings",
    ]  # fmt: skip
    texts = [{"text": page.text, "folder": str(page.folder)} for page in pages]
    done = subprocess.run(  # noqa: S603 - our own pandoc, fixed arguments, text on stdin
        command,
        input=json.dumps(texts).encode(),
        capture_output=True,
        timeout=_SECONDS,
        check=True,
    )
    return done.stdout.decode()


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
