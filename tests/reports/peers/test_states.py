from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from reports.peers.records import Absent
from reports.peers.states import State, our_states, resolve_only
from trading.errors import FlagError
from trading.flag_catalogue import CATALOGUE
from trading.flags import DEPLOYED_FILE

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = frozenset({"cpu-affinity"})
"""Flags that need no native kernels, so that they can be on wherever this runs."""


def deploying(folder: Path, *on: str) -> Path:
    document = json.loads(DEPLOYED_FILE.read_text(encoding="utf-8"))
    for name, flag in document["flags"].items():
        flag["defaultVariant"] = "on" if name in on else "off"
    path = folder / "flags.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_equal_states_are_one(tmp_path: Path) -> None:
    plain, native = our_states(deploying(tmp_path), frozenset())
    assert isinstance(plain, State)
    assert (plain.name, plain.is_deployed, plain.flags.on) == ("ours, all flags off (as deployed)", True, frozenset())
    assert isinstance(native, Absent)
    assert (native.name, native.is_ours) == ("ours, native-core", True)
    assert "does not exist yet" in native.reason


def test_another_deployed_set_is_a_state_of_its_own(tmp_path: Path) -> None:
    states = our_states(deploying(tmp_path, *PLAIN), PLAIN)
    assert [state.name for state in states] == ["ours, all flags off", "ours, native-core", "ours, as deployed"]
    deployed = [state for state in states if isinstance(state, State) and state.is_deployed]
    assert [state.flags.on for state in deployed] == [PLAIN]


def test_an_impossible_deployed_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FlagError, match="does not exist yet"):
        our_states(deploying(tmp_path, "native-core"), frozenset())


def test_exactly_the_named_flags_are_on() -> None:
    resolved = resolve_only(PLAIN, PLAIN)
    assert resolved.on == PLAIN
    assert [state.flag for state in resolved.states] == list(CATALOGUE)
