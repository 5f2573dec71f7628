"""A browser that opens pages from their folder, and the sites that it opens."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.report.site.sites import hostile_site, usual_site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page


TURNS: Final = 400
"""How often a condition is looked at, every 50 ms, before it counts as one that never comes."""


@pytest.fixture(scope="session")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the usual site."""
    folder = tmp_path_factory.mktemp("usual")
    usual_site(folder)
    return folder


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the site whose texts try to do harm."""
    folder = tmp_path_factory.mktemp("hostile") / "site"
    hostile_site(folder)
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return Chromium; the test is skipped where it is missing."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is missing; mend: apt-get install chromium, or name one with CHROMIUM")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@dataclass(slots=True)
class Opened:
    """A page with everything that went wrong on it, and every address that it asked for."""

    page: Page
    troubles: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def evaluate(self, script: str) -> Any:
        """Return what a script comes to in the page."""
        return self.page.evaluate(script)

    def wait_until(self, condition: str) -> None:
        """Wait until a script comes to true; playwright's own way needs eval(), which the page's policy forbids."""
        for _ in range(TURNS):
            if self.page.evaluate(condition):
                return
            self.page.wait_for_timeout(50)
        pytest.fail(f"it never came to: {condition}")


class Desk:
    """Opens pages of a site."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    @contextmanager
    def open(self, path: Path, *, width: int = 1280, scheme: Any = "light", fragment: str = "") -> Iterator[Opened]:
        """Open a page from its file, wait until it is drawn, and close it at the end."""
        context = self._browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
        page = context.new_page()
        opened = Opened(page)
        page.on("requestfailed", lambda request: opened.troubles.append(f"request failed: {request.url}"))
        page.on("pageerror", lambda error: opened.troubles.append(f"script error: {error}"))
        page.on(
            "console",
            lambda message: opened.troubles.append(f"console: {message.text}") if message.type == "error" else None,
        )
        page.on("request", lambda request: opened.requests.append(request.url))
        page.goto(f"{path.as_uri()}{fragment}")
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        try:
            yield opened
        finally:
            context.close()


@pytest.fixture
def desk(browser: Browser) -> Desk:
    """Return what opens pages."""
    return Desk(browser)
