"""This repository's policy and the catalogue of flags say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from asv_runner.discovery import disc_benchmarks

from tailgate.config import load_policy
from trading.flag_catalogue import CATALOGUE, Flag
from trading.flags import DEPLOYED_FILE, OVERLAY_VARIABLE

ROOT = Path(__file__).parents[2]
POLICY = load_policy(ROOT / "ci" / "gate.toml", is_required=True)
SUITE = [item.name for item in disc_benchmarks("benchmarks") if item.type in {"latency", "time"}]


def test_the_policy_names_every_flag_in_the_catalogues_order() -> None:
    assert list(POLICY.flags.touches) == [flag.name for flag in CATALOGUE]


def test_the_policy_names_the_flag_file_and_the_overlay() -> None:
    assert POLICY.flags.file is not None
    assert ROOT / POLICY.flags.file == DEPLOYED_FILE
    assert POLICY.flags.overlay_variable == OVERLAY_VARIABLE


@pytest.mark.parametrize("flag", CATALOGUE, ids=lambda flag: flag.name)
def test_a_flag_requires_what_the_catalogue_says_and_touches_its_components(flag: Flag) -> None:
    policy = POLICY.flags.touches[flag.name]
    assert policy.requires == flag.requires
    touched = {name.partition(".")[0] for name in SUITE if re.search(policy.benchmarks, name)}
    assert touched, "no benchmark would show what it does"
    with_benchmarks = {name.partition(".")[0] for name in SUITE} & set(flag.components)
    assert with_benchmarks <= touched
