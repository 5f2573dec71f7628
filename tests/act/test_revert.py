"""A revert is a commit on a branch, or a message; the user's branch, index and files are what they were."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from tailgate.act import revert
from tailgate.errors import ActionError

if TYPE_CHECKING:
    from pathlib import Path

    from tailgate.records import Revision
    from tests.act.conftest import Scratch

BRANCH = "tailgate/revert-x"


def carry_out(scratch: Scratch, culprit: Revision, onto: Revision, branch: str = BRANCH) -> str:
    workshop = scratch.workshop()
    with workshop.locked(20):
        tip = workshop.tip(branch)
        workshop.ours(branch)
        with workshop.checked_out(onto.commit) as bench:
            commit = revert(bench, culprit, "It was slow.", "a1")
            workshop.publish(branch, commit, tip)
    return commit


def test_a_revert_is_one_commit_on_top_with_its_reason(scratch: Scratch) -> None:
    culprit = scratch.commit('slow $(touch x) `y` "z"', "code.py", "one\ntwo\n")
    onto = scratch.commit("later", "other.py", "x\n")
    before = scratch.users()
    commit = carry_out(scratch, culprit, onto)
    assert scratch.users() == before
    assert scratch.git("rev-parse", BRANCH) == commit
    assert scratch.git("rev-parse", f"{BRANCH}~1") == onto.commit
    assert scratch.git("diff", "--name-only", f"{BRANCH}~1", BRANCH) == "project/code.py"
    assert scratch.git("show", f"{BRANCH}:project/code.py") == "one"
    message = scratch.git("log", "-1", "--format=%B", BRANCH)
    assert message.startswith(f'Revert "{culprit.subject}"\n\nThis reverts commit {culprit.commit}.\n\nIt was slow.')
    assert scratch.git("log", "-1", "--format=%(trailers:key=Tailgate-Action,valueonly)", BRANCH) == "a1"


def test_a_merge_is_reverted_as_seen_from_its_first_parent(scratch: Scratch) -> None:
    scratch.git("checkout", "--quiet", "-b", "topic")
    scratch.commit("on the topic", "topic.py", "x\n")
    scratch.git("checkout", "--quiet", "main")
    scratch.commit("on main", "other.py", "x\n")
    scratch.git("merge", "--quiet", "--no-ff", "--no-edit", "topic")
    merge = scratch.revision("HEAD")
    carry_out(scratch, merge, merge)
    assert scratch.git("diff", "--name-status", "main", BRANCH) == "D\tproject/topic.py"


def test_a_conflict_is_named_and_nothing_is_left(scratch: Scratch) -> None:
    culprit = scratch.commit("slow", "code.py", "two\n")
    onto = scratch.commit("later on the same line", "code.py", "three\n")
    before = scratch.users()
    with pytest.raises(ActionError, match=r"conflicts with later commits in .*code\.py; nothing was changed"):
        carry_out(scratch, culprit, onto)
    assert scratch.users() == before
    assert scratch.workshop().tip(BRANCH) is None
    assert list((scratch.root.parent / "scratch").iterdir()) == []


def test_what_was_undone_already_is_said(scratch: Scratch) -> None:
    culprit = scratch.commit("slow", "code.py", "two\n")
    onto = scratch.commit("back", "code.py", "one\n")
    with pytest.raises(ActionError, match=r"nothing left of .* to revert"):
        carry_out(scratch, culprit, onto)


@pytest.mark.parametrize("state", ["dirty", "staged", "detached", "merging"])
def test_whatever_state_the_user_is_in_stays(scratch: Scratch, state: str) -> None:
    culprit = scratch.commit("slow", "code.py", "one\ntwo\n")
    if state == "dirty":
        scratch.write("code.py", "something else\n")
        scratch.write("untracked.py", "mine\n")
    elif state == "staged":
        scratch.write("code.py", "something else\n")
        scratch.git("add", "--all", ".")
    elif state == "detached":
        scratch.git("checkout", "--quiet", "--detach")
    else:
        scratch.git("checkout", "--quiet", "-b", "topic", "HEAD~1")
        scratch.commit("conflicting", "code.py", "x\n")
        scratch.git("checkout", "--quiet", "main")
        with pytest.raises(subprocess.CalledProcessError):
            scratch.git("merge", "--quiet", "topic")
    before = scratch.users()
    carry_out(scratch, culprit, culprit)
    assert scratch.users() == before
    assert scratch.git("show", f"{BRANCH}:project/code.py") == "one"
    remarks = scratch.workshop().remarks(culprit)
    assert [word for word in ("detached", "middle of a merge") if any(word in remark for remark in remarks)] == {
        "detached": ["detached"],
        "merging": ["middle of a merge"],
    }.get(state, [])


def test_hooks_and_signing_keys_of_the_user_are_not_asked(scratch: Scratch) -> None:
    culprit = scratch.commit("slow", "code.py", "one\ntwo\n")
    hooks = scratch.root / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("pre-commit", "commit-msg", "post-checkout", "prepare-commit-msg", "post-commit"):
        (hooks / name).write_text('#!/bin/sh\ntouch "$(git rev-parse --git-common-dir)/hook-ran"\nexit 1\n')
        (hooks / name).chmod(0o755)
    scratch.git("config", "commit.gpgsign", "true")
    scratch.git("config", "gpg.program", "false")
    carry_out(scratch, culprit, culprit)
    assert not (scratch.root / ".git" / "hook-ran").exists()


def test_a_branch_of_someone_else_is_not_replaced(scratch: Scratch) -> None:
    culprit = scratch.commit("slow", "code.py", "one\ntwo\n")
    carry_out(scratch, culprit, culprit)
    scratch.git("checkout", "--quiet", BRANCH)
    scratch.commit("mine on top", "mine.py", "x\n")
    scratch.git("checkout", "--quiet", "main")
    tip = scratch.git("rev-parse", BRANCH)
    with pytest.raises(ActionError, match="its latest commit is not tailgate's"):
        carry_out(scratch, culprit, culprit)
    assert scratch.git("rev-parse", BRANCH) == tip


def test_a_branch_that_is_checked_out_is_not_moved_under_the_user(scratch: Scratch) -> None:
    culprit = scratch.commit("slow", "code.py", "one\ntwo\n")
    onto = scratch.commit("later", "other.py", "x\n")
    carry_out(scratch, culprit, culprit)
    scratch.git("checkout", "--quiet", BRANCH)
    before = scratch.users()
    with pytest.raises(ActionError, match=r"is checked out in .*; check out another one there first"):
        carry_out(scratch, culprit, onto)
    assert scratch.users() == before


def test_a_branch_that_moved_meanwhile_is_not_overwritten(scratch: Scratch) -> None:
    culprit = scratch.commit("slow", "code.py", "one\ntwo\n")
    workshop = scratch.workshop()
    with workshop.checked_out(culprit.commit) as bench:
        commit = revert(bench, culprit, "", "a1")
        scratch.git("branch", BRANCH)
        with pytest.raises(ActionError, match="cannot be moved"):
            workshop.publish(BRANCH, commit, None)
    assert scratch.git("rev-parse", BRANCH) == culprit.commit


def test_a_second_action_waits_for_the_first_and_says_so_when_it_takes_too_long(scratch: Scratch) -> None:
    entered, done = threading.Event(), threading.Event()

    def hold() -> None:
        with scratch.workshop().locked(20):
            entered.set()
            done.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert entered.wait(60)
        with pytest.raises(ActionError, match="another tailgate is acting"), scratch.workshop().locked(0.2):
            pass
    finally:
        done.set()
        thread.join()
    with scratch.workshop().locked(20):
        pass


DOOMED = """
import os, signal, sys
from pathlib import Path
from tailgate.act import Workshop, revert
from tailgate.git import Git
from tailgate.records import Revision

project, scratch, culprit, left = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
read = Git.read

def counted(self, *arguments, **options):
    global left
    text = read(self, *arguments, **options)
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return text

Git.read = counted
workshop = Workshop(project, scratch)
with workshop.locked(20):
    tip = workshop.tip("tailgate/revert-x")
    with workshop.checked_out(culprit) as bench:
        commit = revert(bench, Revision(culprit, "HEAD", "slow"), "", "a1")
        workshop.publish("tailgate/revert-x", commit, tip)
"""


def test_killed_after_any_call_of_git_the_next_run_finishes(scratch: Scratch, tmp_path: Path) -> None:
    """The process is killed after its first call of git, then its second, and so on, until one lives to its end."""
    culprit = scratch.commit("slow", "code.py", "one\ntwo\n")
    scratch.write("code.py", "in the middle of something\n")
    before = scratch.users()
    kills = 0
    for calls in range(1, 60):
        finished = subprocess.run(
            [sys.executable, "-c", DOOMED, scratch.project, tmp_path / "scratch", culprit.commit, str(calls)],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        files, marks, branches, _, stash = scratch.users()
        assert (files, marks, branches, stash) == (*before[:3], before[4])
        if finished.returncode == 0:
            break
        assert finished.returncode == -signal.SIGKILL, finished.stderr
        kills += 1
        tip = scratch.workshop().tip(BRANCH)
        # The branch is there whole or not at all.
        assert tip is None or scratch.git("show", f"{tip}:project/code.py") == "one"
        carry_out(scratch, culprit, culprit)
        assert scratch.users() == before
        assert scratch.git("show", f"{BRANCH}:project/code.py") == "one"
        assert list((tmp_path / "scratch").iterdir()) == []
        scratch.git("branch", "--quiet", "-D", BRANCH)
    assert finished.returncode == 0
    assert kills >= 8
