"""What goes into a store comes out of it, in a later process too."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tailgate.errors import StoreError
from tailgate.records import BenchmarkId, Failure, GateResult, Measurement, Revision, Side
from tailgate.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tailgate.store import StoredMeasurement

NOW = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
BASELINE = Revision("a" * 40, "main", "baseline")
CANDIDATE = Revision("b" * 40, "HEAD", "candidate")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new folder" / "store.db"


def assert_same(stored: StoredMeasurement, added: Measurement) -> None:
    for field in dataclasses.fields(Measurement):
        if field.name != "latency_ns":
            assert getattr(stored.measurement, field.name) == getattr(added, field.name)
    assert np.array_equal(stored.measurement.latency_ns, np.sort(added.latency_ns, axis=1))
    assert stored.measurement.latency_ns.dtype == np.float64


def test_measurements_come_back_in_order_from_a_store_opened_again(
    path: Path, make_measurement: Callable[..., Measurement]
) -> None:
    added = [make_measurement(number, side, operations=40 + number) for number in (1, 2) for side in Side]
    profiles = [measurement.latency_ns.min(axis=0) for measurement in added]
    with open_store(path) as store:
        store.add_run("r1", NOW, BASELINE, CANDIDATE)
        for measurement, profile in zip(added, profiles, strict=True):
            store.add_measurement("r1", measurement, profile)
    with open_store(path) as store:
        stored = list(store.measurements("r1"))
    assert len(stored) == len(added)
    for one, measurement, profile in zip(stored, added, profiles, strict=True):
        assert_same(one, measurement)
        assert np.array_equal(one.profile_ns, profile.astype(np.float32))


def test_a_result_comes_back_equal(path: Path, make_result: Callable[[str], GateResult]) -> None:
    result = make_result("r1")
    with open_store(path) as store:
        store.add_run("r1", result.started_at, result.baseline, result.candidate)
        store.finish_run(result)
    with open_store(path) as store:
        assert store.result("r1") == result


def test_a_result_without_fingerprint_and_verdicts_comes_back_equal(
    path: Path, make_result: Callable[[str], GateResult]
) -> None:
    result = dataclasses.replace(make_result("r1"), fingerprint=None, verdicts=())
    with open_store(path) as store:
        store.add_run("r1", result.started_at, result.baseline, result.candidate)
        store.finish_run(result)
        assert store.result("r1") == result


def test_failures_come_back_in_order(path: Path) -> None:
    added = (
        Failure(BenchmarkId("a.b"), Side.CANDIDATE, "killed by SIGKILL", "the end\nof its output"),
        Failure(BenchmarkId("a.c", ("1",)), Side.BASELINE, "does not exist", is_absent=True),
    )
    with open_store(path) as store:
        store.add_run("r1", NOW, BASELINE, CANDIDATE)
        for failure in added:
            store.add_failure("r1", failure)
        assert store.failures("r1") == added
        assert store.failures("another") == ()


def test_text_that_is_no_unicode_is_kept_as_escapes(path: Path) -> None:
    hostile = Revision("c" * 40, "HEAD", "caf\udce9 \0 \x1b[31m ")
    with open_store(path) as store:
        store.add_run("r1", NOW, BASELINE, hostile)
        (run,) = store.recent_runs()
    assert run.candidate.subject == "caf\\udce9 \\x00 \x1b[31m "


def test_an_unfinished_run_is_visible_as_such(path: Path, make_measurement: Callable[..., Measurement]) -> None:
    with open_store(path) as store:
        store.add_run("r1", NOW, BASELINE, CANDIDATE)
        store.add_measurement("r1", make_measurement(), make_measurement().latency_ns.min(axis=0))
        assert store.result("r1") is None
        (run,) = store.recent_runs()
    assert not run.is_finished
    assert (run.exit_code, run.summary, run.measurements) == (None, "", 1)
    assert run.started_at == NOW


def test_recent_runs_are_sorted_by_moment_whatever_their_time_zone(
    path: Path, make_result: Callable[[str], GateResult]
) -> None:
    result = make_result("middle")
    with open_store(path) as store:
        store.add_run("last", result.started_at.astimezone(UTC) + timedelta(seconds=1), BASELINE, CANDIDATE)
        store.add_run("middle", result.started_at, BASELINE, CANDIDATE)
        store.add_run("first", result.started_at.astimezone(UTC) - timedelta(seconds=1), BASELINE, CANDIDATE)
        store.finish_run(result)
        assert [run.run_id for run in store.recent_runs()] == ["last", "middle", "first"]
        assert [run.run_id for run in store.recent_runs(limit=1)] == ["last"]
        middle = store.recent_runs()[1]
    assert middle.is_finished
    assert (middle.exit_code, middle.summary) == (result.exit_code, result.summary)


def test_equal_fingerprints_are_kept_once(path: Path, make_measurement: Callable[..., Measurement]) -> None:
    other = dataclasses.replace(make_measurement().fingerprint, kernel="6.2")
    with open_store(path) as store:
        store.add_run("r1", NOW, BASELINE, CANDIDATE)
        for fingerprint in (make_measurement().fingerprint, other, other):
            measurement = dataclasses.replace(make_measurement(), fingerprint=fingerprint)
            store.add_measurement("r1", measurement, measurement.latency_ns.min(axis=0))
        kernels = [stored.measurement.fingerprint.kernel for stored in store.measurements("r1")]
    assert kernels == ["6.1", "6.2", "6.2"]


def test_a_run_finishes_once(path: Path, make_result: Callable[[str], GateResult]) -> None:
    result = make_result("r1")
    with open_store(path) as store:
        store.add_run("r1", NOW, BASELINE, CANDIDATE)
        store.finish_run(result)
        with pytest.raises(StoreError, match="no unfinished run r1"):
            store.finish_run(result)
        kept = store.result("r1")
    assert kept is not None
    assert len(kept.verdicts) == len(result.verdicts)


def test_records_of_an_unknown_run_are_refused(path: Path, make_measurement: Callable[..., Measurement]) -> None:
    measurement = make_measurement()
    with open_store(path) as store:
        with pytest.raises(StoreError, match="refused a record"):
            store.add_measurement("unknown", measurement, measurement.latency_ns.min(axis=0))
        assert list(store.measurements("unknown")) == []


def test_two_runs_may_not_share_an_identifier(path: Path) -> None:
    with open_store(path) as store:
        store.add_run("r1", NOW, BASELINE, CANDIDATE)
        with pytest.raises(StoreError, match="refused a record"):
            store.add_run("r1", NOW, BASELINE, CANDIDATE)


def test_closing_twice_does_nothing(path: Path) -> None:
    store = open_store(path)
    store.close()
    store.close()


def test_a_url_names_the_same_store_as_its_path(path: Path) -> None:
    with open_store(path) as store:
        store.add_run("r1", NOW, BASELINE, CANDIDATE)
    with open_store(f"sqlite:///{path}") as store:
        assert [run.run_id for run in store.recent_runs()] == ["r1"]


def test_a_path_with_the_letters_of_a_url_is_a_path(tmp_path: Path) -> None:
    path = tmp_path / "a?b#c%20 d.db"
    with open_store(path) as store:
        store.add_run("r1", NOW, BASELINE, CANDIDATE)
    assert path.exists()


def test_finished_runs_come_newest_first_within_their_days(
    path: Path, make_result: Callable[[str], GateResult]
) -> None:
    with open_store(path) as store:
        for number in range(3):
            moment = NOW + timedelta(days=number)
            result = dataclasses.replace(make_result(f"r{number}"), started_at=moment)
            store.add_run(result.run_id, moment, BASELINE, CANDIDATE)
            store.finish_run(result)
        store.add_run("unfinished", NOW + timedelta(days=1), BASELINE, CANDIDATE)
        assert [run.run_id for run in store.finished_runs()] == ["r2", "r1", "r0"]
        within = store.finished_runs(NOW, NOW + timedelta(days=2))
        assert [(run.run_id, len(run.verdicts)) for run in within] == [("r1", 2), ("r0", 2)]
