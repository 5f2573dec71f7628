"""The bytes of a journal; docs/trading/journal_format.md describes them.

A record comes in and its frame goes out. All numbers are little-endian; every checksum is the CRC-32 of zlib, and each
one starts from the one before it, so a frame is valid only directly behind its predecessor: a record that is missing,
doubled or out of place is found like a changed byte.
"""

from __future__ import annotations

from struct import Struct
from typing import NamedTuple
from zlib import crc32

from trading.errors import JournalError

MAGIC = b"TRADEJNL"
VERSION = 2
MAXIMUM_RECORD_BYTES = 1 << 20
"""The longest record. A reader never holds more than one."""

MAXIMUM_CONTENT_BYTES = 16
"""The longest name of what the records hold."""

_HEADER = Struct(f"<8sIq{MAXIMUM_CONTENT_BYTES}s")
"""Magic, version, time of creation in nanoseconds, name of the content; the checksum of these follows."""
_HEADER_OF_VERSION_1 = Struct("<8sIq")
CHECKSUM = Struct("<I")
HEADER_BYTES = _HEADER.size + CHECKSUM.size

LENGTH = Struct("<I")
FRAME_START = Struct("<II")
"""Length of the record in bytes, checksum of the length; the record and its checksum follow."""
FRAME_BYTES = FRAME_START.size + CHECKSUM.size
"""What a frame adds to its record."""

_pack_length = LENGTH.pack
_pack_checksum = CHECKSUM.pack


class Header(NamedTuple):
    """What the start of a journal says."""

    magic: bytes
    version: int
    created_at_ns: int
    content: str
    """Name of what the records hold, such as the serialization that wrote them; empty where the writer gave none."""
    is_sound: bool
    """Whether the checksum is right; otherwise nothing else can be trusted."""


def pack_header(created_at_ns: int, content: str = "") -> bytes:
    """Return the bytes at the start of a journal.

    Raises
    ------
    JournalError
        The name of the content is too long, or no plain text.
    """
    if not (content.isascii() and len(content) <= MAXIMUM_CONTENT_BYTES and (content.isprintable() or not content)):
        raise JournalError(
            f"a journal's content has the name {content!r:.40}; give up to {MAXIMUM_CONTENT_BYTES} printable characters"
            " of ASCII"
        )
    fields = _HEADER.pack(MAGIC, VERSION, created_at_ns, content.encode("ascii"))
    return fields + _pack_checksum(crc32(fields))


def unpack_header(header: bytes) -> Header:
    """Read the start of a journal."""
    fields = header[: _HEADER.size]
    magic, version, created_at_ns, content = _HEADER.unpack(fields)
    is_sound = header[_HEADER.size :] == _pack_checksum(crc32(fields))
    if not is_sound and _is_of_version_1(header):
        return Header(magic, 1, created_at_ns, "", is_sound=True)
    return Header(magic, version, created_at_ns, content.rstrip(b"\0").decode("ascii", "replace"), is_sound)


def _is_of_version_1(header: bytes) -> bool:
    """Tell a journal of the version whose header named no content from one that is damaged."""
    size = _HEADER_OF_VERSION_1.size
    return header[size : size + CHECKSUM.size] == _pack_checksum(crc32(header[:size]))


def chain_start(header: bytes) -> int:
    """Return the checksum from which that of the first frame starts: the header's own."""
    checksum: int = CHECKSUM.unpack(header[_HEADER.size :])[0]
    return checksum


def frame(record: bytes, chain: int) -> tuple[bytes, int]:
    """Return the frame of a record behind a frame that ends in the checksum `chain`, and its own checksum."""
    length = _pack_length(len(record))
    length_checksum = crc32(length, chain)
    checksum = crc32(record, length_checksum)
    return b"".join((length, _pack_checksum(length_checksum), record, _pack_checksum(checksum))), checksum
