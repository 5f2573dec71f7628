"""The stylesheet of the site, for pages that others make to stand beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ASSETS: Final = Path(__file__).parent / "assets"


def stylesheet() -> str:
    """Return the stylesheet as text."""
    return (ASSETS / "site.css").read_text(encoding="utf-8")
