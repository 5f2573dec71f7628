"""How soon Chromium has drawn a page, and how much it loads for it. In: a site. Out: ``Drawn``, a page each."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

TURNS: Final = 5
# Navigation starts at zero of the page's own clock; two frames later everything that it draws at once is drawn.
DRAWN: Final = (
    "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One page in the browser; the median of a few turns."""

    page: str
    seconds: float
    megabytes: float


def draw_pages(site: Path) -> Iterator[Drawn]:
    """Open the largest page of each kind."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - whoever does not draw needs no browser

    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise SystemExit("chromium is missing; mend: apt-get install chromium, or --no-draw")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for path in _largest_of_each_kind(site):
            turns = []
            for _ in range(TURNS):
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                urls: list[str] = []
                page.on("request", lambda request: urls.append(request.url))  # noqa: B023 - closed in this turn
                page.goto(path.as_uri())
                turns.append((float(page.evaluate(DRAWN)) / 1000, sum(map(_size, set(urls)))))
                page.close()
            seconds, loaded = sorted(turns)[TURNS // 2]
            yield Drawn(path.relative_to(site).as_posix()[:30], seconds, loaded / 1e6)
        browser.close()


def _largest_of_each_kind(site: Path) -> list[Path]:
    pages = sorted(site.glob("*.html"))
    series = sorted(site.glob("b/*.html"), key=lambda path: path.stat().st_size)
    return [*pages, *series[-1:]]


def _size(url: str) -> int:
    path = Path(unquote(urlsplit(url).path))
    return path.stat().st_size if url.startswith("file:") and path.is_file() else 0
