"""Tailgate's end of one benchmark's process: asks it for replays, and says how it broke.

In: a connection to a process that a worker's host has forked. Out: counter matrices, or a :class:`BenchmarkError`.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from numpy.typing import NDArray

    from tailgate.records import BenchmarkSpecification

START_TIMEOUT_S = 120.0
"""Importing a suite and its subject; generous, since it is only a guard against a hang."""

OUTPUT_TAIL_BYTES = 4_000


class BenchmarkError(Exception):
    """One benchmark cannot be measured on one side.

    Attributes
    ----------
    reason, detail, is_absent
        As in :class:`tailgate.records.Failure`.
    """

    def __init__(self, reason: str, detail: str = "", *, is_absent: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail
        self.is_absent = is_absent


@dataclass(frozen=True, slots=True)
class ReplayBatch:
    """A few replays in a row.

    Attributes
    ----------
    counts
        uint64, shape (replays, operations): counter differences.
    """

    counts: NDArray[np.uint64]
    wall_ns: int
    processor_ns: int
    involuntary_switches: int


class Host(Protocol):
    """What a benchmark's process needs of the host that forked it."""

    def child_ending(self) -> int | None:
        """Tell how the last child ended."""
        ...

    def output_tail(self, offset: int) -> str:
        """Read what the benchmark printed since ``offset``."""
        ...


class BenchmarkProcess:
    """One benchmark in its own process, set up and warm.

    Attributes
    ----------
    operations
        Operations per replay.
    replay_ns
        How long one warm replay took, state building included.
    """

    def __init__(self, host: Host, channel: Connection, specification: BenchmarkSpecification, offset: int) -> None:
        self._host = host
        self._channel = channel
        self._specification = specification
        self._output_offset = offset
        self._pid: int | None = None
        self._is_open = True
        ready = self._ask(None, "set-up or the first replay")
        if "skipped" in ready:
            detail = host.output_tail(offset)
            self._finish()
            raise BenchmarkError(f"does not exist on this side: {ready['skipped']}", detail, is_absent=True)
        self.operations = int(ready["operations"])
        self.replay_ns = int(ready["replay_ns"])

    def replay(self, count: int) -> ReplayBatch:
        """Replay ``count`` times.

        Raises
        ------
        BenchmarkError
            It raised, hung or crashed.
        """
        answer = self._ask({"replays": count}, "a replay")
        try:
            body = self._channel.recv_bytes()
        except (EOFError, OSError):
            raise self._crash("a replay") from None
        counts = np.frombuffer(body, dtype=np.uint64).reshape(answer["replays"], answer["operations"])
        return ReplayBatch(counts, answer["wall_ns"], answer["processor_ns"], answer["involuntary_switches"])

    def close(self) -> None:
        """Run the benchmark's teardown and end its process.

        Raises
        ------
        BenchmarkError
            The teardown raised or hung.
        """
        if self._is_open:
            self._ask({"close": True}, "teardown")
            self._finish()

    def kill(self) -> None:
        """End the process whatever it does."""
        if not self._is_open:
            return
        if self._pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._pid, signal.SIGKILL)
        self._finish()

    def _finish(self) -> int | None:
        self._is_open = False
        self._channel.close()
        return self._host.child_ending()

    def _ask(self, request: dict[str, Any] | None, doing: str) -> dict[str, Any]:
        timeout_s = self._specification.timeout_s
        try:
            if request is not None:
                self._channel.send_bytes(json.dumps(request).encode())
            else:
                self._pid = int(receive(self._channel, START_TIMEOUT_S)["pid"])
            answer = receive(self._channel, timeout_s)
        except TimeoutError:
            self.kill()
            detail = self._host.output_tail(self._output_offset)
            raise BenchmarkError(f"hung: {doing} did not end within {timeout_s:g} s (its timeout)", detail) from None
        except (EOFError, OSError):
            raise self._crash(doing) from None
        if "error" in answer:
            detail = answer["traceback"] + self._host.output_tail(self._output_offset)
            self._finish()
            raise BenchmarkError(f"raised in {answer['phase']}: {answer['error']}", detail)
        return answer

    def _crash(self, doing: str) -> BenchmarkError:
        code = self._finish()
        detail = self._host.output_tail(self._output_offset)
        how = "its host died" if code is None else describe_exit(code)
        return BenchmarkError(f"crashed during {doing}: {how}", detail)


def describe_exit(code: int) -> str:
    """Name an exit code as :mod:`subprocess` gives it: a signal by its name, with the usual cause of the usual one."""
    if code >= 0:
        return f"exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    hint = "; the kernel does this when memory runs out" if -code == signal.SIGKILL else ""
    return f"killed by {name}{hint}"


def receive(connection: Connection, timeout_s: float) -> dict[str, Any]:
    """Read one JSON message; TimeoutError when none comes."""
    if not connection.poll(timeout_s):
        raise TimeoutError
    message: dict[str, Any] = json.loads(connection.recv_bytes())
    return message
