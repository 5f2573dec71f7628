"""The channel between threads: what one hop costs without contention, and how many messages a second with it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from benchmarks import scenarios
from trading import assembly

if TYPE_CHECKING:
    from collections.abc import Callable

MESSAGES = 20_000


class Hop:
    """One thread sends and receives: no contention, only the channel's own cost."""

    def latency_send_and_receive(self) -> tuple[Callable[[int], object], list[int]]:
        """Time one message in and out, through a channel that is half full."""
        channel = assembly.build_channel(256)
        for number in range(128):
            channel.try_send(number)
        send, receive = channel.try_send, channel.try_receive

        def hop(message: int) -> object:
            send(message)
            return receive()

        return hop, list(range(scenarios.OPERATIONS))


class OneProducer:
    """As Hop, through the channel that is for one sending and one receiving thread."""

    def setup(self) -> None:
        """Skip commits that make no difference between one sender and many."""
        if not hasattr(assembly, "build_single_producer_channel"):
            raise NotImplementedError

    def latency_send_and_receive(self) -> tuple[Callable[[int], object], list[int]]:
        """Time one message in and out, through a channel that is half full."""
        channel = assembly.build_single_producer_channel(256)
        for number in range(128):
            channel.try_send(number)
        send, receive = channel.try_send, channel.try_receive

        def hop(message: int) -> object:
            send(message)
            return receive()

        return hop, list(range(scenarios.OPERATIONS))


class Threads:
    """Two threads, one of each end."""

    def time_twenty_thousand_messages(self) -> None:
        """Throughput with back-pressure: the channel holds a hundredth of the messages."""
        channel = assembly.build_channel(MESSAGES // 100)

        def produce() -> None:
            for number in range(MESSAGES):
                channel.send(number)
            channel.close()

        producer = threading.Thread(target=produce)
        producer.start()
        for _ in channel:
            pass
        producer.join()


class NativeThreads:
    """Threads that do without the interpreter where the channel is native: contention at its full rate."""

    params = (1, 2)
    param_names = ("producers",)

    def setup(self, producers: int) -> None:
        """Skip commits whose channels cannot be exercised so."""
        if not hasattr(assembly, "build_channel_exercise"):
            raise NotImplementedError
        self.exercise = assembly.build_channel_exercise(MESSAGES // 100, producers)

    def time_twenty_thousand_messages(self, producers: int) -> None:
        """Throughput with back-pressure, the start of the sending threads included."""
        throughput = self.exercise(MESSAGES // producers)
        if throughput.received != MESSAGES or throughput.misplaced:
            raise RuntimeError(
                f"{throughput.received} of {MESSAGES} messages arrived, {throughput.misplaced} misplaced"
            )
