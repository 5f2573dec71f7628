from __future__ import annotations

import errno
import os
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.trading.platform.machine import make_machine
from trading.platform import CoreAffinity

if TYPE_CHECKING:
    from pathlib import Path


class Scheduler:
    """Keeps the cores of one thread, as the system does."""

    def __init__(self, cores: set[int]) -> None:
        self.cores = cores

    def get(self, _thread: int) -> set[int]:
        return set(self.cores)

    def set(self, _thread: int, cores: set[int]) -> None:
        self.cores = set(cores)


def affinity(cores: set[int], system: Path) -> tuple[CoreAffinity, Scheduler]:
    scheduler = Scheduler(cores)
    return CoreAffinity(system, scheduler.get, scheduler.set), scheduler


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="with one core nothing is pinned")
def test_this_thread_is_pinned_to_one_of_its_cores_and_put_back() -> None:
    before = os.sched_getaffinity(0)
    placement = CoreAffinity()
    with placement.hot_thread("matching") as (notice,):
        (core,) = os.sched_getaffinity(0)
        assert core in before
        assert notice.is_active
        assert notice.message.startswith(f'cpu-affinity: "matching" runs on core {core} of {min(before)}')
        assert placement.taken == {core: "matching"}
    assert os.sched_getaffinity(0) == before
    assert placement.taken == {}


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="with one core nothing is pinned")
def test_only_the_calling_thread_is_pinned() -> None:
    before = os.sched_getaffinity(0)
    seen: list[set[int]] = []
    is_pinned, is_done = threading.Event(), threading.Event()

    def other() -> None:
        is_pinned.wait()
        seen.append(os.sched_getaffinity(0))
        is_done.set()

    thread = threading.Thread(target=other)
    thread.start()
    with CoreAffinity().hot_thread("matching"):
        is_pinned.set()
        is_done.wait()
    thread.join()
    assert seen == [before]


def test_the_thread_is_put_back_after_an_error(tmp_path: Path) -> None:
    placement, scheduler = affinity({0, 1, 2}, tmp_path)
    seen = []

    def work() -> None:
        with placement.hot_thread("matching"):
            seen.append(scheduler.cores)
            raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        work()
    assert seen == [{2}]
    assert scheduler.cores == {0, 1, 2}
    assert placement.taken == {}


def test_one_core_is_nothing_to_gain(tmp_path: Path) -> None:
    placement, scheduler = affinity({3}, tmp_path)
    with placement.hot_thread("matching") as (notice,):
        assert scheduler.cores == {3}
    assert notice == (
        "cpu-affinity",
        False,
        '"matching" may use core 3 only: there is nothing to gain, nothing was done',
    )


def test_hot_threads_get_cores_of_their_own_and_one_is_left_over(tmp_path: Path) -> None:
    placement, scheduler = affinity({0, 1, 2}, tmp_path)
    seen = []
    with ExitStack() as stack:
        for name in ("matching", "risk", "feed"):
            scheduler.cores = {0, 1, 2}
            (notice,) = stack.enter_context(placement.hot_thread(name))
            seen.append((notice.is_active, scheduler.cores))
        assert placement.taken == {2: "matching", 1: "risk"}
        assert notice.text == 'no core is left for "feed" beside "matching", "risk"; nothing was done'
    assert seen == [(True, {2}), (True, {1}), (False, {0, 1, 2})]
    assert placement.taken == {}


def test_a_physical_core_of_its_own_comes_first(tmp_path: Path) -> None:
    system = make_machine(tmp_path, {0: "0-3"}, siblings=["0,1", "2,3"])
    placement, scheduler = affinity({0, 1, 2, 3}, system)
    with placement.hot_thread("matching"):
        assert scheduler.cores == {3}
        scheduler.cores = {0, 1, 2, 3}
        with placement.hot_thread("risk"):
            assert scheduler.cores == {1}
            scheduler.cores = {0, 1, 2, 3}
            with placement.hot_thread("feed"):
                assert scheduler.cores == {2}


def test_only_cores_that_the_process_may_use_are_chosen(tmp_path: Path) -> None:
    placement, scheduler = affinity({1, 5}, make_machine(tmp_path, {0: "0-7"}))
    with placement.hot_thread("matching"):
        assert scheduler.cores == {5}


def test_a_system_without_pinning_says_so(tmp_path: Path) -> None:
    with CoreAffinity(tmp_path, None, None).hot_thread("matching") as (notice,):
        assert notice == ("cpu-affinity", False, "this system cannot pin threads; nothing was done")


def test_a_system_that_refuses_says_why(tmp_path: Path) -> None:
    def refuse(_thread: int, _cores: set[int]) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    placement = CoreAffinity(tmp_path, Scheduler({0, 1}).get, refuse)
    with placement.hot_thread("matching") as (notice,):
        assert notice.text == 'the system refused to pin "matching" to core 1: Operation not permitted'
        assert not notice.is_active
    assert placement.taken == {}
