"""What was found out about a run is there for a later command, and damage is no answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tailgate.action_records import Attribution, CauseKind
from tailgate.store import AttributionNotes

if TYPE_CHECKING:
    from pathlib import Path

FLAG = Attribution("a", CauseKind.FLAG, "fast-lock", "without it well é")
COMMIT = Attribution("b", CauseKind.COMMIT, "b" * 40, "bisected")


def test_what_was_kept_is_read_and_other_runs_know_nothing(tmp_path: Path) -> None:
    notes = AttributionNotes(tmp_path / "attributions")
    notes.keep("r1", (FLAG, COMMIT))
    assert notes.read("r1") == (FLAG, COMMIT)
    assert notes.read("r2") == ()
    assert [path.name for path in (tmp_path / "attributions").iterdir()] == ["r1.json"]


def test_a_second_explanation_adds_and_corrects(tmp_path: Path) -> None:
    notes = AttributionNotes(tmp_path)
    notes.keep("r1", (FLAG,))
    corrected = Attribution("a", CauseKind.UNEXPLAINED, "", "too noisy")
    notes.keep("r1", (COMMIT, corrected))
    assert notes.read("r1") == (corrected, COMMIT)


def test_text_that_is_no_unicode_is_kept_with_escapes(tmp_path: Path) -> None:
    AttributionNotes(tmp_path).keep("r1", (Attribution("a", CauseKind.FLAG, "x", "caf\udce9"),))
    assert AttributionNotes(tmp_path).read("r1")[0].reason == "caf\\udce9"


def test_nothing_found_leaves_no_file(tmp_path: Path) -> None:
    AttributionNotes(tmp_path / "attributions").keep("r1", ())
    assert not (tmp_path / "attributions").exists()


@pytest.mark.parametrize("damage", [b"", b"{", b'[{"benchmark": 3}]', b"\xff"])
def test_damaged_notes_know_nothing_and_are_written_anew(tmp_path: Path, damage: bytes) -> None:
    notes = AttributionNotes(tmp_path)
    (tmp_path / "r1.json").write_bytes(damage)
    assert notes.read("r1") == ()
    notes.keep("r1", (COMMIT,))
    assert notes.read("r1") == (COMMIT,)
