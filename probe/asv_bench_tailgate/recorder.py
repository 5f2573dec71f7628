"""Which recorder there is: the native one where it was built, otherwise Python's own clock.

In: a callable, a list of inputs, an array to fill. Out: one counter difference per call. Which recorder made a
measurement is part of its fingerprint, so that results of different recorders are never compared.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable


class Recorder(Protocol):
    """Times each call of an operation on its own."""

    @property
    def name(self) -> str:
        """What the recorder is called in records and fingerprints."""

    def counter(self) -> int:
        """Read the counter that differences are taken of."""

    def nanoseconds(self) -> int:
        """Read the monotonic clock, nanoseconds."""

    def record(self, operation: Callable[[Any], object], inputs: list[Any], out: array[int]) -> None:
        """Call the operation with each input; write the counter differences to ``out``."""

    def record_nothing(self, inputs: list[Any], out: array[int]) -> None:
        """Write the counter differences of doing nothing, one per input."""


class PythonRecorder:
    """The fallback where no C compiler was found: about 50 ns of its own around each call."""

    name = "python-perf-counter"

    @staticmethod
    def counter() -> int:
        """Read the performance counter, nanoseconds."""
        return time.perf_counter_ns()

    @staticmethod
    def nanoseconds() -> int:
        """Read the performance counter, nanoseconds."""
        return time.perf_counter_ns()

    @staticmethod
    def record(operation: Callable[[Any], object], inputs: list[Any], out: array[int]) -> None:
        """Call the operation with each input; write nanoseconds to ``out``."""
        own = _checked(inputs, out)
        clock = time.perf_counter_ns
        for index, value in enumerate(own):
            start = clock()
            result = operation(value)
            out[index] = clock() - start
            del result  # released here, outside the timed part

    @staticmethod
    def record_nothing(inputs: list[Any], out: array[int]) -> None:
        """Write the nanoseconds between two readings of the clock, one per input."""
        own = _checked(inputs, out)
        clock = time.perf_counter_ns
        for index, _ in enumerate(own):
            start = clock()
            out[index] = clock() - start


def _checked(inputs: list[Any], out: array[int]) -> list[Any]:
    """Copy the inputs, since the operation may change the caller's list; refuse an array that cannot take them."""
    if len(out) < len(inputs):
        raise ValueError("the output array is shorter than the inputs")
    return list(inputs)


def best_recorder() -> Recorder:
    """Return the native recorder, or the Python one where the native module was not built."""
    try:
        from asv_bench_tailgate import _recorder  # noqa: PLC0415 - absent where there was no compiler
    except ImportError:
        return PythonRecorder()
    return _recorder
