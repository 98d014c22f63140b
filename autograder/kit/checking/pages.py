"""Count the pages of a PDF, with pypdf: packing does it here, grading in a process with limits."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
from base64 import b64decode
from collections.abc import Mapping

# Text, pictures, shadings and strokes; a fill alone may be the white of the page.
_PAINTS = re.compile(rb"(?:^|[\s\])>])(?:Tj|TJ|'|\"|Do|[SsbB]\*?|sh|EI)(?=\s|$)")


class NoReader(Exception):
    """The package that opens PDFs is not installed."""


def faults(documents: Mapping[str, bytes], most: int) -> list[str]:
    """Return a sentence for each PDF that cannot be read, shows nothing, or is too long."""
    found = (_fault(name, content, most) for name, content in documents.items())
    return [sentence for sentence in found if sentence]


def _fault(name: str, content: bytes, most: int) -> str | None:
    try:
        from pypdf import PdfReader
    except ImportError:
        raise NoReader from None
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it reports what it repairs
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            return f"{name} needs a password; export it without one."
        count = len(reader.pages)
        if count > most:
            return f"{name} has {count} pages, but the limit is {most}; shorten it."
        pages = [page.get_contents() for page in reader.pages]
        is_blank = not any(page is not None and _PAINTS.search(page.get_data()) for page in pages)
    except Exception:  # pypdf has many errors of its own for damaged files
        return f"{name} cannot be opened; export it again."
    return f"{name} has no page that shows anything; export it again." if is_blank else None


def main() -> None:
    """Read {name: content in base64} from the standard input; print the sentences as JSON."""
    documents = {name: b64decode(text) for name, text in json.load(sys.stdin).items()}
    json.dump(faults(documents, int(sys.argv[1])), sys.stdout)


if __name__ == "__main__":
    main()
