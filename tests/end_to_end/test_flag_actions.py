"""A flag from verdict to action: the guilty one goes back and that is verified; a good one goes on by evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tailgate.act import stage_of
from tailgate.action_records import ActionKind, ActionOutcome
from tailgate.exit_codes import ExitCode
from tailgate.store import open_store
from tests.end_to_end.doomed import die_after
from tests.end_to_end.flagged_project import FLAG_FILE, FLAGS, create_flagged_project, write_variant

if TYPE_CHECKING:
    from tailgate.action_records import ActionTaken
    from tests.end_to_end.kit import Kit
    from tests.end_to_end.small_project import SmallProject

pytestmark = pytest.mark.end_to_end

BRANCH = "tailgate/flag-quick"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, kit: Kit) -> SmallProject:
    return create_flagged_project(tmp_path_factory.mktemp("flag_actions") / "project", kit)


def timeline(project: SmallProject) -> tuple[ActionTaken, ...]:
    with open_store(project.root / ".tailgate" / "store.sqlite") as store:
        return store.actions("quick")


def stage(project: SmallProject, revision: str) -> int:
    return stage_of(project.git("show", f"{revision}:{FLAG_FILE}"), "quick").percent


def test_a_rollout_goes_on_by_evidence_and_back_by_itself(project: SmallProject) -> None:
    # Only said, not done.
    finished = project.tailgate("rollout", "advance", "quick", "--quiet")
    assert finished.returncode == ExitCode.PASSED, finished.stdout + finished.stderr
    assert finished.stdout.splitlines()[-1] == "quick: off; advance: off -> canary (1 %)"
    assert project.git("for-each-ref", "refs/heads/tailgate/") == ""
    for percent in (1, 10, 50, 100):
        finished = project.tailgate("rollout", "advance", "quick", "--apply", "--quiet")
        assert finished.returncode == ExitCode.PASSED, finished.stdout + finished.stderr
        assert project.git("diff", "--numstat", f"{BRANCH}~2", f"{BRANCH}~1") == f"1\t1\t{FLAG_FILE}"
        assert stage(project, BRANCH) == percent
        # What the user does with a merge request that is proposed.
        project.git("merge", "--quiet", "--ff-only", BRANCH)
        if percent == 10:
            before = project.git("rev-parse", "HEAD")
            write_variant(project, 200)
            project.commit("a variant with much more work")
            finished = project.tailgate("rollout", "advance", "quick", "--apply", "--quiet")
            assert finished.returncode == ExitCode.REGRESSED, finished.stdout + finished.stderr
            assert finished.stdout.splitlines()[-1] == "quick: 10 %; step back: 10 % -> canary (1 %)"
            assert stage(project, BRANCH) == 1
            # One whose operations fail is worse, too: the control's do not.
            write_variant(project, "no number")
            project.commit("a variant that fails")
            finished = project.tailgate("rollout", "advance", "quick", "--quiet")
            assert finished.returncode == ExitCode.REGRESSED, finished.stdout + finished.stderr
            assert finished.stdout.splitlines()[-1] == "quick: 10 %; step back: 10 % -> canary (1 %)"
            project.git("reset", "--quiet", "--hard", before)
    finished = project.tailgate("rollout", "advance", "quick", "--apply", "--quiet")
    assert finished.returncode == ExitCode.PASSED
    assert finished.stdout.splitlines()[-1] == "quick: 100 %"
    taken = timeline(project)
    assert [(item.kind, item.change) for item in taken] == [
        (ActionKind.ADVANCE, "off -> canary (1 %)"),
        (ActionKind.ADVANCE, "canary (1 %) -> 10 %"),
        (ActionKind.STEP_BACK, "10 % -> canary (1 %)"),
        (ActionKind.ADVANCE, "10 % -> 50 %"),
        (ActionKind.ADVANCE, "50 % -> 100 %"),
    ]
    assert all(item.run_id for item in taken)
    assert FLAGS.replace('"off" },', '"on" },', 1) == (project.root / FLAG_FILE).read_text()


def test_a_flag_that_is_held_goes_no_further_until_released(project: SmallProject) -> None:
    project.git("checkout", "--quiet", "--detach", "main")
    (project.root / FLAG_FILE).write_text(FLAGS)
    project.commit("off again")
    finished = project.tailgate("rollout", "hold", "quick", "--reason", "the `fair` is on")
    assert finished.returncode == ExitCode.PASSED, finished.stdout + finished.stderr
    assert finished.stdout.splitlines()[-1] == "quick: off, held"
    finished = project.tailgate("rollout", "advance", "quick", "--apply")
    assert finished.returncode == ExitCode.ACTION_FAILED
    assert "is held: the `fair` is on; --release lifts that" in finished.stderr
    finished = project.tailgate("rollout", "back", "quick", "--reason", "to be sure", "--apply")
    assert finished.returncode == ExitCode.ACTION_FAILED
    assert 'the flag "quick" is off already' in finished.stderr
    finished = project.tailgate("rollout", "status", "quick")
    assert finished.returncode == ExitCode.PASSED
    assert "hold, off: the `fair` is on" in finished.stdout
    project.git("checkout", "--quiet", "main")


def test_a_step_that_was_killed_is_finished_and_written_down_once(project: SmallProject) -> None:
    project.git("checkout", "--quiet", "--detach", "main")
    command = ("rollout", "back", "quick", "--reason", "to be sure", "--apply", "--quiet")
    kept = len(timeline(project))
    before = project.users()
    counts = []
    for step in ("published", "kept", "logged", "written"):
        die_after(step, project, *command)
        counts.append(len(timeline(project)) - kept)
    finished = project.tailgate(*command)
    assert finished.returncode == ExitCode.PASSED, finished.stdout + finished.stderr
    assert counts == [0, 1, 1, 1]
    assert len(timeline(project)) == kept + 1
    assert stage(project, BRANCH) == 50
    assert project.git("rev-parse", f"{BRANCH}~2") == project.git("rev-parse", "main")
    assert project.users() == before
    project.git("checkout", "--quiet", "main")


def test_a_guilty_flag_is_named_taken_back_and_that_is_verified(project: SmallProject) -> None:
    project.git("checkout", "--quiet", "--detach", "main")
    (project.root / FLAG_FILE).write_text(FLAGS)
    write_variant(project, 200)
    good = project.commit("off, and its variant is bad")
    (project.root / FLAG_FILE).write_text(FLAGS.replace('"off" },', '"on" },', 1))
    project.commit("switch it on")
    (project.root / FLAG_FILE).write_text("mine")
    before = project.users()
    finished = project.tailgate("explain", good, "--apply", "--quiet")
    assert project.users() == before
    project.git("checkout", "--quiet", "--force", "main")
    assert finished.returncode == ExitCode.PASSED, finished.stdout + finished.stderr
    lines = finished.stdout.splitlines()
    assert lines[0] == "flag quick"
    assert lines[1].startswith("  flagged.Flagged.latency_work: without the flag ")
    assert "on against off in one build: " in lines[1]
    assert lines[-1] == "1 regressed, 1 explained"
    assert "note: HEAD is detached" in finished.stdout
    assert f"gh pr create --head {BRANCH} --title 'Flag quick: 100 % -> off'" in finished.stdout
    assert project.git("show", f"{BRANCH}~1:{FLAG_FILE}") + "\n" == FLAGS
    assert timeline(project)[-1].outcome is ActionOutcome.VERIFIED
    # The run, its cause and what was done about it are one entry of the log.
    with open_store(project.root / ".tailgate" / "store.sqlite") as store:
        # Not the runs that held the flag's two states against each other, in one commit.
        found = next(
            run
            for run in store.recent_runs()
            if run.exit_code == ExitCode.REGRESSED and run.baseline.commit != run.candidate.commit
        )
    logged = project.tailgate("log", "--run", found.run_id)
    assert logged.returncode == 0, logged.stderr
    assert logged.stdout.splitlines()[-1] == "1 regressed, 1 written"
    (entry,) = (project.root / "reports" / "log").glob("*-flagged.Flagged.latency_work-*.md")
    text = entry.read_text(encoding="utf-8")
    assert "- outcome: **undone on a branch, and verified**" in text
    assert "- cause: flag `quick`; without the flag" in text
    assert f"- action: step back: flag `quick`, 100 % -> off on `{BRANCH}`" in text
    exported = project.tailgate("export", "--format", "junit", "--run", found.run_id)
    assert 'failures="1"' in exported.stdout
    # Asked once more, it finds what was done and measures nothing again.
    again = project.tailgate("rollback", "--flag", "quick", "--onto", f"{BRANCH}~2", "--baseline", good, "-b", "x")
    assert again.returncode == ExitCode.PASSED, again.stdout + again.stderr
    assert again.stdout.splitlines()[-1].startswith("dry run")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("rollback", "--flag", "missing"), ExitCode.ACTION_FAILED, 'no flag "missing"; it has: quick, other'),
        (("rollback", "--flag", "other"), ExitCode.ACTION_FAILED, "is off in HEAD already"),
        (("rollout", "advance", "missing"), ExitCode.ACTION_FAILED, 'no flag "missing"'),
        (("rollout", "status", "quick", "--onto", "missing"), ExitCode.MISUSE, "unknown revision"),
        (("rollout", "hold", "quick"), ExitCode.MISUSE, "Missing option '--reason'"),
    ],
)
def test_what_cannot_be_done_says_why(
    project: SmallProject, arguments: tuple[str, ...], code: ExitCode, words: str
) -> None:
    finished = project.tailgate(*arguments)
    assert finished.returncode == code, finished.stdout + finished.stderr
    assert words in finished.stderr
