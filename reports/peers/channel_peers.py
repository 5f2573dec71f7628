"""One-way channels of every package behind one face; :mod:`reports.peers.channels` sends frames through them.

A wire is opened before the process forks; afterwards each process takes its end and lets the other one go.
"""

from __future__ import annotations

import tempfile
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from trading import assembly

if TYPE_CHECKING:
    from collections.abc import Callable

    from trading.flags import ResolvedFlags

WAIT_SECONDS = 10.0
"""After so long a frame is not coming any more."""


class SendingEnd(NamedTuple):
    """Where frames go in."""

    send: Callable[[bytes], object]


class ReceivingEnd(NamedTuple):
    """Where frames come out, and are waited for."""

    receive: Callable[[], bytes]


class Wire(Protocol):
    """A channel of one direction."""

    def sending(self) -> SendingEnd:
        """Take the sending end, and let the other one go."""

    def receiving(self) -> ReceivingEnd:
        """Take the receiving end, and let the other one go."""

    def both(self) -> tuple[SendingEnd, ReceivingEnd]:
        """Take both ends."""

    def close(self) -> None:
        """Let go of whatever this process still has."""


class OurWire:
    """The channel that the assembly builds."""

    def __init__(self, flags: ResolvedFlags) -> None:
        self._sender, self._receiver = assembly.build_process_channel(flags)

    def sending(self) -> SendingEnd:
        """Take the sending end, and let the other one go."""
        self._receiver.close()
        return SendingEnd(self._sender.send)

    def receiving(self) -> ReceivingEnd:
        """Take the receiving end, and let the other one go."""
        self._sender.release()
        return ReceivingEnd(self._receiver.receive)  # type: ignore[arg-type]  # without a timeout it is never None

    def both(self) -> tuple[SendingEnd, ReceivingEnd]:
        """Take both ends."""
        return SendingEnd(self._sender.send), ReceivingEnd(self._receiver.receive)  # type: ignore[arg-type]  # the same

    def close(self) -> None:
        """Let go of whatever this process still has."""
        self._sender.release()
        self._receiver.close()


class PipeWire:
    """``multiprocessing.Pipe``, with bytes and without pickles."""

    def __init__(self, package: Any) -> None:
        self._reading, self._writing = package.Pipe(duplex=False)

    def sending(self) -> SendingEnd:
        """Take the sending end, and let the other one go."""
        self._reading.close()
        return SendingEnd(self._writing.send_bytes)

    def receiving(self) -> ReceivingEnd:
        """Take the receiving end, and let the other one go."""
        self._writing.close()
        return ReceivingEnd(self._reading.recv_bytes)

    def both(self) -> tuple[SendingEnd, ReceivingEnd]:
        """Take both ends."""
        return SendingEnd(self._writing.send_bytes), ReceivingEnd(self._reading.recv_bytes)

    def close(self) -> None:
        """Let go of whatever this process still has."""
        self._reading.close()
        self._writing.close()


class QueueWire:
    """A queue that both processes hold whole: ``multiprocessing.Queue``, and faster-fifo's, which mimics it."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._queue = make()

    def sending(self) -> SendingEnd:
        """Take the sending end."""
        return SendingEnd(self._queue.put)

    def receiving(self) -> ReceivingEnd:
        """Take the receiving end."""
        return ReceivingEnd(partial(self._queue.get, True, WAIT_SECONDS))  # noqa: FBT003 - its own signature

    def both(self) -> tuple[SendingEnd, ReceivingEnd]:
        """Take both ends."""
        return self.sending(), self.receiving()

    def close(self) -> None:
        """Let go of whatever this process still has."""
        self._queue.close()
        self._queue.join_thread()


class ZmqWire:
    """A PAIR of sockets over a Unix socket; each process makes its own context, since a context survives no fork."""

    def __init__(self, package: Any) -> None:
        self._package = package
        self._folder = tempfile.TemporaryDirectory(prefix="peers-zmq-")
        self._address = f"ipc://{Path(self._folder.name) / 'socket'}"
        self._contexts: list[Any] = []

    def sending(self) -> SendingEnd:
        """Make the sending end."""
        return SendingEnd(self._socket("connect").send)

    def receiving(self) -> ReceivingEnd:
        """Make the receiving end."""
        return ReceivingEnd(self._socket("bind").recv)

    def both(self) -> tuple[SendingEnd, ReceivingEnd]:
        """Make both ends."""
        return self.sending(), self.receiving()

    def close(self) -> None:
        """Close what this process made."""
        for context in self._contexts:
            context.destroy(linger=0)
        self._folder.cleanup()

    def _socket(self, join: str) -> Any:
        context = self._package.Context()
        self._contexts.append(context)
        socket = context.socket(self._package.PAIR)
        socket.setsockopt(self._package.RCVTIMEO, int(1_000 * WAIT_SECONDS))
        getattr(socket, join)(self._address)
        return socket


def _pipe() -> Callable[[], Wire]:
    return partial(PipeWire, import_module("multiprocessing"))


def _queue() -> Callable[[], Wire]:
    return partial(QueueWire, import_module("multiprocessing").get_context("fork").Queue)


def _faster_fifo() -> Callable[[], Wire]:
    # Frames are bytes already: without these two it would pickle them.
    return partial(QueueWire, partial(import_module("faster_fifo").Queue, loads=bytes, dumps=bytes))


def _zmq() -> Callable[[], Wire]:
    return partial(ZmqWire, import_module("zmq"))


def our_wire(flags: ResolvedFlags) -> Callable[[], Wire]:
    """Open channels in one state of our flags."""
    return partial(OurWire, flags)


STANDARD: tuple[tuple[str, Callable[[], Callable[[], Wire]]], ...] = (
    ("multiprocessing.Pipe", _pipe),
    ("multiprocessing.Queue", _queue),
)
"""Channels of the standard library, and what imports them."""

PEERS: tuple[tuple[str, Callable[[], Callable[[], Wire]]], ...] = (("faster-fifo", _faster_fifo), ("pyzmq", _zmq))
"""Channels of PyPI: the distribution's name, and what imports it."""
