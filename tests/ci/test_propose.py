"""Prepared branches reach the remote and are proposed once each; git is real, GitHub's client is not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CLIENT = """#!{python}
import json, sys
from pathlib import Path
log = Path({log!r})
log.open("a").write(json.dumps(sys.argv[1:]) + "\\n")
known = {{json.loads(line)[2] for line in log.read_text().splitlines() if '"create"' in line}}
if sys.argv[1:3] == ["pr", "view"]:
    sys.exit(0 if "--head=" + sys.argv[3] in known else 1)
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Make a clone with a prepared branch, and a client in front of the search path that writes down its arguments."""
    identity = ["-c", "user.name=T", "-c", "user.email=t@example.invalid", "-c", "commit.gpgsign=false"]
    root = tmp_path / "clone"
    for arguments in (
        ["init", "-q", "--bare", str(tmp_path / "remote")],
        ["clone", "-q", str(tmp_path / "remote"), str(root)],
        ["-C", str(root), "commit", "-q", "--allow-empty", "-m", "first"],
        ["-C", str(root), "branch", "private"],
        ["-C", str(root), "checkout", "-q", "-b", "tailgate/revert-1234567890"],
        ["-C", str(root), "commit", "-q", "--allow-empty", "-m", "Revert\n\nTailgate-Action: 0123"],
    ):
        subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)
    (root / "asv.conf.json").write_text(json.dumps({"version": 1, "project": "subject", "repo": "."}))
    (root / "benchmarks").mkdir()
    texts = root / ".tailgate" / "merge_requests"
    texts.mkdir(parents=True)
    (texts / "tailgate-revert-1234567890.md").write_text("# Revert 1234567890: p99 regression\n\n`$(touch x)`\n")
    (tmp_path / "bin").mkdir()
    client = tmp_path / "bin" / "gh"
    client.write_text(CLIENT.format(python=sys.executable, log=str(tmp_path / "log")))
    client.chmod(0o755)
    return root


def propose(clone: Path) -> list[list[str]]:
    log = clone.parent / "log"
    log.write_text("") if not log.exists() else None
    before = len(log.read_text().splitlines())
    finished = subprocess.run(
        [sys.executable, "-m", "ci.propose"],
        cwd=clone,
        env={
            **os.environ,
            "PATH": f"{clone.parent / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        },
        check=False,
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 0, finished.stderr
    return [json.loads(line) for line in log.read_text().splitlines()[before:]]


def test_a_branch_is_pushed_and_proposed_once_then_updated(clone: Path) -> None:
    title, body = "--title=Revert 1234567890: p99 regression", f"--body-file={clone}/.tailgate/merge_requests/"
    body += "tailgate-revert-1234567890.md"
    first, second = propose(clone), propose(clone)
    branch = "tailgate/revert-1234567890"
    assert first == [
        ["auth", "setup-git"],
        ["pr", "view", branch],
        ["pr", "create", f"--head={branch}", title, body],
    ]
    assert second == [["auth", "setup-git"], ["pr", "view", branch], ["pr", "edit", branch, title, body]]
    listed = subprocess.run(
        ["git", "for-each-ref", "--format=%(refname)"], cwd=clone.parent / "remote", check=True, capture_output=True
    )
    # Nothing else is pushed: not main, and nothing that is private.
    assert listed.stdout.decode().split() == [f"refs/heads/{branch}"]


def test_a_branch_to_which_someone_has_committed_is_left_alone(clone: Path) -> None:
    propose(clone)
    identity = ["-c", "user.name=T", "-c", "user.email=t@example.invalid", "-c", "commit.gpgsign=false"]
    branch = "tailgate/revert-1234567890"
    for arguments in (
        ["commit", "-q", "--allow-empty", "-m", "mine"],
        ["push", "-q", "origin", branch],
        ["reset", "-q", "--hard", "HEAD~1"],
    ):
        subprocess.run(["git", *identity, *arguments], cwd=clone, check=True, capture_output=True)
    with pytest.raises(AssertionError, match="someone has committed to tailgate/revert-1234567890 on origin"):
        propose(clone)
    tip = subprocess.run(
        ["git", "log", "-1", "--format=%s", branch], cwd=clone.parent / "remote", check=True, capture_output=True
    )
    assert tip.stdout == b"mine\n"


def test_where_nothing_was_prepared_nothing_is_done(clone: Path) -> None:
    for path in (clone / ".tailgate" / "merge_requests").iterdir():
        path.unlink()
    assert propose(clone) == []
