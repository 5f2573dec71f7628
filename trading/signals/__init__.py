"""Indicators of the market's state, updated tick by tick: the top of the book in, one :class:`Signal` out."""

from trading.signals import over_lists
from trading.signals.bollinger_bands import BollingerBands
from trading.signals.engine import SignalEngine
from trading.signals.imbalance import imbalance
from trading.signals.interface import (
    ArrayIndicators,
    BandIndicator,
    ManySymbolIndicators,
    PriceIndicator,
    SignalSource,
    TrendIndicator,
)
from trading.signals.many_symbols import ManySymbols
from trading.signals.moving_average_convergence_divergence import MovingAverageConvergenceDivergence
from trading.signals.relative_strength_index import RelativeStrengthIndex

__all__ = [
    "ArrayIndicators",
    "BandIndicator",
    "BollingerBands",
    "ManySymbolIndicators",
    "ManySymbols",
    "MovingAverageConvergenceDivergence",
    "PriceIndicator",
    "RelativeStrengthIndex",
    "SignalEngine",
    "SignalSource",
    "TrendIndicator",
    "imbalance",
    "over_lists",
]
