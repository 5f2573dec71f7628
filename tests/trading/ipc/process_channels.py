"""Every kind of channel between processes: how it is opened, and how another process makes its ends of descriptors."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from trading import native
from trading.ipc import (
    PipeReceiver,
    PipeSender,
    SharedMemoryReceiver,
    SharedMemorySender,
    open_pipe,
    open_shared_memory,
)

if TYPE_CHECKING:
    from collections.abc import Callable

KERNELS = native.load("plain")
SMALL_BYTES = 1 << 15
"""A ring that goes round often; it takes frames of up to 16,368 bytes."""

Sender = PipeSender | SharedMemorySender
Receiver = PipeReceiver | SharedMemoryReceiver
Ends = tuple[Sender, Receiver]


class Kind(NamedTuple):
    """One kind of channel."""

    open: Callable[[], Ends]
    imports: str
    """What another process imports its ends with, as ``Sender`` and ``Receiver``."""


_SHARED = "from trading.native.plain import NativeFrameReceiver as Receiver, NativeFrameSender as Sender\n"

KINDS = {
    "pipe": Kind(open_pipe, "from trading.ipc import PipeReceiver as Receiver, PipeSender as Sender\n"),
    "shared memory": Kind(partial(open_shared_memory, KERNELS), _SHARED),
    "small shared memory": Kind(partial(open_shared_memory, KERNELS, SMALL_BYTES), _SHARED),
}
