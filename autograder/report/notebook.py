"""Write a notebook as PDF: texts, code, outputs, tables, figures; nothing in it is run."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from autograder.submission.pictures import Picture, picture, targets
from autograder.text import clipped, visible

from .markdown import Text, convert
from .nodes import first_table
from .parts import prose
from .read import ReportError, write_whole
from .typeset import LayoutError, typeset
from .wording import breakable, excerpt

BREAK_AT = 2  # the level of headings that begin a page
LINES = 30  # of an output; the last third of them from its end
_LARGEST = 100 * 2**20
_MOST_CELLS = 3000
_LONGEST_HTML = 200_000
_ESCAPES = re.compile("\x1b(?:\\[[0-9;:?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?|[@-Z_=>])")
_OVERWRITTEN = re.compile(r"^[^\n]*\r(?!\n|$)", re.MULTILINE)  # how progress bars move
_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t#]*$")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")

Part = dict[str, Any]


def write_notebook_pdf(
    notebook: Path, target: Path, *, break_at: int = BREAK_AT, lines: int = LINES
) -> Path:
    """Write ``notebook`` as PDF to ``target``.

    Headings of the level ``break_at`` begin a page (0: none does); an output keeps ``lines`` lines
    (0: all). Raises ReportError if the file is no notebook.
    """
    view = NotebookView(_read(notebook), notebook, break_at, lines)
    convert([text for text, _ in view.texts])
    reason = ""
    for has_nodes, has_figures in ((True, True), (False, True), (False, False)):
        for text, place in view.texts:
            place["nodes"] = text.nodes if has_nodes else None
        if not has_figures:
            view.without_figures()
        try:
            return write_whole(target, typeset("notebook.typ", view.data, view.files))
        except LayoutError as error:
            reason = str(error)
    raise ReportError(f"{notebook} cannot be laid out: {reason}.")


class NotebookView:
    """The cells of a notebook as data for the template, and its pictures."""

    def __init__(self, content: Mapping[str, Any], path: Path, break_at: int, lines: int) -> None:
        self.texts: list[tuple[Text, Part]] = []
        self.files: dict[str, Path | bytes] = {}
        self._folder, self._break_at, self._lines = path.parent, break_at, lines
        self._figures: list[Part] = []
        cells = [part for cell in content["cells"][:_MOST_CELLS] for part in self._cell(cell)]
        left_out = len(content["cells"]) - _MOST_CELLS
        if left_out > 0:
            cells.append({"kind": "note", "text": f"[… {left_out} cells left out …]"})
        name = visible(path.stem)
        self.data: Part = {"name": breakable(name), "short": clipped(name, 60), "cells": cells}

    def without_figures(self) -> None:
        """Replace each picture by a sentence."""
        self.files = {}
        for item in self._figures:
            item |= {"file": None, "fault": "This picture cannot be shown."}

    def _cell(self, cell: Any) -> Iterator[Part]:
        if not isinstance(cell, Mapping):
            yield {"kind": "note", "text": "[This cell cannot be read.]"}
            return
        source = _joined(cell.get("source"))
        if cell.get("cell_type") == "markdown":
            yield from self._markdown(source, cell.get("attachments"))
        elif cell.get("cell_type") == "code":
            count = cell.get("execution_count")
            if source.strip():
                yield {
                    "kind": "code",
                    "count": str(count) if isinstance(count, int) else "",
                    "source": breakable(visible(source.rstrip("\n")), 90, 10),
                }
            for output in cell.get("outputs") or ():
                yield from self._output(output) if isinstance(output, Mapping) else ()
        elif source.strip():
            yield self._plain(source, "raw")

    def _markdown(self, source: str, attachments: Any) -> Iterator[Part]:
        """Yield the headings and texts of a cell, then the pictures that it names."""
        text: list[str] = []
        fence = None
        for line in [*visible(source).split("\n"), None]:
            marks = _FENCE.match(line) if line is not None else None
            if marks:
                fence = None if fence == marks[1] else fence or marks[1]
            found = _HEADING.fullmatch(line) if line is not None and not fence else None
            if found or line is None:
                if "\n".join(text).strip():
                    yield {"kind": "text", "text": self._text("\n".join(text))}
                text = []
            if found:
                level = len(found[1])
                yield {
                    "kind": "heading",
                    "level": min(level, 4),
                    "breaks": level == self._break_at,
                    "text": self._text(found[2] or " "),
                }
            elif line is not None:
                text.append(line)
        for caption, target in targets(source):
            yield self._figure(self._shown(caption, target, attachments))

    def _shown(self, caption: str, target: str, attachments: Any) -> Picture:
        name = target.removeprefix("attachment:")
        if name != target and isinstance(attachments, Mapping):
            kinds = attachments.get(name)
            data = next(iter(kinds.values()), None) if isinstance(kinds, Mapping) else None
            return picture(caption, visible(name), _decoded(data))
        folder = self._folder.resolve()
        try:
            path = (folder / target).resolve()
            is_there = path.is_relative_to(folder) and path.is_file()
            return picture(caption, visible(target), path.read_bytes() if is_there else None)
        except (OSError, ValueError):
            return picture(caption, visible(clipped(target, 80)), None)

    def _output(self, output: Mapping[str, Any]) -> Iterator[Part]:
        kind, data = output.get("output_type"), output.get("data")
        if kind == "stream":
            name = "error" if output.get("name") == "stderr" else "output"
            yield self._plain(_joined(output.get("text")), name)
        elif kind == "error":
            lines = _joined(output.get("traceback"), "\n")
            title = f"{_joined(output.get('ename'))}: {_joined(output.get('evalue'))}"
            yield self._plain(lines if lines.strip() else title, "error")
        elif isinstance(data, Mapping):
            yield from self._data(data)

    def _data(self, data: Mapping[str, Any]) -> Iterator[Part]:
        """Yield the best form of an output that can be printed."""
        image = next((data[kind] for kind in _IMAGES if kind in data), None)
        html, plain = _joined(data.get("text/html")), _joined(data.get("text/plain"))
        if image is not None:
            yield self._figure(picture("", "of this output", _decoded(image)))
        elif "text/latex" in data or "text/markdown" in data:
            text = _joined(data.get("text/latex") or data.get("text/markdown"))
            yield {"kind": "text", "text": self._text(visible(text))}
        elif "<table" in html and (table := first_table(visible(html[:_LONGEST_HTML]))):
            yield {"kind": "nodes", "nodes": [table]}
        elif plain.strip():
            yield self._plain(plain, "output")
        elif html.strip():
            yield self._plain(re.sub(r"<[^<>]{0,1000}>", "", html), "output")

    def _plain(self, text: str, kind: str) -> Part:
        """Arrange an output as it was printed, folded in the middle."""
        text = visible(_OVERWRITTEN.sub("", _ESCAPES.sub("", text)).rstrip("\n"))
        tail = self._lines // 3
        shown = excerpt(text, self._lines - tail, tail, 400) if self._lines else text
        return {"kind": "plain", "of": kind, "text": breakable(shown, 90, 10)}

    def _figure(self, found: Picture) -> Part:
        part: Part = {"kind": "figure", "file": None, "caption": prose(visible(found.caption))}
        part["fault"] = prose(found.fault.replace("submission", "folder")) if found.fault else None
        if found.fault is None:
            part["file"] = f"pictures/{len(self.files)}.png"
            self.files[part["file"]] = found.png
        self._figures.append(part)
        return part

    def _text(self, source: str) -> Part:
        text = Text(source, ours=False)
        note = f"[… {text.left_out} characters left out …]" if text.left_out else None
        place = {"nodes": None, "plain": breakable(text.source, 90, 10), "left_out": note}
        self.texts.append((text, place))
        return place


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _LARGEST:
            raise ReportError(f"{path} is larger than {_LARGEST >> 20} MB; clear its outputs.")
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ReportError(f"{path} cannot be read ({error.strerror}).") from None
    except (ValueError, RecursionError):
        raise ReportError(f"{path} is not a notebook; save it in Jupyter again.") from None
    if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
        raise ReportError(
            f"{path} is not a notebook of format 4; open it in Jupyter and save it again."
        )
    return content


def _joined(value: Any, between: str = "") -> str:
    """Return the text of a field, which may be a list of lines."""
    if isinstance(value, list):
        return between.join(item for item in value if isinstance(item, str))
    return value if isinstance(value, str) else ""


def _decoded(data: Any) -> bytes:
    try:
        return base64.b64decode(_joined(data))
    except (binascii.Error, ValueError):
        return b""
