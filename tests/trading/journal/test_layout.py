from __future__ import annotations

from struct import pack
from zlib import crc32

from trading.journal.layout import FRAME_BYTES, HEADER_BYTES, chain_start, frame, pack_header, unpack_header


def test_the_header_is_what_the_document_says() -> None:
    fields = b"TRADEJNL" + pack("<I", 1) + pack("<q", 1_234)
    header = pack_header(1_234)
    assert header == fields + pack("<I", crc32(fields))
    assert len(header) == HEADER_BYTES == 24
    assert unpack_header(header) == (b"TRADEJNL", 1, 1_234, True)
    assert unpack_header(header[:-1] + b"?")[-1] is False
    assert chain_start(header) == crc32(fields)


def test_a_frame_is_what_the_document_says() -> None:
    length = pack("<I", 3)
    data, chain = frame(b"abc", 77)
    assert data == length + pack("<I", crc32(length, 77)) + b"abc" + pack("<I", crc32(b"abc", crc32(length, 77)))
    assert chain == crc32(b"abc", crc32(length, 77))
    assert len(data) == 3 + FRAME_BYTES
