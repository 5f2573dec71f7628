from __future__ import annotations

import gzip
import lzma
from typing import TYPE_CHECKING

import pytest

from trading.errors import CorruptInputError
from trading.feed import parse_lobster, read_lobster
from trading.records import EventType, FeedEvent, Side

if TYPE_CHECKING:
    from pathlib import Path

ROWS = [
    "34200.017459617,5,0,1,2238200,-1",
    "34200.18961,1,11885113,21,2238100,1",
    "34200.18961,4,11885113,21,2238100,1",
    "34201,7,0,0,-1,-1",
]
EVENTS = [
    FeedEvent(34_200_017_459_617, EventType.HIDDEN_EXECUTE, 0, Side.SELL, 2_238_200, 1),
    FeedEvent(34_200_189_610_000, EventType.ADD, 11_885_113, Side.BUY, 2_238_100, 21),
    FeedEvent(34_200_189_610_000, EventType.EXECUTE, 11_885_113, Side.BUY, 2_238_100, 21),
    FeedEvent(34_201_000_000_000, EventType.HALT, 0, Side.SELL, -1, 0),
]
TEXT = "\n".join(ROWS) + "\n"


def test_rows_become_events_with_exact_times() -> None:
    assert list(parse_lobster(ROWS, "rows")) == EVENTS


def test_a_header_row_is_skipped() -> None:
    assert list(parse_lobster(["Time,Type,OrderId,Size,Price,Direction", *ROWS], "rows")) == EVENTS


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_plain_and_packed_files_read_the_same(tmp_path: Path, ending: str) -> None:
    content = TEXT.replace("\n", ending).encode()
    (tmp_path / "m.csv").write_bytes(content)
    (tmp_path / "m.csv.gz").write_bytes(gzip.compress(content))
    (tmp_path / "m.csv.xz").write_bytes(lzma.compress(content))
    for name in ("m.csv", "m.csv.gz", "m.csv.xz"):
        assert list(read_lobster(tmp_path / name)) == EVENTS


def test_an_empty_file_has_no_events(tmp_path: Path) -> None:
    (tmp_path / "m.csv").touch()
    assert list(read_lobster(tmp_path / "m.csv")) == []


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("34202.0,1,5,21,2238100", "5 columns instead of 6"),
        ("34202.0,9,5,21,2238100,1", "'9' is no event type or direction"),
        ("34202.0,1,5,21,2238100,0", "'0' is no event type or direction"),
        ("34202.0,1,five,21,2238100,1", "invalid literal"),
        ("34202.0,1,5,0,2238100,1", "must be greater than zero"),
        ("34202.0,1,5,21,-2238100,1", "must be greater than zero"),
        ("34202.0,1,99999999999999999999,21,2238100,1", "does not fit 64 bits"),
        ("34200.0,1,5,21,2238100,1", "the time is before that of the row above"),
        ("34202.0000000001,1,5,21,2238100,1", "at most 9 decimals"),
        ("noon,1,5,21,2238100,1", "is not a number of seconds"),
        ("", "1 columns instead of 6"),
    ],
)
def test_a_broken_row_is_named_after_everything_before_it_was_given_out(tmp_path: Path, row: str, reason: str) -> None:
    path = tmp_path / "m.csv"
    path.write_text(TEXT + row + "\n" + ROWS[-1] + "\n")
    feed = read_lobster(path)
    assert [next(feed) for _ in EVENTS] == EVENTS
    with pytest.raises(CorruptInputError, match=reason) as raised:
        next(feed)
    assert f"{path}, line 5" in str(raised.value)


@pytest.mark.parametrize("suffix", ["xz", "gz"])
def test_a_packed_file_that_was_cut_is_named_with_the_line_where_it_ends(tmp_path: Path, suffix: str) -> None:
    content = "".join(f"{34_200 + second}.0,1,{second + 1},21,2238100,1\n" for second in range(5_000)).encode()
    path = tmp_path / f"m.csv.{suffix}"
    packed = lzma.compress(content) if suffix == "xz" else gzip.compress(content)
    path.write_bytes(packed[: len(packed) // 2])
    events: list[FeedEvent] = []
    with pytest.raises(CorruptInputError, match=r"m\.csv\..z: broken after line \d+") as raised:
        events.extend(read_lobster(path))
    assert f"after line {len(events)}:" in str(raised.value)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_bytes(TEXT.encode() + b"\xff\xfe\x00")
    with pytest.raises(CorruptInputError, match="broken after line"):
        list(read_lobster(path))


def test_a_missing_file_is_an_ordinary_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        next(read_lobster(tmp_path / "none.csv"))
