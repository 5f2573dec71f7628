"""The command ``python -m trading flags``: which flags there are, and which of them are on.

The process environment and the flag files come in; a table for people, or JSON, goes out. Exit code 2 and one message
when the flags cannot be used.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from trading.errors import FlagError
from trading.flags import DEFAULT_SYMBOL, DEPLOYED_FILE, OVERLAY_VARIABLE, resolve

if TYPE_CHECKING:
    from trading.flags import FlagState, ResolvedFlags

_WIDE_ENOUGH = 1000
"""Columns of a table that is not read on a terminal: no row of it may be wrapped."""


class UnusableFlagsError(click.ClickException):
    """Ends the command with one message and the exit code of misuse."""

    exit_code = 2


@click.command(name="flags")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.option("--symbol", default=DEFAULT_SYMBOL, show_default=True, help="Evaluate rollouts for this symbol.")
@click.option(
    "--file",
    "deployed_file",
    type=click.Path(path_type=Path),
    default=DEPLOYED_FILE,
    help="The deployed flag file.  [default: flags.json of the package]",
)
def flags(as_json: bool, symbol: str, deployed_file: Path) -> None:  # noqa: FBT001 - click passes by name
    """List every feature flag: its phase, state, where the state comes from, and what it claims.

    The file named by TRADING_FLAGS_OVERLAY, if any, replaces flags of the deployed file one by one.
    """
    try:
        resolved = resolve(os.environ, deployed_file=deployed_file, symbol=symbol)
    except FlagError as error:
        raise UnusableFlagsError(str(error)) from error
    if as_json:
        click.echo(json.dumps(_document(resolved), indent=2))
    else:
        _print_table(resolved)


def _document(resolved: ResolvedFlags) -> dict[str, object]:
    return {"symbol": resolved.symbol, "flags": [_entry(state) for state in resolved.states]}


def _entry(state: FlagState) -> dict[str, object]:
    flag = state.flag
    return {
        "phase": flag.phase,
        "name": flag.name,
        "is_on": state.is_on,
        "source": state.source,
        "has_rollout": state.has_rollout,
        "is_implemented": state.is_implemented,
        "needs_native": flag.needs_native,
        "requires": flag.requires,
        "supersedes": flag.supersedes,
        "excludes": flag.excludes,
        "components": flag.components,
        "description": flag.description,
        "claim": flag.claim,
    }


def _print_table(resolved: ResolvedFlags) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("phase", "flag", "state", "source", "exists", "requires", "description", "claim"):
        table.add_column(heading, no_wrap=heading in {"phase", "flag", "state", "source", "exists"})
    for state in resolved.states:
        flag = state.flag
        table.add_row(
            flag.phase,
            flag.name,
            "[bold green]on[/]" if state.is_on else "off",
            f"{state.source}, rollout" if state.has_rollout else state.source,
            "yes" if state.is_implemented else "[dim]not yet[/]",
            ", ".join(flag.requires) or "-",
            flag.description,
            flag.claim or "-",
        )
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDE_ENOUGH, no_color=True)
    console.print(table)
    overlay = os.environ.get(OVERLAY_VARIABLE)
    count = len(resolved.states)
    console.print(
        f"\n{len(resolved.on)} of {count} on for symbol {resolved.symbol}; overlay: {overlay or 'none'}",
        highlight=False,
        markup=False,
    )
