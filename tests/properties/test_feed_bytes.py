"""Bytes that are no feed raise nothing but the typed errors, whatever reader they are given to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.feed_target import NAMES, read_and_replay, valid_itch, valid_lobster

if TYPE_CHECKING:
    from pathlib import Path

VALID = {"feed.csv": valid_lobster(), "feed.itch": valid_itch()}
SETTINGS = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # the folder may be shared by the examples: each writes its file anew


def assert_sound(outcome: tuple[int, str], content: bytes | bytearray, name: str) -> None:
    """Each event takes bytes of its own, and whoever complains names the file."""
    events, complaint = outcome
    assert events <= len(content)
    assert not complaint or name in complaint


@pytest.mark.parametrize(("name", "events"), [("feed.csv", 7), ("feed.itch", 11)])
def test_what_is_mutated_is_valid(tmp_path: Path, name: str, events: int) -> None:
    assert read_and_replay(VALID[name], name, tmp_path) == (events, "")


@pytest.mark.parametrize("name", NAMES)
@SETTINGS
@given(content=st.binary(max_size=200))
def test_random_bytes(tmp_path: Path, name: str, content: bytes) -> None:
    assert_sound(read_and_replay(content, name, tmp_path), content, name)


@pytest.mark.parametrize("name", VALID)
@SETTINGS
@given(data=st.data())
def test_a_valid_file_with_changed_bytes(tmp_path: Path, name: str, data: st.DataObject) -> None:
    content = bytearray(VALID[name])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    assert_sound(read_and_replay(bytes(content), name, tmp_path), content, name)


@pytest.mark.parametrize("name", VALID)
def test_a_valid_file_cut_at_every_byte(tmp_path: Path, name: str) -> None:
    counts = [read_and_replay(VALID[name][:length], name, tmp_path)[0] for length in range(len(VALID[name]))]
    assert counts == sorted(counts)
