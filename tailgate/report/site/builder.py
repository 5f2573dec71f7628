"""The whole site but for the pages of series: assets, shared data, and every page that joins several series or runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tailgate.report.site.compare_page import write_compare_page
from tailgate.report.site.flags_page import write_flags
from tailgate.report.site.heat_page import write_heat_maps
from tailgate.report.site.landing import write_benchmarks, write_landing, write_week
from tailgate.report.site.pages import Templates
from tailgate.report.site.run_pages import write_runs
from tailgate.report.site.shared_data import by_machine, write_commits, write_values
from tailgate.report.site.stylesheet import ASSETS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tailgate.report.site.content import SiteFacts, SiteFrame
    from tailgate.report.site.folder import SiteFolder


class SiteBuilder:
    """Writes everything that is not the page of one series."""

    def __init__(self, frame: SiteFrame, folder: SiteFolder) -> None:
        self._frame = frame
        self._folder = folder
        self._templates = Templates(frame)

    def write(self, facts: SiteFacts, extra_pages: Mapping[str, bytes]) -> None:
        """Write the site.

        Parameters
        ----------
        extra_pages
            Content of the pages that the frame links to, by their file.
        """
        folder, templates = self._folder, self._templates
        for asset in sorted(ASSETS.iterdir()):
            folder.write(f"assets/{asset.name}", asset.read_bytes())
        for file, title in self._frame.extra_pages:
            # In a frame of its own: it keeps its scripts and its style, and the site its policy.
            source = file.replace(".html", "-page.html")
            folder.write(source, extra_pages[file])
            folder.write(file, templates.page("extra", file, title, source=source.rpartition("/")[2]))
        write_commits(facts.commits, folder)
        for machine, series in by_machine(facts.series):
            write_values(machine, series, facts.commits, folder)
        write_landing(facts, templates, folder)
        write_benchmarks(facts, templates, folder)
        write_heat_maps(facts, templates, folder)
        write_compare_page(facts, self._frame, templates, folder)
        write_runs(facts, templates, folder)
        write_flags(facts, templates, folder)
        write_week(facts, templates, folder)
