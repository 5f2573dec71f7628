# The strategy: a Signal and a BookUpdate come in, an Order or None goes out.

from cpython.object cimport PyObject

cdef extern from "strategy.hpp" namespace "trading::strategy" nogil:
    struct StrategyNumbers "trading::strategy::Parameters":
        int64_t order_lots
        double oversold_index, overbought_index, confirming_imbalance, strongest_trend
        int64_t pause_ns
    struct Indicators:
        double relative_strength_index, macd, macd_signal, lower, middle, upper, imbalance
    struct Decision:
        int64_t order_id, side, price_ticks, quantity_lots
    cppclass MeanReversion:
        MeanReversion(const StrategyNumbers&)
        Decision decide(int64_t time_ns, const Indicators& signal, int64_t bid_ticks, int64_t bid_lots,
                        int64_t ask_ticks, int64_t ask_lots)
        int64_t last_order_id()
        int64_t wait_until_ns()

cdef extern from "records.hpp" namespace "trading::native":
    int read_reals(object record, Py_ssize_t first, Py_ssize_t count, double* out) except 0
    object make_order(object type, int64_t order_id, object side, object order_type, int64_t price_ticks,
                      int64_t quantity_lots, int64_t time_ns, object symbol, object account)


cdef class NativeMeanReversion:
    """The kernel of :class:`trading.strategy.MeanReversion`; same parameters."""

    cdef MeanReversion* kernel
    cdef object symbol

    def __cinit__(self, parameters, symbol):
        cdef StrategyNumbers numbers
        numbers.order_lots = parameters.order_lots
        numbers.oversold_index = parameters.oversold_index
        numbers.overbought_index = parameters.overbought_index
        numbers.confirming_imbalance = parameters.confirming_imbalance
        numbers.strongest_trend = parameters.strongest_trend
        numbers.pause_ns = parameters.pause_ns
        self.kernel = new MeanReversion(numbers)
        self.symbol = symbol

    def __dealloc__(self):
        del self.kernel

    def decide(self, signal, top):
        """Answer a tick with an order, or with None."""
        cdef Indicators values
        cdef UpdateFields update
        cdef int64_t time_ns
        cdef Decision decision
        read_reals(signal, 1, 7, &values.relative_strength_index)
        read_integer(<object>(<tuple>signal)[0], &time_ns)
        read_update(top, &update)
        decision = self.kernel.decide(time_ns, values, update.bid_price_ticks, update.bid_quantity_lots,
                                      update.ask_price_ticks, update.ask_quantity_lots)
        if decision.order_id == 0:
            return None
        return make_order(_Order, decision.order_id, side_of(decision.side), _LIMIT, decision.price_ticks,
                          decision.quantity_lots, time_ns, self.symbol, "HOUSE")

    def state(self):
        """Return what the next decision depends on: the last order's id, and until when none is sent."""
        return self.kernel.last_order_id(), self.kernel.wait_until_ns()
