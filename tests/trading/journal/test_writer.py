from __future__ import annotations

import errno
import os
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from trading.errors import CorruptInputError, JournalError
from trading.journal import JournalReader, JournalWriter, SyncPolicy
from trading.journal.layout import HEADER_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NO_SYNC = SyncPolicy(every_records=None)


def writer_of(path: Path, policy: SyncPolicy = NO_SYNC, clock: Callable[[], int] = lambda: 0) -> JournalWriter:
    return JournalWriter(path, clock, policy)


def read(path: Path) -> list[bytes]:
    with JournalReader(path) as reader:
        records = list(reader)
        assert reader.tear is None
        return records


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal"


def test_records_are_numbered_and_there_at_once(path: Path) -> None:
    with writer_of(path) as writer:
        assert [writer.append(b"a"), writer.append(b"b")] == [1, 2]
        assert read(path) == [b"a", b"b"]


def test_a_journal_is_continued_where_it_ended(path: Path) -> None:
    for number in range(3):
        with writer_of(path, clock=lambda: 9) as writer:
            assert writer.tear is None
            assert writer.records == writer.durable_records == number
            writer.append(b"%d" % number)
    assert read(path) == [b"0", b"1", b"2"]


def test_a_journal_that_holds_something_else_is_not_continued_and_stays_as_it_is(path: Path) -> None:
    with JournalWriter(path, lambda: 0, NO_SYNC, "json") as writer:
        writer.append(b"{}")
    data = path.read_bytes()
    with pytest.raises(JournalError, match="the records hold 'json', where 'binary 1' is expected"):
        JournalWriter(path, lambda: 0, NO_SYNC, "binary 1")
    assert path.read_bytes() == data
    with JournalWriter(path, lambda: 0, NO_SYNC, "json") as writer:
        assert writer.records == 1


def test_a_torn_end_is_cut_and_the_journal_continued(path: Path) -> None:
    with writer_of(path) as writer:
        writer.append(b"whole")
        whole_bytes = path.stat().st_size
        writer.append(b"torn")
    data = path.read_bytes()
    for size in range(len(data)):
        path.write_bytes(data[:size])
        with writer_of(path) as writer:
            is_torn = size not in {0, HEADER_BYTES, whole_bytes}
            assert (writer.tear is not None) == is_torn
            writer.append(b"next")
        assert read(path) == ([b"whole", b"next"] if size >= whole_bytes else [b"next"])


def test_damage_is_left_as_it_is(path: Path) -> None:
    with writer_of(path) as writer:
        writer.append(b"record")
    data = path.read_bytes()[:-1] + b"?"
    path.write_bytes(data)
    with pytest.raises(CorruptInputError, match="damaged"):
        writer_of(path)
    assert path.read_bytes() == data


def test_one_process_writes_at_a_time(path: Path) -> None:
    with writer_of(path), pytest.raises(JournalError, match="is being written by another process"):
        writer_of(path)
    writer_of(path).close()


@pytest.mark.parametrize(
    ("policy", "durable"),
    [
        (SyncPolicy(), [1, 2, 3, 4, 5, 6, 7]),
        (SyncPolicy(every_records=3), [0, 0, 3, 3, 3, 6, 6]),
        (NO_SYNC, [0] * 7),
        # The clock's first reading is the creation, its second the opening; each append and each sync reads it.
        (SyncPolicy(every_records=None, every_ns=30), [0, 0, 3, 3, 3, 6, 6]),
        (SyncPolicy(every_records=2, every_ns=1_000_000), [0, 2, 2, 4, 4, 6, 6]),
    ],
)
def test_the_policy_says_when_records_are_durable(path: Path, policy: SyncPolicy, durable: list[int]) -> None:
    writer = writer_of(path, policy, count(0, 10).__next__)
    seen = []
    for _ in durable:
        writer.append(b"record")
        seen.append(writer.durable_records)
    assert seen == durable
    writer.sync()
    assert writer.durable_records == 7
    writer.close()


@pytest.mark.parametrize("record", [b"", b"x" * ((1 << 20) + 1)])
def test_a_record_has_a_sensible_length(path: Path, record: bytes) -> None:
    with writer_of(path) as writer:
        with pytest.raises(JournalError, match=f"a record has {len(record)} bytes; give from 1 to 1048576 bytes"):
            writer.append(record)
        writer.append(b"x" * (1 << 20))
    assert len(read(path)) == 1


def test_a_closed_journal_takes_nothing(path: Path) -> None:
    writer = writer_of(path)
    writer.append(b"record")
    writer.close()
    writer.close()
    assert writer.durable_records == 1
    for use in (lambda: writer.append(b"more"), writer.sync):
        with pytest.raises(JournalError, match="the journal is closed"):
            use()


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match=r"missing/journal: the journal cannot be opened: No such file"):
        writer_of(tmp_path / "missing" / "journal")


class TestFailingStorage:
    """Calls of the operating system that fail, or do only a part."""

    def test_a_write_that_does_a_part_is_continued(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write = os.write
        with writer_of(path) as writer:
            monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:3]))
            writer.append(b"a long record")
        monkeypatch.undo()
        assert read(path) == [b"a long record"]

    def test_a_full_disk_leaves_the_journal_as_it_was(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write, room = os.write, [10]

        def write_while_there_is_room(descriptor: int, data: bytes) -> int:
            if not room[0]:
                raise OSError(errno.ENOSPC, "No space left on device")
            written = write(descriptor, data[: room[0]])
            room[0] -= written
            return written

        with writer_of(path) as writer:
            writer.append(b"before")
            monkeypatch.setattr(os, "write", write_while_there_is_room)
            with pytest.raises(JournalError, match="a record cannot be written: No space left"):
                writer.append(b"lost")
            monkeypatch.undo()
            assert read(path) == [b"before"]
            assert writer.append(b"after") == 2
        assert read(path) == [b"before", b"after"]

    def test_half_a_record_that_cannot_be_taken_back_ends_the_writing(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: Any) -> None:
            raise OSError(errno.EIO, "Input/output error")

        writer = writer_of(path)
        monkeypatch.setattr(os, "write", fail)
        monkeypatch.setattr(os, "ftruncate", fail)
        with pytest.raises(JournalError, match="cannot be written"):
            writer.append(b"lost")
        monkeypatch.undo()
        with pytest.raises(JournalError, match="could neither be written nor taken back"):
            writer.append(b"more")
        writer.close()

    def test_after_a_failed_sync_nothing_more_is_promised(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(_: int) -> None:
            raise OSError(errno.EIO, "Input/output error")

        writer = writer_of(path, SyncPolicy(every_records=2))
        writer.append(b"first")
        monkeypatch.setattr(os, "fdatasync", fail)
        with pytest.raises(JournalError, match="records after 0 may be lost"):
            writer.append(b"second")
        monkeypatch.undo()
        for use in (lambda: writer.append(b"third"), writer.sync):
            with pytest.raises(JournalError, match="records after 0 may be lost"):
                use()
        writer.close()
