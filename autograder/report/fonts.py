"""Fonts for every script: what the wheel lacks is looked for on this machine, or named by code.

Typst brings fonts for Latin, Greek, Cyrillic and Hebrew letters and for mathematics. Only where a
text has other characters are more fonts read, because that takes time.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typst

FOLDER = "DL_REPORT_FONTS"
_NOTO = ("/usr/share/fonts/truetype/noto", "/usr/share/fonts/opentype/noto")
_WHEELS = ("manimgx_fonts", "manimgx_fonts_cjk")
_BUILT_IN = "\x00-\u058f\u0591-\u05f4\u1d00-\u1dbf\u1e00-\u27bf\u27c0-\u2bff\ufb00-\ufb4f\ufffd"
_MATHEMATICS = "\U0001d400-\U0001d7ff"
_JOINERS = "\u200b-\u200d\ufe0e\ufe0f"
_OTHER = re.compile(f"[^{_BUILT_IN}{_MATHEMATICS}{_JOINERS}]")


def with_fonts(data: Any) -> tuple[Any, typst.Fonts]:
    """Return ``data`` and fonts that have all its characters.

    A character that no font has is written as its code, such as ``[U+674E]``.
    """
    wanted = set(_others(data))
    if not wanted:
        return data, _fonts(())
    folders = tuple(map(str, extra_folders(os.environ.get(FOLDER))))
    missing = wanted - _covered(folders)
    return (_named(data, missing) if missing else data), _fonts(folders)


def extra_folders(named: str | None) -> list[Path]:
    """Return the folders with more fonts: the ``named`` one, Debian's Noto fonts, wheels."""
    if named:
        return [Path(named)]
    found = [Path(folder) for folder in _NOTO if Path(folder).is_dir()]
    for wheel in _WHEELS:
        spec = find_spec(wheel)
        found += map(Path, (spec.submodule_search_locations or ()) if spec else ())
    return found


def _others(value: Any) -> set[str]:
    if isinstance(value, str):
        return set(_OTHER.findall(value))
    if isinstance(value, Mapping):
        return {c for item in value.values() for c in _others(item)}
    if isinstance(value, list | tuple):
        return {c for item in value for c in _others(item)}
    return set()


def _named(value: Any, missing: set[str]) -> Any:
    if isinstance(value, str):
        return "".join(f"[U+{ord(c):04X}]" if c in missing else c for c in value)
    if isinstance(value, Mapping):
        return {key: _named(item, missing) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_named(item, missing) for item in value]
    return value


@cache
def _covered(folders: tuple[str, ...]) -> frozenset[str]:
    """Return all characters that the fonts in ``folders`` or DejaVu Sans Mono have."""
    import matplotlib

    mono = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSansMono.ttf"
    paths = [path for folder in folders for path in sorted(Path(folder).rglob("*.[to]t[fc]"))]
    return frozenset(chr(code) for path in [mono, *paths] for code in _codes(path))


def _codes(path: Path) -> set[int]:
    from fontTools.ttLib import TTCollection, TTFont, TTLibError  # rarely needed, and large

    try:
        if path.suffix == ".ttc":
            with TTCollection(path, lazy=True) as collection:
                return {code for font in collection.fonts for code in font.getBestCmap() or ()}
        with TTFont(path, lazy=True) as font:
            return set(font.getBestCmap() or ())
    except (OSError, TTLibError):
        return set()


@cache
def _fonts(folders: tuple[str, ...]) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=list(folders))
