"""Hands a finished run to other programs: choose the run -> read what was measured -> render.

In: a format and a run of the store, or the gate's JSON document. Out: an
:class:`~tailgate.report.exports.run.ExportedRun`, which every format renders.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tailgate.errors import ConfigurationError, NothingMeasuredError
from tailgate.exit_codes import ExitCode
from tailgate.records import GateResult, Leg, RunPurpose
from tailgate.report import Distribution, ExportedRun, read_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tailgate.store import Store

LATEST = "latest"
SHORTEST_PREFIX = 4
"""Digits of a run's id from which they may stand for all of it."""
REMEMBERED_RUNS = 1_000
"""How many runs back the beginning of an id is looked for."""


def exported_run(run_id: str, store: Store, *, fails_on_inconclusive: bool) -> ExportedRun:
    """Take a run from the store.

    Parameters
    ----------
    run_id
        ``latest``, or an id or the beginning of one.
    fails_on_inconclusive
        What policy says now; the run's own exit code goes before it where it tells.

    Raises
    ------
    ConfigurationError
        There is no such run.
    NothingMeasuredError
        The store has none at all, or it was not finished.
    """
    result = chosen_result(run_id, store)

    def distributions() -> Iterator[Distribution]:
        for stored in store.measurements(result.run_id):
            seen = stored.measurement
            yield Distribution(seen.benchmark, seen.side, Leg.INTRINSIC, stored.profile_ns)
            yield Distribution(seen.benchmark, seen.side, Leg.RAW, seen.latency_ns)

    return ExportedRun(result, _failed_on_inconclusive(result, or_else=fails_on_inconclusive), distributions)


def exported_document(path: Path) -> ExportedRun:
    """Take a run from what ``tailgate gate --json`` wrote; single measurements are not in it.

    Raises
    ------
    ConfigurationError
        It is no such document.
    """
    result = read_json(path)
    return ExportedRun(result, _failed_on_inconclusive(result, or_else=True), lambda: iter(()))


def chosen_result(run_id: str, store: Store) -> GateResult:
    """Find a finished run; raises as ``exported_run`` does.

    The latest run is the one that began last, whether it ended or not: an older one in its place would hide that the
    latest was cut off. Runs that were made on the way to something else, as a bisection's, are not meant.
    """
    runs = store.recent_runs(REMEMBERED_RUNS)
    meant = [run for run in runs if run_id != LATEST or run.purpose is RunPurpose.GATE]
    if not meant:
        raise NothingMeasuredError(
            "the store holds no run of the gate, so there is nothing to show; mend: run `tailgate gate` first, or name "
            "the right store with --store"
        )
    exact = None if run_id == LATEST else store.result(run_id)
    if exact is not None:
        return exact
    matching = [
        run
        for run in runs
        if run.run_id == run_id or (len(run_id) >= SHORTEST_PREFIX and run.run_id.startswith(run_id))
    ]
    found = meant[:1] if run_id == LATEST else matching
    if len(found) != 1:
        known = ", ".join(run.run_id[:12] for run in (matching or runs)[:5])
        what = f"more than one run begins with {run_id!r}" if matching else f"the store has no run {run_id!r}"
        raise ConfigurationError(f"{what}; mend: name one of {known}, or see `tailgate export --list`")
    result = store.result(found[0].run_id)
    if result is None:
        finished = next((run.run_id for run in runs if run.is_finished), None)
        other = f"name a finished run, as {finished[:12]}" if finished else "none in this store has finished"
        raise NothingMeasuredError(
            f"the run {found[0].run_id} was not finished: it is under way, or was cut off; mend: run the gate again; "
            f"{other}"
        )
    return result


def _failed_on_inconclusive(result: GateResult, *, or_else: bool) -> bool:
    # Exit codes 1 and 4 go before 3 and do not tell.
    return {ExitCode.INCONCLUSIVE: True, ExitCode.PASSED: False}.get(ExitCode(result.exit_code), or_else)
