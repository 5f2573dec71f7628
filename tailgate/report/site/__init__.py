"""The static site: pages that open from a folder, without a server and without a request to the outside.

In: series with what was read off them, runs with their verdicts, flags, actions. Out: files in one folder.
"""

from tailgate.report.site.builder import SiteBuilder
from tailgate.report.site.content import (
    Commits,
    Drawing,
    RunStory,
    SeriesDigest,
    SeriesStory,
    SiteFacts,
    SiteFrame,
    Spread,
    VerdictStory,
)
from tailgate.report.site.folder import SiteFolder
from tailgate.report.site.series_page import SeriesPages
from tailgate.report.site.spread import SpreadCollector
from tailgate.report.site.stylesheet import stylesheet

__all__ = [
    "Commits",
    "Drawing",
    "RunStory",
    "SeriesDigest",
    "SeriesPages",
    "SeriesStory",
    "SiteBuilder",
    "SiteFacts",
    "SiteFolder",
    "SiteFrame",
    "Spread",
    "SpreadCollector",
    "VerdictStory",
    "stylesheet",
]
