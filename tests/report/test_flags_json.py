from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING

from tailgate.flag_records import Metric
from tailgate.records import RatioInterval
from tailgate.report import FLAGS_SCHEMA, to_flags_document, write_flags_json
from tests.flag_studies import effect, failure, study

if TYPE_CHECKING:
    from pathlib import Path


def test_each_flag_has_its_effects_and_failures(tmp_path: Path) -> None:
    endless = replace(effect("pool", Metric.ALLOCATIONS, 1.0), ratio=RatioInterval(math.inf, math.inf, math.inf))
    path = tmp_path / "flags.json"
    write_flags_json(study(effect("pool", Metric.P99, 0.5), endless, failures=(failure("numa"),)), path)
    document = json.loads(path.read_text())
    assert document["schema"] == FLAGS_SCHEMA == "tailgate.flags/1"
    assert [item["name"] for item in document["flags"]] == ["pool", "numa", "late"]
    pool, numa, _ = document["flags"]
    assert [(item["metric"], item["ratio"]) for item in pool["effects"]] == [("p99", 0.5), ("allocations", None)]
    assert pool["requires"] == ["native-core"]
    assert numa["failures"][0]["state"] == "on"
    assert document["unmeasured"] == ["late: book.Cancel.latency_cancel"]


def test_the_document_holds_nothing_but_plain_values() -> None:
    assert json.loads(json.dumps(to_flags_document(study()), allow_nan=False))["commit"] == "c" * 40
