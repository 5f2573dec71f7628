"""The channel between processes: what one hop costs without contention, and how many frames a second with it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from benchmarks import scenarios
from trading import assembly

if TYPE_CHECKING:
    from collections.abc import Callable

FRAMES = 20_000


class Hop:
    """One process sends and receives: no contention and no change of process, only the channel's own cost."""

    def setup(self) -> None:
        """Encode what is sent."""
        self.frames = list(map(assembly.build_serializer().encode, scenarios.book_updates()))
        self.ends = assembly.build_process_channel()

    def teardown(self) -> None:
        """Let go of the channel."""
        sender, receiver = self.ends
        sender.release()
        receiver.close()

    def latency_send_and_receive(self) -> tuple[Callable[[bytes], object], list[bytes]]:
        """Time one frame in and out; the channel is empty before and after."""
        sender, receiver = self.ends
        send, receive = sender.try_send, receiver.try_receive

        def hop(frame: bytes) -> object:
            send(frame)
            return receive()

        return hop, self.frames


class Processes:
    """Two processes, one at each end."""

    def setup(self) -> None:
        """Encode what is sent."""
        frames = list(map(assembly.build_serializer().encode, scenarios.book_updates()))
        self.frames = [frames[number % len(frames)] for number in range(FRAMES)]

    def time_twenty_thousand_frames(self) -> None:
        """Throughput with back-pressure, the start of the other process included."""
        sender, receiver = assembly.build_process_channel()
        process_id = os.fork()
        if process_id == 0:
            try:
                receiver.close()
                for frame in self.frames:
                    sender.send(frame)
                sender.close()
            finally:
                # Whatever happened, this copy of the benchmark must not go on.
                os._exit(0)
        sender.release()
        received = sum(1 for _ in receiver)
        receiver.close()
        os.waitpid(process_id, 0)
        if received != FRAMES:
            raise RuntimeError(f"{received} of {FRAMES} frames arrived")
