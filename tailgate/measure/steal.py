"""How much of the machine the hypervisor took away meanwhile. In: /proc/stat. Out: a share, NaN where unknown."""

from __future__ import annotations

import math
from pathlib import Path

STEAL_FIELD = 7
"""Position of ``steal`` in the ``cpu`` line: user nice system idle iowait irq softirq steal, in jiffies (proc(5))."""


class StealMeter:
    """Measures from its construction on."""

    def __init__(self, source: Path = Path("/proc/stat")) -> None:
        self._source = source
        self._before = self._read()

    def share(self) -> float:
        """Share of all processor time since construction that was stolen, 0..1; NaN where the kernel does not say."""
        after = self._read()
        if self._before is None or after is None:
            return math.nan
        total = after[1] - self._before[1]
        return (after[0] - self._before[0]) / total if total > 0 else 0.0

    def _read(self) -> tuple[int, int] | None:
        try:
            first = self._source.read_text(encoding="ascii").splitlines()[0]
            jiffies = [int(field) for field in first.split()[1 : STEAL_FIELD + 2]]
            return jiffies[STEAL_FIELD], sum(jiffies)
        except (OSError, ValueError, IndexError):
            return None
