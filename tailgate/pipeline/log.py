"""Writes regressions down for good: a finished run -> its regressions -> an entry each -> the index.

In: a run of the store. Out: the files that were written. The same run gives the same entries, brought up to date with
what was found out and done since.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tailgate.action_records import ActionKind, ActionTaken, Attribution
from tailgate.pipeline.export import chosen_result
from tailgate.records import GateResult, VerdictKind
from tailgate.report import INDEX, entry_name, log_index, regression_entry, write_text
from tailgate.store import AttributionNotes

if TYPE_CHECKING:
    from pathlib import Path

    from tailgate.pipeline.workplace import Workplace

UNDOING = (ActionKind.REVERT, ActionKind.STEP_BACK)


@dataclass(frozen=True, slots=True)
class Logged:
    """What a run left in the log.

    Attributes
    ----------
    entries
        The file of each regression, by benchmark.
    changed
        Those that are new or say something new, the index included.
    """

    entries: tuple[Path, ...]
    changed: tuple[Path, ...]


def attribution_notes(workplace: Workplace) -> AttributionNotes:
    """Open the notes on what made runs worse."""
    return AttributionNotes(workplace.project.state_folder / "attributions")


def write_log(run_id: str, workplace: Workplace) -> Logged:
    """Write an entry for every regression of a run, waived ones included, and the index of all entries.

    Raises
    ------
    TailgateError
        There is no such run, it was not finished, or the log cannot be written.
    """
    result = chosen_result(run_id, workplace.store)
    attributions = {item.benchmark: item for item in attribution_notes(workplace).read(result.run_id)}
    actions = tuple(item for item in workplace.store.actions() if item.kind in UNDOING)
    folder = workplace.project.root / workplace.policy.act.log_folder
    folder.mkdir(parents=True, exist_ok=True)
    entries, changed = [], []
    for verdict in result.verdicts:
        if verdict.kind is not VerdictKind.REGRESSED:
            continue
        attribution = attributions.get(verdict.benchmark.label)
        about = tuple(item for item in actions if _is_about(item, verdict.benchmark.label, attribution, result))
        place = folder / entry_name(result, verdict)
        entries.append(place)
        if _rewritten(place, regression_entry(result, verdict, attribution, about, _text(place))):
            changed.append(place)
    texts = {path.name: _text(path) for path in folder.glob("*.md") if path.name != INDEX}
    if _rewritten(folder / INDEX, log_index(texts)):
        changed.append(folder / INDEX)
    return Logged(tuple(entries), tuple(changed))


def _is_about(action: ActionTaken, label: str, attribution: Attribution | None, result: GateResult) -> bool:
    """Whether an action undoes what this run found: on the same candidate, for this benchmark or for its cause.

    One that could not be measured names no benchmarks.
    """
    if action.onto.commit != result.candidate.commit:
        return False
    return label in action.benchmarks or (attribution is not None and attribution.target == action.target)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""


def _rewritten(path: Path, text: str) -> bool:
    if path.exists() and path.read_bytes() == text.encode():
        return False
    write_text(text, path)
    return True
