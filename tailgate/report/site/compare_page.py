"""The page that compares two commits; the comparison itself is made in the browser, from the tiles of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tailgate.report.site import wording
from tailgate.report.site.shared_data import HASH_DIGITS, TILE, by_machine, values_key

if TYPE_CHECKING:
    from tailgate.report.site.content import SiteFacts, SiteFrame
    from tailgate.report.site.folder import SiteFolder
    from tailgate.report.site.pages import Templates

SUGGESTED: Final = 100
"""How many commits are offered; any other is found by its first digits."""


def write_compare_page(facts: SiteFacts, frame: SiteFrame, templates: Templates, folder: SiteFolder) -> None:
    """Write the page."""
    groups = by_machine(facts.series)
    offered = [
        (commit.commit[:HASH_DIGITS], f"{wording.day(commit.committed_at)} {wording.clipped(commit.subject, 70)}")
        for commit in facts.commits.ordered[: -SUGGESTED - 1 : -1]
    ]
    page = templates.page(
        "compare",
        "compare.html",
        "Compare two commits",
        machines=[wording.clipped(machine) for machine, _ in groups],
        offered=offered,
        margin=f"{100 * frame.margin:g}",
        data=_data(facts),
    )
    folder.write("compare.html", page)


def _data(facts: SiteFacts) -> dict[str, Any]:
    groups = by_machine(facts.series)
    machines = [
        {
            "values": values_key(machine),
            "benchmarks": [
                {
                    "label": wording.clipped(digest.benchmark.label),
                    "file": digest.file,
                    "unit": wording.clipped(digest.unit, 20),
                }
                for digest in series
            ],
        }
        for machine, series in groups
    ]
    return {"tile": TILE, "machines": machines, "suggested": _suggested(facts)}


def _suggested(facts: SiteFacts) -> list[str]:
    """Return the pinned baseline, or the first commit that was measured, and the last one, on the latest machine."""
    groups = by_machine(facts.series)
    if not groups:
        return ["", ""]
    machine, series = groups[0]
    places = [int(place) for digest in series for place in (digest.places[0], digest.places[-1])]
    first, last = (facts.commits.ordered[place].commit[:HASH_DIGITS] for place in (min(places), max(places)))
    return [facts.pins.get(machine, first)[:HASH_DIGITS], last]
