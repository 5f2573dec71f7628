from __future__ import annotations

import pytest

from trading.memory import AllocationCounts, PlainRequestMemory


def test_buffers_are_zero_writable_and_given_back_together() -> None:
    memory = PlainRequestMemory()
    first, second = memory.acquire(3), memory.acquire(1_000)
    assert (bytes(first), len(second)) == (bytes(3), 1_000)
    first[0] = 7
    assert bytes(first) == b"\x07\0\0"
    assert not any(second)
    assert memory.counts == AllocationCounts(2, 0, 2)
    memory.reset()
    assert memory.counts == AllocationCounts(2, 2, 2)
    memory.acquire(1)
    assert memory.counts.live == 1


@pytest.mark.parametrize("size_bytes", [0, -1])
def test_a_buffer_has_a_size(size_bytes: int) -> None:
    with pytest.raises(ValueError, match=f"a buffer of {size_bytes} bytes was asked for"):
        PlainRequestMemory().acquire(size_bytes)
