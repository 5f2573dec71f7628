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
    tip = remote_tip(root, branch)
    if tip and not is_ours(root, tip):
        raise click.ClickException(f"someone has committed to {branch} on origin: it is left alone; merge or delete it")
    # Only if it still is what was looked at.
    lease = f"--force-with-lease=refs/heads/{branch}:{tip}"
    run(root, "git", "push", lease, "origin", f"refs/heads/{branch}:refs/heads/{branch}")
    body = f"--body-file={text}"
    is_open = subprocess.run(["gh", "pr", "view", branch], cwd=root, check=False, capture_output=True).returncode == 0
    if is_open:
        run(root, "gh", "pr", "edit", branch, f"--title={title}", body)
    else:
        run(root, "gh", "pr", "create", f"--head={branch}", f"--title={title}", body)


def remote_tip(root: Path, branch: str) -> str:
    """Fetch the latest commit of a branch on the remote; empty where there is no such branch.

    Raises
    ------
    click.ClickException
        The remote does not answer.
    """
    listed = subprocess.run(
        ["git", "ls-remote", "origin", f"refs/heads/{branch}"], cwd=root, check=False, capture_output=True, text=True
    )
    if listed.returncode != 0:
        raise click.ClickException(f"origin cannot be read: {listed.stderr.strip()}")
    tip = listed.stdout.partition("\t")[0]
    if tip:
        run(root, "git", "fetch", "--quiet", "origin", tip)
    return tip


def is_ours(root: Path, tip: str) -> bool:
    """Whether a commit is tailgate's."""
    trailer = f"--format=%(trailers:key={TRAILER},valueonly)"
    said = subprocess.run(["git", "log", "-1", trailer, tip], cwd=root, check=True, capture_output=True)
    return bool(said.stdout.strip())


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
