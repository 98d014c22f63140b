"""Find the pictures that a written answer shows, and read them as PNG; nothing of them is run."""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from PIL import Image, UnidentifiedImageError

from autograder.kit.checking.documents import shown_in
from autograder.submission.intake import Submission
from autograder.text import plain_text

MOST = 8  # pictures of one answer
_MOST_PIXELS = 40_000_000
_LARGEST_SIDE = 2000  # pixels in the report; more is scaled down
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")


@dataclass(frozen=True)
class Picture:
    """A picture of an answer: its caption and PNG, or the reason why there is none."""

    caption: str
    png: bytes = b""
    fault: str | None = None


def pictures_of(answer: str, submission: Submission, problem: str) -> Iterator[Picture]:
    """Yield the pictures that ``answer`` shows, each file once, in order."""
    sheet = submission.find("answers.md", problem)
    folder = str(PurePosixPath(sheet).parent) if sheet else "."
    for number, (caption, target) in enumerate(targets(answer)):
        shown = plain_text(target, 80).replace("\n", " ")
        if number == MOST:
            yield Picture(shown, fault=f"The answer has more than {MOST} pictures.")
            return
        yield picture(caption, shown, _content(target, folder, submission))


def targets(text: str) -> Iterator[tuple[str, str]]:
    """Yield (caption, path or address) of every picture in a Markdown text, each once, in order."""
    seen: set[str] = set()
    for shown, target in shown_in(text):
        if target not in seen:
            seen.add(target)
            caption = plain_text(shown or target, 200).replace("\n", " ").strip()
            yield caption or plain_text(target, 80), target


def _content(target: str, folder: str, submission: Submission) -> bytes | None:
    """Return a file of the submission, found by its path from ``folder`` or from the top."""
    for path in (posixpath.normpath(f"{folder}/{target}"), posixpath.normpath(target)):
        if path in submission.files:
            return submission.files[path]
    named = [p for p in submission.files if PurePosixPath(p).name == PurePosixPath(target).name]
    return submission.files[named[0]] if len(named) == 1 else None


def picture(caption: str, shown: str, content: bytes | None) -> Picture:
    """Return a picture as PNG, or why ``content`` is none; ``shown`` is what it is called."""
    if content is None:
        return Picture(caption, fault=f"The picture {shown} is not in the submission.")
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
            if image.width * image.height > _MOST_PIXELS:
                return Picture(caption, fault=f"The picture {shown} has too many pixels.")
            image.draft("RGB", (_LARGEST_SIDE, _LARGEST_SIDE))
            is_clear = "A" in image.getbands() or "transparency" in image.info
            small = image.convert("RGBA" if is_clear else "RGB")
        small.thumbnail((_LARGEST_SIDE, _LARGEST_SIDE))
        stream = io.BytesIO()
        small.save(stream, "PNG")
    except UnidentifiedImageError:
        return Picture(caption, fault=f"The picture {shown} is no PNG, JPEG, GIF, WEBP or BMP.")
    except Exception:  # Pillow has many errors of its own for damaged files
        return Picture(caption, fault=f"The picture {shown} is damaged.")
    return Picture(caption, stream.getvalue())
