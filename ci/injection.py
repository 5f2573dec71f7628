"""Slows the order book down on purpose, in a scratch clone: what the self-test and the comparison of bisections share.

In: this repository's HEAD. Out: a clone of it with every flag off, the source of the book with more work in
``cancel``, and how much work makes how much of a difference on this machine.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tailgate.act import Stage, flag_names, with_stage

if TYPE_CHECKING:
    from collections.abc import Mapping

FLAGS = Path("trading") / "flags.json"
BOOK = Path("trading") / "book" / "price_time_book.py"

NAMED = "book.Cancel.latency_cancel"
"""The benchmark that sees nothing but ``cancel``."""

CANCEL_START = """        level = self._level_of.pop(order_id, None)
        if level is None:
            _refuse_unknown(order_id)
        queue = level.queue
        removed_lots = queue.pop(order_id)
"""
CANCEL_END = """        level.quantity_lots -= removed_lots
        if not queue:
            level.half.remove(level)
        return removed_lots
"""
IMPORTS = "from bisect import bisect_left, insort\n"

CALIBRATION = """
import random, time
from trading.book import PriceTimeBook
from trading.records import Order, OrderType, Side

generator = random.Random(1)
orders = [
    Order(n + 1, side := generator.choice((Side.BUY, Side.SELL)), OrderType.LIMIT,
          10_000 - side * (1 + int(generator.expovariate(0.06))), 10, n)
    for n in range(4_000)
]
loop = (None,) * 100
clock = time.perf_counter_ns
profile, loops, readings = [], [], []
for _ in range(40):
    book = PriceTimeBook()
    for order in orders:
        book.submit(order)
    times = []
    for order in orders[::2]:
        start = clock()
        book.cancel(order.order_id)
        times.append(clock() - start)
    profile.append(times)
    for _ in range(20):
        start = clock()
        reading = clock() - start
        start = clock()
        for _ in loop:
            pass
        loops.append((clock() - start - reading) / len(loop))
        readings.append(reading)
middle = lambda values: sorted(values)[len(values) // 2]
costs = [middle(column) for column in zip(*profile)]
print((middle(costs) - middle(readings)) / middle(loops))
"""
"""Prints the median of a cancel, in turns of an empty loop: both measured in the same breath, so the unit cancels. How
far the p99 lies above the median is for the gate to say: the caches of its workers are as cold as they are."""


class InjectionError(Exception):
    """Nothing can be injected; the message names the cause."""


@dataclass(frozen=True, slots=True)
class CancelCost:
    """What a cancel costs on this machine, in turns of an empty loop.

    Attributes
    ----------
    median_turns, tail_turns
        Its median and its p99.
    """

    median_turns: float
    tail_turns: float


def clone_plain(root: Path, clone: Path) -> str:
    """Clone a repository's HEAD into a folder where commits can be made, and take every flag back.

    The book that is edited is the one in plain Python; with native flags on, nobody would run it.

    Returns
    -------
    str
        The commit without flags.
    """
    output(["git", "clone", "--quiet", "--no-local", str(root), str(clone)], root)
    for name, value in (("user.name", "tailgate selftest"), ("user.email", "selftest@localhost")):
        output(["git", "config", name, value], clone)
    text = (clone / FLAGS).read_text(encoding="utf-8")
    for flag in flag_names(text):
        text = with_stage(text, flag, Stage(0))
    (clone / FLAGS).write_text(text, encoding="utf-8")
    output(["git", "commit", "--quiet", "--all", "--allow-empty", "-m", "no flags"], clone)
    return output(["git", "rev-parse", "HEAD"], clone)


def measure_cancel(clone: Path, harmless_commit: str) -> CancelCost:
    """Measure a cancel: its median beside an empty loop, and its p99 over its median in the gate's workers."""
    median_turns = float(output([sys.executable, "-c", CALIBRATION], clone))
    document, _ = run_gate(clone, harmless_commit, f"^{re.escape(NAMED)}$", 60)
    quantiles = document["benchmarks"][0]["evidence"]["baseline"]["intrinsic"]
    return CancelCost(median_turns, median_turns * quantiles["p99_ns"] / quantiles["p50_ns"])


def inject(source: str, body: str, turns: int, imports: str = IMPORTS, definitions: str = "") -> str:
    """Put extra work between the two halves of ``cancel``."""
    injected = replace_once(source, CANCEL_START + CANCEL_END, CANCEL_START + body + CANCEL_END)
    injected = replace_once(injected, IMPORTS, imports)
    return injected + f"\n\n_EXTRA = (None,) * {turns}\n{definitions}"


def rename(source: str) -> str:
    """Rename variables of ``cancel``: a change that does nothing."""
    body = CANCEL_START + CANCEL_END
    renamed = body.replace("removed_lots", "lots_taken_out").replace("queue", "line")
    return replace_once(source, body, renamed.replace("level.line", "level.queue"))


def replace_once(source: str, old: str, new: str) -> str:
    """Replace what stands in a text exactly once.

    Raises
    ------
    InjectionError
        It does not.
    """
    if source.count(old) != 1:
        raise InjectionError(f"{BOOK} has changed: the lines that are edited are not in it:\n{old}")
    return source.replace(old, new)


def run_gate(clone: Path, commit: str, benchmarks: str, budget: float) -> tuple[dict[str, Any], int]:
    """Run the gate on a commit and its parent as a user would; return its JSON document and its exit code."""
    result = clone / "result.json"
    result.unlink(missing_ok=True)
    command = [sys.executable, "-m", "tailgate", "gate", f"{commit}~1", commit, "--quiet", "--json", str(result)]
    finished = subprocess.run(
        [*command, "--benchmarks", benchmarks, "--budget", str(budget)],
        cwd=clone,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if not result.exists():
        raise click.ClickException(f"the gate gave no result for {commit}:\n{finished.stdout}{finished.stderr}")
    document: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    return document, finished.returncode


def output(command: list[str], folder: Path, environment: Mapping[str, str] | None = None) -> str:
    """Run a command that has to succeed; return what it printed.

    Raises
    ------
    click.ClickException
        It failed; the message holds what it said.
    """
    try:
        finished = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, env=environment)
    except subprocess.CalledProcessError as error:
        raise click.ClickException(f"{' '.join(command[:3])} failed:\n{error.stderr or error.stdout}") from error
    return finished.stdout.strip()
