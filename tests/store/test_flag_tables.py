from __future__ import annotations

import math
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

from tailgate.flag_records import Metric
from tailgate.records import RatioInterval
from tailgate.store import open_store
from tailgate.store.schema import SCHEMA_VERSION
from tests.flag_studies import HOSTILE, effect, failure

if TYPE_CHECKING:
    from pathlib import Path


def test_effects_and_failures_come_back_as_they_were(tmp_path: Path) -> None:
    effects = (
        effect("fast-lock", Metric.P99, 0.8),
        effect("fast-lock", Metric.THROUGHPUT, 1.2),
        replace(effect("fast-lock", Metric.ALLOCATIONS, 1.0), ratio=RatioInterval(math.inf, math.inf, math.inf)),
    )
    with open_store(tmp_path / "store.db") as store:
        store.add_flag_effects("one", effects[:2])
        store.add_flag_effects("one", effects[2:])
        store.add_flag_effects("one", [])
        store.add_flag_failure("one", failure("numa-local"))
    with open_store(tmp_path / "store.db") as store:
        (study,) = store.flag_studies()
    assert study.study_id == "one"
    assert study.effects == effects
    assert study.failures == (failure("numa-local"),)


def test_names_that_no_database_likes_are_kept(tmp_path: Path) -> None:
    with open_store(tmp_path / "store.db") as store:
        store.add_flag_effects("one", [effect("nul\0 caf\udce9", Metric.P50, 1.0, HOSTILE)])
        (study,) = store.flag_studies()
    assert study.effects[0].flag == "nul\\x00 caf\\udce9"


def test_the_latest_study_comes_first_and_one_without_effects_last(tmp_path: Path) -> None:
    with open_store(tmp_path / "store.db") as store:
        store.add_flag_failure("broken", failure("a"))
        store.add_flag_effects("new", [effect("a", Metric.P50, 1.0, later_s=100)])
        store.add_flag_effects("old", [effect("a", Metric.P50, 1.0)])
        assert [study.study_id for study in store.flag_studies()] == ["new", "old", "broken"]
        assert [study.study_id for study in store.flag_studies(limit=1)] == ["new"]


def test_a_store_of_the_first_version_gets_the_tables_and_keeps_its_runs(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with open_store(path):
        pass
    connection = sqlite3.connect(path)
    connection.executescript(
        "DROP TABLE flag_effects; DROP TABLE flag_failures; UPDATE tailgate_schema SET version = 1;"
        "INSERT INTO runs (run_id, started_at, started_unix_us, baseline, candidate, summary) VALUES"
        ' (\'r\', \'2026-03-01T00:00:00+00:00\', 1, \'{"commit":"a","label":"","subject":""}\','
        ' \'{"commit":"b","label":"","subject":""}\', \'\')'
    )
    connection.close()
    with open_store(path) as store:
        store.add_flag_effects("one", [effect("a", Metric.P50, 1.0)])
        assert len(store.flag_studies()) == 1
        assert [run.run_id for run in store.recent_runs()] == ["r"]
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT version FROM tailgate_schema").fetchall() == [(SCHEMA_VERSION,)]
    connection.close()
