"""What a native module offers: the kernels of every component, as :mod:`trading.assembly` uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from trading.pipeline import Strategy
    from trading.strategy import StrategyParameters


class Kernels(Protocol):
    """One build variant of the kernels. Each ``Native*`` makes an object that honours the component's own protocol."""

    VARIANT: str
    """Name of the build variant."""

    def NativeMeanReversion(self, parameters: StrategyParameters, symbol: str) -> Strategy:  # noqa: N802 - a class
        """Make the strategy."""
        ...
