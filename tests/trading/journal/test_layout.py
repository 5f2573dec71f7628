from __future__ import annotations

from struct import pack
from zlib import crc32

import pytest

from trading.errors import JournalError
from trading.journal.layout import FRAME_BYTES, HEADER_BYTES, chain_start, frame, pack_header, unpack_header


def test_the_header_is_what_the_document_says() -> None:
    fields = b"TRADEJNL" + pack("<I", 2) + pack("<q", 1_234) + b"binary 1" + bytes(8)
    header = pack_header(1_234, "binary 1")
    assert header == fields + pack("<I", crc32(fields))
    assert len(header) == HEADER_BYTES == 40
    assert unpack_header(header) == (b"TRADEJNL", 2, 1_234, "binary 1", True)
    assert unpack_header(header[:-1] + b"?").is_sound is False
    assert chain_start(header) == crc32(fields)


def test_a_header_of_version_1_is_recognised_though_it_is_shorter() -> None:
    fields = b"TRADEJNL" + pack("<I", 1) + pack("<q", 1_234)
    header = fields + pack("<I", crc32(fields)) + b"the first frames"
    assert unpack_header(header) == (b"TRADEJNL", 1, 1_234, "", True)


@pytest.mark.parametrize("content", ["x" * 17, "é", "a\nb"])
def test_a_name_of_the_content_that_does_not_fit_is_refused(content: str) -> None:
    with pytest.raises(JournalError, match="give up to 16 printable characters of ASCII"):
        pack_header(0, content)


def test_a_frame_is_what_the_document_says() -> None:
    length = pack("<I", 3)
    data, chain = frame(b"abc", 77)
    assert data == length + pack("<I", crc32(length, 77)) + b"abc" + pack("<I", crc32(b"abc", crc32(length, 77)))
    assert chain == crc32(b"abc", crc32(length, 77))
    assert len(data) == 3 + FRAME_BYTES
