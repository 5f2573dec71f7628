"""What a report is asked: the commands' words come in, :class:`ReportQuestion` goes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from tailgate.records import Waiver


@dataclass(frozen=True, slots=True)
class ReportQuestion:
    """What a report is asked.

    Attributes
    ----------
    output
        Folder of the site.
    store_url
        Where the store is, so that several processes can read it.
    runs
        How many runs of the gate get pages, the latest ones.
    now
        The moment that the week ends with.
    """

    output: Path
    store_url: str
    runs: int
    waivers: Sequence[Waiver]
    now: datetime
    processes: int = 2
