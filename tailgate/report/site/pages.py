"""The template engine of the site, and the one way from a template to a page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tailgate.report.site import wording
from tailgate.report.site.columns import JSON_OPTIONS

if TYPE_CHECKING:
    from tailgate.report.site.content import SiteFrame

TEMPLATES: Final = Path(__file__).parent / "templates"
NAVIGATION: Final = (
    ("index.html", "Now"),
    ("benchmarks.html", "Benchmarks"),
    ("heatmap.html", "Heat map"),
    ("compare.html", "Compare"),
    ("runs.html", "Runs"),
    ("flags.html", "Flags"),
    ("week.html", "Week"),
)


OVERVIEW_OF: Final = {"b": "benchmarks.html", "runs": "runs.html"}
"""Which page of the navigation the pages of a folder belong to."""


class Templates:
    """Makes pages of templates; whatever is put into them is escaped."""

    def __init__(self, frame: SiteFrame) -> None:
        self._frame = frame
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._environment.policies["json.dumps_kwargs"] = JSON_OPTIONS
        self._environment.filters.update(
            change=wording.change,
            clipped=wording.clipped,
            count=wording.count,
            day=wording.day,
            interval=wording.interval,
            latency=wording.latency,
            moment=wording.moment,
            quantity=wording.quantity,
            ratio=wording.ratio_with_interval,
            seconds=wording.seconds,
            share=wording.share,
            short=wording.short,
            sign=wording.sign_of,
            target=wording.target,
        )

    def page(self, template: str, file: str, title: str, **content: Any) -> str:
        """Return a page.

        Parameters
        ----------
        file
            Where it will be, relative to the site: links lead from there.
        """
        depth = file.count("/")
        current = OVERVIEW_OF.get(file.partition("/")[0], file)
        return self._environment.get_template(f"{template}.html.jinja").render(
            frame=self._frame,
            root="../" * depth,
            current=current,
            navigation=NAVIGATION,
            title=title,
            **content,
        )
