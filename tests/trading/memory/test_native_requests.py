from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from trading import native
from trading.memory import AllocationCounts

if TYPE_CHECKING:
    from trading.memory import RequestMemory

KERNELS = native.load("plain")
TECHNIQUES: dict[str, dict[str, Any]] = {
    "native": {},
    "small-vectors": {"small_vectors": True},
    "request-arena": {"request_arena": True},
}


@pytest.fixture(params=TECHNIQUES.values(), ids=list(TECHNIQUES))
def memory(request: pytest.FixtureRequest) -> RequestMemory:
    return KERNELS.NativeRequestMemory(**request.param)


@pytest.fixture
def arena() -> RequestMemory:
    return KERNELS.NativeRequestMemory(request_arena=True)


def test_buffers_are_zero_writable_and_given_back_together(memory: RequestMemory) -> None:
    first, second = memory.acquire(3), memory.acquire(1_000)
    assert (bytes(first), len(second)) == (bytes(3), 1_000)
    first[0] = 7
    assert bytes(first) == b"\x07\0\0"
    assert not any(second)
    assert memory.counts[:2] == (2, 0)
    memory.reset()
    assert memory.counts[:2] == (2, 2)
    memory.acquire(1)
    assert memory.counts.live == 1


@pytest.mark.parametrize("size_bytes", [0, -1, -(2**70)])
def test_a_buffer_has_a_size(memory: RequestMemory, size_bytes: int) -> None:
    with pytest.raises(ValueError, match=f"a buffer of {size_bytes} bytes was asked for"):
        memory.acquire(size_bytes)


def test_a_size_that_no_machine_has_is_refused_as_the_interpreter_does(memory: RequestMemory) -> None:
    with pytest.raises(MemoryError):
        memory.acquire(2**62)
    with pytest.raises(OverflowError):
        memory.acquire(2**70)
    with pytest.raises(TypeError):
        memory.acquire(1.5)  # type: ignore[arg-type]  # what the types forbid


def test_an_arena_takes_one_block_for_many_requests(arena: RequestMemory) -> None:
    for _ in range(100):
        for size_bytes in (16, 100, 7):
            arena.acquire(size_bytes)
        arena.reset()
    assert arena.counts == AllocationCounts(acquired=300, released=300, allocated=1)


def test_an_arena_uses_its_block_again_from_the_start(arena: RequestMemory) -> None:
    arena.acquire(8)[:] = b"x" * 8
    arena.reset()
    assert bytes(arena.acquire(8)) == bytes(8)
    assert arena.counts.allocated == 1


def test_buffers_of_an_arena_can_hold_numbers(arena: RequestMemory) -> None:
    views = [arena.acquire(size_bytes) for size_bytes in (24, 8, 16)]
    for number, view in enumerate(views):
        view.cast("d")[0] = number
    assert [view.cast("d")[0] for view in views] == [0.0, 1.0, 2.0]


def test_a_request_that_outgrows_the_block_keeps_what_it_had(arena: RequestMemory) -> None:
    views = [arena.acquire(1_000) for _ in range(40)]
    for number, view in enumerate(views):
        view[:] = bytes([number]) * 1_000
    assert all(bytes(view) == bytes([number]) * 1_000 for number, view in enumerate(views))
    # Blocks of 4, 8, 16 and 32 KiB.
    assert arena.counts.allocated == 4
    del view, views
    arena.reset()
    for _ in range(30):
        arena.acquire(1_000)
    assert arena.counts.allocated == 4


def test_a_view_that_is_kept_keeps_its_block_from_being_used_again(arena: RequestMemory) -> None:
    kept = arena.acquire(8)
    kept[:] = b"old data"
    arena.reset()
    arena.acquire(8)[:] = b"new data"
    assert bytes(kept) == b"old data"
    kept[:] = b"too late"
    assert bytes(arena.acquire(8)) == bytes(8)
    assert arena.counts.allocated == 2


@pytest.mark.parametrize("how", ["slice", "cast", "read-only", "owner"])
def test_whatever_still_sees_the_block_keeps_it(arena: RequestMemory, how: str) -> None:
    view = arena.acquire(8)
    view[:] = b"old data"
    kept: Any = {"slice": view[2:], "cast": view.cast("c"), "read-only": view.toreadonly(), "owner": view.obj}[how]
    before = bytes(memoryview(kept))
    del view
    arena.reset()
    arena.acquire(8)[:] = b"new data"
    assert bytes(memoryview(kept)) == before


def test_a_released_view_is_no_reason_to_keep_a_block(arena: RequestMemory) -> None:
    view = arena.acquire(8)
    view.release()
    arena.reset()
    arena.acquire(8)
    assert arena.counts.allocated == 1


def test_a_very_large_buffer_is_one_of_its_own(arena: RequestMemory) -> None:
    view = arena.acquire((1 << 20) + 1)
    view[-1] = 1
    arena.acquire(8)
    assert arena.counts == AllocationCounts(acquired=2, released=0, allocated=2)


def test_views_outlive_the_memory_itself(memory: RequestMemory) -> None:
    view = KERNELS.NativeRequestMemory(request_arena=True).acquire(4)
    view[:] = b"left"
    assert bytes(view) == b"left"
