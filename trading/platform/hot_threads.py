"""Several placements as one: techniques come in, in the order in which they are applied; a placement goes out."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trading.platform.interface import Notice, Placement


class HotThreads:
    """Applies each technique in turn, and takes them back in the opposite order; without any, nothing happens.

    Parameters
    ----------
    techniques
        A later one may rest on what an earlier one did, as memory near a core rests on being pinned to it.
    """

    def __init__(self, *techniques: Placement) -> None:
        self._techniques = techniques

    @contextmanager
    def hot_thread(self, name: str) -> Iterator[tuple[Notice, ...]]:
        """Place the calling thread by every technique."""
        with ExitStack() as applied:
            yield tuple(
                notice for technique in self._techniques for notice in applied.enter_context(technique.hot_thread(name))
            )
