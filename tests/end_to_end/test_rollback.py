"""A rollback on real commits: the p99 is restored and that is measured, or it is said that it is not."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tailgate.action_records import ActionKind, ActionOutcome
from tailgate.exit_codes import ExitCode
from tailgate.store import open_store
from tests.end_to_end.doomed import die_after
from tests.end_to_end.small_project import MARGINS, SmallProject

if TYPE_CHECKING:
    from pathlib import Path

    from tailgate.action_records import ActionTaken
    from tests.end_to_end.kit import Kit

pytestmark = pytest.mark.end_to_end

STEP = "machines.Machine.latency_step"


@dataclass(frozen=True)
class Story:
    """A commit that adds a function, one that doubles the work, and one that changes the same lines again."""

    project: SmallProject
    first: str
    harmless: str
    slower: str
    last: str


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, kit: Kit) -> Story:
    project = SmallProject.create(tmp_path_factory.mktemp("rollback") / "project", kit)
    first = project.git("rev-parse", "HEAD")
    project.write_subject(added="# a comment\n")
    harmless = project.commit("harmless")
    project.write_subject(uniform=120, added="# a comment\n")
    slower = project.commit("twice the work `$(x)`")
    project.write_benchmark("unrelated", "")
    last = project.commit("nothing of the subject")
    return Story(project, first, harmless, slower, last)


def actions(project: SmallProject) -> tuple[ActionTaken, ...]:
    with open_store(project.root / ".tailgate" / "store.sqlite") as store:
        return store.actions()


def test_a_dry_run_shows_the_change_and_makes_none(story: Story) -> None:
    before = story.project.users(), story.project.git("for-each-ref")
    finished = story.project.tailgate("rollback", "--commit", story.slower)
    assert finished.returncode == ExitCode.PASSED, finished.stdout + finished.stderr
    assert "-UNIFORM = 120" in finished.stdout
    assert "+UNIFORM = 0" in finished.stdout
    assert finished.stdout.splitlines()[-1].startswith("dry run: nothing was changed")
    assert (story.project.users(), story.project.git("for-each-ref")) == before
    assert actions(story.project) == ()


def test_killed_after_every_step_the_next_run_finishes_what_was_begun(story: Story) -> None:
    """One rollback that dies after each of its steps in turn, on a work tree with changes of the user's own."""
    project = story.project
    project.write_subject(uniform=120, added="# in the middle of something\n")
    (project.root / "untracked.txt").write_text("mine\n")
    command = ("rollback", "--commit", story.slower, "-b", "latency_step", "--apply", "--quiet")
    branch = f"tailgate/revert-{story.slower[:10]}"
    before = project.users()
    counts = []
    try:
        for step in ("published", "measured", "kept", "logged", "written"):
            die_after(step, project, *command)
            assert project.users()[:3] == before[:3]
            counts.append(len(actions(project)))
        finished = project.tailgate(*command)
        assert finished.returncode == ExitCode.PASSED, finished.stdout + finished.stderr
        assert project.users() == before
    finally:
        project.git("checkout", "--quiet", "--force", "main")
        (project.root / "untracked.txt").unlink()
    # Measured and kept once; what came after was finished without measuring again.
    assert counts == [0, 0, 1, 1, 1]
    (taken,) = actions(project)
    assert (taken.outcome, taken.target, taken.benchmarks) == (ActionOutcome.VERIFIED, story.slower, (STEP,))
    assert taken.baseline.commit == story.harmless
    # The branch: HEAD, the revert, the entry of the log; and nothing else in either.
    assert project.git("log", "--format=%H", f"main..{branch}").splitlines()[-1] == taken.commit
    assert project.git("rev-parse", f"{branch}~2") == project.git("rev-parse", "main") == story.last
    assert project.git("diff", "--name-only", "main", f"{branch}~1") == "subject/queue_subject/machine.py"
    (entry,) = project.git("diff", "--name-only", f"{branch}~1", branch).splitlines()
    assert re.fullmatch(rf"reports/log/\d{{4}}-\d\d-\d\d-{story.slower[:10]}-{taken.action_id[:8]}\.md", entry)
    text = project.git("show", f"{branch}:{entry}")
    assert "outcome: **verified**" in text
    assert f"| `{STEP}` | pass |" in text or f"| `{STEP}` | improved |" in text
    # The text of the merge request is there, and its command line holds nothing that a commit message could inject.
    path = project.root / ".tailgate" / "merge_requests" / f"tailgate-revert-{story.slower[:10]}.md"
    assert path.read_text().startswith(text)
    (line,) = [line for line in finished.stdout.splitlines() if line.strip().startswith("gh pr create")]
    assert line.strip() == (
        f"gh pr create --head {branch} --title 'Revert {story.slower[:10]}: p99 regression' --body-file {path}"
    )
    assert not list((project.root / ".tailgate" / "scratch").iterdir())


def test_two_at_once_do_it_once(story: Story) -> None:
    project = story.project
    kept = len(actions(project))
    command = ("rollback", "--commit", story.slower, "-b", "latency_step|latency_other", "--apply", "--quiet")
    both = [project.start(*command) for _ in range(2)]
    for process in both:
        out, err = process.communicate(timeout=400)
        assert process.returncode == ExitCode.PASSED, out + err
        assert "verified: 2 benchmarks" in out
    assert len(actions(project)) == kept + 1


def test_a_rollback_that_does_not_restore_the_p99_is_no_success(story: Story) -> None:
    project = story.project
    project.git("checkout", "--quiet", "-b", "topic", story.slower)
    project.write_benchmark("more", "")
    culprit = project.commit("innocent")
    project.git("checkout", "--quiet", "main")
    command = (
        "rollback",
        "--commit",
        culprit,
        "--onto",
        "topic",
        "--baseline",
        story.harmless,
        "-b",
        "step",
        "--apply",
    )
    finished = project.tailgate(*command)
    assert finished.returncode == ExitCode.ACTION_FAILED, finished.stdout + finished.stderr
    assert finished.stdout.splitlines()[-1].startswith("not verified: 1 benchmark: 1 regressed")
    assert "gh pr create" not in finished.stdout
    assert actions(project)[-1].outcome is ActionOutcome.NOT_VERIFIED
    assert not (project.root / ".tailgate" / "merge_requests" / f"tailgate-revert-{culprit[:10]}.md").exists()


def test_a_conflict_ends_with_5_and_names_the_file(story: Story) -> None:
    project = story.project
    project.git("checkout", "--quiet", "-b", "conflict", story.slower)
    project.write_subject(uniform=60, added="# a comment\n")
    project.commit("half of it")
    project.git("checkout", "--quiet", "main")
    before = project.users(), project.git("for-each-ref")
    for options in ((), ("--apply",)):
        finished = project.tailgate("rollback", "--commit", story.slower, "--onto", "conflict", *options)
        assert finished.returncode == ExitCode.ACTION_FAILED
        assert "conflicts with later commits in subject/queue_subject/machine.py" in finished.stderr
        assert (project.users(), project.git("for-each-ref")) == before


def test_an_explanation_ends_in_a_verified_revert_while_the_user_is_in_the_middle_of_a_merge(
    story: Story, tmp_path: Path
) -> None:
    project = story.project
    policy = tmp_path / "gate.toml"
    policy.write_text(f'{MARGINS}\n[act]\ndefault = "revert"\n')
    command = ("explain", story.first, story.last, "-b", "latency_step", "--policy", str(policy), "--quiet")
    project.git("checkout", "--quiet", "-b", "mine", story.harmless)
    project.write_subject(uniform=7, added="# mine\n")
    project.commit("mine")
    with pytest.raises(subprocess.CalledProcessError):
        project.git("merge", "--quiet", "main")
    before = project.users()
    try:
        # Said, and not done.
        planned = project.tailgate(*command)
        assert planned.returncode == ExitCode.REGRESSED, planned.stdout + planned.stderr
        assert project.users() == before
        kept = len(actions(project))
        finished = project.tailgate(*command, "--apply")
        assert project.users() == before
    finally:
        project.git("merge", "--abort")
        project.git("checkout", "--quiet", "main")
    assert finished.returncode == ExitCode.PASSED, finished.stdout + finished.stderr
    lines = finished.stdout.splitlines()
    assert lines[0] == f"commit {story.slower[:10]}"
    assert lines[1].startswith(f"  {STEP}: {story.slower[:10]} made it worse: twice the work `$(x)`")
    assert "the repository is in the middle of a merge; that is left as it is" in finished.stdout
    assert "verified: 1 benchmark: 1 " in finished.stdout
    assert lines[-1] == "1 regressed, 1 explained"
    (taken,) = actions(project)[kept:]
    assert (taken.kind, taken.target, taken.outcome) == (ActionKind.REVERT, story.slower, ActionOutcome.VERIFIED)
    assert (taken.baseline.commit, taken.onto.commit) == (story.first, story.last)
    branch = f"tailgate/revert-{story.slower[:10]}"
    assert project.git("rev-parse", f"{branch}~2") == story.last
    assert project.git("diff", "--stat", story.harmless, f"{branch}~1", "--", "subject") == ""


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "either --commit or --flag"),
        (("--commit", "HEAD", "--flag", "x"), "either --commit or --flag"),
        (("--commit", "missing"), "unknown revision 'missing'"),
        (("--flag", "x"), "the policy names no flag file"),
        (("--commit", "main", "--onto", "main~1"), "is no part of main~1"),
    ],
)
def test_misuse_ends_with_2(story: Story, options: tuple[str, ...], words: str) -> None:
    finished = story.project.tailgate("rollback", *options)
    assert finished.returncode == ExitCode.MISUSE, finished.stdout + finished.stderr
    assert words in finished.stderr
