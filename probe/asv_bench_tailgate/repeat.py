"""One replay of a ``time_*`` benchmark: set up afresh as asv does it; one duration out, that of one call."""

from __future__ import annotations

import functools
import gc
from array import array
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from asv_bench_tailgate.recorder import Recorder

SHORTEST_NS = 1_000_000
"""A replay of a short method calls it so often that it takes about this long."""
LOOKS = 5
"""So many calls are looked at, unless they are long: one alone may be the first, or be disturbed."""


class Repeater:
    """Replays one ``time_*`` benchmark with the parameters that are chosen.

    Parameters
    ----------
    benchmark
        asv's own benchmark, set up.
    recorder
        What times the call.

    Attributes
    ----------
    operations
        One: a replay has a single duration.
    """

    operations = 1

    def __init__(self, benchmark: Any, recorder: Recorder) -> None:
        self._benchmark = benchmark
        self._recorder = recorder
        self._call = functools.partial(benchmark.func, *benchmark._build_params())  # noqa: SLF001 - as asv_runner does
        # With a setup each call must see what the setup left, so asv never calls twice on it; nor is it done here.
        self._calls = 1 if benchmark._setups else 0  # noqa: SLF001 - asv_runner has no other name for it

    def replay(self) -> array[int]:
        """Call once.

        Returns
        -------
        array
            One counter difference, unsigned 64-bit.
        """
        self._benchmark.redo_setup()
        gc.collect(0)
        if not self._calls:
            self._calls = max(SHORTEST_NS // self._shortest_call(), 1)
        elapsed = array("Q", [0])
        self._recorder.record(self._call_often, [self._calls], elapsed)
        elapsed[0] //= self._calls
        return elapsed

    def _shortest_call(self) -> int:
        """Return the nanoseconds of the fastest of a few calls, at least one."""
        shortest = spent = 0
        for _ in range(LOOKS):
            started = self._recorder.nanoseconds()
            self._call()
            elapsed = max(self._recorder.nanoseconds() - started, 1)
            shortest = min(shortest or elapsed, elapsed)
            spent += elapsed
            if spent > LOOKS * SHORTEST_NS:
                break
        return shortest

    def _call_often(self, calls: int) -> None:
        call = self._call
        for _ in range(calls):
            call()
