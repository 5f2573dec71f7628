"""Proves the gate on this repository: it must fail injected regressions by name, and pass a harmless change.

In: this repository's HEAD. Out: a table of runs, exit code 0 when every answer was right. Everything happens in a
scratch clone; each scenario is a commit on top of HEAD that edits the order book's ``cancel``, and the gate that judges
it is the command that users type.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from ci.injection import (
    BOOK,
    IMPORTS,
    NAMED,
    InjectionError,
    clone_plain,
    inject,
    measure_cancel,
    output,
    rename,
    run_gate,
)

TOUCHED = ("book.Cancel", "book.Events", "pipeline.System")
"""Benchmarks in which orders are cancelled: a regression named anywhere else is a false alarm."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One injected change.

    Attributes
    ----------
    is_regression
        What the right answer is.
    """

    letter: str
    title: str
    is_regression: bool

    def edit(self, source: str, tail_turns: float) -> str:
        """Return the book's source with the change.

        Parameters
        ----------
        tail_turns
            The p99 of a cancel, in turns of an empty loop.
        """
        match self.letter:
            case "a":
                return inject(source, "        for _ in _EXTRA:\n            pass\n", round(0.2 * tail_turns))
            case "b":
                body = "        if order_id % 100 == 1:\n            for _ in _EXTRA:\n                pass\n"
                return inject(source, body, round(tail_turns))
            case "c":
                body = "        if next(_STALLS):\n            for _ in _EXTRA:\n                pass\n"
                stalls = (
                    "_STALLS = itertools.cycle(\n"
                    "    random.SystemRandom().sample([True] * 2 + [False] * 98, k=100)\n"
                    "    + [random.SystemRandom().random() < 0.02 for _ in range(10_007)]\n)\n"
                )
                return inject(source, body, round(tail_turns), f"import itertools\nimport random\n{IMPORTS}", stalls)
            case _:
                return rename(source)


SCENARIOS = (
    Scenario("a", "every cancel slower by 20 % of its p99", is_regression=True),
    Scenario("b", "2 % of cancels, always the same ones, slower by 100 % of the p99", is_regression=True),
    Scenario("c", "2 % of cancels, at random, stall for 100 % of the p99", is_regression=True),
    Scenario("d", "only renamed variables", is_regression=False),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gate said of one scenario."""

    scenario: Scenario
    exit_code: int
    regressed: tuple[str, ...]
    others: tuple[str, ...]
    seconds: float

    @property
    def is_right(self) -> bool:
        """Whether the exit code and the names are what they must be."""
        if not self.scenario.is_regression:
            return self.exit_code == 0 and not self.regressed and not self.others
        is_named = any(label.startswith(NAMED) for label in self.regressed)
        return self.exit_code == 1 and is_named and all(label.startswith(TOUCHED) for label in self.regressed)


@click.command()
@click.option(
    "--runs", type=click.IntRange(min=1), default=1, show_default=True, help="How often each scenario is judged."
)
@click.option("--only", default="abcd", show_default=True, help="Letters of the scenarios to judge.")
@click.option(
    "-b", "--benchmarks", default=r"^(book|risk|positions)\.", show_default=True, help="Benchmarks given to the gate."
)
@click.option("--budget", type=float, default=300.0, show_default=True, help="Seconds for each run of the gate.")
def main(runs: int, only: str, benchmarks: str, budget: float) -> None:
    """Judge injected regressions with the gate, in a scratch clone of HEAD.

    \b
    Examples:
      python -m ci.selftest
      python -m ci.selftest --runs 5
      python -m ci.selftest --only d --benchmarks ''
    """  # noqa: D301 - click wants the control character, not its escape
    root = Path(output(["git", "rev-parse", "--show-toplevel"], Path()))
    with tempfile.TemporaryDirectory(prefix="tailgate-selftest-") as folder:
        clone = Path(folder) / "clone"
        try:
            commits = prepare(root, clone, [item for item in SCENARIOS if item.letter in only])
        except InjectionError as error:
            raise click.ClickException(str(error)) from error
        answers = []
        for run in range(1, runs + 1):
            for scenario, commit in commits.items():
                answer = ask(clone, scenario, commit, benchmarks, budget)
                answers.append(answer)
                click.echo(f"run {run} {scenario.letter}: {describe(answer)}", err=True)
        report(answers)
    sys.exit(0 if all(answer.is_right for answer in answers) else 1)


def prepare(root: Path, clone: Path, scenarios: list[Scenario]) -> dict[Scenario, str]:
    """Clone HEAD and commit every scenario on a branch of its own.

    Returns
    -------
    dict
        The commit of each scenario; all have HEAD as their parent.

    Raises
    ------
    InjectionError
        The book's source is no longer what the scenarios edit.
    """
    head = clone_plain(root, clone)
    source = (clone / BOOK).read_text(encoding="utf-8")

    def commit(scenario: Scenario, tail_turns: float) -> str:
        output(["git", "checkout", "--quiet", "--detach", head], clone)
        (clone / BOOK).write_text(scenario.edit(source, tail_turns), encoding="utf-8")
        output(["git", "commit", "--quiet", "--all", "-m", f"selftest {scenario.letter}: {scenario.title}"], clone)
        name = output(["git", "rev-parse", "HEAD"], clone)
        output(["git", "branch", f"selftest-{scenario.letter}"], clone)
        return name

    harmless = next(scenario for scenario in SCENARIOS if not scenario.is_regression)
    harmless_commit = commit(harmless, 0)
    tail_turns = measure_cancel(clone, harmless_commit).tail_turns
    return {
        scenario: harmless_commit if scenario is harmless else commit(scenario, tail_turns) for scenario in scenarios
    }


def ask(clone: Path, scenario: Scenario, commit: str, benchmarks: str, budget: float) -> Answer:
    """Judge one scenario with the gate, and the gate's answer."""
    started = time.monotonic()
    document, exit_code = run_gate(clone, commit, benchmarks, budget)
    seconds = time.monotonic() - started
    notable = {
        f"{item['name']}({', '.join(item['parameters'])})": f"{item['verdict']} ({item['reasons'][0]})"
        for item in document["benchmarks"]
        if item["verdict"] != "pass"
    }
    return Answer(
        scenario=scenario,
        exit_code=exit_code,
        regressed=tuple(label for label, kind in notable.items() if kind.startswith("regressed")),
        others=tuple(f"{label}: {kind}" for label, kind in notable.items() if not kind.startswith("regressed")),
        seconds=seconds,
    )


def describe(answer: Answer) -> str:
    """Say in one line what the gate answered."""
    named = ", ".join(answer.regressed) or "nothing regressed"
    others = f"; {'; '.join(answer.others)}" if answer.others else ""
    return (
        f"{'right' if answer.is_right else 'WRONG'}, exit {answer.exit_code}, {answer.seconds:.0f} s: {named}{others}"
    )


def report(answers: list[Answer]) -> None:
    """Print the table and the count."""
    table = Table("scenario", "right", "seconds, each run")
    for scenario in dict.fromkeys(answer.scenario for answer in answers):
        own = [answer for answer in answers if answer.scenario is scenario]
        right = sum(answer.is_right for answer in own)
        seconds = " ".join(f"{answer.seconds:.0f}" for answer in own)
        table.add_row(f"{scenario.letter} {scenario.title}", f"{right} of {len(own)}", seconds)
    console = Console()
    console.print(table)
    right = sum(answer.is_right for answer in answers)
    console.print(f"{right} right answers of {len(answers)}", highlight=False)


if __name__ == "__main__":
    main()
