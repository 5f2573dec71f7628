"""The orders of the last moments: orders come in, times that the duplicate and the rate check compare with go out.

Time is that of the orders, so a replay decides as the original run did. An order whose time lies before those that were
sent already counts as sent at the same moment: a clock that was set back never lets more pass.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from trading.records import Side

if TYPE_CHECKING:
    from trading.records import Order

_BUY = Side.BUY

NEVER_NS = -(1 << 63)
"""A time before any order's."""


class RecentOrders:
    """Keeps what two checks ask for, and forgets what is older than their windows.

    Attributes
    ----------
    sent_at_ns
        When an order of a price in ticks and a signed quantity (below zero to sell) was sent last; at least those
        within the duplicate window are there.
    message_times_ns
        Times of the last orders, as many as may be sent in one window, the oldest first: if the first one lies within
        the window, the window is full.
    """

    __slots__ = ("_duplicate_window_ns", "_in_order", "message_times_ns", "sent_at_ns")

    def __init__(self, duplicate_window_ns: int, maximum_messages: int) -> None:
        self._duplicate_window_ns = duplicate_window_ns
        self._in_order: deque[tuple[int, tuple[int, int]]] = deque()
        self.sent_at_ns: dict[tuple[int, int], int] = {}
        self.message_times_ns = deque([NEVER_NS] * maximum_messages, maxlen=maximum_messages)

    def add(self, order: Order) -> None:
        """Take an order that was sent."""
        _, side, _, price_ticks, quantity_lots, time_ns, _, _ = order
        # The last time is the greatest so far: none goes in that is smaller.
        time_ns = max(time_ns, self.message_times_ns[-1])
        self.message_times_ns.append(time_ns)
        key = price_ticks, quantity_lots if side is _BUY else -quantity_lots
        self.sent_at_ns[key] = time_ns
        in_order = self._in_order
        in_order.append((time_ns, key))
        oldest_needed_ns = time_ns - self._duplicate_window_ns
        while in_order[0][0] <= oldest_needed_ns:
            sent_at_ns, old_key = in_order.popleft()
            # The same order may have been sent again since.
            if self.sent_at_ns.get(old_key) == sent_at_ns:
                del self.sent_at_ns[old_key]
