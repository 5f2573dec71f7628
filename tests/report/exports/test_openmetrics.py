"""OpenMetrics: prometheus_client reads the same figures out of it; promtool makes blocks of it where it is."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from tailgate.records import VerdictKind
from tailgate.report.exports.openmetrics import render

if TYPE_CHECKING:
    from pathlib import Path

    from tailgate.report import ExportedRun


def families(run: ExportedRun) -> dict[str, Any]:
    return {family.name: family for family in text_string_to_metric_families(render(run))}


def value(family: Any, **labels: str) -> float:
    (sample,) = [sample for sample in family.samples if labels.items() <= sample.labels.items()]
    return float(sample.value)


def test_the_figures_come_back_in_base_units(run: ExportedRun) -> None:
    found = families(run)
    assert {name: (family.type, family.unit) for name, family in found.items()} == {
        "tailgate_run": ("info", ""),
        "tailgate_run_exit_code": ("gauge", ""),
        "tailgate_run_duration_seconds": ("gauge", "seconds"),
        "tailgate_verdict": ("stateset", ""),
        "tailgate_failing": ("gauge", ""),
        "tailgate_latency_seconds": ("gauge", "seconds"),
        "tailgate_p99_ratio": ("gauge", "ratio"),
    }
    label = "book.Cancel.latency_cancel('deep')"
    p99 = {"benchmark": label, "side": "candidate", "leg": "intrinsic", "quantile": "0.99"}
    assert value(found["tailgate_latency_seconds"], **p99) == pytest.approx(101 * 1.198 * 2.9e-9)
    assert value(found["tailgate_p99_ratio"], benchmark=label, leg="raw", bound="high") == pytest.approx(1.24)
    assert value(found["tailgate_run_duration_seconds"]) == 75
    assert value(found["tailgate_run_exit_code"]) == 4
    moments = {float(sample.timestamp) for family in found.values() for sample in family.samples}
    assert moments == {run.result.finished_at.timestamp()}


def test_each_benchmark_is_in_one_state_and_failing_or_not(run: ExportedRun) -> None:
    found = families(run)
    for verdict in run.result.verdicts:
        states = [
            sample
            for sample in found["tailgate_verdict"].samples
            if sample.labels["benchmark"].startswith(verdict.benchmark.label[:20]) and sample.value == 1
        ]
        assert [sample.labels["tailgate_verdict"] for sample in states] == [verdict.kind.value]
    failing = [sample.value for sample in found["tailgate_failing"].samples]
    assert failing == [float(run.is_failing(verdict)) for verdict in run.result.verdicts]
    assert len(found["tailgate_verdict"].samples) == len(VerdictKind) * len(run.result.verdicts)


def test_foreign_text_is_a_label_and_nothing_else(hostile: ExportedRun) -> None:
    text = render(hostile)
    assert text.count("# EOF\n") == 1
    assert text.endswith("\n# EOF\n")
    labels = {sample.labels["benchmark"] for sample in families(hostile)["tailgate_failing"].samples}
    assert len(labels) == len(hostile.result.verdicts)
    assert any("'single' \\back\\ {label=\"x\"} 1 # EOF other 2" in label for label in labels)


def test_a_run_without_figures_still_has_its_verdicts(unmeasured: ExportedRun) -> None:
    found = families(unmeasured)
    assert not found["tailgate_latency_seconds"].samples
    assert value(found["tailgate_failing"]) == 1


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_prometheus_takes_it_into_a_database(run: ExportedRun, hostile: ExportedRun, tmp_path: Path) -> None:
    for number, each in enumerate((run, hostile)):
        file = tmp_path / f"{number}.txt"
        file.write_text(render(each), encoding="utf-8")
        create = ["promtool", "tsdb", "create-blocks-from", "openmetrics", str(file), str(tmp_path / f"{number}")]
        finished = subprocess.run(create, check=False, capture_output=True, text=True)
        assert finished.returncode == 0, finished.stderr
        (tmp_path / f"{number}" / "wal").mkdir()  # a database has one, and dump wants to see it
        dumped = subprocess.run(
            ["promtool", "tsdb", "dump", str(tmp_path / f"{number}")], check=False, capture_output=True, text=True
        )
        samples = sum(not line.startswith("#") for line in file.read_text(encoding="utf-8").splitlines())
        assert dumped.stdout.count("\n") == samples, dumped.stderr
