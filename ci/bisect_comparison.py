"""Our bisection beside asv's own on the same task: one commit among sixteen slows the tail of the order book by half.

In: this repository's HEAD. Out: how often ``tailgate bisect`` and ``asv find`` name the guilty commit and what that
takes, as rows of docs/from_verdict_to_action.md; exit code 0 when ours was right every time. In each run both are given
the same new history in a scratch clone, with the guilty commit at another place.
"""

from __future__ import annotations

import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ci.injection import (
    BOOK,
    NAMED,
    InjectionError,
    clone_plain,
    inject,
    measure_cancel,
    output,
    rename,
    run_gate,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMITS = 16
SLOWDOWN = 1.5
"""What the guilty commit multiplies the p99 of a cancel by."""
TOLERANCE = 0.1
TRIES = 8

PAGE = Path("docs") / "from_verdict_to_action.md"
START, END = "<!-- python -m ci.bisect_comparison -->\n", "<!-- end -->\n"


@dataclass(frozen=True, slots=True)
class Injection:
    """What makes the tail slower, and by how much it did when it was tried.

    Attributes
    ----------
    turns
        Of an empty loop, in 2 % of the cancels.
    ratio
        The p99 of a cancel with it over that without, as the gate measured it.
    """

    turns: int
    ratio: float


@dataclass(frozen=True, slots=True)
class Task:
    """One history.

    Attributes
    ----------
    before
        The parent of the good end: asv's search never names the first commit of its range, so it is given one more.
    good, bad
        The ends, with all the sixteen between them.
    """

    before: str
    good: str
    bad: str
    guilty: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool said of one history.

    Attributes
    ----------
    tool
        Its command.
    named
        The commit that it names, or the last line of what it said instead.
    """

    tool: str
    is_right: bool
    named: str
    seconds: float


@click.command()
@click.option("--runs", type=click.IntRange(min=1), default=10, show_default=True, help="Histories for our bisection.")
@click.option("--asv-runs", type=click.IntRange(min=0), default=3, show_default=True, help="Of these, for asv, too.")
@click.option("--seed", type=int, default=1, show_default=True, help="Decides where the guilty commits are.")
@click.option("--write", "is_written", is_flag=True, help=f"Put the table into {PAGE}.")
def main(runs: int, asv_runs: int, seed: int, *, is_written: bool) -> None:
    """Let ``tailgate bisect`` and ``asv find`` look for the same commits, and roll the first one back.

    \b
    Examples:
      python -m ci.bisect_comparison --runs 1 --asv-runs 1
      python -m ci.bisect_comparison --runs 10 --asv-runs 10 --write
    """  # noqa: D301 - click wants the control character, not its escape
    root = Path(output(["git", "rev-parse", "--show-toplevel"], Path()))
    generator = random.Random(seed)  # noqa: S311 - places of commits
    answers: list[Answer] = []
    with tempfile.TemporaryDirectory(prefix="tailgate-bisections-") as folder:
        clone = Path(folder) / "clone"
        try:
            head = output(["git", "rev-parse", "HEAD"], root)
            good = clone_plain(root, clone)
            source = (clone / BOOK).read_text(encoding="utf-8")
            injection = calibrate(clone, source)
            click.echo(f"{injection.turns} turns of a loop make the p99 {percent(injection.ratio)} worse", err=True)
            for run in range(1, runs + 1):
                place = generator.randint(1, COMMITS)
                task = write_history(clone, good, source, injection.turns, place, f"run {run}")
                asked = [ask_ours, *([ask_asv] if run <= asv_runs else []), *([roll_back] if run == 1 else [])]
                for ask in asked:
                    answer = ask(clone, task)
                    answers.append(answer)
                    click.echo(f"run {run}, commit {place}: {describe(answer)}", err=True)
        except InjectionError as error:
            raise click.ClickException(str(error)) from error
    text = table(answers, injection, head, datetime.now(UTC))
    click.echo(text)
    if is_written:
        page = root / PAGE
        before, _, rest = page.read_text(encoding="utf-8").partition(START)
        page.write_text(f"{before}{START}{text}{END}{rest.partition(END)[2]}", encoding="utf-8")
    sys.exit(0 if all(answer.is_right for answer in answers if answer.tool != ASV) else 1)


OURS, ASV, ROLLBACK = "tailgate bisect", "asv find", "tailgate rollback"


def describe(answer: Answer) -> str:
    """Say in one line what a tool answered."""
    return f"{answer.tool}: {'right' if answer.is_right else 'WRONG'}, {answer.seconds:.0f} s: {answer.named}"


def calibrate(clone: Path, source: str) -> Injection:
    """Find how much work makes the tail slower by half; caches and neighbours decide that, so it is tried."""
    (clone / BOOK).write_text(rename(source), encoding="utf-8")
    output(["git", "commit", "--quiet", "--all", "-m", "renamed variables"], clone)
    harmless = output(["git", "rev-parse", "HEAD"], clone)
    cost = measure_cancel(clone, harmless)
    turns = round(SLOWDOWN * cost.tail_turns - cost.median_turns)
    for _ in range(TRIES):
        output(["git", "checkout", "--quiet", "--detach", harmless], clone)
        (clone / BOOK).write_text(slower(source, turns), encoding="utf-8")
        output(["git", "commit", "--quiet", "--all", "-m", f"{turns} turns"], clone)
        document, _ = run_gate(clone, output(["git", "rev-parse", "HEAD"], clone), f"^{re.escape(NAMED)}$", 60)
        (found,) = document["benchmarks"]
        if found["ratio_of_p99"]["intrinsic"] is None:
            raise InjectionError(f"{NAMED} cannot be measured: {'; '.join(found['reasons'])}")
        ratio = found["ratio_of_p99"]["intrinsic"]["ratio"]
        if abs(ratio - SLOWDOWN) < TOLERANCE:
            return Injection(turns, ratio)
        turns = corrected(turns, ratio, **found["evidence"]["baseline"]["intrinsic"])
    raise InjectionError(f"in {TRIES} tries no work made the p99 {percent(SLOWDOWN)} worse: this machine is too busy")


def corrected(turns: int, ratio: float, *, p50_ns: float, p99_ns: float, **_: float) -> int:
    """Correct a number of turns by what it did: a cancel with them takes the median and a time for each turn."""
    turn_ns = max(ratio * p99_ns - p50_ns, 0.1 * p99_ns) / turns
    return round((SLOWDOWN * p99_ns - p50_ns) / turn_ns)


def slower(source: str, turns: int) -> str:
    """Slow 2 % of the cancels, always the same ones."""
    return inject(
        source, "        if order_id % 100 == 1:\n            for _ in _EXTRA:\n                pass\n", turns
    )


def percent(ratio: float) -> str:
    """Show a ratio as a change."""
    return f"{100 * (ratio - 1):+.0f} %"


def write_history(clone: Path, good: str, source: str, turns: int, place: int, title: str) -> Task:
    """Commit sixteen changes, of which the one at ``place`` (from 1) slows the tail of the book, the others nothing."""
    output(["git", "checkout", "--quiet", "--detach", good], clone)
    commits = []
    for number in range(1, COMMITS + 1):
        # Each in another file, so that the guilty commit can be taken back.
        if number == place:
            (clone / BOOK).write_text(slower(source, turns), encoding="utf-8")
        else:
            with (clone / BOOK).with_name("__init__.py").open("a", encoding="utf-8") as beside:
                beside.write(f"# {title}, commit {number}\n")
        output(["git", "commit", "--quiet", "--all", "-m", f"{title}, commit {number}"], clone)
        commits.append(output(["git", "rev-parse", "HEAD"], clone))
    return Task(output(["git", "rev-parse", f"{good}~1"], clone), good, commits[-1], commits[place - 1])


def ask_ours(clone: Path, task: Task) -> Answer:
    """Let our bisection look."""
    return timed(
        OURS,
        [sys.executable, "-m", "tailgate", "bisect", task.good, task.bad, "--benchmark", NAMED, "--quiet"],
        clone,
        r"^([0-9a-f]{10}) made it worse",
        task.guilty,
    )


def roll_back(clone: Path, task: Task) -> Answer:
    """Revert the guilty commit on a branch and verify that this restores the p99 of the good end."""
    command = ["rollback", "--commit", task.guilty, "--onto", task.bad, "--baseline", task.good]
    options = ["--benchmarks", f"^{re.escape(NAMED)}$", "--apply", "--quiet"]
    words = r"--head tailgate/revert-([0-9a-f]{10}) (?s:.*)^verified: "
    return timed(ROLLBACK, [sys.executable, "-m", "tailgate", *command, *options], clone, words, task.guilty)


def ask_asv(clone: Path, task: Task) -> Answer:
    """Let asv look, with its own settings of the benchmark; what it knows of the machine is kept in the clone."""
    environment = os.environ | {"HOME": str(clone / ".asv")}
    output([sys.executable, "-m", "asv", "machine", "--yes"], clone, environment)
    # A name is a regular expression to asv, and has to match one benchmark.
    command = [
        sys.executable,
        "-m",
        "asv",
        "find",
        "--skip-save",
        f"{task.before}..{task.bad}",
        f"^{re.escape(NAMED)}$",
    ]
    return timed(ASV, command, clone, r"Greatest regression found: ([0-9a-f]{8})", task.guilty, environment)


def timed(
    tool: str, command: Sequence[str], clone: Path, pattern: str, guilty: str, environment: dict[str, str] | None = None
) -> Answer:
    """Run a command and read from what it prints which commit it names; builds are part of its time."""
    started = time.monotonic()
    finished = subprocess.run(
        command,
        cwd=clone,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    )
    seconds = time.monotonic() - started
    found = re.search(pattern, finished.stdout, re.MULTILINE)
    lines = finished.stdout.strip().splitlines() or ["nothing"]
    named = found[1] if found else lines[-1]
    return Answer(tool, found is not None and guilty.startswith(found[1]), named, seconds)


def table(answers: Sequence[Answer], injection: Injection, head: str, at: datetime) -> str:
    """Return the rows of the page: one a tool, and where and when."""
    lines = [
        "| command | right | seconds a run, builds included: median (least to most) |",
        "|---|---|---|",
    ]
    for tool in dict.fromkeys(answer.tool for answer in answers):
        own = [answer for answer in answers if answer.tool == tool]
        seconds = [answer.seconds for answer in own]
        spread = f"{statistics.median(seconds):.0f} ({min(seconds):.0f} to {max(seconds):.0f})"
        lines.append(f"| `{tool}` | {sum(answer.is_right for answer in own)} of {len(own)} | {spread} |")
    where = f"{at:%Y-%m-%d}, commit `{head[:10]}`, {os.cpu_count()} x {processor()}"
    lines += ["", f"{where}; the guilty commit changes the p99 of a cancel by {percent(injection.ratio)}."]
    return "\n".join(lines) + "\n"


def processor() -> str:
    """Name the processor's model."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        text = ""
    found = re.search(r"^model name\s*: (.*)$", text, re.MULTILINE)
    return found[1] if found else "unknown processor"


if __name__ == "__main__":
    main()
