"""A pipe of the operating system between two processes: nothing comes in, its two ends go out."""

from __future__ import annotations

import os

from trading.ipc.pipe_receiver import PipeReceiver
from trading.ipc.pipe_sender import PipeSender


def open_pipe() -> tuple[PipeSender, PipeReceiver]:
    """Open a pipe and return both of its ends.

    A process started later gets an end as ``PipeSender(descriptor)`` or ``PipeReceiver(descriptor)`` if it inherits the
    descriptor (``pass_fds`` of ``subprocess``), or as the same object after a fork. Whoever keeps a second hold on an
    end must ``release`` it (the sender) or ``close`` it (the receiver): while one is held somewhere, the other end
    cannot see that its peer is gone.
    """
    receiving, sending = os.pipe()
    return PipeSender(sending), PipeReceiver(receiving)
