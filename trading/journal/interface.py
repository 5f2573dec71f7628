"""What every journal offers: records in, in an order that is kept; what is durable is known."""

from __future__ import annotations

from typing import Protocol


class Journal(Protocol):
    """An append-only sequence of records, each of them bytes whose meaning is the writer's."""

    def append(self, record: bytes) -> int:
        """Add a record; when this returns, the record survives the death of the process. Hot path.

        Returns
        -------
        int
            The record's number, counted from 1 at the start of the journal.

        Raises
        ------
        JournalError
            The record is empty or too long, or cannot be written; the journal is what it was.
        """
        ...

    def sync(self) -> None:
        """Make every record durable: when this returns, they survive the loss of power. Raises JournalError."""
        ...

    @property
    def records(self) -> int:
        """How many records there are."""
        ...

    @property
    def durable_records(self) -> int:
        """How many of them, from the first one on, are known to survive the loss of power."""
        ...

    def close(self) -> None:
        """Make every record durable and write no more. May be called again."""
        ...
