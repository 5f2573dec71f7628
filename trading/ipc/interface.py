"""What every channel between two processes offers; one process has the sending end, the other the receiving end.

A frame is bytes whose meaning is the sender's; it arrives whole or not at all. ``None`` is no frame: it is the answer
"nothing yet". Each end is used by one thread at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator


class FrameSender(Protocol):
    """The end where frames go in. A full channel makes the sender wait: nothing is dropped.

    Every method but ``release`` raises ``ChannelClosedError`` after ``close``, and when the receiver is gone: what was
    sent and not received is then lost.
    """

    def send(self, frame: bytes, timeout_seconds: float | None = None) -> bool:
        """Put a frame in, and wait while there is no room; without a timeout for as long as it takes.

        Returns
        -------
        bool
            Whether the frame is in; False when the time was up, and none of it is.

        Raises
        ------
        ChannelClosedError
            This end is closed, or the receiver is gone.
        ValueError
            The frame is longer than the channel takes.
        """
        ...

    def try_send(self, frame: bytes) -> bool:
        """Put a frame in without waiting; False when there is no room. Raises as ``send``. Hot path."""
        ...

    def flush(self, timeout_seconds: float | None = None) -> bool:
        """Wait until every frame that is in can be received; False when the time was up.

        Only a frame longer than the channel has room for, from ``try_send`` or from a ``send`` whose time was up, is
        ever in and not there to be received; the next ``send`` flushes it, too.
        """
        ...

    def close(self, timeout_seconds: float | None = None) -> None:
        """Flush, tell the receiver that nothing more comes, and let go. May be called again.

        When the time is up or the receiver is gone, this end lets go all the same; a receiver that is still there then
        takes this process for dead.
        """
        ...

    def release(self) -> None:
        """Let go of this process's hold on the end without closing it: after a fork, the other process has it."""
        ...


class FrameReceiver(Protocol):
    """The end where frames come out."""

    def receive(self, timeout_seconds: float | None = None) -> bytes | None:
        """Take the oldest frame out, and wait while there is none; without a timeout for as long as it takes.

        Returns
        -------
        bytes or None
            None when the time was up.

        Raises
        ------
        ChannelClosedError
            Everything has been received: the sender closed its end, or this end is closed.
        PeerLostError
            The sender died without closing; every whole frame has been received. It is a ``ChannelClosedError``.
        CorruptInputError
            What arrives is no frame.
        """
        ...

    def try_receive(self) -> bytes | None:
        """Take the oldest frame out without waiting; None when there is none. Raises as ``receive``. Hot path."""
        ...

    def close(self) -> None:
        """Receive nothing more; the sender finds out when it sends. May be called again."""
        ...

    def __iter__(self) -> Iterator[bytes]:
        """Receive until the sender closes; raises ``PeerLostError`` when it dies instead."""
        ...
