"""The command, as it is typed: exit codes, files, and what is said of peers that are missing or wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from reports.peers import __main__ as command
from reports.peers import serialization
from reports.peers.facts import ROOT
from reports.peers.records import Absent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.peers.records import Comparison
    from reports.peers.states import State

QUICK = ("--only", "serialization", "--events", "2000", "--rounds", "1")


def test_a_run_prints_and_keeps_its_figures(tmp_path: Path) -> None:
    page, document = tmp_path / "peers.md", tmp_path / "peers.json"
    result = CliRunner().invoke(command.main, [*QUICK, "--json", str(document), "--markdown", str(page)])
    assert result.exit_code == 0, result.output
    assert "Encoding an order: encode" in result.output
    assert "## Decoding an order" in page.read_text(encoding="utf-8")
    comparisons = json.loads(document.read_text(encoding="utf-8"))["comparisons"]
    names = [line["name"] for line in comparisons[0]["operations"]["encode"]]
    assert {"json", "struct"} < set(names)


def test_whoever_is_missing_is_a_line_and_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serialization, "admit", lambda name, _: Absent(name, "is not installed"))
    result = CliRunner().invoke(command.main, list(QUICK))
    assert result.exit_code == 0, result.output
    assert "orjson: absent: is not installed" in result.output


def test_a_disagreement_is_loud_and_an_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def compare(states: Sequence[State | Absent], events: int) -> list[Comparison]:
        comparison = serialization.compare(states, events)[0]
        return [replace(comparison, difference=lambda _ours, _theirs: "another result")]

    monkeypatch.setitem(command.KINDS, "serialization", compare)
    result = CliRunner().invoke(command.main, list(QUICK))
    assert result.exit_code == command.DISAGREED
    assert "DISAGREEMENT OR FAILURE: Encoding an order: json" in result.output


@pytest.mark.parametrize("options", [("--only", "nothing"), ("--rounds", "0"), ("--events", "10")])
def test_wrong_use_is_told(options: tuple[str, ...]) -> None:
    result = CliRunner().invoke(command.main, list(options))
    assert result.exit_code == command.MISUSE
    assert "Error" in result.output


def test_a_file_that_cannot_be_written_is_told_before_anything_is_measured(tmp_path: Path) -> None:
    result = CliRunner().invoke(command.main, ["--json", str(tmp_path / "nowhere" / "peers.json")])
    assert result.exit_code == command.UNWRITABLE
    assert "is no folder" in result.output


def test_an_interrupt_ends_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    def compare(_states: Sequence[State | Absent], _events: int) -> list[Comparison]:
        raise KeyboardInterrupt

    monkeypatch.setitem(command.KINDS, "serialization", compare)
    result = CliRunner().invoke(command.main, list(QUICK))
    assert result.exit_code == command.INTERRUPTED
    assert "nothing was written" in result.output


def test_the_help_shows_examples() -> None:
    result = CliRunner().invoke(command.main, ["--help"])
    assert "Examples:" in result.output
    assert "nox -s peers" in result.output


def test_the_session_installs_every_peer_that_is_looked_for() -> None:
    lines = (ROOT / "reports" / "peers" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    listed = {line.lower() for line in lines if line and not line.startswith("#")}
    sources = " ".join(path.read_text(encoding="utf-8") for path in Path(command.__file__).parent.glob("*.py")).lower()
    assert [name for name in sorted(listed) if f'"{name}"' not in sources] == []
