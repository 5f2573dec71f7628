"""The bytes of a journal; docs/trading/journal_format.md describes them.

A record comes in and its frame goes out. All numbers are little-endian; every checksum is the CRC-32 of zlib, and each
one starts from the one before it, so a frame is valid only directly behind its predecessor: a record that is missing,
doubled or out of place is found like a changed byte.
"""

from __future__ import annotations

from struct import Struct
from zlib import crc32

MAGIC = b"TRADEJNL"
VERSION = 1
MAXIMUM_RECORD_BYTES = 1 << 20
"""The longest record. A reader never holds more than one."""

_HEADER = Struct("<8sIq")
"""Magic, version, time of creation in nanoseconds; the checksum of these follows."""
CHECKSUM = Struct("<I")
HEADER_BYTES = _HEADER.size + CHECKSUM.size

LENGTH = Struct("<I")
FRAME_START = Struct("<II")
"""Length of the record in bytes, checksum of the length; the record and its checksum follow."""
FRAME_BYTES = FRAME_START.size + CHECKSUM.size
"""What a frame adds to its record."""

_pack_length = LENGTH.pack
_pack_checksum = CHECKSUM.pack


def pack_header(created_at_ns: int) -> bytes:
    """Return the bytes at the start of a journal."""
    fields = _HEADER.pack(MAGIC, VERSION, created_at_ns)
    return fields + _pack_checksum(crc32(fields))


def unpack_header(header: bytes) -> tuple[bytes, int, int, bool]:
    """Return magic, version, time of creation in nanoseconds, and whether the checksum is right."""
    fields = header[: _HEADER.size]
    magic, version, created_at_ns = _HEADER.unpack(fields)
    return magic, version, created_at_ns, header[_HEADER.size :] == _pack_checksum(crc32(fields))


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
