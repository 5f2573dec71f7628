"""Where records and buffers get their memory: requests come in, objects and their counts go out."""

from __future__ import annotations

from trading.memory.counts import AllocationCounts
from trading.memory.interface import OrderMemory, RequestMemory
from trading.memory.plain_orders import PlainOrderMemory
from trading.memory.plain_requests import PlainRequestMemory

__all__ = ["AllocationCounts", "OrderMemory", "PlainOrderMemory", "PlainRequestMemory", "RequestMemory"]
