"""The cells of the heat map: medians of log ratios, in steps that a byte holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tailgate.records import BenchmarkId
from tailgate.report.site import SeriesPages, SiteFolder, SiteFrame
from tailgate.report.site.heat_page import COLUMNS, NONE, STEP, coarse_row, heat_data
from tailgate.report.site.shared_data import references
from tests.report.site.sites import commits, series_story

if TYPE_CHECKING:
    import pytest

    from tailgate.report.site import Commits, SeriesDigest


def digest_of(count: int, tmp_path_factory: pytest.TempPathFactory, step: float = 1.2) -> tuple[Commits, SeriesDigest]:
    known = commits(count)
    pages = SeriesPages(SiteFrame("x"), SiteFolder(tmp_path_factory.mktemp("site")), known)
    return known, pages.digest(series_story(known, BenchmarkId("book.One"), step=step))


def test_a_step_up_is_seen_from_its_commit_on(tmp_path_factory: pytest.TempPathFactory) -> None:
    _, digest = digest_of(30, tmp_path_factory)
    row = coarse_row(digest, float(references([digest])[0]), 1, 30)
    assert np.abs(row[:20]).max() <= 2
    assert np.abs(row[20:] - np.log(1.2) / STEP).max() <= 3


def test_several_commits_share_a_column_by_their_median(tmp_path_factory: pytest.TempPathFactory) -> None:
    known, digest = digest_of(2 * COLUMNS, tmp_path_factory, step=1.0)
    data = heat_data("machine-1", [digest], known)
    assert (data["width"], data["columns"]) == (2, COLUMNS)


def test_what_was_not_measured_is_no_cell_and_what_is_beyond_is_the_last_step(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    _, digest = digest_of(30, tmp_path_factory)
    assert coarse_row(digest, 1e-9, 1, 40)[:30].tolist() == [127] * 30
    assert coarse_row(digest, 1_000.0, 1, 40)[30:].tolist() == [NONE] * 10
    assert coarse_row(digest, float("nan"), 1, 30).tolist() == [NONE] * 30
