"""Look into the documents that are handed in: PDFs, notebooks, written answers."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from itertools import dropwhile
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

# A group inside (?=...) followed by itself never gives back what it took, and lengths are bounded:
# no text takes long to search.
_MARKDOWN = (
    r"!\[(?=(?P<caption>[^\]\n]{0,400}))(?P=caption)\]"
    r"\(\s{0,9}<?(?=(?P<target>[^)\s>]{1,300}))(?P=target)(?=(?P<rest>[^)\n]{0,200}))(?P=rest)\)"
)
_HTML = r"<img\s[^<>]{0,200}?src\s{0,9}=\s{0,9}[\"'](?P<source>[^\"'<>]{1,300})[\"']"
_PICTURE = re.compile(f"{_MARKDOWN}|{_HTML}", re.IGNORECASE)
_NEWLINE = re.compile("\r\n?|\n")


def pdf_fault(name: str, content: bytes) -> str | None:
    """Return a sentence if a file that is called a PDF is none, or is cut off."""
    if not name.lower().endswith(".pdf"):
        return None
    if not content:
        return f"{name} is empty; export it again."
    if b"%PDF-" not in content[:1024]:
        return f"{name} is not a PDF; export it as one, a new name is not enough."
    if b"%%EOF" not in content[-1024:]:
        return f"{name} is cut off, its end is missing; export it again."
    return None


def reports(names: Iterable[str]) -> list[str]:
    """Return the PDFs among ``names`` that a page limit holds for: all but rendered notebooks."""
    every = list(names)
    rendered = {PurePosixPath(name).stem for name in every if name.lower().endswith(".ipynb")}
    return [
        name
        for name in every
        if name.lower().endswith(".pdf") and PurePosixPath(name).stem not in rendered
    ]


def notebook_fault(name: str, content: bytes) -> str | None:
    """Return a sentence if a notebook cannot be read."""
    if _cells(content) is None:
        return f"{name} is not a valid notebook: save it again in Jupyter."
    return None


def notebook_notes(name: str, content: bytes) -> Iterator[str]:
    """Yield a sentence if cells of a notebook have not been run, and one if a cell failed."""
    code = [cell for cell in _cells(content) or () if cell["cell_type"] == "code"]
    code = [cell for cell in code if "".join(cell["source"]).strip()]
    waiting = [cell for cell in code if not cell.get("outputs") and not cell.get("execution_count")]
    if waiting:
        yield (
            f"{name}: {len(waiting)} of {len(code)} code cells have not been run; run all cells "
            "and save it."
        )
    failed = [o for cell in code for o in cell.get("outputs") or () if o["output_type"] == "error"]
    if failed:
        yield (
            f"{name}: {len(failed)} of {len(code)} code cells ended with an error, the first with "
            f"{str(failed[0].get('ename', 'an exception'))[:60]}; correct them and run all cells."
        )


def answers_of(text: str) -> dict[str, str]:
    """Return heading = answer of a sheet of written answers, without prompts and comments."""
    found: dict[str, str] = {}
    parts = re.split(r"^## +(\w+)[^\n]*\n", text, flags=re.MULTILINE)
    for name, body in zip(parts[1::2], parts[2::2], strict=True):
        lines = dropwhile(
            lambda line: line.startswith(">") or not line.strip(), _NEWLINE.split(body)
        )
        found[name] = _without_comments("\n".join(lines)).strip()
    return found


def pictures_of(name: str, content: bytes) -> list[str]:
    """Return the paths and addresses of the pictures that a document shows; PDFs hold theirs."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix == ".ipynb":
        cells = [cell for cell in _cells(content) or () if cell["cell_type"] == "markdown"]
        text = "\n".join("".join(cell["source"]) for cell in cells)
    elif suffix in (".md", ".html", ".htm"):
        text = content.decode("utf-8", "replace")
    else:
        return []
    return list(dict.fromkeys(target for _, target in shown_in(text)))


def shown_in(text: str) -> Iterator[tuple[str | None, str]]:
    """Yield (caption, path or address) of the pictures in a text in Markdown or HTML, in order."""
    for match in _PICTURE.finditer(text):
        yield match["caption"], unquote(match["target"] or html.unescape(match["source"]))


def _cells(content: bytes) -> list[dict[str, Any]] | None:
    """Return the cells of a notebook; None if it is none."""
    try:
        cells = json.loads(content)["cells"]
        for cell in cells:
            if not isinstance(cell["cell_type"], str) or not isinstance(cell["source"], str | list):
                return None
            "".join(cell["source"])
            for output in cell.get("outputs") or ():
                str(output["output_type"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return cells if isinstance(cells, list) else None


def _without_comments(text: str) -> str:
    """Leave out ``<!-- ... -->``; in one pass, where a regular expression would take hours."""
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept.append(text[at:start])
        at = end + 3
    return "".join([*kept, text[at:]])
