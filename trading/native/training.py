"""What the profile-guided build is trained on: a native module and a number of events come in, work is done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trading.feed import generate

if TYPE_CHECKING:
    from trading.native.interface import Kernels

_SEED = 20_261_122


def replay(kernels: Kernels, events: int) -> None:  # noqa: ARG001 - bindings are added one by one
    """Put every kernel to work as a replay of a recorded feed does."""
    for _ in generate(events, _SEED):
        pass
