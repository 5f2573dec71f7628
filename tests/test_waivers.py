"""Waivers are typed, and everything that is wrong with their file is said at once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tailgate.errors import ConfigurationError
from tailgate.records import Waiver
from tailgate.waivers import load_waivers

if TYPE_CHECKING:
    from pathlib import Path

WAIVER = """
[[waiver]]
benchmark = "book.Cancel.latency_cancel('deep', 10)"
reason = "the audit trail is worth it"
author = "Ada"
bound = 0.1
expires = 2026-12-31
"""


def test_a_waiver_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "waivers.toml"
    path.write_text(WAIVER)
    assert load_waivers(path, is_required=True) == (
        Waiver("book.Cancel.latency_cancel('deep', 10)", "the audit trail is worth it", "Ada", 0.1, date(2026, 12, 31)),
    )


def test_without_a_file_nothing_is_waived_unless_policy_names_it(tmp_path: Path) -> None:
    assert load_waivers(tmp_path / "missing.toml", is_required=False) == ()
    with pytest.raises(ConfigurationError, match="there is no file of waivers"):
        load_waivers(tmp_path / "missing.toml", is_required=True)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("0.1", "0", "waiver.0.bound: Input should be greater than 0"),
        ("0.1", "inf", "waiver.0.bound"),
        ("0.1", '"10 %"', "waiver.0.bound"),
        ("2026-12-31", '"2026-12-31"', "waiver.0.expires: a day without quotes"),
        ("2026-12-31", "2026-12-31T10:00:00", "waiver.0.expires"),
        ('"Ada"', '" "', "waiver.0.author"),
        ('reason = "the audit trail is worth it"', "", "waiver.0.reason"),
        ('author = "Ada"', 'author = "Ada"\nticket = 1', "waiver.0.ticket: unknown key"),
        ("[[waiver]]", "[[waivers]]", "waivers: unknown key"),
        ("[[waiver]]", "[waiver]", "waiver"),
        ("[[waiver]]", "[[waiver", "cannot be read"),
    ],
)
def test_what_is_wrong_is_named_with_its_key(tmp_path: Path, before: str, after: str, words: str) -> None:
    path = tmp_path / "waivers.toml"
    path.write_text(WAIVER.replace(before, after))
    with pytest.raises(ConfigurationError) as error:
        load_waivers(path, is_required=False)
    assert words in str(error.value)


def test_all_errors_are_shown_at_once(tmp_path: Path) -> None:
    path = tmp_path / "waivers.toml"
    path.write_text(WAIVER.replace("0.1", "-1") + WAIVER.replace("2026-12-31", "7"))
    with pytest.raises(ConfigurationError) as error:
        load_waivers(path, is_required=False)
    lines = str(error.value).splitlines()[1:]
    assert [line.split(":")[0].strip() for line in lines] == [
        "waiver.0.bound",
        "waiver.1.expires",
        "book.Cancel.latency_cancel('deep', 10)",
    ]
