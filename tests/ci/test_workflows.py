"""Workflows hold no logic and hand no rights away; the linters in the lint session look at the rest."""

from __future__ import annotations

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
