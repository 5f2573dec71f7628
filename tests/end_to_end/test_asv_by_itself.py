"""asv alone, without the gate: it runs latency_* benchmarks, keeps their p99s and compares them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tailgate.exit_codes import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.conftest import History

pytestmark = pytest.mark.end_to_end


def test_asv_runs_latencies_and_the_whole_record_is_kept(history: History, tmp_path: Path) -> None:
    project = history.project
    # The gate builds the environment, where it is not there already.
    assert project.tailgate("gate", history.first, "HEAD", "-b", "latency_other").returncode == ExitCode.PASSED
    slots = (project.root / ".tailgate" / "environments").glob("slot-*")
    (python,) = {
        json.loads((slot / "environment.json").read_text())["python"]
        for slot in slots
        if (slot / "slot.json").exists() and json.loads((slot / "slot.json").read_text())["commit"] == history.comment
    }
    results, records = tmp_path / "results", tmp_path / "records"
    configuration = json.loads((project.root / "asv.conf.json").read_text()) | {"results_dir": str(results)}
    own_configuration = project.root / ".tailgate" / "asv.conf.json"
    own_configuration.write_text(
        json.dumps(configuration | {"repo": "..", "benchmark_dir": str(project.root / "benchmarks")})
    )
    environment = {**os.environ, "HOME": str(tmp_path), "TAILGATE_RECORDS": str(records)}

    def asv(*arguments: str) -> str:
        finished = subprocess.run(
            [sys.executable, "-m", "asv", *arguments, "--config", str(own_configuration)],
            cwd=project.root,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert finished.returncode == 0, finished.stdout + finished.stderr
        return finished.stdout

    asv("machine", "--yes")
    shown = asv("run", f"--environment=existing:{python}", f"--set-commit-hash={history.comment}", "--record-samples")
    assert "machines.Machine.latency_step" in shown
    assert "failed" not in shown
    (result,) = results.glob("*/" + history.comment[:8] + "*.json")
    kept = json.loads(result.read_text())
    columns = dict(zip(kept["result_columns"], kept["results"]["machines.Other.latency_other"], strict=False))
    (p99_s,) = columns["result"]
    (samples,) = columns["samples"]
    assert len(samples) == 20
    assert min(samples) <= p99_s <= max(samples)
    assert 1e-8 < p99_s < 1e-3
    headers = [json.loads(path.read_bytes().partition(b"\n")[0]) for path in records.glob("*.record")]
    assert sorted(header["benchmark"] for header in headers) == [
        "machines.Machine.latency_step",
        "machines.Other.latency_other",
    ]
    assert {(header["replays"], header["operations"]) for header in headers} == {(20, 1350)}
