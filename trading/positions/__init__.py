"""Positions: fills come in, what is held of each symbol and its profit and loss go out."""

from __future__ import annotations

from trading.positions.average_cost import AverageCostPositions
from trading.positions.interface import Positions

__all__ = ["AverageCostPositions", "Positions"]
