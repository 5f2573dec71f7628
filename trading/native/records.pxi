# What every binding uses: the records of trading.records, read from and made as tuples (see records.hpp).

from libc.stdint cimport int8_t, int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libcpp cimport bool as cbool

from trading.errors import BookError, ChannelClosedError, ConfigurationError, CorruptInputError
from trading.records import MAXIMUM_PRICE_TICKS, MAXIMUM_QUANTITY_LOTS
from trading.records import BookUpdate, EventType, FeedEvent, Fill, Order, OrderType, Position, Side, Signal, Trade

cdef extern from "records.hpp" namespace "trading::native" nogil:
    struct UpdateFields:
        int64_t time_ns, bid_price_ticks, bid_quantity_lots, ask_price_ticks, ask_quantity_lots

cdef extern from "records.hpp" namespace "trading::native":
    int read_integer(object value, int64_t* out) except 0
    int read_update(object update, UpdateFields* out) except -1
    object make_trade(object type, int64_t time_ns, int64_t resting_order_id, int64_t aggressor_order_id, object side,
                      int64_t price_ticks, int64_t quantity_lots)
    object make_update(object type, object time_ns, int64_t bid_price_ticks, int64_t bid_quantity_lots,
                       int64_t ask_price_ticks, int64_t ask_quantity_lots)
    object make_pair(int64_t first, int64_t second)

# Types and enumeration members as C globals: looking a name up in the module costs more than the rest of a field.
cdef object _Order = Order
cdef object _Trade = Trade
cdef object _BookUpdate = BookUpdate
cdef object _Signal = Signal
cdef object _Fill = Fill
cdef object _Position = Position
cdef object _FeedEvent = FeedEvent
cdef object _BUY = Side.BUY
cdef object _SELL = Side.SELL
cdef object _LIMIT = OrderType.LIMIT
cdef object _MARKET = OrderType.MARKET

cdef inline object side_of(int64_t sign):
    return _BUY if sign > 0 else _SELL
