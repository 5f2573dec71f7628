from __future__ import annotations

import json
import os
import sys
import zlib
from array import array
from typing import TYPE_CHECKING, Any

from asv_bench_tailgate import __version__
from asv_bench_tailgate.calibration import Calibration
from asv_bench_tailgate.record_file import Record, records_folder, write_record

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

REPLAYS = [array("Q", [1, 2, 2**63]), array("Q", [4, 5, 6])]


def make_record() -> Record:
    return Record(
        benchmark="book.Cancel.latency_cancel",
        parameters=("'deep'", "10"),
        recorder="native-rdtsc",
        calibration=Calibration(ns_per_count=0.4, cost_ns=20.5, step_ns=10.0),
        replays=[replay[:] for replay in REPLAYS],
    )


def read(path: Path) -> tuple[dict[str, Any], array[int]]:
    header, _, body = path.read_bytes().partition(b"\n")
    counts = array("Q", zlib.decompress(body))
    if sys.byteorder == "big":
        counts.byteswap()
    return json.loads(header), counts


def test_a_record_comes_back_whole(tmp_path: Path) -> None:
    written = write_record(
        make_record(), {"TAILGATE_RECORDS": str(tmp_path), "ASV_COMMIT": "a" * 40, "ASV_PROJECT": "trading"}
    )
    assert written is not None
    header, counts = read(written)
    assert list(counts) == [1, 2, 2**63, 4, 5, 6]
    assert header.pop("recorded_at").endswith("+00:00")
    assert header.pop("fingerprint")["recorder"] == "native-rdtsc"
    assert header == {
        "schema": "tailgate.record/1",
        "benchmark": "book.Cancel.latency_cancel",
        "parameters": ["'deep'", "10"],
        "commit": "a" * 40,
        "project": "trading",
        "replays": 2,
        "operations": 3,
        "ns_per_count": 0.4,
        "cost_ns": 20.5,
        "step_ns": 10.0,
        "probe_version": __version__,
    }


def test_writing_leaves_the_replays_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "byteorder", "big")
    record = make_record()
    write_record(record, {"TAILGATE_RECORDS": str(tmp_path)})
    assert record.replays == REPLAYS


def test_each_record_has_a_file_of_its_own_and_nothing_else_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "records"
    for _ in range(3):
        write_record(make_record(), {"TAILGATE_RECORDS": str(folder)})
    assert [path.suffix for path in folder.iterdir()] == [".record"] * 3


def test_the_folder_is_named_or_beside_asvs_configuration_or_nowhere(tmp_path: Path) -> None:
    named, project = str(tmp_path / "named"), str(tmp_path)
    assert records_folder({"TAILGATE_RECORDS": named, "ASV_CONF_DIR": project}) == tmp_path / "named"
    assert records_folder({"ASV_CONF_DIR": project}) == tmp_path / ".tailgate" / "records"
    assert records_folder({}) is None
    assert records_folder({"TAILGATE_RECORDS": ""}) is None
    assert write_record(make_record(), {}) is None


def test_a_folder_that_cannot_be_made_is_said_and_costs_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    assert write_record(make_record(), {"TAILGATE_RECORDS": str(tmp_path / "file")}) is None
    assert "the full record of book.Cancel.latency_cancel was not kept" in capsys.readouterr().err


def test_a_full_disk_leaves_no_half_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert write_record(make_record(), {"TAILGATE_RECORDS": str(tmp_path)}) is None
    assert list(tmp_path.iterdir()) == []
    assert "No space left" in capsys.readouterr().err
