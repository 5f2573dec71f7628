from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from tests.trading.platform.machine import make_machine
from trading import native
from trading.platform import NodeLocality, memory_nodes

if TYPE_CHECKING:
    from pathlib import Path

KERNELS = native.load("plain")
CORES = ",".join(map(str, sorted(os.sched_getaffinity(0))))


class Kernel:
    """Notes which nodes are asked for, and answers with an errno."""

    def __init__(self, answer: int = 0) -> None:
        self.answer = answer
        self.nodes: list[int] = []

    def prefer_node(self, node: int) -> int:
        self.nodes.append(node)
        return self.answer


def test_one_node_is_nothing_to_gain(tmp_path: Path) -> None:
    kernel = Kernel()
    system = make_machine(tmp_path, {0: CORES})
    with NodeLocality(kernel.prefer_node, system).hot_thread("matching") as (notice,):
        assert not notice.is_active
    assert notice.message == (
        "numa-local: the machine has one node of memory: there is nothing to gain, nothing was done"
    )
    assert kernel.nodes == []


def test_memory_comes_from_the_threads_own_node_and_afterwards_from_anywhere(tmp_path: Path) -> None:
    kernel = Kernel()
    system = make_machine(tmp_path, {0: "9999", 1: CORES})
    with NodeLocality(kernel.prefer_node, system).hot_thread("matching") as (notice,):
        assert notice == ("numa-local", True, '"matching" takes its memory from node 1 of 0, 1')
        assert kernel.nodes == [1]
    assert kernel.nodes == [1, -1]


def test_a_thread_that_is_pinned_to_no_node_gets_no_memory_near_it(tmp_path: Path) -> None:
    kernel = Kernel()
    system = make_machine(tmp_path, {0: "9998", 1: "9999"})
    with NodeLocality(kernel.prefer_node, system).hot_thread("matching") as (notice,):
        assert notice.text == '"matching" may run on several nodes: no memory is near it, nothing was done'
    assert kernel.nodes == []


def test_a_system_that_refuses_says_why(tmp_path: Path) -> None:
    kernel = Kernel(errno.EPERM)
    system = make_machine(tmp_path, {0: "9999", 1: CORES})
    with NodeLocality(kernel.prefer_node, system).hot_thread("matching") as (notice,):
        assert notice.text == 'the system refused memory of node 1 for "matching": Operation not permitted'
        assert not notice.is_active
    assert kernel.nodes == [1]


def test_the_kernel_of_this_machine_takes_the_preference_and_gives_it_back() -> None:
    if KERNELS.preferred_node() == -2:
        pytest.skip("this system does not tell where memory comes from")
    node = min(memory_nodes())
    assert KERNELS.preferred_node() == -1
    assert KERNELS.prefer_node(node) == 0
    try:
        assert KERNELS.preferred_node() == node
    finally:
        assert KERNELS.prefer_node(-1) == 0
    assert KERNELS.preferred_node() == -1


def test_a_node_that_does_not_exist_is_refused_by_the_kernel() -> None:
    if KERNELS.preferred_node() == -2:
        pytest.skip("this system does not tell where memory comes from")
    assert KERNELS.prefer_node(1_023) == errno.EINVAL
    assert KERNELS.prefer_node(5_000) == errno.EINVAL


def test_an_arena_on_a_node_works_like_any_other() -> None:
    node = min(memory_nodes(), default=0)
    memory = KERNELS.NativeRequestMemory(request_arena=True, numa_node=node)
    views = [memory.acquire(3_000) for _ in range(20)]
    assert not any(any(view) for view in views)
