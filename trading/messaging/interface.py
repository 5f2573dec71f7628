"""What every channel offers: messages in at one end, the same messages in the same order out at the other.

``None`` is no message: it is the answer "nothing yet".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

MessageT = TypeVar("MessageT")


class Channel(Protocol[MessageT]):
    """A queue of limited length between threads. A full one makes the sender wait: nothing is dropped.

    Once closed it takes nothing more, and still gives out what it holds; closed and empty it is drained.
    """

    @property
    def capacity(self) -> int:
        """The most messages it holds."""
        ...

    @property
    def is_closed(self) -> bool:
        """Whether it takes nothing more."""
        ...

    @property
    def is_drained(self) -> bool:
        """Whether it is closed and has given out everything."""
        ...

    def send(self, message: MessageT, timeout_seconds: float | None = None) -> bool:
        """Put a message in, and wait while the channel is full; without a timeout for as long as it takes.

        Returns
        -------
        bool
            Whether the message is in; False when the time was up.

        Raises
        ------
        ChannelClosedError
            The channel is closed, or was closed while waiting; the message is not in.
        """
        ...

    def try_send(self, message: MessageT) -> bool:
        """Put a message in without waiting; False when the channel is full. Raises ChannelClosedError."""
        ...

    def receive(self, timeout_seconds: float | None = None) -> MessageT | None:
        """Take the oldest message out, and wait while there is none; without a timeout for as long as it takes.

        Returns
        -------
        MessageT or None
            None when the time was up.

        Raises
        ------
        ChannelClosedError
            The channel is drained, or became so while waiting.
        """
        ...

    def try_receive(self) -> MessageT | None:
        """Take the oldest message out without waiting; None when there is none. Raises ChannelClosedError."""
        ...

    def close(self) -> None:
        """Take nothing more, and wake whoever waits. May be called from either end, and again."""
        ...

    def __len__(self) -> int:
        """Count the messages inside; another thread may have changed it by the time of reading."""
        ...

    def __iter__(self) -> Iterator[MessageT]:
        """Receive until the channel is drained."""
        ...
