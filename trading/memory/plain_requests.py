"""Buffers as ordinary byte arrays: sizes come in, new buffers go out, and all of a request's go back together."""

from __future__ import annotations

from trading.memory.counts import AllocationCounts


class PlainRequestMemory:
    """Allocates each buffer anew; see :class:`trading.memory.interface.RequestMemory`.

    The interpreter frees a buffer when its last reference goes: one that is used after ``reset`` is not noticed.
    """

    __slots__ = ("_acquired", "_released")

    def __init__(self) -> None:
        self._acquired = 0
        self._released = 0

    def acquire(self, size_bytes: int) -> memoryview:
        """Hand out a new buffer of that size, all zeros."""
        if size_bytes < 1:
            raise ValueError(f"a buffer of {size_bytes} bytes was asked for; ask for at least 1")
        self._acquired += 1
        return memoryview(bytearray(size_bytes))

    def reset(self) -> None:
        """Count all buffers of the request as given back."""
        self._released = self._acquired

    @property
    def counts(self) -> AllocationCounts:
        """What happened since construction."""
        return AllocationCounts(self._acquired, self._released, self._acquired)
