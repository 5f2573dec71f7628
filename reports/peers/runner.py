"""Runs one comparison: participants come in, rows of quantiles a round go out.

First everybody does the work once, untimed, and the results are held against ours. Then come the rounds: in each one
every participant does the whole work on fresh state, one after the other in a random order, so that whatever disturbs
the machine disturbs all of them. Everybody's operations go the same way: arguments are bound beforehand, the probe's
recorder times each call on its own, and what the recorder and the binding cost is taken off.
"""

from __future__ import annotations

import gc
import math
import operator
import statistics
from array import array
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from asv_bench_tailgate.calibration import calibrate
from asv_bench_tailgate.recorder import best_recorder

from reports.peers.records import Absent, Findings, Quantiles, Row, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from random import Random

    from asv_bench_tailgate.recorder import Recorder

    from reports.peers.records import Call, Comparison, Participant

LEAD_IN_SHARE = 10
"""One in so many operations, the first ones of each replay, is done but not counted, as by the probe: what they cost is
decided by what ran before."""

_CALIBRATION_CALLS = 4_000
_CALIBRATION_RUNS = 9


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What times an operation.

    Attributes
    ----------
    recorder
        Times each call.
    ns_per_count
        What its counter means.
    recorder_ns, binding_ns
        Cost of the recorder around a call, and of the binding of arguments within it; both are taken off.
    """

    recorder: Recorder
    ns_per_count: float
    recorder_ns: float
    binding_ns: float

    def net_ns(self, calls: Iterable[list[Call]]) -> list[float]:
        """Do all operations and return what each one took, in nanoseconds."""
        record, ns_per_count = self.recorder.record, self.ns_per_count
        cost_ns = self.recorder_ns + self.binding_ns
        durations: list[float] = []
        for some in calls:
            elapsed = array("Q", bytes(8 * len(some)))
            record(operator.call, some, elapsed)
            durations += [count * ns_per_count - cost_ns for count in elapsed]
        return durations


def make_yardstick() -> Yardstick:
    """Calibrate the probe's recorder, and measure what it costs to call through bound arguments."""
    recorder = best_recorder()
    calibration = calibrate(recorder)
    nothing: list[Any] = [()] * _CALIBRATION_CALLS
    bound: list[Any] = [partial(len, ())] * _CALIBRATION_CALLS
    differences = [
        _typical(recorder, operator.call, bound) - _typical(recorder, len, nothing) for _ in range(_CALIBRATION_RUNS)
    ]
    binding_ns = max(0.0, statistics.median(differences) * calibration.ns_per_count)
    return Yardstick(recorder, calibration.ns_per_count, calibration.cost_ns, binding_ns)


def run(
    comparison: Comparison, rounds: int, yardstick: Yardstick, random: Random, tell: Callable[[str], None]
) -> Findings:
    """Hold the answers against each other, then measure all who agree.

    Parameters
    ----------
    comparison
        The work and who does it; at least one participant is ours.
    rounds
        How often each does the whole work.
    yardstick
        What times it.
    random
        Chooses the order within each round.
    tell
        Is told what begins.
    """
    refused = _refusals(comparison, tell)
    measured: dict[str, list[dict[str, Quantiles]]] = {
        participant.name: []
        for participant in comparison.participants
        if not isinstance(participant, Absent) and participant.name not in refused
    }
    # What the harness itself keeps (events, expected answers) is nothing that a participant's collections should scan.
    gc.collect()
    gc.freeze()
    try:
        for number in range(1, rounds + 1):
            running = [item for item in comparison.participants if item.name in measured]
            random.shuffle(running)
            for participant in running:
                tell(f"{comparison.title}: round {number} of {rounds}: {participant.name}")
                try:
                    found = _one_round(cast("Participant", participant), comparison, yardstick)
                except Exception as error:  # noqa: BLE001 - the same
                    del measured[participant.name]
                    refused[participant.name] = (Status.FAILED, f"{type(error).__name__}: {error}")
                else:
                    measured[participant.name].append(found)
    finally:
        gc.unfreeze()
    return Findings(comparison.kind, comparison.title, comparison.note, tuple(_rows(comparison, measured, refused)))


def quantile(ordered: list[float], share: float) -> float:
    """Return the value that a share of the ascending values, 0..1, does not exceed."""
    return ordered[max(1, math.ceil(share * len(ordered))) - 1]


def _typical(recorder: Recorder, operation: Callable[[Any], object], inputs: list[Any]) -> float:
    """Find the counts that one call takes: a mean near the median, since the counter is coarse against it."""
    elapsed = array("Q", bytes(8 * len(inputs)))
    recorder.record(operation, inputs, elapsed)
    middle = statistics.median(elapsed)
    return statistics.fmean(count for count in elapsed if count <= 2 * middle)


def _refusals(comparison: Comparison, tell: Callable[[str], None]) -> dict[str, tuple[Status, str]]:
    """Let everybody do the work untimed; say who failed at it, and who came to another result than ours."""
    present = [item for item in comparison.participants if not isinstance(item, Absent)]
    refused: dict[str, tuple[Status, str]] = {}
    expected: Any = None
    for participant in sorted(present, key=lambda item: not item.is_ours):
        tell(f"{comparison.title}: answers of {participant.name}")
        try:
            answers = participant.answers()
        except Exception as error:  # noqa: BLE001 - a foreign package may raise anything, and it is that package's row
            refused[participant.name] = (Status.FAILED, f"{type(error).__name__}: {error}")
            continue
        if expected is None:
            expected = answers
        elif difference := comparison.difference(expected, answers):
            refused[participant.name] = (Status.DISAGREES, difference)
    return refused


def _one_round(participant: Participant, comparison: Comparison, yardstick: Yardstick) -> dict[str, Quantiles]:
    """Let one participant do the whole work on fresh state."""
    gc.collect()
    calls = participant.start()
    try:
        durations = yardstick.net_ns(calls)
    finally:
        close = getattr(calls, "close", None)
        if close is not None:
            close()
    operations = comparison.operations
    if len(durations) != len(operations):
        raise ValueError(f"{len(durations)} operations were done instead of {len(operations)}")
    first_counted = len(operations) // LEAD_IN_SHARE
    by_name: dict[str, list[float]] = {}
    for name, duration_ns in zip(operations[first_counted:], durations[first_counted:], strict=True):
        by_name.setdefault(name, []).append(duration_ns * comparison.share)
    quantiles = {}
    for name in sorted(by_name):
        ordered = sorted(by_name[name])
        quantiles[name] = Quantiles(quantile(ordered, 0.5), quantile(ordered, 0.99))
    return quantiles


def _rows(
    comparison: Comparison,
    measured: dict[str, list[dict[str, Quantiles]]],
    refused: dict[str, tuple[Status, str]],
) -> Iterable[Row]:
    for participant in comparison.participants:
        name, is_ours = participant.name, participant.is_ours
        if isinstance(participant, Absent):
            yield Row(name, "", is_ours, Status.ABSENT, reason=participant.reason)
        elif name in refused:
            status, reason = refused[name]
            yield Row(name, participant.version, is_ours, status, reason=reason)
        else:
            rounds = measured[name]
            for operation in rounds[0]:
                yield Row(
                    name,
                    participant.version,
                    is_ours,
                    Status.MEASURED,
                    operation,
                    rounds=tuple(found[operation] for found in rounds),
                )
