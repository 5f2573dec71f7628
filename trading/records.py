"""The vocabulary of the trading system: what flows between components.

Units are in the names: prices are integer ticks, quantities integer lots, times integer nanoseconds, money integer
ticks times lots. Messages are immutable ``NamedTuple`` records: the cheapest immutable value Python builds.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

MAXIMUM_PRICE_TICKS = 4_294_967_295
"""The highest price that a book takes: what the 32 bits of a price in NASDAQ ITCH 5.0 hold."""

MAXIMUM_QUANTITY_LOTS = 1_000_000_000
"""The greatest quantity of one order. Twice the highest price times this stays within 63 bits, so that money can be
added and subtracted in 64; and it is a thousand times what NASDAQ takes in one order (999,999 shares)."""


class Side(IntEnum):
    """Which side of the market an order stands on; the value is the sign of the position it opens."""

    BUY = 1
    SELL = -1

    @property
    def opposite(self) -> Side:
        """The side that this side trades against."""
        return Side.SELL if self is Side.BUY else Side.BUY


class OrderType(IntEnum):
    """How an order is priced."""

    LIMIT = 0
    MARKET = 1


class EventType(IntEnum):
    """What a feed event tells of the market; names follow LOBSTER and NASDAQ ITCH."""

    ADD = 1
    """A limit order arrives; it may match at once (synthetic feed) or is known to rest (recorded feeds)."""
    REDUCE = 2
    """A resting order loses ``quantity_lots`` and keeps its priority (partial cancel)."""
    DELETE = 3
    """A resting order is cancelled whole."""
    EXECUTE = 4
    """A visible resting order trades ``quantity_lots`` (recorded feeds)."""
    HIDDEN_EXECUTE = 5
    """A hidden order traded; the visible book is unchanged."""
    CROSS = 6
    """An auction trade; the visible book is unchanged."""
    HALT = 7
    """Trading is halted or resumed; the visible book is unchanged."""
    MARKET = 8
    """A market order arrives (synthetic feed)."""


class OperatorAction(IntEnum):
    """What a person does to the system, and no algorithm may."""

    ENGAGE_KILL_SWITCH = 1
    """No order may leave any more (RTS 6, article 12)."""
    RELEASE_KILL_SWITCH = 2
    """Orders may leave again."""
    REENABLE_STRATEGY = 3
    """A strategy that its repeated-execution throttle has stopped may go on (RTS 6, article 15(3))."""


class FeedEvent(NamedTuple):
    """One event of a market data feed."""

    time_ns: int
    event_type: EventType
    order_id: int
    side: Side
    price_ticks: int
    quantity_lots: int


class Order(NamedTuple):
    """An order as it is sent to a book or a venue. A market order has ``price_ticks`` 0."""

    order_id: int
    side: Side
    order_type: OrderType
    price_ticks: int
    quantity_lots: int
    time_ns: int
    symbol: str = "SYNTH"
    account: str = "HOUSE"


class TimeInForce(IntEnum):
    """How long what an order leaves over may rest."""

    GOOD_TILL_CANCEL = 0
    """Until it is filled or cancelled."""
    DAY = 1
    """Until the session ends, at the latest."""
    IMMEDIATE_OR_CANCEL = 2
    """Not at all: what cannot be traded at once is cancelled."""
    FILL_OR_KILL = 3
    """Not at all: unless all of it can be traded at once, none of it is."""


class SelfTradePrevention(IntEnum):
    """What happens instead of a trade between two orders of one account; the incoming order's choice counts."""

    OFF = 0
    """They trade."""
    CANCEL_NEWEST = 1
    """What is left of the incoming order is cancelled."""
    CANCEL_OLDEST = 2
    """The resting order is cancelled, and the incoming one goes on."""
    CANCEL_BOTH = 3
    """Both are cancelled."""


class Instructions(NamedTuple):
    """What an order asks for beyond side, price and quantity; the defaults are those of a plain order.

    Beside :class:`Order` instead of in it: most orders are plain, and every field would cost each of them.
    """

    time_in_force: TimeInForce = TimeInForce.GOOD_TILL_CANCEL
    is_post_only: bool = False
    """Refuse the order if it would trade at once."""
    self_trade_prevention: SelfTradePrevention = SelfTradePrevention.OFF
    display_lots: int = 0
    """An iceberg shows at most so many lots at a time; 0 shows all."""
    stop_price_ticks: int = 0
    """The order waits until a trade at this price or beyond it; 0 does not wait."""


class Trade(NamedTuple):
    """One match between an aggressor and a resting order, at the resting order's price."""

    time_ns: int
    resting_order_id: int
    aggressor_order_id: int
    aggressor_side: Side
    price_ticks: int
    quantity_lots: int


class BookUpdate(NamedTuple):
    """The top of the book after an event. An empty side has price 0 and quantity 0."""

    time_ns: int
    bid_price_ticks: int
    bid_quantity_lots: int
    ask_price_ticks: int
    ask_quantity_lots: int


class Signal(NamedTuple):
    """All indicator values after one tick. Prices in ticks, RSI in 0..100, imbalance in -1..1; NaN while warming up."""

    time_ns: int
    relative_strength_index: float
    macd: float
    macd_signal: float
    bollinger_lower: float
    bollinger_middle: float
    bollinger_upper: float
    imbalance: float


class Fill(NamedTuple):
    """A part of one of our own orders was executed."""

    time_ns: int
    order_id: int
    side: Side
    price_ticks: int
    quantity_lots: int
    symbol: str = "SYNTH"


class Position(NamedTuple):
    """What we hold of one symbol. Money is exact: integer ticks times lots."""

    symbol: str
    quantity_lots: int
    cost_tick_lots: int
    realised_tick_lots: int


class OperatorCommand(NamedTuple):
    """What a person decided, who it was, and why."""

    time_ns: int
    action: OperatorAction
    operator: str
    reason: str
