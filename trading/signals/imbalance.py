"""Imbalance of the two best levels: quantities in lots in, -1 (only sellers) to 1 (only buyers) out."""

from __future__ import annotations


def imbalance(bid_quantity_lots: int, ask_quantity_lots: int) -> float:
    """Compare what is bid with what is offered.

    ``(bid - ask) / (bid + ask)``, as in Cartea, Jaimungal and Penalva, "Algorithmic and High-Frequency Trading", 2015,
    section 3.5; 0 for an empty book.

    Parameters
    ----------
    bid_quantity_lots, ask_quantity_lots
        Quantities at the best prices, 0 or more.
    """
    total = bid_quantity_lots + ask_quantity_lots
    return (bid_quantity_lots - ask_quantity_lots) / total if total else 0.0
