"""Frames between processes: bytes in at one process, the same bytes in the same order out at another."""

from trading.ipc.interface import FrameReceiver, FrameSender
from trading.ipc.pipe import open_pipe
from trading.ipc.pipe_receiver import PipeReceiver
from trading.ipc.pipe_sender import PipeSender
from trading.ipc.shared_memory import SharedMemoryReceiver, SharedMemorySender, open_shared_memory

__all__ = [
    "FrameReceiver",
    "FrameSender",
    "PipeReceiver",
    "PipeSender",
    "SharedMemoryReceiver",
    "SharedMemorySender",
    "open_pipe",
    "open_shared_memory",
]
