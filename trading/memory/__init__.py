"""Where records and buffers get their memory: requests come in, objects and their counts go out."""

from __future__ import annotations

from trading.memory.counts import AllocationCounts
from trading.memory.interface import OrderMemory, RequestMemory, TradeStore
from trading.memory.plain_orders import PlainOrderMemory
from trading.memory.plain_requests import PlainRequestMemory
from trading.memory.trade_list import TradeList

__all__ = [
    "AllocationCounts",
    "OrderMemory",
    "PlainOrderMemory",
    "PlainRequestMemory",
    "RequestMemory",
    "TradeList",
    "TradeStore",
]
