"""The page of one verdict: the evidence of both legs, and for a regression what made it worse and what was done.

In: a run and one of its verdicts. Out: HTML.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tailgate.action_records import ActionKind
from tailgate.history_records import ProfileTool
from tailgate.records import Leg, VerdictKind
from tailgate.report.plain_text import many_lines
from tailgate.report.site import wording
from tailgate.report.site.columns import floats
from tailgate.report.site.files import drawing_file, run_file, verdict_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tailgate.history_records import Profile
    from tailgate.records import Verdict
    from tailgate.report.site.content import RunStory, SiteFacts
    from tailgate.report.site.pages import Templates

QUANTILES: Final = (("p50", "p50_ns"), ("p90", "p90_ns"), ("p99", "p99_ns"), ("p99.9", "p999_ns"), ("max", "max_ns"))
_DETAIL_LINES: Final = 40
_FACTS_A_PROFILE: Final = 60


def verdict_page(run: RunStory, verdict: Verdict, facts: SiteFacts, series_file: str, templates: Templates) -> str:
    """Return the page of a verdict.

    Parameters
    ----------
    series_file
        The page of the benchmark over all commits; empty where there is none.
    """
    label = verdict.benchmark.label
    file = verdict_file(run, verdict)
    is_regressed = verdict.kind is VerdictKind.REGRESSED
    profiles = [profile for profile in run.profiles if profile.benchmark == verdict.benchmark]
    drawings = [drawing for drawing in run.drawings if drawing.benchmark == verdict.benchmark]
    waiver = verdict.waiver or next((item for item in facts.waivers if is_regressed and item.benchmark == label), None)
    curves = [
        {
            "side": spread.side.value,
            "leg": spread.leg.value,
            "nines": floats(-np.log10(1 - spread.shares)),
            "latency": floats(spread.latency_ns),
        }
        for spread in run.spreads
        if spread.benchmark == verdict.benchmark
    ]
    return templates.page(
        "verdict",
        file,
        wording.clipped(label),
        label=wording.clipped(label),
        run=run,
        run_file=run_file(run.run_id),
        series_file=series_file,
        verdict=verdict,
        reasons=[wording.clipped(reason, 600) for reason in verdict.reasons],
        waiver=waiver,
        is_regressed=is_regressed,
        quantiles=_quantiles(verdict),
        effects=_effects(verdict),
        curves=curves,
        failures=[(item, many_lines(item.detail, _DETAIL_LINES)) for item in verdict.failures],
        attributions=[item for item in run.attributions if item.benchmark == label],
        actions=[item for item in run.actions if label in item.benchmarks and item.kind is not ActionKind.ADVANCE],
        drawings=[(drawing.tool.value, drawing_file(run, drawing)) for drawing in drawings],
        counts=count_rows(run, profiles),
        missing=_missing(profiles),
    )


def _quantiles(verdict: Verdict) -> list[dict[str, Any]]:
    comparison = verdict.comparison
    if comparison is None:
        return []
    rows = []
    for leg in Leg:
        before, after = getattr(comparison.baseline, leg.value), getattr(comparison.candidate, leg.value)
        for name, attribute in QUANTILES:
            old, new = getattr(before, attribute), getattr(after, attribute)
            rows.append(
                {
                    "leg": leg.value,
                    "name": name,
                    "before": old,
                    "after": new,
                    "ratio": new / old if old > 0 else float("nan"),
                }
            )
    return rows


def _effects(verdict: Verdict) -> list[dict[str, Any]]:
    """Return the pairs of processes behind each leg, for the little picture of them."""
    comparison = verdict.comparison
    if comparison is None:
        return []
    rows = []
    for effect, ratio in ((comparison.intrinsic, verdict.intrinsic), (comparison.raw, verdict.raw)):
        pairs = [float(np.exp(value)) for value in effect.log_ratios if np.isfinite(value)]
        largest = max([abs(pair - 1) for pair in pairs] + [0.05])
        rows.append(
            {
                "leg": effect.leg.value,
                "ratio": ratio,
                "pairs": [(pair, round(100 + 95 * (pair - 1) / largest, 1)) for pair in pairs],
                "largest": largest,
                "low": None if ratio is None else round(100 + 95 * float(np.clip((ratio.low - 1) / largest, -1, 1)), 1),
                "high": None
                if ratio is None
                else round(100 + 95 * float(np.clip((ratio.high - 1) / largest, -1, 1)), 1),
            }
        )
    return rows


def _sides(run: RunStory, profiles: Sequence[Profile], tool: ProfileTool) -> tuple[Profile | None, Profile | None]:
    """Return the profiles of baseline and candidate by one tool."""
    by_commit = {profile.commit: profile for profile in profiles if profile.tool is tool}
    return by_commit.get(run.baseline.commit), by_commit.get(run.candidate.commit)


def count_rows(run: RunStory, profiles: Sequence[Profile]) -> list[dict[str, str]]:
    """Return what the tools counted on both sides, fact by fact."""
    rows = []
    for tool in ProfileTool:
        before, after = _sides(run, profiles, tool)
        old = {} if before is None else {fact.name: fact.value for fact in before.facts}
        new = {} if after is None else {fact.name: fact.value for fact in after.facts}
        rows += [
            {
                "tool": tool.value,
                "name": wording.clipped(name, 120),
                "before": wording.clipped(old.get(name, "-"), 120),
                "after": wording.clipped(new.get(name, "-"), 120),
                "change": _change(old.get(name, ""), new.get(name, "")),
            }
            for name in list(dict.fromkeys([*old, *new]))[:_FACTS_A_PROFILE]
        ]
    return rows


def _change(before: str, after: str) -> str:
    """Return the change of two facts that are numbers of one unit; nothing for others."""
    number = re.compile(r"\s*(\d[\d,_ \u202f]*(?:\.\d+)?)\s*(.*)", re.DOTALL)
    old, new = number.fullmatch(before), number.fullmatch(after)
    if old is None or new is None or old.group(2) != new.group(2):
        return ""
    first, second = (float(re.sub(r"[,_\s]", "", match.group(1))) for match in (old, new))
    return wording.change(second / first) if first > 0 else ""


def _missing(profiles: Sequence[Profile]) -> list[tuple[str, str]]:
    """Return which tools have nothing to show, and why."""
    missing = []
    for tool in ProfileTool:
        of_tool = [profile for profile in profiles if profile.tool is tool]
        failures = dict.fromkeys(profile.failure for profile in of_tool if profile.failure)
        if not of_tool:
            missing.append((tool.value, "was not run: the nightly profiles what regressed"))
        missing += [(tool.value, wording.clipped(reason)) for reason in failures]
    return missing
