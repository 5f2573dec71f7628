"""Profiles as text: what was taken, what changed, and why there is none; foreign names take over nothing."""

from __future__ import annotations

import io
from pathlib import Path

from tailgate.history_records import Fact, Profile, ProfileTool
from tailgate.records import BenchmarkId
from tailgate.report import open_console, print_profiles

BENCHMARK = BenchmarkId("book.Cancel.latency_\x1b[31mcancel")
PROFILES = (
    Profile("r1", BENCHMARK, "a" * 40, ProfileTool.PY_SPY, "r1/x/baseline-py-spy.folded", (Fact("samples", "120"),)),
    Profile("r1", BENCHMARK, "b" * 40, ProfileTool.PY_SPY, "", failure="py-spy is not installed"),
)


def test_each_profile_has_its_file_or_its_reason_and_the_last_line_counts() -> None:
    stream = io.StringIO()
    print_profiles(PROFILES, Path("profiles"), open_console(stream))
    assert stream.getvalue().splitlines() == [
        "book.Cancel.latency_cancel",
        "  py-spy aaaaaaaaaa: r1/x/baseline-py-spy.folded",
        "      samples: 120",
        "  py-spy bbbbbbbbbb: none: py-spy is not installed",
        "1 profiles of 2 could be taken; their files are in profiles",
    ]
