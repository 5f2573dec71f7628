"""Workflows hold no logic and hand no rights away; the linters in the lint session look at the rest."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
WORKFLOWS: Final = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
SESSIONS: Final = set(
    re.findall(r"^@nox\.session\n(?:@.*\n)*def (\w+)", (ROOT / "noxfile.py").read_text(), re.MULTILINE)
)
ALLOWED: Final = re.compile(
    r'python -m pip install "nox\[uv\]"|nox -s ("\$SESSION"|\w+)( --( "\$\w+"| --?\w+| [\w.]+)+)?'
)


def commands(path: Path) -> list[str]:
    return re.findall(r"^\s*(?:- )?run: (.*)$", path.read_text(), re.MULTILINE)


def test_there_are_workflows() -> None:
    assert [path.stem for path in WORKFLOWS] == ["checks", "gate", "main", "nightly"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_runs_nothing_but_sessions_that_exist(path: Path) -> None:
    assert commands(path)
    for command in commands(path):
        assert ALLOWED.fullmatch(command), command
    named = re.findall(r"nox -s (\w+)", path.read_text())
    for listed in re.findall(r"session: \[(.*)\]", path.read_text()):
        named += listed.split(", ")
    assert named
    assert set(named) <= SESSIONS


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_to_a_commit_and_no_checkout_keeps_the_token(path: Path) -> None:
    uses = re.findall(r"uses: (\S+)(.*)$", path.read_text(), re.MULTILINE)
    assert uses
    for action, comment in uses:
        assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", action), action
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), action
    assert path.read_text().count("actions/checkout@") == path.read_text().count("persist-credentials: false")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_rights_are_given_job_by_job_and_only_the_remedy_may_write(path: Path) -> None:
    text = path.read_text()
    assert re.search(r"^permissions: \{\}$", text, re.MULTILINE)
    assert "pull_request_target" not in text
    assert "secrets." not in text
    writes = re.findall(r"(\S+): write", text)
    assert writes == (["contents", "pull-requests"] if path.stem == "main" else [])


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_what_fails_is_red(path: Path) -> None:
    """A gate that measured nothing has to fail its job, whatever is done about it afterwards."""
    assert "continue-on-error" not in path.read_text()
    assert "||" not in path.read_text()


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_no_name_that_a_stranger_chooses_is_used(path: Path) -> None:
    expressions = re.findall(r"\$\{\{ (.*?) \}\}", path.read_text())
    allowed = {
        "github.ref",
        "github.sha",
        "github.token",
        "github.event.before",
        "github.event.pull_request.base.sha",
        "github.event.pull_request.head.sha",
        "matrix.session",
        "steps.gate.outcome == 'failure'",
    }
    assert set(expressions) <= allowed
    # And never inside a command: a value arrives as a variable of the environment.
    assert not any("${{" in command for command in commands(path))


def test_the_script_for_any_ci_is_sound() -> None:
    script = ROOT / "ci" / "any_ci.sh"
    subprocess.run(["bash", "-n", str(script)], check=True)
    assert script.stat().st_mode & 0o111
    assert set(re.findall(r"nox -s (\w+)", script.read_text())) <= SESSIONS


STANDING_IN = """#!/usr/bin/env bash
case "$0" in
*python3)
    mkdir -p .venv/bin
    cp "$0" .venv/bin/pip
    cp "$0" .venv/bin/nox
    ;;
*nox)
    printf '%s\\n' "$*" >> log
    if [[ "$2" == gate ]]; then exit "$GATE_SAYS"; fi
    exit 5
    ;;
esac
"""


@pytest.mark.parametrize(
    ("gate_says", "roll_back", "sessions"),
    [
        (0, "1", ["gate"]),
        (1, "0", ["gate"]),
        (1, "1", ["gate", "remedy"]),
        (3, "1", ["gate"]),
        (4, "1", ["gate"]),
    ],
)
def test_the_script_ends_with_the_exit_code_of_the_gate_and_undoes_only_a_regression(
    tmp_path: Path, gate_says: int, roll_back: str, sessions: list[str]
) -> None:
    """The script is real; Python and nox are stand-ins that write down how they were called."""
    script, stand_in, named = tmp_path / "ci" / "any_ci.sh", tmp_path / "bin" / "python3", "main;$(touch pwned)`x`"
    for path in (script, stand_in):
        path.parent.mkdir()
    script.write_text((ROOT / "ci" / "any_ci.sh").read_text())
    stand_in.write_text(STANDING_IN)
    stand_in.chmod(0o755)
    environment = {
        "PATH": f"{stand_in.parent}:{os.environ['PATH']}",
        "GATE_SAYS": str(gate_says),
        "TAILGATE_ROLL_BACK": roll_back,
    }
    finished = subprocess.run(["bash", str(script), named, "HEAD"], env=environment, check=False, capture_output=True)
    assert finished.returncode == gate_says, finished.stderr
    called = (tmp_path / "log").read_text().splitlines()
    options = {"gate": "--json gate.json", "remedy": "--apply"}
    assert called == [f"-s {session} -- {named} HEAD {options[session]}" for session in sessions]
    assert not (tmp_path / "pwned").exists()
