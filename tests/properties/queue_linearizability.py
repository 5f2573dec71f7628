"""Whether one order explains what threads saw of a bounded queue: recorded attempts in, yes or no out.

The search of Wing and Gong ("Testing and verifying concurrent objects", 1993), with the memory that Lowe added
("Testing for linearizability", 2017): an order is built attempt by attempt, each of which must have begun before every
attempt that is not yet in the order had ended, and must come to what a plain queue answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SEND, RECEIVE, CLOSE = 0, 1, 2
DONE, NOT_NOW, CLOSED = 0, 1, 2


class Attempt(NamedTuple):
    """One attempt of one thread; began and ended are stamps of one clock."""

    thread: int
    kind: int
    value: int
    outcome: int
    began: int
    ended: int


class _Queue(NamedTuple):
    messages: tuple[int, ...] = ()
    is_closed: bool = False


def is_linearizable(history: Sequence[Attempt], capacity: int) -> bool:
    """Search for an order of all attempts that a queue of that capacity could have gone through."""
    everything = (1 << len(history)) - 1
    start = (0, _Queue())
    pending = [start]
    seen = {start}
    while pending:
        done, queue = pending.pop()
        if done == everything:
            return True
        for index in _possible_next(history, done):
            after = _after(queue, history[index], capacity)
            if after is None:
                continue
            state = (done | 1 << index, after)
            if state not in seen:
                seen.add(state)
                pending.append(state)
    return False


def _possible_next(history: Sequence[Attempt], done: int) -> Iterator[int]:
    left = [index for index in range(len(history)) if not done >> index & 1]
    first_end = min(history[index].ended for index in left)
    return (index for index in left if history[index].began < first_end)


def _after(queue: _Queue, attempt: Attempt, capacity: int) -> _Queue | None:
    """Return the queue after the attempt, or None where the attempt could not have come to what it did."""
    messages, is_closed = queue
    if attempt.kind == CLOSE:
        return _Queue(messages, is_closed=True)
    if attempt.kind == SEND:
        outcome = CLOSED if is_closed else DONE if len(messages) < capacity else NOT_NOW
        after = _Queue((*messages, attempt.value), is_closed) if outcome == DONE else queue
    else:
        outcome = DONE if messages else CLOSED if is_closed else NOT_NOW
        if outcome == DONE and attempt.outcome == DONE and messages[0] != attempt.value:
            return None
        after = _Queue(messages[1:], is_closed)
    return after if outcome == attempt.outcome else None
