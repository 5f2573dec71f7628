"""The receiving end of a pipe: a stream of bytes comes in, frames go out."""

from __future__ import annotations

import os
import select
from time import monotonic
from typing import TYPE_CHECKING

from trading.errors import ChannelClosedError, CorruptInputError, PeerLostError
from trading.ipc.framing import END_LENGTH, LENGTH, MAXIMUM_FRAME_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import NoReturn

_READ_BYTES = 1 << 16
"""As much as a pipe holds on Linux: one call of the system takes everything that is there."""
_LENGTH_BYTES = LENGTH.size
_unpack_length = LENGTH.unpack_from
_read = os.read


class PipeReceiver:
    """Receives frames; see :class:`trading.ipc.interface.FrameReceiver`.

    Parameters
    ----------
    descriptor
        The reading end of a pipe; it becomes this object's own, and non-blocking.
    """

    __slots__ = ("_buffer", "_descriptor", "_poll", "_start")

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLIN)
        # What has been read and not given out: the buffer from the start on, never more than one chunk and one frame.
        self._buffer = b""
        self._start = 0

    def fileno(self) -> int:
        """Return the descriptor; negative after ``close``."""
        return self._descriptor

    def receive(self, timeout_seconds: float | None = None) -> bytes | None:
        """Take the oldest frame out, and wait while there is none; see ``FrameReceiver`` in ``interface.py``."""
        deadline = None if timeout_seconds is None else monotonic() + timeout_seconds
        while (frame := self.try_receive()) is None:
            remaining_ms = None if deadline is None else (deadline - monotonic()) * 1_000
            if remaining_ms is not None and remaining_ms <= 0:
                return None
            self._poll.poll(remaining_ms)
        return frame

    def try_receive(self) -> bytes | None:
        """Take the oldest frame out without waiting; None when there is none."""
        if self._descriptor < 0:
            raise ChannelClosedError("this end is closed and receives no more frames")
        while True:
            start = self._start
            buffer = self._buffer
            begin = start + _LENGTH_BYTES
            if len(buffer) >= begin:
                length: int = _unpack_length(buffer, start)[0]
                if length > MAXIMUM_FRAME_BYTES:
                    _refuse(length)
                end = begin + length
                if len(buffer) >= end:
                    self._start = end
                    return buffer[begin:end]
            if not self._fill():
                return None

    def close(self) -> None:
        """Receive nothing more; the sender finds out when it sends. May be called again."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __iter__(self) -> Iterator[bytes]:
        while True:
            try:
                frame = self.receive()
            except PeerLostError:
                raise
            except ChannelClosedError:
                return
            if frame is not None:
                yield frame

    def _fill(self) -> bool:
        """Read what is there behind what has not been given out; False when there is nothing."""
        try:
            chunk = _read(self._descriptor, _READ_BYTES)
        except BlockingIOError:
            return False
        rest = self._buffer[self._start :]
        if not chunk:
            torn = f", in the middle of a frame of which {len(rest)} bytes had come" if rest else ""
            raise PeerLostError(f"the sender's process died without closing its end{torn}")
        self._buffer = rest + chunk if rest else chunk
        self._start = 0
        return True


def _refuse(length: int) -> NoReturn:
    if length == END_LENGTH:
        raise ChannelClosedError("the sender closed its end, and everything has been received")
    raise CorruptInputError(
        f"a frame of {length} bytes is announced, and none is longer than {MAXIMUM_FRAME_BYTES}: the stream is broken"
    )
