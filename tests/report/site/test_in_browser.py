"""In Chromium, from files: nothing fails, nothing foreign runs, and a mouse, a keyboard and a phone all get there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.report.site.sites import name_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.report.site.conftest import Desk, Opened

pytestmark = pytest.mark.browser

# The colours of text on its background that a reader meets, as (text, background) of what is drawn.
CONTRASTS = """() => {
  const parse = (color) => (color.match(/[\\d.]+/g) || []).map(Number);
  const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const color = parse(getComputedStyle(e).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (!text || element.closest("script, option, svg") || !element.getClientRects().length) continue;
    const style = getComputedStyle(element);
    const [a, b] = [light(parse(style.color)), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    if (ratio < least) found.push(`${ratio.toFixed(2)} ${element.tagName}.${element.className}: ${text.slice(0, 30)}`);
  }
  return found;
}"""
VISIBLE_BENCHMARKS = """() => [...document.querySelectorAll("#benchmarks tbody tr")]
  .filter((row) => !row.hidden).map((row) => row.cells[0].textContent)"""
DIRECTIONS = """() => Object.fromEntries([...document.querySelectorAll("#compared tbody tr")]
  .map((row) => [row.cells[0].textContent.split(".")[0], row.dataset.direction]))"""


def pages_of(site: Path) -> list[Path]:
    """Return every page that tailgate made."""
    return sorted(path for path in site.rglob("*.html") if not path.name.endswith("-page.html"))


def one_of_each_kind(site: Path) -> list[Path]:
    """Return the pages of the navigation, one series, one run, and a verdict of each kind."""
    found: dict[str, Path] = {}
    for path in pages_of(site):
        kind = path.name if path.parent == site else path.parent.name
        if kind == "runs":
            verdicts = re.findall(r'class="lead"><span class="verdict (\w+)"', path.read_text("utf-8"))
            kind = f"runs/{''.join(verdicts)}"
        found.setdefault(kind, path)
    return list(found.values())


def series_of(site: Path, name: str) -> Path:
    """Return the page of a series."""
    return next(path for path in sorted(site.glob("b/*.html")) if path.name.startswith(name))


def view_of(opened: Opened) -> tuple[int, int]:
    """Return from which commit to which one a chart shows."""
    first, _, last = str(opened.page.locator("[data-chart]").get_attribute("data-view")).partition("-")
    return int(first), int(last)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_fails_overflows_or_is_hard_to_read(usual: Path, desk: Desk, width: int, scheme: str) -> None:
    troubles = {}
    pages = one_of_each_kind(usual)
    assert len(pages) == 14
    for path in pages:
        with desk.open(path, width=width, scheme=scheme) as opened:
            overflow = opened.evaluate("document.documentElement.scrollWidth - innerWidth")
            found = [*opened.troubles, *opened.evaluate(CONTRASTS)] + (
                [f"overflows by {overflow}"] if overflow > 0 else []
            )
            outside = [url for url in opened.requests if not url.startswith(("file://", "data:"))]
            if found or outside:
                troubles[path.name] = [*found, *outside]
    assert troubles == {}


def test_hostile_text_is_shown_and_never_executed(hostile: Path, desk: Desk) -> None:
    for path in one_of_each_kind(hostile):
        with desk.open(path, width=390) as opened:
            assert opened.troubles == []
            assert opened.evaluate("window.pwned") is None
            assert opened.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path.name
            assert (
                opened.evaluate(
                    "document.querySelectorAll('main img:not(.drawing img), main script:not([type])').length"
                )
                == 0
            )
    with desk.open(hostile / "benchmarks.html") as opened:
        text = opened.page.inner_text("main")
    assert "<img src=x onerror=" in text
    assert "{{ 7 * 7 }}" in text
    assert "\u202e" not in text


def test_texts_of_commits_stay_text_under_the_pointer(hostile: Path, desk: Desk) -> None:
    with desk.open(next(iter(sorted(hostile.glob("b/*.html"))))) as opened:
        plot = opened.page.locator(".plot")
        plot.focus()
        for _ in range(6):
            plot.press("ArrowRight")
        opened.page.wait_for_selector(".tip:not([hidden])")
        assert opened.evaluate("window.pwned") is None
        assert opened.evaluate("document.querySelectorAll('.tip img, .tip script').length") == 0
        assert opened.troubles == []


def test_hovering_shows_the_value_and_the_commit(usual: Path, desk: Desk) -> None:
    with desk.open(series_of(usual, "book")) as opened:
        box = opened.page.locator(".plot").bounding_box()
        assert box is not None
        opened.page.mouse.move(box["x"] + box["width"] - 20, box["y"] + box["height"] / 2)
        opened.wait_until("document.querySelector('.tip').textContent.includes('keep levels')")
        tip = opened.page.inner_text(".tip")
    assert "ns" in tip
    assert name_of(59)[:10] in tip
    assert "6 processes" in tip


def test_dragging_zooms_and_the_buttons_lead_back(usual: Path, desk: Desk) -> None:
    with desk.open(series_of(usual, "book")) as opened:
        box = opened.page.locator(".plot").bounding_box()
        assert box is not None
        assert view_of(opened) == (0, 60)
        mouse = opened.page.mouse
        mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 100)
        mouse.down()
        mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 100, steps=4)
        mouse.up()
        first, last = view_of(opened)
        assert 15 < first < 30 < last < 45
        opened.page.click('[data-zoom="out"]')
        assert view_of(opened) != (first, last)
        opened.page.click('[data-zoom="all"]')
        assert view_of(opened) == (0, 60)


def test_the_chart_is_used_by_keys_alone(usual: Path, desk: Desk) -> None:
    with desk.open(series_of(usual, "book")) as opened:
        plot = opened.page.locator(".plot")
        plot.focus()
        plot.press("End")
        plot.press("ArrowLeft")
        opened.wait_until(f"document.querySelector('.quiet-live').textContent.includes('{name_of(58)[:10]}')")
        plot.press("+")
        first, last = view_of(opened)
        assert last - first == 30
        plot.press("0")
        assert view_of(opened) == (0, 60)


def test_the_switches_change_what_is_drawn(usual: Path, desk: Desk) -> None:
    picture = "document.querySelector('.plot canvas').toDataURL()"
    with desk.open(series_of(usual, "book")) as opened:
        seen = {opened.evaluate(picture)}
        for name, value in (("quantile", "p99.9"), ("quantile", "max"), ("leg", "raw")):
            opened.page.check(f'input[name="{name}"][value="{value}"]', force=True)
            opened.page.wait_for_timeout(50)
            seen.add(opened.evaluate(picture))
    assert len(seen) == 4


def test_the_colours_follow_the_button(usual: Path, desk: Desk) -> None:
    color = "getComputedStyle(document.body).backgroundColor"
    with desk.open(usual / "index.html", scheme="light") as opened:
        light = opened.evaluate(color)
        opened.page.click("#theme")
        assert opened.evaluate(color) == light
        opened.page.click("#theme")
        assert opened.evaluate(color) != light


def test_a_page_of_the_policy_follows_the_button_by_what_its_reader_prefers(usual: Path, desk: Desk) -> None:
    color = "getComputedStyle(document.body).backgroundColor"
    # The browser's own preference: the one that playwright pretends goes before that of a page for its frames.
    with desk.open(usual / "extra" / "roadmap.html", scheme="null") as opened:
        frame = opened.page.frames[1]
        own = frame.evaluate(color)
        seen = {}
        for _ in range(2):
            opened.page.click("#theme")
            theme = str(opened.evaluate("document.documentElement.dataset.theme"))
            opened.page.wait_for_timeout(200)
            seen[theme] = frame.evaluate(color)
        opened.page.click("#theme")
        opened.page.wait_for_timeout(200)
        assert frame.evaluate(color) == own
    assert seen == {"light": "rgb(255, 255, 255)", "dark": "rgb(0, 0, 0)"}


def test_tables_are_filtered_and_sorted(usual: Path, desk: Desk) -> None:
    with desk.open(usual / "benchmarks.html") as opened:
        assert len(opened.evaluate(VISIBLE_BENCHMARKS)) == 6
        opened.page.fill("#filter-benchmarks", "orders machine-2")
        assert opened.evaluate(VISIBLE_BENCHMARKS) == ["orders.Case.latency_operation('deep')"]
        opened.page.press("#filter-benchmarks", "Escape")
        latest = opened.page.locator("#benchmarks th", has_text="latest").get_by_role("button")
        latest.focus()
        latest.press("Enter")
        ascending = opened.evaluate(VISIBLE_BENCHMARKS)
        latest.press("Enter")
        assert opened.evaluate(VISIBLE_BENCHMARKS)[0] == ascending[-1] != ascending[0]
    with desk.open(usual / "benchmarks.html", fragment="#risk") as opened:
        assert len(opened.evaluate(VISIBLE_BENCHMARKS)) == 2


def test_two_commits_are_compared_by_significance_and_relevance(usual: Path, desk: Desk) -> None:
    with desk.open(usual / "compare.html") as opened:
        opened.page.wait_for_selector("[data-ready]")
        assert opened.evaluate(DIRECTIONS) == {"book": "worse", "orders": "better", "risk": ""}
        opened.page.check('[name="relevant"]')
        opened.wait_until("document.querySelectorAll('#compared tbody tr').length === 2")
        opened.page.fill('[name="margin"]', "50")
        opened.page.press('[name="margin"]', "Tab")
        opened.wait_until("document.querySelectorAll('#compared tbody tr').length === 0")
        opened.page.fill('[name="a"]', "ffff")
        opened.page.press('[name="a"]', "Tab")
        opened.wait_until("document.querySelector('[data-note]').textContent.includes('no such commit')")


def test_the_link_of_a_change_point_opens_the_comparison(usual: Path, desk: Desk) -> None:
    with desk.open(series_of(usual, "book")) as opened:
        opened.page.click("text=compare with the one before")
        opened.page.wait_for_selector("[data-ready]")
        assert opened.page.input_value('[name="a"]') == name_of(39)[:12]
        assert opened.page.input_value('[name="b"]') == name_of(40)[:12]
        assert opened.troubles == []


def test_the_heat_map_is_filtered_looked_at_and_zoomed(usual: Path, desk: Desk) -> None:
    with desk.open(usual / "heatmap.html") as opened:
        height = opened.evaluate("document.querySelector('.heat canvas').clientHeight")
        opened.page.fill('input[type="search"]', "orders")
        opened.wait_until(f"document.querySelector('.heat canvas').clientHeight < {height}")
        plot = opened.page.locator(".heat .plot")
        plot.focus()
        for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
            plot.press(key)
        opened.wait_until("document.querySelector('.quiet-live').textContent.includes('orders.Case')")
        plot.press("+")
        first, last = view_of(opened)
        assert last - first == 30
        with opened.page.expect_navigation():
            opened.page.mouse.click(*centre(opened))
        assert "/b/orders" in opened.page.url


# The colour of the middle of a row of the heat map, at a share of its width.
PIXEL = """([row, share]) => {
  const canvas = document.querySelector(".heat canvas");
  const ratio = canvas.width / canvas.clientWidth;
  const at = [canvas.width * share, (row * 18 + 9) * ratio].map(Math.floor);
  return [...canvas.getContext("2d").getImageData(...at, 1, 1).data];
}"""

# Middles of columns of the sixty commits, before and after the step.
EARLY, LATE = 18.5 / 60, 54.5 / 60


@pytest.mark.parametrize("width", [1280, 390])
def test_the_heat_map_is_red_where_it_got_slower_and_blue_where_it_got_faster(
    usual: Path, desk: Desk, width: int
) -> None:
    with desk.open(usual / "heatmap.html", width=width) as opened:
        pixels = {
            (row, share): opened.page.evaluate(PIXEL, [row, share]) for row in (0, 1, 2) for share in (EARLY, LATE)
        }
        opened.page.check('input[name="against"][value="before"]', force=True)
        opened.wait_until(f"({PIXEL})([0, {LATE}])[0] === {pixels[0, EARLY][0]}")
    red, _, blue, _ = pixels[0, LATE]
    assert red > blue + 60
    red, _, blue, _ = pixels[1, LATE]
    assert blue > red + 60
    unchanged = pixels[2, LATE]
    assert pixels[0, EARLY] == pixels[1, EARLY] == unchanged
    assert max(unchanged[:3]) - min(unchanged[:3]) < 10


def centre(opened: Opened) -> tuple[float, float]:
    """Return a point in the first row of the heat map."""
    box = opened.page.locator(".heat canvas").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + 8


def test_the_distribution_is_read_under_the_pointer(usual: Path, desk: Desk) -> None:
    page = next(
        path for path in sorted(usual.glob("runs/book*.html")) if "What made it worse" in path.read_text("utf-8")
    )
    with desk.open(page) as opened:
        plot = opened.page.locator('[data-chart="spread"] .plot')
        plot.focus()
        for _ in range(5):
            plot.press("ArrowRight")
        tip = opened.page.inner_text(".tip")
        assert "baseline, intrinsic" in tip
        assert "candidate, raw" in tip
        opened.page.uncheck('input[value="raw"]')
        plot.press("ArrowRight")
        assert "raw" not in opened.page.inner_text(".tip")


def test_everything_is_reached_with_the_tab_key(usual: Path, desk: Desk) -> None:
    with desk.open(series_of(usual, "book")) as opened:
        reached = set()
        for _ in range(60):
            opened.page.keyboard.press("Tab")
            reached.add(opened.evaluate("document.activeElement.className || document.activeElement.tagName"))
    assert {"skip", "plot tall", "quiet", "A", "INPUT", "BUTTON"} <= reached
