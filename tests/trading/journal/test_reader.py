from __future__ import annotations

import tracemalloc
from struct import pack
from typing import TYPE_CHECKING
from zlib import crc32

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trading.errors import CorruptInputError, JournalError
from trading.journal import JournalReader, JournalWriter, SyncPolicy
from trading.journal.layout import HEADER_BYTES, frame, pack_header

if TYPE_CHECKING:
    from pathlib import Path

RECORDS = [b"first", b"\0" * 40, b"third and last"]


def write(path: Path, records: list[bytes]) -> bytes:
    with JournalWriter(path, lambda: 5, SyncPolicy(every_records=None)) as writer:
        for record in records:
            writer.append(record)
    return path.read_bytes()


def read(path: Path) -> tuple[list[bytes], JournalReader]:
    with JournalReader(path) as reader:
        return list(reader), reader


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    path = tmp_path / "journal"
    write(path, RECORDS)
    return path


def test_records_come_out_as_they_went_in(journal: Path) -> None:
    records, reader = read(journal)
    assert records == RECORDS
    assert reader.tear is None
    assert (reader.created_at_ns, reader.records, reader.offset_bytes) == (5, 3, journal.stat().st_size)


def test_a_cut_at_any_byte_leaves_the_whole_records_and_names_the_place(journal: Path) -> None:
    data = journal.read_bytes()
    ends = [HEADER_BYTES]
    for record in RECORDS:
        ends.append(ends[-1] + len(record) + 12)
    for size in range(len(data)):
        journal.write_bytes(data[:size])
        records, reader = read(journal)
        whole = sum(end <= size for end in ends[1:])
        assert records == RECORDS[:whole]
        if size in ends:
            assert reader.tear is None
            continue
        offset = ends[whole] if size >= HEADER_BYTES else 0
        assert reader.tear is not None
        assert reader.tear == (journal, offset, size - offset, whole)
        assert f"torn at byte offset {offset}" in reader.tear.message


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_changed_byte_is_never_given_out(journal: Path, data: st.DataObject) -> None:
    original = write(journal.with_name("damaged"), [b"%d" % number * 9 for number in range(5)])
    path = journal.with_name("damaged")
    damaged = bytearray(original)
    place = data.draw(st.integers(0, len(original) - 1))
    damaged[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(damaged)
    given_out: list[bytes] = []
    with pytest.raises(CorruptInputError, match="damaged"), JournalReader(path) as reader:
        given_out.extend(reader)
    assert given_out == [b"%d" % number * 9 for number in range(len(given_out))]
    path.unlink()


def test_damage_names_file_and_place(journal: Path) -> None:
    data = bytearray(journal.read_bytes())
    data[HEADER_BYTES + 17 + 20] ^= 1
    journal.write_bytes(data)
    expected = f"journal: a record is damaged at byte offset {HEADER_BYTES + 17}, after 1 whole records; 78 bytes"
    with pytest.raises(CorruptInputError, match=expected):
        read(journal)


def test_records_that_are_missing_doubled_or_swapped_are_found(tmp_path: Path) -> None:
    header = pack_header(0)
    frames, chain = [], int.from_bytes(header[-4:], "little")
    for record in (b"one", b"two", b"six"):
        data, chain = frame(record, chain)
        frames.append(data)
    path = tmp_path / "journal"
    for order in ([1, 2], [0, 2], [0, 0, 1], [0, 2, 1], [0, 1, 2, 2]):
        path.write_bytes(header + b"".join(frames[number] for number in order))
        with pytest.raises(CorruptInputError, match="damaged"):
            read(path)
    path.write_bytes(header + b"".join(frames))
    assert read(path)[0] == [b"one", b"two", b"six"]


@pytest.mark.parametrize("zeros", [1, 7, 8, 100, 100_000])
def test_zeros_at_the_end_are_a_tear(journal: Path, zeros: int) -> None:
    size = journal.stat().st_size
    journal.write_bytes(journal.read_bytes() + bytes(zeros))
    records, reader = read(journal)
    assert records == RECORDS
    assert reader.tear == (journal, size, zeros, 3)


def test_zeros_in_the_middle_are_damage(journal: Path) -> None:
    journal.write_bytes(journal.read_bytes() + bytes(100) + b"more")
    with pytest.raises(CorruptInputError, match="the length of a record is damaged"):
        read(journal)


def test_what_is_no_journal_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other"
    path.write_bytes(b"time,type,order")
    with pytest.raises(CorruptInputError, match="other: no journal: it does not start with TRADEJNL"):
        JournalReader(path)


def test_a_version_of_the_future_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trading.journal.layout.VERSION", 3)
    path = tmp_path / "journal"
    path.write_bytes(pack_header(0))
    with pytest.raises(CorruptInputError, match="a journal of version 3; this program reads version 2"):
        JournalReader(path)


def test_a_version_of_the_past_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    fields = b"TRADEJNL" + pack("<Iq", 1, 5)
    path.write_bytes(fields + pack("<I", crc32(fields)) + bytes(16))
    with pytest.raises(CorruptInputError, match="a journal of version 1; this program reads version 2"):
        JournalReader(path)


def test_the_content_is_what_the_writer_named_and_another_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    JournalWriter(path, lambda: 5, content="binary 1").close()
    for content in (None, "binary 1"):
        with JournalReader(path, content) as reader:
            assert (reader.content, reader.created_at_ns) == ("binary 1", 5)
    expected = r"journal: the records hold 'binary 1', where 'json' is expected; use the journal with the serialization"
    with pytest.raises(JournalError, match=expected):
        JournalReader(path, "json")


def test_a_journal_whose_header_is_torn_holds_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    path.write_bytes(pack_header(5, "json")[:-1])
    with JournalReader(path, "binary 1") as reader:
        assert reader.tear is not None
        assert list(reader) == []


def test_a_long_journal_is_read_in_constant_memory(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    write(path, [b"x" * 200] * 10_000)
    with JournalReader(path) as reader:
        tracemalloc.start()
        try:
            count = sum(1 for _ in reader)
            _, peak_bytes = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert count == 10_000
    assert peak_bytes < 200_000
