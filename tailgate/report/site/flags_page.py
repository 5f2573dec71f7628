"""What flags do, and how each came to where it stands. In: effects, failures and actions. Out: one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tailgate.action_records import ActionKind
from tailgate.flag_records import Metric
from tailgate.records import RatioInterval
from tailgate.report.site import wording

if TYPE_CHECKING:
    from tailgate.flag_records import FlagEffect
    from tailgate.report.site.content import SiteFacts
    from tailgate.report.site.folder import SiteFolder
    from tailgate.report.site.pages import Templates

SHOWN: tuple[Metric, ...] = (Metric.P50, Metric.P99, Metric.P999, Metric.RAW_P99)


def write_flags(facts: SiteFacts, templates: Templates, folder: SiteFolder) -> None:
    """Write the page."""
    latest: dict[tuple[object, ...], FlagEffect] = {}
    for effect in sorted(facts.flag_effects, key=lambda item: item.measured_at):
        latest[effect.flag, effect.benchmark, effect.metric] = effect
    rows = [_row(effect) for effect in latest.values() if effect.metric in SHOWN]
    rows.sort(key=lambda row: (row["flag"], row["label"], row["metric"]))
    rollouts = [action for action in facts.actions if action.kind is not ActionKind.REVERT]
    page = templates.page(
        "flags",
        "flags.html",
        "Flags",
        rows=rows,
        failures=[(item.flag, item.failure) for item in facts.flag_failures],
        rollouts=sorted(rollouts, key=lambda action: action.taken_at, reverse=True),
        reverts=[action for action in reversed(facts.actions) if action.kind is ActionKind.REVERT],
        deployed=facts.commits.ordered[-1].flags if facts.commits.ordered else (),
    )
    folder.write("flags.html", page)


def _row(effect: FlagEffect) -> dict[str, Any]:
    ratio = effect.ratio
    is_certain = ratio.low > 1 or ratio.high < 1
    return {
        "flag": wording.clipped(effect.flag, 80),
        "label": wording.clipped(effect.benchmark.label),
        "metric": effect.metric.value,
        "off": wording.latency(effect.off),
        "on": wording.latency(effect.on),
        "ratio": RatioInterval(ratio.ratio, ratio.low, ratio.high),
        "direction": "" if not is_certain else "worse" if ratio.ratio > 1 else "better",
        "commit": effect.commit,
        "processes": effect.processes,
    }
