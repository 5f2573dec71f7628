"""The sending end of a pipe: frames come in, and go out as a stream of bytes.

The kernel's buffer is the channel's capacity (64 KiB on Linux), and a full one the back-pressure.
"""

from __future__ import annotations

import os
import select
from time import monotonic
from typing import TYPE_CHECKING

from trading.errors import ChannelClosedError
from trading.ipc.framing import END_MARK, LENGTH, MAXIMUM_FRAME_BYTES

if TYPE_CHECKING:
    from typing import NoReturn

_pack_length = LENGTH.pack
_write = os.write


class PipeSender:
    """Sends frames; see :class:`trading.ipc.interface.FrameSender`.

    A frame of up to 4,092 bytes is written whole or not at all (POSIX: PIPE_BUF). Of a longer one the pipe may take a
    part; the rest waits here, and nothing else is taken before it is gone.

    Parameters
    ----------
    descriptor
        The writing end of a pipe; it becomes this object's own, and non-blocking.
    """

    __slots__ = ("_descriptor", "_poll", "_rest")

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLOUT)
        self._rest = b""

    def fileno(self) -> int:
        """Return the descriptor; negative after ``close`` and ``release``."""
        return self._descriptor

    def send(self, frame: bytes, timeout_seconds: float | None = None) -> bool:
        """Put a frame in, and wait while there is no room; see ``FrameSender`` in ``interface.py``."""
        deadline = None if timeout_seconds is None else monotonic() + timeout_seconds
        while not self.try_send(frame):
            if not self._wait(deadline):
                return False
        self._flush(deadline)
        return True

    def try_send(self, frame: bytes) -> bool:
        """Put a frame in without waiting; False when there is no room."""
        if self._descriptor < 0:
            _refuse_closed()
        if len(frame) > MAXIMUM_FRAME_BYTES:
            raise ValueError(f"a frame has {len(frame)} bytes; send at most {MAXIMUM_FRAME_BYTES}")
        if self._rest and not self._write_rest():
            return False
        return self._start(_pack_length(len(frame)) + frame)

    def flush(self, timeout_seconds: float | None = None) -> bool:
        """Wait until every frame that is in can be received; False when the time was up."""
        if self._descriptor < 0:
            _refuse_closed()
        return self._flush(None if timeout_seconds is None else monotonic() + timeout_seconds)

    def close(self, timeout_seconds: float | None = None) -> None:
        """Flush, tell the receiver that nothing more comes, and let go. May be called again."""
        if self._descriptor < 0:
            return
        deadline = None if timeout_seconds is None else monotonic() + timeout_seconds
        try:
            if self._flush(deadline):
                while not self._start(END_MARK) and self._wait(deadline):
                    pass
        except ChannelClosedError:
            pass  # Nobody is left who could be told.
        finally:
            self.release()

    def release(self) -> None:
        """Let go of this process's hold on the end without closing it. May be called again."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _start(self, data: bytes) -> bool:
        """Write as much as there is room for, and keep the rest; False when there is no room at all."""
        try:
            written = _write(self._descriptor, data)
        except BlockingIOError:
            return False
        except BrokenPipeError as error:
            raise ChannelClosedError("the receiver is gone: it closed its end, or its process died") from error
        if written != len(data):
            self._rest = data[written:]
        return True

    def _write_rest(self) -> bool:
        """Go on with the rest of a frame; tell whether all of it is gone."""
        rest, self._rest = self._rest, b""
        if not self._start(rest):
            self._rest = rest
        return not self._rest

    def _flush(self, deadline: float | None) -> bool:
        while self._rest and not self._write_rest():
            if not self._wait(deadline):
                return False
        return True

    def _wait(self, deadline: float | None) -> bool:
        """Wait for room, or for the receiver's end; False when the time was up."""
        if deadline is None:
            self._poll.poll()
            return True
        remaining_seconds = deadline - monotonic()
        return remaining_seconds > 0 and bool(self._poll.poll(remaining_seconds * 1_000))


def _refuse_closed() -> NoReturn:
    raise ChannelClosedError("this end is closed and takes no more frames")
