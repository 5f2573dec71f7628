from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from trading.flag_catalogue import CATALOGUE
from trading.flags import resolve
from trading.flags_command import flags

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def deployed() -> frozenset[str]:
    return resolve({}).on


def test_the_table_has_a_row_a_flag_and_no_colours_when_piped(deployed: frozenset[str]) -> None:
    result = CliRunner().invoke(flags)
    assert result.exit_code == 0
    assert "\x1b" not in result.output
    lines = result.output.splitlines()
    assert lines[0].split() == ["phase", "flag", "state", "source", "exists", "requires", "description", "claim"]
    for line, flag in zip(lines[1:], CATALOGUE, strict=False):
        state = "on" if flag.name in deployed else "off"
        assert line.split()[:5] == [flag.phase, flag.name, state, "deployed", "yes"]
        assert flag.description in line
        assert flag.claim in line
    assert lines[-1] == f"{len(deployed)} of 20 on for symbol SYNTH; overlay: none"


def test_json_has_an_entry_a_flag(deployed: frozenset[str]) -> None:
    result = CliRunner().invoke(flags, ["--json", "--symbol", "AMZN"])
    assert result.exit_code == 0
    document = json.loads(result.output)
    assert document["symbol"] == "AMZN"
    assert [entry["name"] for entry in document["flags"]] == [flag.name for flag in CATALOGUE]
    assert document["flags"][1] == {
        "phase": "1.1",
        "name": "fast-lock",
        "is_on": "fast-lock" in deployed,
        "source": "deployed",
        "has_rollout": False,
        "is_implemented": True,
        "needs_native": True,
        "requires": ["native-core"],
        "supersedes": [],
        "excludes": [],
        "components": ["book", "positions", "messaging"],
        "description": "std::mutex -> a one-byte lock that spins, then parks",
        "claim": "+20 % where locks dominate",
    }


def test_the_overlay_is_named_below_the_table(tmp_path: Path, deployed: frozenset[str]) -> None:
    overlay = tmp_path / "overlay.json"
    overlay.write_text('{"flags": {}}', encoding="utf-8")
    result = CliRunner().invoke(flags, env={"TRADING_FLAGS_OVERLAY": str(overlay)})
    assert result.output.splitlines()[-1] == f"{len(deployed)} of 20 on for symbol SYNTH; overlay: {overlay}"


def test_unusable_flags_end_with_one_message_and_code_2(tmp_path: Path) -> None:
    result = CliRunner().invoke(flags, ["--file", str(tmp_path / "none.json")])
    assert result.exit_code == 2
    assert result.output.startswith("Error: ")
    assert "cannot be read" in result.output
    assert "Traceback" not in result.output
