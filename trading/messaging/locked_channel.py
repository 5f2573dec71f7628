"""A channel of one lock, two conditions and a deque: the plain-Python reference of messaging between threads.

Messages come in from any number of sending threads and go out, in one order, to any number of receiving ones.
"""

from __future__ import annotations

from collections import deque
from threading import Condition, Lock
from typing import TYPE_CHECKING, Generic

from trading.errors import ChannelClosedError, ConfigurationError
from trading.messaging.interface import MessageT

if TYPE_CHECKING:
    from collections.abc import Iterator


class LockedChannel(Generic[MessageT]):
    """A bounded first-in, first-out queue whose senders wait while it is full.

    Parameters
    ----------
    capacity
        The most messages it holds, at least 1.

    Raises
    ------
    ConfigurationError
        The capacity is less than 1.
    """

    __slots__ = (
        "_capacity",
        "_is_closed",
        "_lock",
        "_messages",
        "_not_empty",
        "_not_full",
        "_receivers_waiting",
        "_senders_waiting",
    )

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ConfigurationError(f"the capacity of the channel is {capacity}; give at least 1")
        self._capacity = capacity
        self._messages: deque[MessageT] = deque()
        self._is_closed = False
        self._lock = Lock()
        self._not_empty = Condition(self._lock)
        self._not_full = Condition(self._lock)
        # Counted, since notifying a condition that nobody waits for costs more than all the rest of an operation.
        self._receivers_waiting = 0
        self._senders_waiting = 0

    @property
    def capacity(self) -> int:
        """The most messages it holds."""
        return self._capacity

    @property
    def is_closed(self) -> bool:
        """Whether it takes nothing more."""
        return self._is_closed

    @property
    def is_drained(self) -> bool:
        """Whether it is closed and has given out everything."""
        with self._lock:
            return self._is_closed and not self._messages

    def send(self, message: MessageT, timeout_seconds: float | None = None) -> bool:
        """Put a message in, and wait while the channel is full; see :class:`~trading.messaging.interface.Channel`."""
        with self._lock:
            if len(self._messages) >= self._capacity and not self._is_closed:
                self._senders_waiting += 1
                try:
                    self._not_full.wait_for(self._may_send, timeout_seconds)
                finally:
                    self._senders_waiting -= 1
            return self._put(message)

    def try_send(self, message: MessageT) -> bool:
        """Put a message in without waiting; False when the channel is full. Raises ChannelClosedError."""
        with self._lock:
            return self._put(message)

    def receive(self, timeout_seconds: float | None = None) -> MessageT | None:
        """Take the oldest message out, and wait while there is none; see ``Channel`` in ``interface.py``."""
        with self._lock:
            if not self._messages and not self._is_closed:
                self._receivers_waiting += 1
                try:
                    self._not_empty.wait_for(self._may_receive, timeout_seconds)
                finally:
                    self._receivers_waiting -= 1
            return self._take()

    def try_receive(self) -> MessageT | None:
        """Take the oldest message out without waiting; None when there is none. Raises ChannelClosedError."""
        with self._lock:
            return self._take()

    def close(self) -> None:
        """Take nothing more, and wake whoever waits. May be called from either end, and again."""
        with self._lock:
            self._is_closed = True
            self._not_empty.notify_all()
            self._not_full.notify_all()

    def __len__(self) -> int:
        return len(self._messages)

    def __iter__(self) -> Iterator[MessageT]:
        while True:
            try:
                message = self.receive()
            except ChannelClosedError:
                return
            if message is not None:
                yield message

    def _put(self, message: MessageT) -> bool:
        """Append if there is room; the lock is held."""
        if self._is_closed:
            raise ChannelClosedError("the channel is closed and takes no more messages")
        if len(self._messages) >= self._capacity:
            return False
        self._messages.append(message)
        if self._receivers_waiting:
            self._not_empty.notify()
        return True

    def _take(self) -> MessageT | None:
        """Pop if there is something; the lock is held."""
        if not self._messages:
            if self._is_closed:
                raise ChannelClosedError("the channel is closed, and everything has been received")
            return None
        message = self._messages.popleft()
        if self._senders_waiting:
            self._not_full.notify()
        return message

    def _may_send(self) -> bool:
        return self._is_closed or len(self._messages) < self._capacity

    def _may_receive(self) -> bool:
        return self._is_closed or bool(self._messages)
