"""Run Typst on a template, in a folder with nothing but the template's inputs."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

from .fonts import with_fonts


class LayoutError(Exception):
    """Typst cannot make a PDF of these data; the text says why."""


_TEMPLATES = Path(__file__).parent


def typeset(template: str, data: Mapping[str, Any], files: Mapping[str, Path | bytes]) -> bytes:
    """Return the PDF that ``template`` makes of ``data``; the same data give the same bytes.

    Typst reads only the templates, the data, ``files`` (by the name that the template uses)
    and the fonts of its wheel; for other scripts, for example Chinese, also the folder that the
    environment variable DL_REPORT_FONTS names, else the Noto fonts of this machine. Raises
    LayoutError.
    """
    data, fonts = with_fonts(data)
    with tempfile.TemporaryDirectory(prefix="report-") as name:
        root = Path(name)
        for path in _TEMPLATES.glob("*.typ"):
            shutil.copyfile(path, root / path.name)
        for target, content in files.items():
            (root / target).parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                (root / target).write_bytes(content)
            else:
                shutil.copyfile(content, root / target)
        (root / "data.json").write_text(json.dumps(data, allow_nan=False), encoding="utf-8")
        try:
            return typst.compile(
                root / template,
                root=root,
                font_paths=fonts,
                ignore_system_fonts=True,
                package_path=root / "no-packages",
                package_cache_path=root / "no-packages",
                format="pdf",
            )
        except typst.TypstError as error:
            raise LayoutError(str(error)) from None
        except BaseException as error:
            if type(error).__name__ == "PanicException":  # how a crash inside Typst arrives here
                raise LayoutError(f"Typst crashed: {error}") from None
            raise
