# Pre-trade risk: orders, updates, fills and commands of Python come in, refusals go out (see ../risk/pre_trade.hpp).

from libcpp.vector cimport vector

from trading.records import OperatorAction
from trading.risk.refusal import Refusal, RefusalReason

cdef extern from "risk/pre_trade.hpp" namespace "trading::risk" nogil:
    struct RiskNumbers "trading::risk::Limits":
        int64_t collar_basis_points, maximum_quantity_lots, maximum_notional_tick_lots, maximum_position_lots
        int64_t maximum_credit_tick_lots, duplicate_window_ns, maximum_repeated_executions, maximum_messages
        int64_t message_window_ns
    struct RiskQuestion "trading::risk::Question":
        cbool is_ours, is_buy, is_market
        int64_t price_ticks, quantity_lots, time_ns
    struct RiskAnswer "trading::risk::Answer":
        int reason
        Wide observed, limit
    struct RiskTerms "trading::risk::Terms":
        int64_t price_ticks, signed_lots
    struct OpenOrder:
        int64_t order_id
        Wide lots
    struct SentOrder:
        int64_t time_ns
        RiskTerms terms
    cppclass OpenOrders:
        vector[OpenOrder] all() except +
    cppclass RecentOrders:
        vector[SentOrder] all() except +
        vector[int64_t] message_times_ns() except +
    cppclass PreTradeRisk:
        PreTradeRisk(const RiskNumbers&) except +
        RiskAnswer check(const RiskQuestion&)
        void on_quote(int64_t bid_price_ticks, int64_t ask_price_ticks)
        void on_sent(int64_t order_id, cbool is_buy, int64_t price_ticks, int64_t quantity_lots,
                     int64_t time_ns) except +
        void on_fill(cbool is_buy, int64_t price_ticks, int64_t quantity_lots)
        void on_executed(int64_t order_id, int64_t quantity_lots)
        void on_closed(int64_t order_id)
        void kill(cbool is_killed)
        void enable_again()
        cbool is_killed()
        Wide position_lots()
        Wide cash_half_tick_lots()
        int64_t reference_half_ticks()
        int64_t repeated_executions()
        int64_t count(int reason)
        const OpenOrders& open_orders()
        const RecentOrders& recent_orders()
    int _PASSES "trading::risk::kPasses"
    int _BAD_QUANTITY "trading::risk::kBadQuantity"
    int _MAXIMUM_QUANTITY "trading::risk::kMaximumQuantity"
    int _PRICE_COLLAR "trading::risk::kPriceCollar"

cdef extern from "<cstdint>" nogil:
    int64_t _GREATEST "INT64_MAX"
    int64_t _SMALLEST "INT64_MIN"

cdef extern from "records.hpp" namespace "trading::native":
    object make_refusal(object type, PyObject* order_id, PyObject* reason, Wide observed, Wide limit)

cdef object _Refusal = Refusal
cdef tuple _REASONS = tuple(RefusalReason)
cdef object _REENABLE_STRATEGY = OperatorAction.REENABLE_STRATEGY
cdef object _ENGAGE_KILL_SWITCH = OperatorAction.ENGAGE_KILL_SWITCH


cdef class NativeRisk:
    """The kernel of :class:`trading.risk.PreTradeRisk`; same parameters, and a symbol that is a string.

    Exact, as the reference is. An order may ask for any price and quantity. What has happened may not be of more than
    2**40 ticks or lots, ids and times have 64 bits, and anything greater is an ``OverflowError`` that changes nothing.
    """

    cdef PreTradeRisk* kernel
    cdef object symbol

    def __cinit__(self, limits, symbol="SYNTH"):
        cdef RiskNumbers numbers
        is_symbol(<PyObject*>symbol)
        read_exactly(<PyObject*>limits.collar_basis_points, &numbers.collar_basis_points)
        read_exactly(<PyObject*>limits.maximum_quantity_lots, &numbers.maximum_quantity_lots)
        read_exactly(<PyObject*>limits.maximum_notional_tick_lots, &numbers.maximum_notional_tick_lots)
        read_exactly(<PyObject*>limits.maximum_position_lots, &numbers.maximum_position_lots)
        read_exactly(<PyObject*>limits.maximum_credit_tick_lots, &numbers.maximum_credit_tick_lots)
        read_exactly(<PyObject*>limits.duplicate_window_ns, &numbers.duplicate_window_ns)
        read_exactly(<PyObject*>limits.maximum_repeated_executions, &numbers.maximum_repeated_executions)
        read_exactly(<PyObject*>limits.maximum_messages, &numbers.maximum_messages)
        read_exactly(<PyObject*>limits.message_window_ns, &numbers.message_window_ns)
        self.kernel = new PreTradeRisk(numbers)
        self.symbol = symbol

    def __dealloc__(self):
        del self.kernel

    @property
    def position_lots(self):
        """The position as the fills have made it; negative when short."""
        return wide_to_python(self.kernel.position_lots())

    @property
    def is_killed(self):
        """Whether the kill switch is engaged."""
        return self.kernel.is_killed()

    @property
    def refusal_counts(self):
        """How often each reason has been given since construction; every reason is a key."""
        return {reason: self.kernel.count(reason) for reason in _REASONS}

    def check(self, order):
        """Answer why an order may not be sent, or None when it may. Counts the refusal. Hot path."""
        cdef RiskQuestion question
        cdef RiskAnswer answer
        is_record(order, 8, b"Order")
        question.is_buy = field_of(order, 1) == <PyObject*>_BUY
        question.is_market = field_of(order, 2) == <PyObject*>_MARKET
        read_number(field_of(order, 3), &question.price_ticks)
        read_number(field_of(order, 4), &question.quantity_lots)
        read_exactly(field_of(order, 5), &question.time_ns)
        question.is_ours = is_equal_to_symbol(field_of(order, 6), <PyObject*>self.symbol)
        answer = self.kernel.check(question)
        if answer.reason == _PASSES:
            return None
        return _refusal(order, question.price_ticks, answer, self.kernel.reference_half_ticks())

    def on_update(self, update):
        """Take the top of the book, from which the reference price comes. Hot path."""
        cdef int64_t bid_price_ticks, bid_quantity_lots, ask_price_ticks, ask_quantity_lots
        is_record(update, 5, b"BookUpdate")
        read_number(field_of(update, 2), &bid_quantity_lots)
        read_number(field_of(update, 4), &ask_quantity_lots)
        if bid_quantity_lots and ask_quantity_lots:
            read_summable(field_of(update, 1), &bid_price_ticks)
            read_summable(field_of(update, 3), &ask_price_ticks)
            self.kernel.on_quote(bid_price_ticks, ask_price_ticks)

    def on_sent(self, order):
        """Take an order that left for the market; until it is closed, all of it may execute."""
        cdef int64_t order_id, price_ticks, quantity_lots, time_ns
        is_record(order, 8, b"Order")
        read_exactly(field_of(order, 0), &order_id)
        read_summable(field_of(order, 3), &price_ticks)
        read_summable(field_of(order, 4), &quantity_lots)
        read_exactly(field_of(order, 5), &time_ns)
        self.kernel.on_sent(order_id, field_of(order, 1) == <PyObject*>_BUY, price_ticks, quantity_lots, time_ns)

    def on_fill(self, fill):
        """Take an execution of one of our orders, which moves the position."""
        cdef int64_t order_id, price_ticks, quantity_lots
        cdef int has_known_size
        is_record(fill, 6, b"Fill")
        if not is_equal_to_symbol(field_of(fill, 5), <PyObject*>self.symbol):
            return
        read_summable(field_of(fill, 3), &price_ticks)
        read_summable(field_of(fill, 4), &quantity_lots)
        # No order of an id beyond 64 bits was sent: it is unknown, which is no error.
        has_known_size = read_if_it_fits(field_of(fill, 1), &order_id)
        self.kernel.on_fill(field_of(fill, 2) == <PyObject*>_BUY, price_ticks, quantity_lots)
        if has_known_size:
            self.kernel.on_executed(order_id, quantity_lots)

    def on_closed(self, order_id):
        """Take the end of an own order, filled, cancelled or rejected; an unknown one is no error."""
        cdef int64_t number
        if read_if_it_fits(<PyObject*>order_id, &number):
            self.kernel.on_closed(number)

    def on_command(self, command):
        """Take a person's decision to stop all orders, to let them leave again, or to enable the strategy again."""
        action = command.action
        if action is _REENABLE_STRATEGY:
            self.kernel.enable_again()
        else:
            self.kernel.kill(action is _ENGAGE_KILL_SWITCH)

    def state(self):
        """Return everything that answers depend on, as plain values under the names of the reference."""
        cdef OpenOrder open_order
        cdef SentOrder sent_order
        lots_of = {}
        for open_order in self.kernel.open_orders().all():
            lots_of[open_order.order_id] = wide_to_python(open_order.lots)
        sent_at_ns = {}
        for sent_order in self.kernel.recent_orders().all():
            sent_at_ns[sent_order.terms.price_ticks, sent_order.terms.signed_lots] = sent_order.time_ns
        return {
            "position_lots": self.position_lots,
            "cash_half_tick_lots": wide_to_python(self.kernel.cash_half_tick_lots()),
            "reference_half_ticks": self.kernel.reference_half_ticks(),
            "repeated_executions": self.kernel.repeated_executions(),
            "is_killed": self.is_killed,
            "open_orders": dict(sorted(lots_of.items())),
            "sent_at_ns": dict(sorted(sent_at_ns.items())),
            "message_times_ns": self.kernel.recent_orders().message_times_ns(),
            "counts": list(self.refusal_counts.values()),
        }


cdef object _refusal(object order, int64_t price_ticks, RiskAnswer answer, int64_t reference_half_ticks):
    refusal = make_refusal(
        _Refusal, field_of(order, 0), field_of(_REASONS, answer.reason), answer.observed, answer.limit
    )
    # What comes from the order itself may be beyond the bits of the kernel, which then knows only that it is too much.
    if answer.reason == _BAD_QUANTITY or answer.reason == _MAXIMUM_QUANTITY:
        if answer.observed == _GREATEST or answer.observed == _SMALLEST:
            return refusal._replace(observed=order.quantity_lots)
    elif answer.reason == _PRICE_COLLAR and (price_ticks == _GREATEST or price_ticks == _SMALLEST):
        return refusal._replace(observed=abs(2 * order.price_ticks - reference_half_ticks))
    return refusal
