# The whole system in one call: feed events come in, fills of own orders go out (see ../pipeline.hpp).

from cpython.buffer cimport PyBUF_SIMPLE, PyBuffer_Release, PyObject_GetBuffer

cdef extern from "pipeline.hpp" namespace "trading::pipeline" nogil:
    struct PipelineCounts "trading::pipeline::Counts":
        int64_t events, trades, orders_sent, fills, filled_lots
    enum Trouble:
        kFine, kBookFault, kSentBefore, kTooManyLots
    struct Execution:
        int64_t time_ns, order_id, side, price_ticks, quantity_lots
    struct Step:
        Trouble trouble
        BatchResult book
        Execution execution
    cppclass System:
        System(Book&, EngineKernel&, MeanReversion&, PreTradeRisk&, OrderLedger&, Holdings&, Place*)
        Step on_event(const PackedEvent& event) except +
        Step run(const char* events, size_t count, size_t& done) except +
        const PipelineCounts& counts()
        const TopRow& top()
        int64_t top_time_ns()

cdef extern from "records.hpp" namespace "trading::native":
    object make_fill_of(object type, int64_t time_ns, int64_t order_id, object side, int64_t price_ticks,
                        int64_t quantity_lots, object symbol)


cdef int pack_event(object event, BookCall* call, PackedEvent* packed) except -1:
    """Read an event, whose numbers a book may then still refuse; the call keeps what messages name."""
    cdef bint has_usable_id
    # A delete names an order and nothing else.
    call.side = call.price_ticks = call.quantity_lots = 0
    has_usable_id = read_event_call(event, call)
    if not has_usable_id and (call.event_type == kAdd or call.event_type == kMarket):
        refuse_id(<object>call.order_id_object)
    if not has_usable_id and (call.event_type == kDelete or call.event_type == kReduce or call.event_type == kExecute):
        raise BookError(fault_text(kNotResting, <object>call.order_id_object, None, None, None))
    read_exactly(call.time_ns, &packed.time_ns)
    packed.event_type = call.event_type
    packed.order_id = call.order_id
    packed.side = call.side
    packed.price_ticks = call.price_ticks
    packed.quantity_lots = call.quantity_lots
    return 0


cdef class NativePipeline:
    """The kernel of :class:`trading.pipeline.Pipeline`, over components that are kernels themselves.

    Parameters
    ----------
    book, signals, strategy, risk, orders, positions
        The components, native and of the same module; they can be asked for their state at any time.
    symbol
        What is traded.
    """

    cdef System* system
    cdef NativeBook book
    cdef tuple kept
    cdef object symbol

    def __cinit__(self, NativeBook book not None, NativeSignalEngine signals not None,
                  NativeMeanReversion strategy not None, NativeRisk risk not None,
                  NativeOrderLedger orders not None, NativePositions positions not None, str symbol not None):
        self.book = book
        self.kept = (signals, strategy, risk, orders, positions)
        self.symbol = symbol
        self.system = new System(book.book[0], signals.kernel[0], strategy.kernel[0], risk.kernel[0],
                                 orders.kernel[0], positions.kernel[0], place_of(positions, symbol))

    def __dealloc__(self):
        del self.system

    def on_event(self, event):
        """Process one event and return the fills of the own order that it led to, if any."""
        cdef BookCall call
        cdef PackedEvent packed
        cdef Step step
        pack_event(event, &call, &packed)
        step = self.system.on_event(packed)
        if step.trouble != kFine:
            self._refuse(&step, <object>call.order_id_object, <object>call.price_object,
                         <object>call.quantity_object)
        if step.execution.quantity_lots == 0:
            return []
        return [self._fill(&step.execution)]

    def run(self, events):
        """Process events to the end of the feed; those before an exception are done."""
        cdef BookCall call
        cdef PackedEvent packed
        cdef Step step
        for event in events:
            pack_event(event, &call, &packed)
            step = self.system.on_event(packed)
            if step.trouble != kFine:
                self._refuse(&step, <object>call.order_id_object, <object>call.price_object,
                             <object>call.quantity_object)

    def run_packed(self, events):
        """Process a buffer of events; other threads of the interpreter go on meanwhile.

        Parameters
        ----------
        events
            Bytes: for each event the six fields of a FeedEvent, each as 8 bytes in the order of this machine.
        """
        cdef Py_buffer view
        cdef PackedEvent event
        cdef Step step
        cdef size_t count, done = 0
        PyObject_GetBuffer(events, &view, PyBUF_SIMPLE)
        try:
            count = events_in(&view)
            with nogil:
                step = self.system.run(<const char*>view.buf, count, done)
            if step.trouble != kFine:
                memcpy(&event, <const char*>view.buf + done * sizeof(PackedEvent), sizeof(PackedEvent))
                self._refuse(&step, event.order_id, event.price_ticks, event.quantity_lots)
        finally:
            PyBuffer_Release(&view)

    def counts(self):
        """Return the events, trades, orders sent, fills and filled lots so far."""
        cdef PipelineCounts counts = self.system.counts()
        return counts.events, counts.trades, counts.orders_sent, counts.fills, counts.filled_lots

    def top(self):
        """Return the top of the book after the last event that changed it."""
        cdef TopRow top = self.system.top()
        return make_update(_BookUpdate, self.system.top_time_ns(), top.bid.price_ticks, top.bid.quantity_lots,
                           top.ask.price_ticks, top.ask.quantity_lots)

    cdef object _fill(self, const Execution* execution):
        return make_fill_of(_Fill, execution.time_ns, execution.order_id, side_of(execution.side),
                            execution.price_ticks, execution.quantity_lots, self.symbol)

    cdef object _refuse(self, const Step* step, order_id, price_ticks, quantity_lots):
        """Say in the words of the component what was impossible."""
        if step.trouble == kBookFault:
            raise BookError(fault_text(step.book.fault, order_id, price_ticks, quantity_lots, step.book.held_lots))
        if step.trouble == kSentBefore:
            raise OrderStateError("an own order's id was sent before; give each order its own id")
        raise OverflowError(f"the position in {self.symbol} would have more lots than fit in 64 bits")
