"""The options that every command has, and the workplace that follows from them.

In: ``--project``, ``--policy``, ``--store``, ``--seed``, ``--quiet``. Out: an open
:class:`~tailgate.pipeline.Workplace`, closed again whatever happens.
"""

from __future__ import annotations

import os
import random
import re
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tailgate.config import POLICY_FILE, load_policy, load_project
from tailgate.pipeline import Workplace
from tailgate.report import open_console, open_progress
from tailgate.store import open_store
from tailgate.waivers import load_waivers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from tailgate.config import Policy, Project
    from tailgate.records import Waiver

MAXIMUM_BUDGET_S = 30 * 86_400.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the common options say."""

    project: Path
    policy_file: Path | None
    store_url: str | None
    seed: int | None
    quiet: bool


def common_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that all have; it gets their values as one argument, ``surroundings``."""

    def gathered(
        *arguments: Any,
        project: Path,
        policy_file: Path | None,
        store_url: str | None,
        seed: int | None,
        quiet: bool,
        **others: Any,
    ) -> Any:
        return command(*arguments, surroundings=Surroundings(project, policy_file, store_url, seed, quiet), **others)

    gathered.__doc__ = command.__doc__
    gathered.__name__ = command.__name__
    if hasattr(command, "__click_params__"):
        gathered.__click_params__ = command.__click_params__  # type: ignore[attr-defined] # click keeps options there
    for option in (
        click.option("-q", "--quiet", is_flag=True, help="No progress on stderr."),
        click.option("--seed", type=int, help="Seed of the schedule's random choices (default: fresh)."),
        click.option(
            "--store", "store_url", help="Where results are kept: a file or a database URL (default: .tailgate/)."
        ),
        click.option(
            "--policy",
            "policy_file",
            type=click.Path(dir_okay=False, path_type=Path),
            help="Policy file (default: ci/gate.toml beside asv.conf.json).",
        ),
        click.option(
            "--project",
            type=click.Path(exists=True, file_okay=False, path_type=Path),
            default=Path(),
            help="A folder of the asv project (default: here).",
        ),
    ):
        gathered = option(gathered)
    return gathered


def regular_expression(context: click.Context, option: click.Parameter, value: str | None) -> re.Pattern[str] | None:
    """Compile a regular expression of the command line; a broken one is misuse, none stays none."""
    try:
        return None if value is None else re.compile(value)
    except re.error as error:
        raise click.BadParameter(f"{value!r} is not a regular expression: {error}", context, option) from error


def load_configuration(surroundings: Surroundings) -> tuple[Project, Policy]:
    """Read asv.conf.json and the policy; nothing is made or opened."""
    found = load_project(surroundings.project)
    policy_file = surroundings.policy_file
    return found, load_policy(policy_file or found.root / POLICY_FILE, is_required=policy_file is not None)


@contextmanager
def open_workplace(surroundings: Surroundings) -> Iterator[Workplace]:
    """Read the configuration, open the store and the progress display, and close both at the end."""
    found, policy = load_configuration(surroundings)
    hide_from_git(found.state_folder)
    generator = random.Random(surroundings.seed)  # noqa: S311 - a schedule
    with (
        open_store(surroundings.store_url or found.state_folder / "store.sqlite") as store,
        open_progress(None if surroundings.quiet else sys.stderr) as progress,
    ):
        yield Workplace(found, policy, store, progress, generator)


def load_project_waivers(workplace: Workplace) -> tuple[Waiver, ...]:
    """Read the file of waivers that policy names; none where there is none and policy does not ask for one."""
    policy = workplace.policy.gate
    return load_waivers(workplace.project.root / policy.waivers, is_required="waivers" in policy.model_fields_set)


def hide_from_git(folder: Path) -> None:
    """Make a folder whose content git ignores: a snapshot of the work tree must not hold environments."""
    folder.mkdir(exist_ok=True)
    if not (folder / ".gitignore").exists():
        (folder / ".gitignore").write_text("*\n", encoding="ascii")


def show(print_report: Callable[[Console], None]) -> None:
    """Print a report on stdout; a reader that has gone (``| head``) changes no verdict."""
    try:
        print_report(open_console(sys.stdout))
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # rich turns the one into the other, with exit code 1: a regression's
        # The interpreter flushes once more at its end: into nothing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write_out(text: str) -> None:
    """Write a text to stdout as UTF-8, whatever the terminal's encoding: it is for programs."""
    try:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
