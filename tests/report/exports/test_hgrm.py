"""One file for each benchmark, side and leg, under a name that no label can abuse."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tailgate.errors import NothingMeasuredError
from tailgate.records import Leg, Side
from tailgate.report.exports.hgrm import render

if TYPE_CHECKING:
    from tailgate.report import ExportedRun


def test_every_benchmark_that_was_measured_has_four_files(run: ExportedRun) -> None:
    files = dict(render(run))
    assert len(files) == 4 * 4
    for side in Side:
        for leg, total in ((Leg.INTRINSIC, 500), (Leg.RAW, 2_000)):
            text = files[f"book.Limit.latency_limit.{side.value}.{leg.value}.hgrm"]
            assert f"Total count    = {total:12d}]" in text


def test_names_of_files_are_plain_short_and_told_apart(hostile: ExportedRun) -> None:
    names = [name for name, _ in render(hostile)]
    assert len({name.casefold() for name in names}) == len(names) > 20
    assert all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,199}\.hgrm", name) for name in names)


def test_a_run_without_measurements_is_no_empty_folder(unmeasured: ExportedRun) -> None:
    with pytest.raises(NothingMeasuredError, match="no measurement of the run run-1 is kept"):
        dict(render(unmeasured))
