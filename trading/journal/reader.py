"""Reading a journal: a file comes in; its records, and where it was torn, go out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from trading.errors import CorruptInputError, JournalError
from trading.journal.layout import (
    CHECKSUM,
    FRAME_START,
    HEADER_BYTES,
    LENGTH,
    MAGIC,
    MAXIMUM_RECORD_BYTES,
    VERSION,
    chain_start,
    unpack_header,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType
    from typing import Self

_BUFFER_BYTES = 1 << 16


class Tear(NamedTuple):
    """The end of a journal whose writer died, or lost its power, before the last record was whole."""

    path: Path
    offset_bytes: int
    """Where the whole records end."""
    torn_bytes: int
    """How many bytes stand behind them."""
    records: int
    """How many whole records there are."""

    @property
    def message(self) -> str:
        """One sentence for people."""
        return (
            f"{self.path}: torn at byte offset {self.offset_bytes}: the last {self.torn_bytes} bytes are no whole"
            f" record; the {self.records} records before them are whole"
        )


class JournalReader:
    """Gives out the records of a journal one by one, in constant memory.

    Only what a sudden end can leave behind is a tear: a last record that stops short, or zeros where the file system
    had made room. Anything else is damage, and no records behind it are given out.

    Parameters
    ----------
    path
        The file.
    content
        Name of what the reader expects the records to hold; None takes any. A journal whose header is torn has no
        records and passes.

    Attributes
    ----------
    created_at_ns
        When the journal was made, by the clock of its writer; 0 when the header itself is torn.
    content
        Name of what the records hold, as the writer gave it; empty when the header itself is torn.
    records
        Records given out so far.
    offset_bytes
        Where the last of them ends.
    chain
        The checksum that a next record starts from.
    tear
        After the last record: where the journal is torn, or None when it is whole.

    Raises
    ------
    CorruptInputError
        The file is no journal, is of another version, or is damaged; the message names file and byte offset.
    JournalError
        The records hold something else than is expected.
    OSError
        The file cannot be read.
    """

    def __init__(self, path: Path, content: str | None = None) -> None:
        self._path = path
        self.content = ""
        self._file = path.open("rb", buffering=_BUFFER_BYTES)
        self.created_at_ns = self.records = self.offset_bytes = self.chain = 0
        self.tear: Tear | None = None
        try:
            self._read_header()
            if content is not None:
                self._check_content(content)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. May be called again."""
        self._file.close()

    def __iter__(self) -> Iterator[bytes]:
        read = self._file.read
        start_bytes, checksum_bytes = FRAME_START.size, CHECKSUM.size
        while self.tear is None:
            start = read(start_bytes)
            if len(start) < start_bytes:
                if start:
                    self._tear(len(start))
                return
            length, length_checksum = FRAME_START.unpack(start)
            if length_checksum != crc32(LENGTH.pack(length), self.chain) or not 0 < length <= MAXIMUM_RECORD_BYTES:
                self._refuse_unless_zeros(start, "the length of a record")
                return
            rest = read(length + checksum_bytes)
            if len(rest) < length + checksum_bytes:
                self._tear(start_bytes + len(rest))
                return
            record = rest[:length]
            checksum = crc32(record, length_checksum)
            if rest[length:] != CHECKSUM.pack(checksum):
                self._refuse_unless_zeros(rest, "a record")
                return
            self.chain = checksum
            self.records += 1
            self.offset_bytes += start_bytes + length + checksum_bytes
            yield record

    def _read_header(self) -> None:
        header = self._file.read(HEADER_BYTES)
        if not MAGIC.startswith(header[: len(MAGIC)]):
            raise CorruptInputError(f"{self._path}: no journal: it does not start with {MAGIC.decode()}")
        if len(header) < HEADER_BYTES:
            self._tear(len(header))
            return
        start = unpack_header(header)
        if not start.is_sound:
            raise CorruptInputError(
                f"{self._path}: the header is damaged, in the {HEADER_BYTES} bytes from offset 0 on"
            )
        if start.version != VERSION:
            raise CorruptInputError(
                f"{self._path}: a journal of version {start.version}; this program reads version {VERSION}"
            )
        self.created_at_ns, self.content = start.created_at_ns, start.content
        self.chain = chain_start(header)
        self.offset_bytes = HEADER_BYTES

    def _check_content(self, expected: str) -> None:
        if self.tear or expected == self.content:
            return
        raise JournalError(
            f"{self._path}: the records hold {self.content or 'what nobody named'!r}, where {expected!r} is expected;"
            " use the journal with the serialization that wrote it (flag binary-serialization), or begin another one"
        )

    def _tear(self, torn_bytes: int) -> None:
        self.tear = Tear(self._path, self.offset_bytes, torn_bytes, self.records)

    def _refuse_unless_zeros(self, seen: bytes, what: str) -> None:
        """Take zeros up to the end for a tear, and anything else for damage."""
        size = self._path.stat().st_size
        if not any(seen) and not any(any(chunk) for chunk in iter(lambda: self._file.read(_BUFFER_BYTES), b"")):
            self._tear(size - self.offset_bytes)
            return
        raise CorruptInputError(
            f"{self._path}: {what} is damaged at byte offset {self.offset_bytes}, after {self.records} whole records;"
            f" {size - self.offset_bytes} bytes from there on cannot be trusted; restore the file from a copy, or cut"
            f" it to {self.offset_bytes} bytes to do without them"
        )
