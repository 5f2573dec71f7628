"""The night on a small repository: what landed is gated, and being killed ten times changes nothing in the end."""

from __future__ import annotations

import platform
import random
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tailgate.exit_codes import ExitCode
from tailgate.history_records import HistoryCommit, ProfileTool
from tailgate.night_records import NightStepKind
from tailgate.records import VerdictKind
from tailgate.store import Store, open_store
from tests.end_to_end.processes import running_in, wait_until
from tests.end_to_end.small_project import SmallProject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.end_to_end.kit import Kit

pytestmark = [pytest.mark.end_to_end, pytest.mark.timeout(1800)]

ROOT = Path(__file__).parents[2]
KILLS = 10
SEED = 6


@dataclass(frozen=True)
class Repository:
    """Three commits: a slow one that is pinned, the one that was the newest a day ago, and one that is slow again."""

    project: SmallProject
    kit: Kit
    pinned: str
    moving: str
    slower: str

    @property
    def state(self) -> Path:
        return self.project.root / ".tailgate"

    def begin(self) -> None:
        """Forget everything but the pin."""
        shutil.rmtree(self.state, ignore_errors=True)
        shutil.rmtree(self.project.root / "reports", ignore_errors=True)
        self.kit.furnish(self.project)
        with self.store() as store:
            store.history.add_commits([HistoryCommit(self.pinned, datetime.now(UTC))])
            store.history.pin(self.pinned, platform.node())

    def store(self) -> Store:
        return open_store(self.state / "store.sqlite")

    def start(self, *options: str, candidate: str | None = None) -> subprocess.Popen[str]:
        arguments = ["--candidate", candidate or self.slower, "--quiet", "--budget", "60", "--commit-budget", "1"]
        arguments += ["--self-checks", "1", "--profile-seconds", "1", *options]
        return subprocess.Popen(
            [sys.executable, "-m", "ci.nightly", "--project", str(self.project.root), *arguments],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *options: str, candidate: str | None = None) -> subprocess.CompletedProcess[str]:
        process = self.start(*options, candidate=candidate)
        out, err = process.communicate(timeout=900)
        return subprocess.CompletedProcess([], process.returncode, out, err)

    def outcome(self) -> dict[str, Any]:
        """Everything that a night leaves, without times, names of runs and measured values."""
        with self.store() as store:
            (night,) = store.nights.latest()
            results = {step.run_id: store.result(step.run_id) for step in night.steps}
            verdicts = {
                f"{step.kind} {step.number}": sorted((item.benchmark.label, item.kind) for item in result.verdicts)
                for step in night.steps
                if (result := results[step.run_id]) is not None
            }
            points = [
                (point.benchmark.label, point.commit, point.source)
                for commit in store.history.commits()
                for point in store.history.points_of(commit.commit)
            ]
            profiles = [(item.benchmark.label, item.commit, item.tool) for item in store.history.profiles()]
            runs = [run.is_finished for run in store.recent_runs(1_000)]
        report = (self.state / "nights" / night.night_id / "report.md").read_text()
        return {
            "steps": [(step.kind, step.number, step.is_done, step.exit_code) for step in night.steps],
            "verdicts": verdicts,
            "exit_code": night.exit_code,
            "runs": runs,
            "points": sorted(points),
            "profiles": profiles,
            "log": len(list((self.project.root / "reports" / "log").glob("*.md"))),
            "files": sorted(path.name for path in (self.state / "nights" / night.night_id).iterdir()),
            "headings": re.findall(r"^#+ [A-Za-z ]+", report, re.MULTILINE),
            "rows": len(re.findall(r"^\|", report, re.MULTILINE)),
            "site": (self.project.root / "reports" / "site" / "index.html").exists(),
            "profile files": sorted(
                path.name for path in (self.state / "profiles").glob("*/*/*") if "py-spy" not in path.name
            ),
        }


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory, kit: Kit) -> Iterator[Repository]:
    project = SmallProject.create(tmp_path_factory.mktemp("nightly") / "project", kit)
    with pytest.MonkeyPatch.context() as patch:

        def commit(message: str, days_ago: float) -> str:
            moment = (datetime.now(UTC) - timedelta(days=days_ago)).isoformat()
            patch.setenv("GIT_COMMITTER_DATE", moment)
            patch.setenv("GIT_AUTHOR_DATE", moment)
            return project.commit(message)

        project.write_subject(uniform=120, added="PINNED = True\n")
        pinned = commit("pinned <script>alert(1)</script>", 3)
        project.write_subject(added="# a comment\n")
        moving = commit("a comment", 2)
        project.write_subject(uniform=120)
        slower = commit("twice the work @everyone", 0)
    found = Repository(project, kit, pinned, moving, slower)
    yield found
    wait_until(lambda: running_in(project.root) == [], "nothing runs in the project")


@pytest.fixture(scope="module")
def undisturbed(repository: Repository) -> tuple[dict[str, Any], str, float]:
    """Outcome, output and seconds of a night that nothing happened to."""
    repository.begin()
    started = time.monotonic()
    finished = repository.run()
    assert finished.returncode == ExitCode.REGRESSED, finished.stdout + finished.stderr
    return repository.outcome(), finished.stdout, time.monotonic() - started


def test_a_night_gates_checks_itself_profiles_logs_and_reports(
    repository: Repository, undisturbed: tuple[dict[str, Any], str, float]
) -> None:
    outcome, output, _ = undisturbed
    assert [step[0] for step in outcome["steps"]] == list(NightStepKind)
    assert all(is_done for _, _, is_done, _ in outcome["steps"])
    regressed = [("machines.Machine.latency_step", VerdictKind.REGRESSED)]
    assert outcome["verdicts"]["gate against the last night 1"][:1] == regressed
    assert VerdictKind.REGRESSED not in [kind for _, kind in outcome["verdicts"]["gate against the pinned baseline 1"]]
    assert VerdictKind.REGRESSED not in [kind for _, kind in outcome["verdicts"]["self-check 1"]]
    assert outcome["runs"] == [True] * 3
    assert len(outcome["profiles"]) == 2 * len(ProfileTool)
    assert outcome["site"]
    assert outcome["log"] == 2  # the entry and the index
    assert {"report.md", "ratios-last-night.png", "ratios-pinned.png"} <= set(outcome["files"])
    assert any(name.startswith("series-machines-Machine-latency-step") for name in outcome["files"])
    assert output.splitlines()[-1].startswith("REGRESSED: 2 benchmarks: 1 regressed (machines.Machine")
    report = next(repository.state.glob("nights/*/report.md")).read_text()
    assert "Unchanged code against itself: this night 0 of 2 comparisons called regressed" in report
    assert "over all nights 0 of 2 comparisons in 1 runs" in report
    assert "<script>" not in report.replace("`pinned <script>alert(1)</script>`", "")


def test_a_second_run_of_a_finished_night_changes_nothing(
    repository: Repository, undisturbed: tuple[dict[str, Any], str, float]
) -> None:
    again = repository.run()
    assert again.returncode == ExitCode.REGRESSED
    assert again.stdout == undisturbed[1]
    assert repository.outcome() == undisturbed[0]


def test_only_one_night_runs_at_a_time(repository: Repository, undisturbed: tuple[dict[str, Any], str, float]) -> None:
    process = repository.start("--self-checks", "2", candidate=repository.moving)
    try:
        lock = repository.state / "nightly.lock"
        wait_until(lambda: is_locked(lock), "the night holds its lock")
        second = repository.run()
        assert second.returncode == ExitCode.INVALID
        assert "another night is under way in this project; mend: wait" in second.stderr
    finally:
        process.kill()
        process.communicate()


def is_locked(lock: Path) -> bool:
    if not lock.exists():
        return False
    line = f":{lock.stat().st_ino} "
    return line in Path("/proc/locks").read_text()


def test_a_night_killed_ten_times_comes_to_the_same_end(
    repository: Repository, undisturbed: tuple[dict[str, Any], str, float]
) -> None:
    outcome, _, seconds = undisturbed
    wait_until(lambda: running_in(repository.project.root) == [], "nothing runs in the project")
    repository.begin()
    generator = random.Random(SEED)
    killed = 0
    for _ in range(KILLS):
        process = repository.start()
        try:
            process.communicate(timeout=generator.uniform(0.5, 0.4 * seconds))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            killed += 1
        assert process.returncode in {-9, ExitCode.REGRESSED}
    finished = repository.run()
    assert finished.returncode == ExitCode.REGRESSED, finished.stdout + finished.stderr
    assert repository.outcome() == outcome
    assert killed > KILLS // 2


def test_when_nothing_has_landed_it_says_so_and_compares_unchanged_code(repository: Repository) -> None:
    repository.begin()
    (repository.state / "store.sqlite").unlink()
    finished = repository.run("-b", "Other", candidate=repository.pinned)
    assert finished.returncode == ExitCode.PASSED, finished.stdout + finished.stderr
    last = finished.stdout.splitlines()[-1]
    assert "NO COMMIT WAS GATED" in last
    assert repository.outcome()["runs"] == [True]


def test_a_night_that_measured_nothing_is_invalid_and_says_so(repository: Repository) -> None:
    repository.begin()
    finished = repository.run("-b", "no such benchmark")
    assert finished.returncode == ExitCode.INVALID
    assert finished.stdout.splitlines()[-1] == "INVALID: NOTHING WAS MEASURED this night"
    assert repository.outcome()["runs"] == []
