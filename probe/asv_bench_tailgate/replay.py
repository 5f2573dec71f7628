"""One replay of a ``latency_*`` benchmark: fresh state in, one duration per operation out."""

from __future__ import annotations

import gc
from array import array
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from asv_bench_tailgate.recorder import Recorder

LEAD_IN_SHARE = 10
"""One in so many operations, the first ones of each replay, is run but not counted: what they cost is decided by what
ran before (building the state, the collector, the other side's slice), which left caches and branch predictors cold."""

MINIMUM_OPERATIONS = 1_000
"""Counted ones. Below this a p99 rests on fewer than ten operations and means little."""


class BenchmarkShapeError(Exception):
    """A ``latency_*`` benchmark does not return what it must; the message says what and how to mend it."""


class Replayer:
    """Replays one benchmark with one set of parameters.

    Parameters
    ----------
    prepare
        The benchmark method with its parameters bound: called before each replay, untimed; returns the operation (a
        callable of one argument over fresh state) and its inputs (a list, the same in each replay).
    recorder
        What times the operations.
    """

    def __init__(self, prepare: Callable[[], Any], recorder: Recorder) -> None:
        self._prepare = prepare
        self._recorder = recorder
        self.operations = 0
        self._inputs = 0

    def replay(self) -> array[int]:
        """Run all operations once, from fresh state.

        Returns
        -------
        array
            Counter differences, unsigned 64-bit, one per counted operation, in order.

        Raises
        ------
        BenchmarkShapeError
            The benchmark returned something else than an operation and a list of inputs, or another number of inputs
            than in the replay before.
        """
        operation, inputs = self._fresh_state()
        elapsed = array("Q", bytes(8 * len(inputs)))
        # Building the state left garbage behind: collecting the young generation here keeps that out of the timing
        # and starts each replay at the same point of the collector's cycle.
        gc.collect(0)
        self._recorder.record(operation, inputs, elapsed)
        return elapsed[len(inputs) - self.operations :]

    def count(self, counter: Callable[[Callable[[Any], object], list[Any], int], object]) -> int:
        """Hand one replay to something that counts instead of timing.

        Parameters
        ----------
        counter
            Called with the operation, its inputs and how many of them are the lead-in.

        Returns
        -------
        int
            How many operations come after the lead-in.
        """
        operation, inputs = self._fresh_state()
        gc.collect(0)
        counter(operation, inputs, len(inputs) - self.operations)
        return self.operations

    def _fresh_state(self) -> tuple[Callable[[Any], object], list[Any]]:
        prepared = self._prepare()
        match prepared:
            case (operation, list() as inputs) if callable(operation):
                pass
            case _:
                raise BenchmarkShapeError(
                    "a latency_* benchmark must return (operation, inputs): a callable of one argument and a list; "
                    f"this one returned {type(prepared).__name__}"
                )
        if not self.operations:
            counted = len(inputs) - len(inputs) // LEAD_IN_SHARE
            if counted < MINIMUM_OPERATIONS:
                raise BenchmarkShapeError(
                    f"a p99 needs at least {MINIMUM_OPERATIONS} counted operations a replay; of this benchmark's "
                    f"{len(inputs)} inputs {counted} count, after a lead-in of one in {LEAD_IN_SHARE}"
                )
            self.operations, self._inputs = counted, len(inputs)
        elif len(inputs) != self._inputs:
            raise BenchmarkShapeError(
                f"each replay must have the same inputs: {self._inputs} before, {len(inputs)} now; "
                "seed the benchmark's random generator"
            )
        return operation, inputs
