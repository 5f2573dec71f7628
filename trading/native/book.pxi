# The order book: orders and packed events come in, trades and the state of both sides go out.

from cpython.buffer cimport PyBUF_SIMPLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.bytes cimport PyBytes_FromStringAndSize
from cpython.object cimport PyObject
from libc.string cimport memcpy
from libcpp.vector cimport vector

cdef extern from "book/variants.hpp" namespace "trading::book" nogil:
    enum BookFault "trading::book::Fault":
        kNone, kIsResting, kBadQuantity, kBadPrice, kNotResting, kTooFewLots
    enum BookEventType "trading::book::EventType":
        kAdd, kReduce, kDelete, kExecute, kMarket
    enum Sharing:
        kMutex, kFastLock, kSequence
    cppclass TradeRows:
        size_t size()
    struct LevelRow:
        int64_t price_ticks, quantity_lots
    struct TopRow:
        LevelRow bid, ask
    struct LotsOfSides:
        int64_t bid_lots, ask_lots
    struct QueueRow:
        int64_t order_id, quantity_lots
    struct Taken:
        BookFault fault
        int64_t lots, side, price_ticks
    struct PackedEvent:
        int64_t time_ns, event_type, order_id, side, price_ticks, quantity_lots
    struct BatchResult:
        size_t applied
        int64_t trades
        BookFault fault
        int64_t held_lots
    struct BookCounts:
        int64_t acquired, released, allocated
    cppclass Book:
        BookFault enter_limit(int64_t order_id, int64_t side, int64_t price_ticks, int64_t lots,
                              TradeRows& trades) except +
        BookFault enter_market(int64_t order_id, int64_t side, int64_t lots, TradeRows& trades) except +
        Taken cancel(int64_t order_id) except +
        Taken take(int64_t order_id, int64_t lots) except +
        BatchResult run(const char* events, size_t count) except +
        LevelRow best(int64_t side) except +
        TopRow top() except +
        LotsOfSides lots_of_best(int64_t levels) except +
        void depth(int64_t side, int64_t levels, vector[LevelRow]& out) except +
        void queue(int64_t side, int64_t price_ticks, vector[QueueRow]& out) except +
        int64_t quantity_of(int64_t order_id) except +
        size_t size() except +
        BookCounts counts() except +
    struct Make:
        Sharing sharing
        cbool has_small_vectors, has_order_pool, has_prefetch, has_simd
    Book* make_book(const Make& make) except +

cdef extern from "book/beside_readers.hpp" namespace "trading::book" nogil:
    struct Note:
        pass
    struct SideBySide:
        BatchResult batch
        int64_t looks
    cppclass BesideReaders:
        BesideReaders(Book& book, size_t readers, int64_t looks, int64_t levels, size_t notes) except +
        SideBySide run(const char* events, size_t count) except +
        const vector[vector[Note]]& notes()

cdef extern from "book/calls.hpp" namespace "trading::book":
    struct BookCall "trading::book::Call":
        int64_t event_type, order_id, side, price_ticks, quantity_lots
        PyObject* time_ns
        PyObject* order_id_object
        PyObject* price_object
        PyObject* quantity_object
    int read_order_id(object value, int64_t* out) except -1
    int read_order_call(object order, BookCall* out) except -1
    int read_event_call(object event, BookCall* out) except -1
    object make_trade_of(object type, object time_ns, int64_t resting_order_id, object aggressor_order_id, object side,
                         int64_t price_ticks, int64_t quantity_lots)
    object make_trades(object type, const TradeRows& rows, object time_ns, object aggressor_order_id, object side)
    object make_levels(const vector[LevelRow]& rows)
    object make_queue(const vector[QueueRow]& rows)

cdef dict _SHARINGS = {"mutex": kMutex, "fast": kFastLock, "sequence": kSequence}
cdef object _MAXIMUM_PRICE_TICKS = MAXIMUM_PRICE_TICKS
cdef object _MAXIMUM_QUANTITY_LOTS = MAXIMUM_QUANTITY_LOTS
cdef object _ANONYMOUS_ORDER_ID = 0
cdef int64_t _EXACT_IN_DOUBLE = 1 << 53


cdef str fault_text(BookFault fault, order_id, price_ticks, quantity_lots, held_lots):
    """Say what is wrong in the words of the reference."""
    if fault == kIsResting:
        return f"order {order_id} is resting already; give each order its own id"
    if fault == kBadQuantity:
        bound = "at least 1 lot" if quantity_lots <= 0 else f"at most {_MAXIMUM_QUANTITY_LOTS} lots"
        return f"order {order_id} has quantity {quantity_lots}; it must be {bound}"
    if fault == kBadPrice:
        bound = "at least 1 tick" if price_ticks <= 0 else f"at most {_MAXIMUM_PRICE_TICKS} ticks"
        return f"limit order {order_id} has price {price_ticks}; it must be {bound}"
    if fault == kTooFewLots:
        return f"cannot take {quantity_lots} lots off order {order_id}, which has {held_lots}"
    return f"order {order_id} is not resting; it was never added, or it was filled or cancelled"


cdef object refuse_id(order_id):
    raise BookError(f"order id {order_id} does not fit 64 bits; give out smaller ones")


cdef class NativeBook:
    """The kernel of :class:`trading.book.PriceTimeBook`, and more; see :class:`trading.book.interface.OrderBook`.

    Parameters
    ----------
    lock
        How threads share it: ``mutex``, ``fast`` (spins, then parks) or ``sequence``: one thread writes and asks for
        single orders; in others, the top, the depth and the imbalance are read without a lock.
    small_vectors, order_pool, prefetch, simd
        Queues with room for 8 inside; orders and levels from a free list; hints of what is needed next; vector sums.
    """

    cdef Book* book
    cdef str description

    def __cinit__(self, *, str lock="mutex", bint small_vectors=False, bint order_pool=False, bint prefetch=False,
                  bint simd=False):
        cdef Make make
        if lock not in _SHARINGS:
            raise ConfigurationError(f'there is no lock "{lock}" for a book; use one of {", ".join(_SHARINGS)}')
        make.sharing = <Sharing><int>_SHARINGS[lock]
        make.has_small_vectors = small_vectors
        make.has_order_pool = order_pool
        make.has_prefetch = prefetch
        make.has_simd = simd
        self.book = make_book(make)
        self.description = (
            f"NativeBook(lock={lock!r}, small_vectors={bool(small_vectors)}, order_pool={bool(order_pool)},"
            f" prefetch={bool(prefetch)}, simd={bool(simd)})"
        )

    def __dealloc__(self):
        del self.book

    def submit(self, order):
        """Match an incoming order; the rest of a limit order rests, the rest of a market order is dropped."""
        cdef BookCall call
        if not read_order_call(order, &call):
            refuse_id(<object>call.order_id_object)
        return self._enter(&call)

    def apply(self, event):
        """Apply one feed event and return the trades that it caused on the visible book."""
        cdef BookCall call
        cdef Taken taken
        cdef bint is_in_range = read_event_call(event, &call)
        if call.event_type == kAdd or call.event_type == kMarket:
            if not is_in_range:
                refuse_id(<object>call.order_id_object)
            return self._enter(&call)
        taken.fault = kNotResting
        taken.lots = 0
        if call.event_type == kDelete:
            if is_in_range:
                taken = self.book.cancel(call.order_id)
        elif call.event_type == kReduce or call.event_type == kExecute:
            if is_in_range:
                taken = self.book.take(call.order_id, call.quantity_lots)
        else:
            return []
        if taken.fault != kNone:
            raise BookError(fault_text(taken.fault, <object>call.order_id_object, None, <object>call.quantity_object,
                                       taken.lots))
        if call.event_type != kExecute:
            return []
        return [make_trade_of(_Trade, <object>call.time_ns, call.order_id, _ANONYMOUS_ORDER_ID, side_of(-taken.side),
                              taken.price_ticks, call.quantity_lots)]

    def cancel(self, order_id):
        """Take a resting order out of the book and return the lots it still had."""
        cdef int64_t number
        cdef Taken taken
        if read_order_id(order_id, &number):
            taken = self.book.cancel(number)
            if taken.fault == kNone:
                return taken.lots
        raise BookError(fault_text(kNotResting, order_id, None, None, None))

    def reduce(self, order_id, quantity_lots):
        """Take lots off a resting order, which keeps its priority, and return the lots that remain; 0 removes it."""
        cdef Taken taken
        self._take(order_id, quantity_lots, &taken)
        return taken.lots

    def execute(self, order_id, quantity_lots, time_ns=0):
        """Trade lots of one named resting order against an anonymous aggressor."""
        cdef Taken taken
        cdef int64_t number, lots
        self._take(order_id, quantity_lots, &taken)
        read_integer(order_id, &number)
        read_integer(quantity_lots, &lots)
        return make_trade_of(_Trade, time_ns, number, _ANONYMOUS_ORDER_ID, side_of(-taken.side), taken.price_ticks, lots)

    def run(self, events):
        """Apply a whole buffer of events, and return how many trades they led to; other threads go on meanwhile.

        Parameters
        ----------
        events
            Bytes: for each event the six fields of a FeedEvent, each as 8 bytes in the order of this machine.

        Raises
        ------
        BookError
            An event is impossible; the message says which. Those before it are applied.
        ValueError
            The bytes are no whole number of events.
        """
        cdef Py_buffer view
        cdef BatchResult result
        cdef size_t count
        PyObject_GetBuffer(events, &view, PyBUF_SIMPLE)
        try:
            count = events_in(&view)
            with nogil:
                result = self.book.run(<const char*>view.buf, count)
            if result.fault != kNone:
                refuse_event(&view, result)
            return result.trades
        finally:
            PyBuffer_Release(&view)

    def run_beside_readers(self, events, size_t readers, *, int64_t looks=0, int64_t levels=5, size_t notes=0):
        """Apply a buffer of events, as ``run`` does, while other native threads read.

        Parameters
        ----------
        events
            As for ``run``.
        readers
            How many threads read, until the last event is applied.
        looks
            How many times each reads at least.
        levels
            How many levels are read where not only the top is.
        notes
            How many looks each reader may note. With 0 it looks at the top only, as fast as it can.

        Returns
        -------
        tuple
            Trades, looks of all readers together, and for each reader the notes: for each look seven integers of 8
            bytes. What was looked at (0 the top, 1 lots of the best levels, 2 depth of bids, 3 of asks), events that
            were finished before, events that were begun after, and four for what was seen (beside_readers.hpp).
        """
        cdef Py_buffer view
        cdef SideBySide result
        cdef size_t count
        cdef BesideReaders* side_by_side
        PyObject_GetBuffer(events, &view, PyBUF_SIMPLE)
        try:
            count = events_in(&view)
            side_by_side = new BesideReaders(self.book[0], readers, looks, levels, notes)
            try:
                with nogil:
                    result = side_by_side.run(<const char*>view.buf, count)
                if result.batch.fault != kNone:
                    refuse_event(&view, result.batch)
                seen = [
                    PyBytes_FromStringAndSize(<const char*>side_by_side.notes()[reader].data(),
                                              side_by_side.notes()[reader].size() * sizeof(Note))
                    for reader in range(readers)
                ]
            finally:
                del side_by_side
            return result.batch.trades, result.looks, seen
        finally:
            PyBuffer_Release(&view)

    def best_bid(self):
        """Price in ticks and total lots of the highest bid level; ``(0, 0)`` when there is none."""
        cdef LevelRow best = self.book.best(1)
        return make_pair(best.price_ticks, best.quantity_lots)

    def best_ask(self):
        """Price in ticks and total lots of the lowest ask level; ``(0, 0)`` when there is none."""
        cdef LevelRow best = self.book.best(-1)
        return make_pair(best.price_ticks, best.quantity_lots)

    def top(self, time_ns):
        """Best bid and best ask together, stamped with the time of the event that led to them."""
        cdef TopRow top = self.book.top()
        return make_update(_BookUpdate, time_ns, top.bid.price_ticks, top.bid.quantity_lots, top.ask.price_ticks,
                           top.ask.quantity_lots)

    def imbalance(self, levels):
        """(bid lots - ask lots) / (bid lots + ask lots) over the best levels: -1..1, and 0 for an empty book."""
        cdef int64_t count, total_lots
        cdef LotsOfSides lots
        read_integer(levels, &count)
        lots = self.book.lots_of_best(count)
        total_lots = lots.bid_lots + lots.ask_lots
        if total_lots > _EXACT_IN_DOUBLE:
            # The interpreter divides integers of any size with one rounding.
            return <object>(lots.bid_lots - lots.ask_lots) / <object>total_lots
        return <double>(lots.bid_lots - lots.ask_lots) / <double>total_lots if total_lots else 0.0

    def depth(self, side, levels):
        """Price in ticks and total lots of the best levels of one side, best first."""
        cdef int64_t sign, count
        cdef vector[LevelRow] rows
        read_integer(side, &sign)
        read_integer(levels, &count)
        self.book.depth(sign, count, rows)
        return make_levels(rows)

    def queue(self, side, price_ticks):
        """Order id and lots of every order at one price, first in priority first; empty when there is none."""
        cdef int64_t sign, price
        cdef vector[QueueRow] rows
        read_integer(side, &sign)
        read_integer(price_ticks, &price)
        self.book.queue(sign, price, rows)
        return make_queue(rows)

    def quantity_of(self, order_id):
        """Lots that a resting order still has; 0 when no such order is resting."""
        cdef int64_t number
        return self.book.quantity_of(number) if read_order_id(order_id, &number) else 0

    def counts(self):
        """Orders and levels handed out, and given back, and pieces of memory asked of the system for any purpose."""
        cdef BookCounts counts = self.book.counts()
        return counts.acquired, counts.released, counts.allocated

    def state(self):
        """Return every resting order: for each side its levels, best first, and for each the queue at its price."""
        levels = {side: self.depth(side, self.book.size()) for side in (1, -1)}
        return {
            side: [(price_ticks, self.queue(side, price_ticks)) for price_ticks, _ in levels[side]] for side in levels
        }

    def __repr__(self):
        return self.description

    def __len__(self):
        return self.book.size()

    def __contains__(self, order_id):
        cdef int64_t number
        return read_order_id(order_id, &number) and self.book.quantity_of(number) > 0

    cdef object _enter(self, BookCall* call):
        cdef TradeRows trades
        cdef BookFault fault
        if call.event_type == kAdd:
            fault = self.book.enter_limit(call.order_id, call.side, call.price_ticks, call.quantity_lots, trades)
        else:
            fault = self.book.enter_market(call.order_id, call.side, call.quantity_lots, trades)
        if fault != kNone:
            raise BookError(fault_text(fault, <object>call.order_id_object, <object>call.price_object,
                                       <object>call.quantity_object, None))
        return make_trades(_Trade, trades, <object>call.time_ns, <object>call.order_id_object, side_of(call.side))

    cdef int _take(self, order_id, quantity_lots, Taken* taken) except -1:
        cdef int64_t number, lots
        taken.fault = kNotResting
        taken.lots = 0
        read_integer(quantity_lots, &lots)
        if read_order_id(order_id, &number):
            taken[0] = self.book.take(number, lots)
            if taken.fault == kNone:
                return 0
        raise BookError(fault_text(taken.fault, order_id, None, quantity_lots, taken.lots))


cdef size_t events_in(Py_buffer* view) except? 0:
    if view.len % sizeof(PackedEvent):
        raise ValueError(f"{view.len} bytes are no whole number of events; each has {sizeof(PackedEvent)}")
    return view.len // sizeof(PackedEvent)


cdef object refuse_event(Py_buffer* view, BatchResult result):
    cdef PackedEvent event  # copied, because a buffer may start at any byte
    memcpy(&event, <const char*>view.buf + result.applied * sizeof(PackedEvent), sizeof(PackedEvent))
    text = fault_text(result.fault, event.order_id, event.price_ticks, event.quantity_lots, result.held_lots)
    raise BookError(f"event {result.applied} of the buffer: {text}; the events before it are applied")
