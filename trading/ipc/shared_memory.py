"""Memory that two processes share, as a channel between them: nothing comes in, its two ends go out.

The ends themselves are native (``shared_memory_ring.hpp``, ``process_end.hpp``). It needs Linux; elsewhere there is the
pipe.
"""

from __future__ import annotations

import fcntl
import os
import sys
from typing import Protocol

from trading.errors import ConfigurationError
from trading.ipc.interface import FrameReceiver, FrameSender

HEAD_BYTES = 4_096
MAGIC = b"tgring1\0"
"""What the memory begins with, and then the number of bytes behind the head; both as in ``shared_memory_ring.hpp``."""

LEAST_BYTES = 64
DEFAULT_BYTES = 1 << 22
"""Room for every frame that a pipe takes, wherever it begins."""


class SharedMemorySender(FrameSender, Protocol):
    """A sending end that another process can inherit.

    A receiver that closed its end is noticed at once, one that was killed within a tick of the kernel's clock (at most
    10 ms): what is sent until then is lost, as is everything else that it has not received.
    """

    def fileno(self) -> int:
        """Return the descriptor; negative after ``close`` and ``release``."""
        ...


class SharedMemoryReceiver(FrameReceiver, Protocol):
    """A receiving end that another process can inherit, and that shows frames where they lie."""

    def fileno(self) -> int:
        """Return the descriptor; negative after ``close``."""
        ...

    def receive_view(self, timeout_seconds: float | None = None) -> memoryview | None:
        """Receive as ``receive`` does, and return a view of the frame where it lies; nothing is copied.

        The view is valid until the next frame is received, ``release_view`` or ``close``; afterwards it may show what
        the sender writes next. numpy lays an array over it with ``numpy.frombuffer``.
        """
        ...

    def try_receive_view(self) -> memoryview | None:
        """Receive as ``try_receive`` does, and return a view of the frame where it lies."""
        ...

    def release_view(self) -> None:
        """Give the room of the frame in view back to the sender; the next receiving does so, too."""
        ...


class SharedMemoryKernels(Protocol):
    """The ends that a native module has."""

    def NativeFrameSender(self, descriptor: int) -> SharedMemorySender:  # noqa: N802 - a class
        """Make a sending end of its descriptor."""
        ...

    def NativeFrameReceiver(self, descriptor: int) -> SharedMemoryReceiver:  # noqa: N802 - a class
        """Make a receiving end of its descriptor."""
        ...


def open_shared_memory(
    kernels: SharedMemoryKernels, capacity_bytes: int = DEFAULT_BYTES
) -> tuple[SharedMemorySender, SharedMemoryReceiver]:
    """Open a channel in shared memory and return both of its ends.

    A process started later gets an end as ``kernels.NativeFrameSender(descriptor)`` or ``NativeFrameReceiver`` if it
    inherits the descriptor (``pass_fds`` of ``subprocess``), or as the same object after a fork. As with a pipe,
    whoever keeps a second hold on an end must ``release`` it (the sender) or ``close`` it (the receiver).

    Parameters
    ----------
    kernels
        The native module whose ends they are.
    capacity_bytes
        Size of the data, a power of two from 64 on; all of it is taken at once, so that no frame waits for memory
        (Linux 5.14 on). Each frame takes 8 bytes more than its own, rounded up to a multiple of 8; the longest one
        has half the capacity less 16 bytes, and 1 MiB at most.

    Raises
    ------
    ConfigurationError
        The capacity is no such number, or the system is not Linux.
    """
    if sys.platform != "linux":
        raise ConfigurationError(
            f"channels in shared memory need Linux, and this is {sys.platform}; "
            'set the flag "shared-memory-ipc" to "off"'
        )
    if capacity_bytes < LEAST_BYTES or capacity_bytes & (capacity_bytes - 1):
        raise ConfigurationError(
            f"the capacity of the channel is {capacity_bytes} bytes; give a power of two from {LEAST_BYTES} on"
        )
    # It has no name that could be left behind: it lasts as long as somebody holds it.
    sending = os.memfd_create("trading-channel", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        os.truncate(sending, HEAD_BYTES + capacity_bytes)
        # Nobody who holds it can take memory away from under the other end.
        fcntl.fcntl(sending, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
        os.pwrite(sending, MAGIC + capacity_bytes.to_bytes(8, "little"), 0)
        # A second description of the same memory: each end has its own, whose end is the end's death.
        receiving = os.open(f"/proc/self/fd/{sending}", os.O_RDWR | os.O_CLOEXEC)
    except BaseException:
        os.close(sending)
        raise
    try:
        sender = kernels.NativeFrameSender(sending)
    except BaseException:
        os.close(sending)
        os.close(receiving)
        raise
    try:
        return sender, kernels.NativeFrameReceiver(receiving)
    except BaseException:
        os.close(receiving)
        raise
