"""A regression is profiled on both commits' own builds, and a second run has nothing left to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tailgate.exit_codes import ExitCode
from tailgate.history_records import ProfileTool
from tailgate.store import open_store

if TYPE_CHECKING:
    from tailgate.history_records import Profile
    from tests.end_to_end.conftest import History
    from tests.end_to_end.small_project import SmallProject

pytestmark = pytest.mark.end_to_end


def profiles_of(project: SmallProject) -> tuple[Profile, ...]:
    with open_store(project.root / ".tailgate" / "store.sqlite") as store:
        return store.history.profiles()


def test_what_regressed_is_profiled_once_with_every_tool(history: History, project: SmallProject) -> None:
    gated = project.tailgate("gate", history.first, history.slower, "-b", "Machine", "--quiet", "--budget", "60")
    assert gated.returncode == ExitCode.REGRESSED, gated.stdout + gated.stderr
    finished = project.tailgate("profile", "--quiet", "--seconds", "1")
    assert finished.returncode == ExitCode.PASSED, finished.stdout + finished.stderr
    found = profiles_of(project)
    assert [(item.tool, item.commit) for item in found] == [
        (tool, commit) for tool in ProfileTool for commit in (history.first, history.slower)
    ]
    folder = project.root / ".tailgate" / "profiles"
    for item in found:
        # Where a tool is missing or may not look on, that is said; memray is in the tests' environment.
        assert item.failure or (folder / item.file).stat().st_size > 0
        assert (item.file or item.failure) in finished.stdout
    memray = [item for item in found if item.tool is ProfileTool.MEMRAY]
    assert all(item.failure == "" for item in memray)
    drawing = next(folder.glob("*/*/memray-difference.svg")).read_text()
    assert f"machines.Machine.latency_step, memray: {history.first[:10]} to {history.slower[:10]}" in drawing
    again = project.tailgate("profile", "--quiet")
    assert again.returncode == ExitCode.PASSED
    assert profiles_of(project) == found


def test_a_run_without_a_regression_needs_a_benchmark(history: History, project: SmallProject) -> None:
    gated = project.tailgate("gate", history.first, history.comment, "-b", "Other", "--quiet", "--budget", "60")
    assert gated.returncode == ExitCode.PASSED, gated.stdout + gated.stderr
    with open_store(project.root / ".tailgate" / "store.sqlite") as store:
        run_id = store.recent_runs(1)[0].run_id
    refused = project.tailgate("profile", run_id)
    assert refused.returncode == ExitCode.MISUSE
    assert "nothing regressed in run" in refused.stderr
    unknown = project.tailgate("profile", run_id, "--benchmark", "no.such")
    assert unknown.returncode == ExitCode.MISUSE
    assert "has no benchmark 'no.such'" in unknown.stderr
