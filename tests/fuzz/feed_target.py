"""What a fuzzer calls: bytes come in, are read as a feed file, and the events are replayed on a book.

Nothing but the typed errors may come out.
"""

from __future__ import annotations

import contextlib
import struct
from typing import TYPE_CHECKING, Final

from trading.book import PriceTimeBook, RecordedMarket
from trading.errors import BookError, ConfigurationError, CorruptInputError
from trading.feed import read_feed

if TYPE_CHECKING:
    from pathlib import Path

NAMES: Final = ("feed.csv", "feed.itch", "feed.csv.gz", "feed.itch.xz")
"""File names, one for each reader and kind of packing; a fuzzer picks one."""

_STOCK: Final = b"AMZN    "


def read_and_replay(content: bytes, name: str, folder: Path) -> tuple[int, str]:
    """Return how many events the content has before it ends or breaks, and what the reader says of it then."""
    path = folder / name
    path.write_bytes(content)
    market = RecordedMarket(PriceTimeBook())
    count = 0
    # A file with several stocks is no broken file: one of them must be chosen.
    try:
        for event in read_feed(path):
            count += 1
            with contextlib.suppress(BookError):
                market.apply(event)
    except (CorruptInputError, ConfigurationError) as error:
        return count, str(error)
    return count, ""


def valid_itch() -> bytes:
    """Return a file with every message that the reader reads, to be mutated."""
    bodies = {
        b"R": _STOCK + b"QN\x00\x00\x00dNCZ PNN1N\x00\x00\x00\x00N",
        b"A": struct.pack(">QcI8sI", 1, b"B", 100, _STOCK, 1_000),
        b"F": struct.pack(">QcI8sI4s", 2, b"S", 100, _STOCK, 1_010, b"GSCO"),
        b"E": struct.pack(">QIQ", 1, 10, 1),
        b"C": struct.pack(">QIQcI", 1, 10, 2, b"Y", 999),
        b"X": struct.pack(">QI", 2, 10),
        b"U": struct.pack(">QQII", 1, 3, 50, 1_001),
        b"P": struct.pack(">QcI8sIQ", 0, b"B", 5, _STOCK, 1_005, 3),
        b"Q": struct.pack(">Q8sIQc", 5, _STOCK, 1_005, 4, b"O"),
        b"H": struct.pack(">8scc4s", _STOCK, b"T", b" ", b"    "),
        b"D": struct.pack(">Q", 3),
    }
    messages = [kind + struct.pack(">HHHI", 7, 0, 0, 5) + body for kind, body in bodies.items()]
    return b"".join(struct.pack(">H", len(message)) + message for message in messages)


def valid_lobster() -> bytes:
    """Return a file with every type of row, to be mutated."""
    rows = ("1,1,5,21,1000,1", "2.5,2,5,1,1000,1", "3,4,5,4,1000,1", "4,3,5,16,1000,1", "5,5,0,1,1000,-1")
    return "\n".join((*rows, "6,6,-1,9,1000,1", "7,7,0,0,-1,-1", "")).encode("ascii")
