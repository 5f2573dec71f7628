"""Native threads on every kind of native channel: some order explains each recorded history; and nothing is lost."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.properties.queue_linearizability import CLOSE, CLOSED, DONE, NOT_NOW, RECEIVE, SEND, Attempt, is_linearizable
from tests.trading.messaging.channel_kinds import KERNELS, NATIVE
from trading.errors import ConfigurationError

HISTORIES = 30
ATTEMPTS = 25


def has_one_producer(name: str) -> bool:
    return NATIVE[name].ring == "single_producer"


@pytest.mark.parametrize("name", NATIVE)
@pytest.mark.parametrize("capacity", [1, 2, 3])
@pytest.mark.parametrize("is_closing", [False, True])
def test_every_history_of_native_threads_is_one_of_a_bounded_queue(name: str, capacity: int, is_closing: bool) -> None:  # noqa: FBT001 - a parameter
    threads = 1 if has_one_producer(name) else 2
    overlapping = 0
    for seed in range(HISTORIES):
        recorded = KERNELS.record_channel(
            capacity, threads, threads, ATTEMPTS, seed, is_closing=is_closing, **NATIVE[name]._asdict()
        )
        history = sorted((Attempt(*entry) for entry in recorded), key=lambda attempt: attempt.began)
        assert len(history) == threads * 2 * ATTEMPTS + is_closing
        assert is_linearizable(history, capacity), history
        overlapping += any(before.ended > after.began for before, after in pairwise(history))
    # Else it would be no test of threads at all.
    assert overlapping > 0


@pytest.mark.parametrize("name", NATIVE)
@pytest.mark.parametrize("capacity", [1, 7, 64])
@pytest.mark.parametrize("producers", [1, 2, 3])
def test_native_threads_lose_double_and_reorder_nothing(name: str, capacity: int, producers: int) -> None:
    kind = NATIVE[name]._asdict()
    if has_one_producer(name) and producers > 1:
        with pytest.raises(ConfigurationError, match=f"{producers} threads cannot send"):
            KERNELS.exercise_channel(capacity, producers, 1, **kind)
        return
    received, misplaced, elapsed_ns = KERNELS.exercise_channel(capacity, producers, 3_000, **kind)
    assert (received, misplaced) == (producers * 3_000, 0)
    assert elapsed_ns > 0


def attempts(*entries: tuple[int, int, int, int, int]) -> list[Attempt]:
    return [Attempt(0, *entry) for entry in entries]


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        (attempts((SEND, 1, DONE, 0, 1), (RECEIVE, 1, DONE, 2, 3)), True),
        # Out before it was in, unless both were under way.
        (attempts((RECEIVE, 1, DONE, 0, 1), (SEND, 1, DONE, 2, 3)), False),
        (attempts((RECEIVE, 1, DONE, 0, 3), (SEND, 1, DONE, 1, 2)), True),
        # Overtaken, unless the sends were at the same time.
        (attempts((SEND, 1, DONE, 0, 1), (SEND, 2, DONE, 2, 3), (RECEIVE, 2, DONE, 4, 5)), False),
        (attempts((SEND, 1, DONE, 0, 3), (SEND, 2, DONE, 1, 2), (RECEIVE, 2, DONE, 4, 5)), True),
        # Doubled.
        (attempts((SEND, 1, DONE, 0, 1), (RECEIVE, 1, DONE, 2, 3), (RECEIVE, 1, DONE, 4, 5)), False),
        # Full at no moment, and empty at no moment.
        (attempts((SEND, 1, DONE, 0, 1), (SEND, 2, NOT_NOW, 2, 3)), False),
        (attempts((SEND, 1, DONE, 0, 1), (RECEIVE, 0, NOT_NOW, 2, 3)), False),
        (attempts((SEND, 1, DONE, 0, 1), (SEND, 2, DONE, 2, 3), (SEND, 3, NOT_NOW, 4, 5)), True),
        (attempts((SEND, 1, DONE, 0, 1), (SEND, 2, DONE, 2, 3), (SEND, 3, DONE, 4, 5)), False),
        # In behind the closing; drained while it holds something; drained while it is open.
        (attempts((CLOSE, 0, DONE, 0, 1), (SEND, 1, DONE, 2, 3)), False),
        (attempts((SEND, 1, DONE, 0, 1), (CLOSE, 0, DONE, 2, 3), (RECEIVE, 0, CLOSED, 4, 5)), False),
        (attempts((RECEIVE, 0, CLOSED, 0, 1)), False),
        (attempts((CLOSE, 0, DONE, 0, 1), (RECEIVE, 0, CLOSED, 2, 3), (SEND, 1, CLOSED, 4, 5)), True),
    ],
)
def test_the_checker_tells_a_queue_of_two_from_what_is_none(history: list[Attempt], expected: bool) -> None:  # noqa: FBT001 - a parameter
    assert is_linearizable(history, 2) is expected
