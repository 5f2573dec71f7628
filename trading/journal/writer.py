"""Writing a journal: records come in; a file that a sudden end can only shorten goes out."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

from trading.errors import JournalError
from trading.journal.layout import FRAME_BYTES, MAXIMUM_RECORD_BYTES, chain_start, frame, pack_header
from trading.journal.reader import JournalReader
from trading.journal.sync_policy import SyncPolicy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from trading.journal.reader import Tear

_FILE_MODE = 0o644


class JournalWriter:
    """Appends to a journal, a new one or one that is there; see :class:`trading.journal.interface.Journal`.

    An existing journal is read through and checked, and cut where it is torn. One process writes at a time. Each record
    is one write to the operating system, without a buffer in the process.

    Parameters
    ----------
    path
        The file; its folder must exist.
    clock
        Gives nanoseconds: the time of creation, and the time for the policy.
    policy
        When records are made durable; by default each one before ``append`` returns.
    content
        Name of what the records hold, up to 16 characters: it is written into a new journal, and an existing one must
        have it.

    Attributes
    ----------
    tear
        Where an existing journal was torn and has been cut; None when it was whole.

    Raises
    ------
    JournalError
        Another process is writing the journal, it cannot be opened, or its records hold something else.
    CorruptInputError
        The file is there and is no journal, or is damaged; it is left as it is.
    """

    __slots__ = (
        "_chain",
        "_clock",
        "_content",
        "_descriptor",
        "_durable_records",
        "_every_ns",
        "_every_records",
        "_failure",
        "_offset_bytes",
        "_path",
        "_records",
        "_synced_at_ns",
        "tear",
    )

    def __init__(
        self, path: Path, clock: Callable[[], int], policy: SyncPolicy | None = None, content: str = ""
    ) -> None:
        policy = policy or SyncPolicy()
        self._path = path
        self._content = content
        self._clock = clock
        self._every_records = policy.every_records
        self._every_ns = policy.every_ns
        self._failure = ""
        self.tear: Tear | None = None
        self._records = self._chain = self._offset_bytes = 0
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, _FILE_MODE)
        except OSError as error:
            raise JournalError(f"{path}: the journal cannot be opened: {error.strerror}") from error
        try:
            self._take_over()
        except BaseException:
            os.close(self._descriptor)
            raise
        self._durable_records = self._records
        self._synced_at_ns = clock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def records(self) -> int:
        """How many records there are."""
        return self._records

    @property
    def durable_records(self) -> int:
        """How many of them, from the first one on, are known to survive the loss of power."""
        return self._durable_records

    def append(self, record: bytes) -> int:
        """Add a record and return its number, from 1; when this returns, it survives the death of the process."""
        if not 0 < len(record) <= MAXIMUM_RECORD_BYTES:
            raise JournalError(
                f"{self._path}: a record has {len(record)} bytes; give from 1 to {MAXIMUM_RECORD_BYTES} bytes"
            )
        if self._failure:
            raise JournalError(self._failure)
        data, chain = frame(record, self._chain)
        self._write(data)
        self._chain = chain
        self._offset_bytes += len(record) + FRAME_BYTES
        self._records += 1
        every_records = self._every_records
        is_due = every_records is not None and self._records - self._durable_records >= every_records
        if is_due or (self._every_ns is not None and self._clock() - self._synced_at_ns >= self._every_ns):
            self.sync()
        return self._records

    def sync(self) -> None:
        """Make every record durable: when this returns, they survive the loss of power."""
        if self._failure:
            raise JournalError(self._failure)
        if self._every_ns is not None:
            self._synced_at_ns = self._clock()
        if self._durable_records == self._records:
            return
        try:
            # The data, and of the file's own record what is needed to read it: its length, but not its times.
            os.fdatasync(self._descriptor)
        except OSError as error:
            # The system may have dropped the pages: trying again could succeed without having written them.
            self._failure = (
                f"{self._path}: the storage failed ({error.strerror}); records after {self._durable_records} may be"
                " lost; open the journal again to see what is there"
            )
            raise JournalError(self._failure) from error
        self._durable_records = self._records

    def close(self) -> None:
        """Make every record durable and write no more. May be called again."""
        if self._descriptor < 0:
            return
        try:
            if not self._failure:
                self.sync()
        finally:
            os.close(self._descriptor)
            self._descriptor = -1
            self._failure = self._failure or f"{self._path}: the journal is closed"

    def _take_over(self) -> None:
        """Lock the file, and make it a journal that ends in a whole record."""
        try:
            # Held until the descriptor is closed, so a process that dies never leaves it locked.
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise JournalError(f"{self._path}: the journal is being written by another process") from error
        try:
            with JournalReader(self._path, self._content) as reader:
                for _ in reader:
                    pass
            self._records, self._chain, self._offset_bytes = reader.records, reader.chain, reader.offset_bytes
            # The header of a new journal is torn before its first byte.
            self.tear = reader.tear if reader.tear and reader.tear.torn_bytes else None
            if reader.tear:
                os.ftruncate(self._descriptor, self._offset_bytes)
            if not self._offset_bytes:
                self._start()
            os.fsync(self._descriptor)
        except OSError as error:
            raise JournalError(f"{self._path}: the journal cannot be opened: {error.strerror}") from error

    def _start(self) -> None:
        header = pack_header(self._clock(), self._content)
        self._write(header)
        self._chain = chain_start(header)
        self._offset_bytes = len(header)
        # The name of a new file is part of its folder, and durable only when that is.
        folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _write(self, data: bytes) -> None:
        """Write all of it, or leave the file as it was."""
        try:
            written = os.write(self._descriptor, data)
            while written < len(data):
                written += os.write(self._descriptor, data[written:])
        except OSError as error:
            try:
                os.ftruncate(self._descriptor, self._offset_bytes)
            except OSError:
                self._failure = (
                    f"{self._path}: half a record could neither be written nor taken back ({error.strerror});"
                    " open the journal again to cut it"
                )
            raise JournalError(f"{self._path}: a record cannot be written: {error.strerror}") from error
