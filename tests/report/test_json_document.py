"""The JSON document holds everything, in JSON's own numbers, and is written whole or not at all."""

from __future__ import annotations

import json
import os
import resource
import signal
import stat
from typing import TYPE_CHECKING

import pytest

from tailgate.errors import ConfigurationError
from tailgate.report import SCHEMA, to_json_document, write_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tailgate.records import GateResult


def test_the_document_is_the_golden_one(result: GateResult, golden: Callable[[str, str], None], tmp_path: Path) -> None:
    path = tmp_path / "gate.json"
    write_json(result, path)
    golden("gate.json", path.read_text(encoding="utf-8"))


def test_it_is_strict_json_with_null_for_what_is_no_number(result: GateResult, tmp_path: Path) -> None:
    path = tmp_path / "gate.json"
    write_json(result, path)

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    document = json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)
    assert document["schema"] == SCHEMA == "tailgate.gate/1"
    (first, *_) = document["benchmarks"]
    assert first["evidence"]["effects"]["intrinsic"]["log_ratios"] == [pytest.approx(0.1807, abs=1e-4), None]
    assert document["candidate"]["subject"] == result.candidate.subject


def test_a_missing_fingerprint_is_null(result: GateResult) -> None:
    document = to_json_document(result)
    assert document["fingerprint"]["cpu_count"] == 2
    (invalid,) = [one for one in document["benchmarks"] if one["verdict"] == "invalid"]
    assert invalid["evidence"] is None
    assert invalid["ratio_of_p99"] == {"intrinsic": None, "raw": None}


def test_an_older_report_is_replaced_and_nothing_else_left(result: GateResult, tmp_path: Path) -> None:
    path = tmp_path / "gate.json"
    path.write_text("old")
    write_json(result, path)
    assert json.loads(path.read_text(encoding="utf-8"))["run_id"] == "run-1"
    assert list(tmp_path.iterdir()) == [path]


def test_it_is_as_readable_as_any_new_file(result: GateResult, tmp_path: Path) -> None:
    write_json(result, tmp_path / "gate.json")
    (tmp_path / "other").write_text("")
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("gate.json", "other")]
    assert modes[0] == modes[1]


@pytest.mark.parametrize("name", ["missing/gate.json", "folder"])
def test_a_place_that_cannot_be_written_is_named(result: GateResult, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(ConfigurationError, match=r"cannot be written .*mend"):
        write_json(result, tmp_path / name)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["folder"]


def test_a_full_disk_leaves_the_older_report(result: GateResult, tmp_path: Path) -> None:
    path = tmp_path / "gate.json"
    path.write_text("old")
    # In a child, since the limit cannot be taken back everywhere; it fails writes as a full disk does.
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))
        try:
            write_json(result, path)
        except ConfigurationError as error:
            os._exit(7 if "File too large" in str(error) else 8)
        os._exit(9)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 7
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
