"""An action in words: for the terminal, for the log on the action's branch, and for a merge request.

Foreign text is put on one line and, in Markdown, into code or escaped: it is shown and never interpreted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from tailgate.action_records import ActionKind, ActionOutcome
from tailgate.report import units
from tailgate.report.markdown_text import cell, code, escaped
from tailgate.report.plain_text import many_lines, one_line

if TYPE_CHECKING:
    from rich.console import Console

    from tailgate.action_records import ActionTaken, PlannedAction, Rollback, Rollout
    from tailgate.records import GateResult, RatioInterval, Revision

_DIFF_LINES = 60


def log_entry(taken: ActionTaken, result: GateResult | None) -> str:
    """Return the entry of the log: what was done, why, and the evidence; the same text for the same records."""
    lines = [
        f"# {title(taken)}",
        "",
        f"- {taken.taken_at:%Y-%m-%d %H:%M} UTC, action `{taken.action_id}`",
        f"- what: {_what(taken)}",
        f"- on: {_revision(taken.onto)}",
        f"- held against: {_revision(taken.baseline)}",
        f"- branch: `{taken.branch}`, commit `{taken.commit}`",
        f"- outcome: **{taken.outcome.value}**; {escaped(taken.reason)}",
    ]
    if result is not None:
        lines += ["", "| benchmark | verdict | intrinsic p99 | raw p99 |", "|---|---|---|---|"]
        lines += [
            f"| {cell(code(verdict.benchmark.label))} | {verdict.kind.value} | {_ratio(verdict.intrinsic)} "
            f"| {_ratio(verdict.raw)} |"
            for verdict in result.verdicts
        ]
        seen = result.fingerprint
        if seen is not None:
            lines += ["", f"Measured on {escaped(seen.host)}, {seen.cpu_count} x {escaped(seen.cpu_model)}."]
    return "\n".join(lines) + "\n"


def merge_request(taken: ActionTaken, entry: str) -> str:
    """Return the text of a merge request: the log's entry, and what is left to do."""
    closing = (
        "The p99 was measured after the change and is shown not to be worse than the baseline's."
        if taken.outcome is ActionOutcome.VERIFIED
        else "Nothing was measured for this change."
    )
    return f"{entry}\n{closing} Review the diff and merge, or close this and say why.\n"


def title(taken: ActionTaken) -> str:
    """Name an action in a few words without any foreign text, so that it may stand in a command line."""
    if taken.kind is ActionKind.REVERT:
        return f"Revert {taken.target[:10]}: p99 regression"
    return f"Flag {taken.target}: {taken.change}"


def print_rollback(rollback: Rollback, console: Console) -> None:
    """Print what would be done, or what was done and whether it helped."""
    plan, taken = rollback.plan, rollback.taken
    _print_plan(plan, console)
    if taken is None:
        console.print(Text("dry run: nothing was changed; --apply makes the branch and measures it", style="bold"))
        return
    _print_proposal(taken, rollback.merge_request, console)
    style = "bold red" if taken.outcome is ActionOutcome.NOT_VERIFIED else "bold"
    console.print(Text(one_line(f"{taken.outcome.value}: {taken.reason}"), style=style), soft_wrap=True)


def print_rollout(rollout: Rollout, console: Console) -> None:
    """Print how a flag came where it stands, the step that is taken, and the evidence for it."""
    for item in rollout.timeline:
        what = one_line(f"{item.kind.value}, {item.change}: {item.reason}")
        console.print(Text(f"{item.taken_at:%Y-%m-%d %H:%M}  {what}"), soft_wrap=True)
    if rollout.plan is not None:
        _print_plan(rollout.plan, console)
    if rollout.taken is not None:
        _print_proposal(rollout.taken, rollout.merge_request, console)
    elif rollout.plan is not None:
        console.print(Text("dry run: nothing was changed; --apply makes the branch"))
    if rollout.evidence:
        console.print(Text(one_line(f"canary against control: {rollout.evidence}")), soft_wrap=True)
    held = ", held" if rollout.is_held else ""
    step = "" if rollout.plan is None else f"; {rollout.plan.kind.value}: {rollout.plan.change}"
    console.print(Text(one_line(f"{rollout.flag}: {rollout.stage}{held}{step}"), style="bold"), soft_wrap=True)


def _print_plan(plan: PlannedAction, console: Console) -> None:
    for remark in plan.remarks:
        console.print(Text(f"note: {one_line(remark)}", style="yellow"))
    what = f"revert {plan.target[:10]}" if plan.kind is ActionKind.REVERT else f"flag {plan.target}: {plan.change}"
    console.print(Text(one_line(f"{what}, on {plan.onto.label} {plan.onto.short}, branch {plan.branch}")))
    for line in many_lines(plan.difference, _DIFF_LINES):
        console.print(Text(f"  {line}", style="dim"), soft_wrap=True)
    console.print()


def _print_proposal(taken: ActionTaken, merge_request: str, console: Console) -> None:
    if not merge_request:
        return
    console.print(Text("to propose it, push the branch and run one of"))
    create = f"gh pr create --head {taken.branch} --title '{title(taken)}' --body-file {merge_request}"
    console.print(Text(f"  {create}"), soft_wrap=True)
    create = f"glab mr create --source-branch {taken.branch} --title '{title(taken)}'"
    console.print(Text(f'  {create} --description "$(cat {merge_request})"'), soft_wrap=True)


def _what(taken: ActionTaken) -> str:
    if taken.kind is ActionKind.REVERT:
        return f"reverted `{taken.target}`"
    return f"{taken.kind.value}: flag {code(taken.target)}, {escaped(taken.change)}"


def _revision(revision: Revision) -> str:
    return f"`{revision.commit}` {code(revision.subject)}".rstrip()


def _ratio(ratio: RatioInterval | None) -> str:
    return "" if ratio is None else f"{units.change(ratio.ratio)} {units.interval(ratio)}"
