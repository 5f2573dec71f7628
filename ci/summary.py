"""Tells GitHub what the gate found: a step summary in Markdown, and an annotation for each benchmark that fails.

In: the gate's JSON document. Out: text appended to the file that ``GITHUB_STEP_SUMMARY`` names (stdout without it) and
workflow commands on stdout. Foreign text (commit messages, names) is escaped for both: it is shown and never obeyed.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from tailgate.report import SCHEMA

FAILING = ("regressed", "invalid", "inconclusive")


def markdown(document: dict[str, Any]) -> str:
    """Return the summary: one row a benchmark, what fails first."""
    lines = [f"### {text(document['summary'])}", ""]
    for side in ("baseline", "candidate"):
        revision = document[side]
        lines.append(f"{side} `{revision['commit'][:10]}` {text(revision['subject'])}  ")
    lines += ["", "| verdict | benchmark | p99, intrinsic | p99, raw | why |", "|---|---|---|---|---|"]
    for item in sorted(document["benchmarks"], key=rank):
        verdict = f"**{item['verdict']}**" if item["verdict"] in FAILING else item["verdict"]
        ratios = item["ratio_of_p99"]
        cells = [verdict, text(label(item)), change(ratios["intrinsic"]), change(ratios["raw"]), text(reason(item))]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def workflow_commands(document: dict[str, Any]) -> list[str]:
    """Return GitHub's workflow commands for what fails the build; a warning for what is not known."""
    found = []
    for item in sorted(document["benchmarks"], key=rank):
        if item["verdict"] not in FAILING or not item["counts"]:
            continue
        level = "warning" if item["verdict"] == "inconclusive" or item.get("waiver") else "error"
        title = escaped(f"{item['verdict']}: {label(item)}", of_property=True)
        found.append(f"::{level} title={title}::{escaped(reason(item))}")
    return found


def rank(item: dict[str, Any]) -> tuple[int, str]:
    """Sort what fails to the front."""
    kind = item["verdict"]
    return (FAILING.index(kind) if kind in FAILING else len(FAILING), label(item))


def label(item: dict[str, Any]) -> str:
    """Name a benchmark with its parameters."""
    parameters = ", ".join(item["parameters"])
    return f"{item['name']}({parameters})" if parameters else str(item["name"])


def reason(item: dict[str, Any]) -> str:
    """Give the first reason."""
    return str(item["reasons"][0]) if item["reasons"] else ""


def change(ratio: dict[str, float | None] | None) -> str:
    """Show a ratio as a change with its interval."""
    if ratio is None:
        return ""
    shown = [
        f"{100 * (value - 1):+.1f}" for value in (ratio["ratio"], ratio["low"], ratio["high"]) if value is not None
    ]
    return f"{shown[0]} % [{', '.join(shown[1:])}]" if shown else ""


def text(foreign: str) -> str:
    """Make foreign text harmless in a Markdown table: no markup, no HTML, no mention, one line."""
    plain = " ".join(foreign.split())
    return "".join(letter if letter.isalnum() or letter in " .,:;+-%()/'" else f"&#{ord(letter)};" for letter in plain)


def escaped(foreign: str, *, of_property: bool = False) -> str:
    """Make foreign text harmless in a workflow command, as GitHub's own toolkit does."""
    pairs = [("%", "%25"), ("\r", "%0D"), ("\n", "%0A")]
    if of_property:
        pairs += [(":", "%3A"), (",", "%2C")]
    for letter, code in pairs:
        foreign = foreign.replace(letter, code)
    return foreign


@click.command()
@click.argument("report", type=click.Path(dir_okay=False, path_type=Path))
def main(report: Path) -> None:
    """Publish the gate's JSON REPORT to GitHub; a gate that ended before it could write one is said so."""
    try:
        document = json.loads(report.read_text(encoding="utf-8"))
    except FileNotFoundError:
        click.echo("::error title=gate::the gate ended without a report; its own output says why")
        return
    if document.get("schema") != SCHEMA:
        raise click.ClickException(f"{report} is no {SCHEMA} document")
    target = os.environ.get("GITHUB_STEP_SUMMARY")
    if target:
        with Path(target).open("a", encoding="utf-8") as stream:
            stream.write(markdown(document))
    else:
        sys.stdout.write(markdown(document))
    for line in workflow_commands(document):
        click.echo(line)


if __name__ == "__main__":
    main()
