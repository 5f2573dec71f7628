"""What a native module offers: the kernels of every component, as :mod:`trading.assembly` uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from trading.orders import OrderManager
    from trading.pipeline import Strategy
    from trading.positions import Positions
    from trading.risk import RiskCheck, RiskLimits
    from trading.strategy import StrategyParameters


class Kernels(Protocol):
    """One build variant of the kernels. Each ``Native*`` makes an object that honours the component's own protocol."""

    VARIANT: str
    """Name of the build variant."""

    def NativeMeanReversion(self, parameters: StrategyParameters, symbol: str) -> Strategy:  # noqa: N802 - a class
        """Make the strategy."""
        ...

    def NativeOrderLedger(self, *, order_pool: bool = False) -> OrderManager:  # noqa: N802 - a class
        """Make the keeper of own orders, with a venue on paper behind it."""
        ...

    def NativePositions(self, *, lock: str = "mutex", aligned: bool = False) -> Positions:  # noqa: N802 - a class
        """Make the keeper of positions; the lock is "mutex", "fast" or "sharded"."""
        ...

    def NativeRisk(self, limits: RiskLimits, symbol: str = "SYNTH") -> RiskCheck:  # noqa: N802 - a class
        """Make the pre-trade checks of one symbol."""
        ...
