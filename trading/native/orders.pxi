# Own orders: orders and quotes of Python come in, fills and states go out (see ../orders/order_ledger.hpp).

from libcpp.vector cimport vector

from trading.errors import OrderStateError
from trading.orders.order_state import OrderState

cdef extern from "orders/order_ledger.hpp" namespace "trading::orders" nogil:
    struct OrderMeeting "trading::orders::Meeting":
        int64_t side
        cbool is_limit
        int64_t price_ticks, quantity_lots, quoted_price_ticks, displayed_lots
    struct OrderLifeFields "trading::orders::Life":
        int64_t order_id, quantity_lots, filled_lots
        int state
    enum SendOutcome "trading::orders::Outcome":
        _UNFILLED "trading::orders::kUnfilled"
        _EXECUTED "trading::orders::kExecuted"
        _SENT_BEFORE "trading::orders::kSentBefore"
        _IMPOSSIBLE "trading::orders::kImpossible"
    cppclass OrderLedger:
        SendOutcome send(int64_t order_id, const OrderMeeting& meeting) except +
        const OrderLifeFields* find(int64_t order_id)
        size_t size()
        int64_t allocations()
        vector[OrderLifeFields] all() except +
    OrderLedger* make_ledger(cbool has_pool) except +

cdef extern from "records.hpp" namespace "trading::native":
    object make_fill(object type, PyObject* time_ns, PyObject* order_id, PyObject* side, PyObject* price_ticks,
                     PyObject* quantity_lots, PyObject* symbol)

cdef tuple _STATES = tuple(OrderState)
cdef int64_t _LIMIT_NUMBER = OrderType.LIMIT


cdef class NativeOrderLedger:
    """The kernel of :class:`trading.orders.OrderLedger` with a :class:`trading.orders.PaperVenue` behind it.

    Numbers of orders and quotes have 64 bits; anything greater is an ``OverflowError`` that changes nothing.

    Parameters
    ----------
    order_pool
        Whether the lives of orders come from a free list instead of the heap.
    """

    cdef OrderLedger* kernel

    def __cinit__(self, *, order_pool=False):
        self.kernel = make_ledger(order_pool)

    def __dealloc__(self):
        del self.kernel

    def send(self, order, quote):
        """Send an order and return its fills; afterwards its state is a final one. Hot path."""
        cdef OrderMeeting meeting
        cdef int64_t order_id, order_type
        cdef Py_ssize_t price, lots
        cdef SendOutcome outcome
        is_record(order, 8, b"Order")
        is_record(quote, 5, b"BookUpdate")
        read_exactly(field_of(order, 0), &order_id)
        read_exactly(field_of(order, 1), &meeting.side)
        read_exactly(field_of(order, 2), &order_type)
        read_exactly(field_of(order, 3), &meeting.price_ticks)
        read_exactly(field_of(order, 4), &meeting.quantity_lots)
        # The opposite side of a quote: bid price, bid quantity, ask price, ask quantity from the second field on.
        price = 3 if meeting.side > 0 else 1
        lots = price + 1
        read_exactly(field_of(quote, price), &meeting.quoted_price_ticks)
        read_exactly(field_of(quote, lots), &meeting.displayed_lots)
        meeting.is_limit = order_type == _LIMIT_NUMBER
        outcome = self.kernel.send(order_id, meeting)
        if outcome == _UNFILLED:
            return []
        if outcome == _EXECUTED:
            return [
                make_fill(
                    _Fill, field_of(quote, 0), field_of(order, 0), field_of(order, 1), field_of(quote, price),
                    field_of(order, 4) if meeting.quantity_lots <= meeting.displayed_lots else field_of(quote, lots),
                    field_of(order, 6),
                )
            ]
        if outcome == _SENT_BEFORE:
            raise OrderStateError(f"order {order_id} was sent before; give each order its own id")
        raise OrderStateError(
            f"order {order_id} of {meeting.quantity_lots} lots cannot fill"
            f" {min(meeting.quantity_lots, meeting.displayed_lots)} more: 0 are filled"
        )

    def state_of(self, order_id):
        """Tell the state of an own order."""
        return _STATES[_life(self.kernel, order_id).state]

    def filled_lots_of(self, order_id):
        """Tell how many lots of an own order were executed."""
        return _life(self.kernel, order_id).filled_lots

    def __len__(self):
        """Count the orders that were ever sent."""
        return self.kernel.size()

    @property
    def allocations(self):
        """How many pieces of memory the orders have taken so far."""
        return self.kernel.allocations()

    def state(self):
        """Return every order by its id: quantity, filled lots and state."""
        cdef OrderLifeFields life
        lives = {}
        for life in self.kernel.all():
            lives[life.order_id] = (life.quantity_lots, life.filled_lots, _STATES[life.state].name)
        return dict(sorted(lives.items()))


cdef const OrderLifeFields* _life(OrderLedger* kernel, object order_id) except NULL:
    cdef int64_t number
    cdef const OrderLifeFields* life = NULL
    if read_if_it_fits(<PyObject*>order_id, &number):
        life = kernel.find(number)
    if life == NULL:
        raise OrderStateError(f"order {order_id} was never sent")
    return life
