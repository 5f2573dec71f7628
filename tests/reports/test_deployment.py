"""What is deployed was shown to help: the flag file and the committed roadmap page, held together."""

from __future__ import annotations

import re
from pathlib import Path

from trading.flag_catalogue import CATALOGUE
from trading.flags import resolve

PAGE = Path(__file__).parents[2] / "reports" / "roadmap.md"
ROW = re.compile(r"^\| [\d.]+ \| `([a-z-]+)` \|.*\| \*\*([a-z ]+)\*\* \|", re.MULTILINE)
STEP_TAKEN_FOR_GRANTED = "native-core"
"""The plan claims nothing of it."""


def verdicts() -> dict[str, str]:
    return dict(ROW.findall(PAGE.read_text(encoding="utf-8")))


def test_the_page_has_a_verdict_on_every_flag() -> None:
    assert list(verdicts()) == [flag.name for flag in CATALOGUE]


def test_nothing_is_deployed_that_was_not_shown_to_help() -> None:
    shown = {flag for flag, verdict in verdicts().items() if verdict in {"holds", "partly"}}
    assert resolve({}).on - {STEP_TAKEN_FOR_GRANTED} <= shown
