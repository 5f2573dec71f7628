"""History over real commits: small steps that add up are seen, broken commits are passed over, a dead run goes on."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tailgate.exit_codes import ExitCode
from tailgate.history_records import Source
from tailgate.records import BenchmarkId
from tailgate.store import open_store
from tests.end_to_end.processes import running_in, wait_until
from tests.end_to_end.small_project import PYPROJECT, SmallProject

if TYPE_CHECKING:
    import subprocess

    from tests.end_to_end.kit import Kit

pytestmark = pytest.mark.end_to_end

STEP = BenchmarkId("machines.Machine.latency_step")
OTHER = BenchmarkId("machines.Other.latency_other")


@dataclass(frozen=True)
class Story:
    """A line of commits, each a little slower than the one before it; one does not build."""

    project: SmallProject
    first: str
    drifting: tuple[str, ...]
    unbuildable: str

    def history(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.project.tailgate("history", "--quiet", "--budget", "0", *arguments)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, kit: Kit) -> Story:
    project = SmallProject.create(tmp_path_factory.mktemp("history") / "project", kit)
    first = project.git("rev-parse", "HEAD")
    project.write_benchmark("unrelated", "")
    project.commit("nothing of the subject")
    pyproject = project.root / "subject" / "pyproject.toml"
    pyproject.write_text(PYPROJECT.replace('"hatchling.build"', '"no_such_backend"').replace('["hatchling"]', "[]"))
    unbuildable = project.commit("cannot be built")
    pyproject.write_text(PYPROJECT)
    drifting = []
    for step in range(1, 4):
        project.write_subject(uniform=20 * step)
        drifting.append(project.commit(f"<b>a little</b> slower, step {step}"))
    return Story(project, first, tuple(drifting), unbuildable)


def test_killed_in_the_middle_it_goes_on_where_it_was(story: Story) -> None:
    command = ("history", "--pin", story.first, "--budget", "0", "--quiet")
    store_path = story.project.root / ".tailgate" / "store.sqlite"

    def has_points() -> bool:
        if not store_path.exists():
            return False
        with open_store(store_path) as store:
            return any(store.history.points_of(commit) for commit in story.drifting)

    process = story.project.start(*command)
    wait_until(has_points, "a commit is measured")
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    wait_until(lambda: running_in(story.project.root) == [], "everything it had started has ended")
    finished = story.project.tailgate(*command)
    assert finished.returncode == ExitCode.REGRESSED, finished.stdout + finished.stderr
    assert f"skipped {story.unbuildable[:10]}: does not build" in finished.stdout
    summary = finished.stdout.splitlines()[-1]
    assert "0 known before" not in summary
    assert "1 drifted beyond the margin" in summary
    with open_store(store_path) as store:
        series = store.history.series(STEP, store.history.machines()[0])
        steady = store.history.series(OTHER, store.history.machines()[0])
        (broken,) = [item for item in store.history.points_of(story.unbuildable) if item.benchmark == STEP]
        assert store.history.pinned(broken.environment.machine) == story.first
    assert series is not None
    assert steady is not None
    assert [commit.commit for commit in series.commits] == [story.first, *story.drifting]
    assert [commit.subject for commit in series.commits[1:]] == [f"<b>a little</b> slower, step {n}" for n in (1, 2, 3)]
    values = [point.value for point in series.points]
    # 60 of about 60 rounds more: the ends are far apart, whatever the machine does.
    assert values[-1] > 1.4 * values[0]
    for point in (*series.points, *steady.points):
        assert point.source is Source.HISTORY
        assert point.pinned_commit == story.first
        assert point.against_pinned is not None
        assert point.low <= point.value <= point.high
    assert broken.failure.startswith("does not build")


def test_what_is_known_is_not_measured_again(story: Story) -> None:
    story.history("--pin", story.first)
    again = story.history()
    assert again.returncode == ExitCode.REGRESSED, again.stdout + again.stderr
    assert again.stdout.splitlines()[-1].startswith(
        "0 commits measured (0 points), 4 known before, 0 skipped; 2 series"
    )


def test_a_run_of_the_gate_adds_its_candidate_to_the_series(story: Story) -> None:
    story.history("--pin", story.first)
    project = story.project
    project.write_subject(uniform=80)
    last = project.commit("one more step")
    assert project.tailgate("gate", story.drifting[-1], last, "--quiet").returncode in {
        ExitCode.REGRESSED,
        ExitCode.INCONCLUSIVE,
        ExitCode.PASSED,
    }
    with open_store(project.root / ".tailgate" / "store.sqlite") as store:
        (point,) = [item for item in store.history.points_of(last) if item.benchmark == STEP]
        (before,) = [item for item in store.history.points_of(story.drifting[-1]) if item.benchmark == STEP]
        result = store.result(point.run_id)
    assert result is not None
    (verdict,) = [item for item in result.verdicts if item.benchmark == STEP]
    assert verdict.intrinsic is not None
    assert before.source is Source.HISTORY
    assert point.source is Source.GATE
    assert point.value == pytest.approx(before.value * verdict.intrinsic.ratio)
    assert point.against_pinned is not None
    assert before.against_pinned is not None
    assert point.against_pinned.ratio == pytest.approx(before.against_pinned.ratio * verdict.intrinsic.ratio)
    project.git("reset", "--quiet", "--hard", story.drifting[-1])


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("missing",), ExitCode.MISUSE, "unknown revision 'missing'"),
        (("HEAD..HEAD",), ExitCode.MISUSE, "no commit in HEAD..HEAD touched the subject"),
        (("--benchmarks", "nothing_like_it"), ExitCode.INVALID, "has no latency_* benchmark that matches"),
    ],
)
def test_a_question_that_makes_no_sense_is_told_so(
    story: Story, arguments: tuple[str, ...], code: ExitCode, words: str
) -> None:
    finished = story.history(*arguments)
    assert finished.returncode == code, finished.stdout + finished.stderr
    assert words in finished.stderr
