"""Nights are kept whole after each step, cut-off runs vanish without a trace, and false alarms are counted."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tailgate.night_records import FalseAlarms, Night, NightStep, NightStepKind
from tailgate.records import Failure, Revision, Side, VerdictKind
from tailgate.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tailgate.records import GateResult, Measurement
    from tailgate.store import Store

NOW = datetime(2026, 3, 1, 2, 17, tzinfo=UTC)
BASELINE = Revision("a" * 40, "main", "baseline")
CANDIDATE = Revision("b" * 40, "HEAD", "caf\udce9 <script>")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store.db") as opened:
        yield opened


def night(name: str = "n1", hours: float = 0) -> Night:
    return Night(
        night_id=name,
        started_at=NOW + timedelta(hours=hours),
        candidate=Revision("b" * 40, "HEAD", "subject"),
        moving=BASELINE,
        pinned=None,
        landed=(BASELINE, BASELINE),
        steps=(NightStep(NightStepKind.GATE_MOVING, run_id="r1"), NightStep(NightStepKind.SELF_CHECK, 2, "r2")),
    )


def test_a_night_comes_back_equal_and_is_replaced_as_it_goes_on(store: Store) -> None:
    begun = night()
    store.nights.keep(begun)
    assert store.nights.find("n1") == begun
    done = dataclasses.replace(begun.steps[0], is_done=True, exit_code=1, summary="1 regressed")
    further = dataclasses.replace(begun, steps=(done, begun.steps[1]))
    store.nights.keep(further)
    finished = dataclasses.replace(further, finished_at=NOW + timedelta(hours=1), exit_code=1)
    store.nights.keep(finished)
    assert store.nights.latest() == (finished,)
    assert finished.is_finished
    assert not begun.is_finished


def test_nights_come_newest_first_and_not_all(store: Store) -> None:
    for number, hours in enumerate((0, 48, 24)):
        store.nights.keep(night(f"n{number}", hours))
    assert [item.night_id for item in store.nights.latest()] == ["n1", "n2", "n0"]
    assert [item.night_id for item in store.nights.latest(1)] == ["n1"]
    assert store.nights.find("n9") is None


def test_foreign_text_that_is_no_unicode_is_kept_readable(store: Store) -> None:
    store.nights.keep(dataclasses.replace(night(), candidate=CANDIDATE))
    (kept,) = store.nights.latest()
    assert kept.candidate.subject == "caf\\udce9 <script>"


def test_what_is_left_of_a_run_that_was_cut_off_is_removed(
    store: Store, make_measurement: Callable[..., Measurement]
) -> None:
    measurement = make_measurement()
    for run_id in ("r1", "r2"):
        store.add_run(run_id, NOW, BASELINE, BASELINE)
        store.add_measurement(run_id, measurement, measurement.latency_ns.min(axis=0))
        store.add_failure(run_id, Failure(measurement.benchmark, Side.BASELINE, "broke"))
    store.nights.discard_run("r1")
    store.nights.discard_run("never begun")
    assert [run.run_id for run in store.recent_runs()] == ["r2"]
    assert list(store.measurements("r1")) == []
    assert store.failures("r1") == ()
    assert len(list(store.measurements("r2"))) == 1
    store.add_run("r1", NOW, BASELINE, BASELINE)  # its name is free again


def test_a_finished_run_is_never_removed(store: Store, make_result: Callable[[str], GateResult]) -> None:
    result = make_result("r1")
    store.add_run("r1", NOW, result.baseline, result.candidate)
    store.finish_run(result)
    store.nights.discard_run("r1")
    assert store.result("r1") is not None


def test_false_alarms_are_counted_over_runs_of_one_commit_in_its_deployed_state(
    store: Store, make_result: Callable[[str], GateResult]
) -> None:
    assert store.nights.false_alarms() == FalseAlarms(0, 0, 0)

    def keep(run_id: str, baseline: Revision, flags: str) -> GateResult:
        made = make_result(run_id)
        alarm = dataclasses.replace(made.verdicts[0], kind=VerdictKind.REGRESSED)
        made = dataclasses.replace(made, verdicts=(alarm, *made.verdicts))
        assert made.fingerprint is not None
        fingerprint = dataclasses.replace(made.fingerprint, flags=flags)
        result = dataclasses.replace(made, baseline=baseline, candidate=BASELINE, fingerprint=fingerprint)
        store.add_run(run_id, NOW, baseline, BASELINE)
        store.finish_run(result)
        return result

    own = [keep("r1", BASELINE, "deployed"), keep("r2", BASELINE, "deployed")]
    keep("another commit", CANDIDATE, "deployed")
    keep("another state", BASELINE, "an overlay")
    store.add_run("cut off", NOW, BASELINE, BASELINE)
    verdicts = [verdict.kind for result in own for verdict in result.verdicts]
    assert len(verdicts) == 6  # of each run one alarm, one pass, one that could not be measured
    assert store.nights.false_alarms() == FalseAlarms(runs=2, comparisons=4, alarms=2)
