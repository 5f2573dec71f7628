"""Threads on a channel, whose every message is accounted for: a channel comes in, what became of them goes out.

This is how a plain channel is exercised; a native one is exercised by native threads (``channel_exercise.hpp``).
"""

from __future__ import annotations

from threading import Thread
from time import perf_counter_ns
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from trading.messaging.interface import Channel


class Throughput(NamedTuple):
    """What an exercise of a channel came to."""

    received: int
    """Messages that came out."""
    misplaced: int
    """Those of them that were not their sender's next one: lost, doubled or overtaken ones make these."""
    elapsed_ns: int
    """From the start of the senders to the last message."""


def exercise(channel: Channel[tuple[int, int]], producers: int, messages_each: int) -> Throughput:
    """Let threads send numbered messages through a channel to this one.

    Parameters
    ----------
    channel
        An empty channel; it is closed afterwards.
    producers
        How many threads send.
    messages_each
        How many messages each of them sends.
    """
    senders = [Thread(target=_send, args=(channel, producer, messages_each)) for producer in range(producers)]

    def close_after_the_last() -> None:
        for sender in senders:
            sender.join()
        channel.close()

    following = [0] * producers
    received = misplaced = 0
    begin_ns = perf_counter_ns()
    for sender in senders:
        sender.start()
    closer = Thread(target=close_after_the_last)
    closer.start()
    for producer, number in channel:
        received += 1
        if following[producer] == number:
            following[producer] = number + 1
        else:
            misplaced += 1
    elapsed_ns = perf_counter_ns() - begin_ns
    closer.join()
    return Throughput(received, misplaced, elapsed_ns)


def _send(channel: Channel[tuple[int, int]], producer: int, count: int) -> None:
    for number in range(count):
        channel.send((producer, number))
