"""Proposes what a rollback has prepared: pushes its branches and opens a pull request for each.

In: the texts in ``.tailgate/merge_requests/`` and the branches of the same names. Out: branches on ``origin`` and pull
requests, by GitHub's command line client. Only branches named ``tailgate/...`` are pushed; a second run updates them,
unless someone else has committed to them on ``origin``.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import click

from tailgate.act import TRAILER
from tailgate.config import load_project


def propose(text: Path, root: Path) -> None:
    """Push one branch and open its pull request, or bring the one that is open up to date."""
    branch = text.stem.replace("tailgate-", "tailgate/", 1)
    title = text.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
    if not is_ours(root, branch):
        raise click.ClickException(f"someone has committed to {branch} on origin: it is left alone; merge or delete it")
    run(root, "git", "push", "--force", "origin", f"refs/heads/{branch}:refs/heads/{branch}")
    body = f"--body-file={text}"
    is_open = subprocess.run(["gh", "pr", "view", branch], cwd=root, check=False, capture_output=True).returncode == 0
    if is_open:
        run(root, "gh", "pr", "edit", branch, f"--title={title}", body)
    else:
        run(root, "gh", "pr", "create", f"--head={branch}", f"--title={title}", body)


def is_ours(root: Path, branch: str) -> bool:
    """Whether the branch on the remote is absent, or its latest commit tailgate's."""
    fetched = subprocess.run(
        ["git", "fetch", "--quiet", "origin", f"refs/heads/{branch}"], cwd=root, check=False, capture_output=True
    )
    if fetched.returncode != 0:
        return True
    trailer = f"--format=%(trailers:key={TRAILER},valueonly)"
    tip = subprocess.run(["git", "log", "-1", trailer, "FETCH_HEAD"], cwd=root, check=True, capture_output=True)
    return bool(tip.stdout.strip())


def run(root: Path, *command: str) -> None:
    """Run a command; what it says is part of the log."""
    subprocess.run(command, cwd=root, check=True)


@click.command()
def main() -> None:
    """Push every prepared branch and propose it."""
    root = load_project(Path()).root
    texts = sorted((root / ".tailgate" / "merge_requests").glob("tailgate-*.md"))
    if not texts:
        click.echo("nothing was prepared, so nothing is proposed")
        return
    run(root, "gh", "auth", "setup-git")
    for text in texts:
        propose(text, root)


if __name__ == "__main__":
    main()
