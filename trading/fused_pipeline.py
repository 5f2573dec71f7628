"""The whole system in native code: feed events come in, fills and a summary go out, and no record is made in between.

The components are those of :mod:`trading.pipeline`, each a kernel that can be asked for its state; only the loop over
them is fused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from trading.pipeline import Counts, summarize

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typing_extensions import Buffer

    from trading.pipeline import Components
    from trading.records import BookUpdate, FeedEvent, Fill
    from trading.replay_summary import ReplaySummary


class PipelineKernel(Protocol):
    """What runs the components."""

    def on_event(self, event: FeedEvent) -> list[Fill]:
        """Process one event and return the fills of the own order that it led to, if any."""

    def run(self, events: Iterable[FeedEvent]) -> None:
        """Process events to the end of the feed."""

    def run_packed(self, events: Buffer) -> None:
        """Process a buffer of events, each as six integers of 8 bytes."""

    def counts(self) -> tuple[int, int, int, int, int]:
        """Return the events, trades, orders sent, fills and filled lots so far."""

    def top(self) -> BookUpdate:
        """Return the top of the book after the last event that changed it."""


class FusedPipeline:
    """A :class:`trading.pipeline.Pipeline` that cannot time its components, and is faster.

    Parameters
    ----------
    components
        The parts, all native.
    kernel
        What runs them.

    Attributes
    ----------
    components
        The same parts; what they hold is theirs to be asked for.
    on_event, run, run_packed
        The kernel's own methods: process one event, a feed, or a buffer of packed events.
    """

    def __init__(self, components: Components, kernel: PipelineKernel) -> None:
        self.components = components
        self._kernel = kernel
        self.on_event = kernel.on_event
        self.run = kernel.run
        self.run_packed = kernel.run_packed

    def summary(self, duration_ns: int = 0) -> ReplaySummary:
        """Tell what happened so far; the duration gives the number of events a second, and is 0 when not known."""
        return summarize(self.components, Counts(*self._kernel.counts()), self._kernel.top(), duration_ns)
