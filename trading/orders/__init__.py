"""Own orders: orders that passed the risk check come in, fills and the state of each order go out."""

from __future__ import annotations

from trading.orders.interface import OrderManager, Venue
from trading.orders.order_ledger import OrderLedger
from trading.orders.order_state import OrderLife, OrderState
from trading.orders.paper_venue import PaperVenue

__all__ = ["OrderLedger", "OrderLife", "OrderManager", "OrderState", "PaperVenue", "Venue"]
