"""How often memory was asked for and given back."""

from __future__ import annotations

from typing import NamedTuple


class AllocationCounts(NamedTuple):
    """Counts since construction.

    Attributes
    ----------
    acquired
        How many objects were handed out.
    released
        How many of them were given back.
    allocated
        How many of them took memory that had not been handed out before: all of them where nothing is kept for later,
        few where it is. It is what a pool or an arena saves.
    """

    acquired: int
    released: int
    allocated: int

    @property
    def live(self) -> int:
        """How many objects are in use."""
        return self.acquired - self.released
