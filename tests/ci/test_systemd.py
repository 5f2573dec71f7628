"""The units of the example: systemd finds nothing wrong with them, and they run the session that exists."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
UNITS: Final = ROOT / "ci" / "systemd"


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign] # systemd's keys have capitals
    parser.read(UNITS / name)
    return parser


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_finds_nothing_wrong() -> None:
    names = [str(path) for path in sorted(UNITS.iterdir())]
    checked = subprocess.run(["systemd-analyze", "verify", *names], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    # What it says of other units of this machine is not about these two.
    assert [line for line in checked.stderr.splitlines() if "tailgate" in line] == []


def test_the_service_runs_the_nightly_session_and_is_started_by_the_timer() -> None:
    service = unit("tailgate-nightly.service")["Service"]
    sessions = re.findall(r"^def (\w+)\(session", (ROOT / "noxfile.py").read_text(), re.MULTILINE)
    named = re.search(r"nox -s (\w+)", service["ExecStart"])
    assert named is not None
    assert named[1] == "nightly"
    assert named[1] in sessions
    timer = unit("tailgate-nightly.timer")["Timer"]
    assert timer["Unit"] == "tailgate-nightly.service"
    assert timer["Persistent"] == "yes" or timer["Persistent"] == "true"


def test_a_killed_night_is_started_again_and_a_regression_is_not() -> None:
    assert unit("tailgate-nightly.service")["Service"]["Restart"] == "on-abnormal"
