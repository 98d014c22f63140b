"""Zips that are sound, and zips that are not."""

from __future__ import annotations

import io
import stat
import struct
import zipfile


def packed(*entries: tuple[str | zipfile.ZipInfo, str | bytes]) -> bytes:
    """Return a zip of ``entries``."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return stream.getvalue()


def flagged(content: bytes, flag: int) -> bytes:
    """Return a zip with a general-purpose flag set on every entry."""
    raw = bytearray(content)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            (flags,) = struct.unpack_from("<H", raw, at + offset)
            struct.pack_into("<H", raw, at + offset, flags | flag)
            at = content.find(mark, at + 4)
    return bytes(raw)


def changed(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info
