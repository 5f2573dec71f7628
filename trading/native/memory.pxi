# Memory: orders, requests' buffers and trades; see trading/memory/*.hpp.

from cpython.buffer cimport PyBUF_FORMAT, PyBUF_ND, PyBUF_STRIDES, PyBUF_WRITABLE
from cpython.memoryview cimport PyMemoryView_FromObject
from cpython.object cimport PyObject
from libcpp.memory cimport unique_ptr

from trading.memory.counts import AllocationCounts as _AllocationCounts

cdef extern from "free_list.hpp" namespace "trading::native":
    cppclass MemoryCounts:
        int64_t acquired, released, allocated

cdef extern from "memory/order_memory.hpp" namespace "trading::memory":
    cppclass OrderMemory:
        OrderMemory(cbool is_pooling) except +
        object acquire(object type, PyObject** fields)
        void release(object type, object order)
        const MemoryCounts& counts()

cdef extern from "memory/request_memory.hpp" namespace "trading::memory":
    cppclass RequestMemory:
        object acquire(Py_ssize_t size_bytes) except +
        void reset()
        MemoryCounts counts

cdef extern from *:
    """
    #include "memory/request_arena.hpp"
    #include "native/small_vector.hpp"

    namespace trading::memory {
    inline std::unique_ptr<RequestMemory> make_request_memory(bool is_arena, bool has_small_vectors, int node) {
        if (is_arena) return std::make_unique<RequestArena>(node);
        if (has_small_vectors) return std::make_unique<SeparateBuffers<native::SmallVector<PyObject*>>>();
        return std::make_unique<SeparateBuffers<native::HeapVector<PyObject*>>>();
    }
    }  // namespace trading::memory
    """
    unique_ptr[RequestMemory] make_request_memory "trading::memory::make_request_memory" (
        cbool is_arena, cbool has_small_vectors, int node) except +

cdef extern from "memory/trade_store.hpp" namespace "trading::memory":
    cppclass TradeRow:
        int64_t time_ns, resting_order_id, aggressor_order_id, aggressor_side, price_ticks, quantity_lots
    cppclass TradeColumn:
        const int64_t* first
        size_t length, stride_bytes
    cppclass WideSum:
        uint64_t upper, lower
    cppclass TradeSums:
        int64_t volume_lots, net_volume_lots
        WideSum turnover_tick_lots
    enum class Sum(int):
        volume, net_volume, turnover
    cppclass TradeStore:
        void append(const TradeRow& trade) except +
        TradeRow at(size_t index)
        TradeColumn column(size_t field) except +
        size_t size()
        TradeSums sums(Sum wanted)
    int read_trade(object trade, TradeRow* row) except -1

cdef extern from *:
    """
    #include "memory/trade_columns.hpp"
    #include "memory/trade_rows.hpp"

    namespace trading::memory {
    inline std::unique_ptr<TradeStore> make_trade_store(bool has_columns) {
        if (has_columns) return std::make_unique<TradeColumns>();
        return std::make_unique<TradeRows>();
    }
    }  // namespace trading::memory
    """
    unique_ptr[TradeStore] make_trade_store "trading::memory::make_trade_store" (cbool has_columns) except +

cdef object _HOUSE = Order._field_defaults["account"]
cdef object _SYNTH = Order._field_defaults["symbol"]


cdef object counts_of(const MemoryCounts& counts):
    return _AllocationCounts(counts.acquired, counts.released, counts.allocated)


cdef class NativeOrderMemory:
    """Makes orders; with ``order_pool`` those that were given back, and that nobody holds, are filled anew."""

    cdef unique_ptr[OrderMemory] _memory

    def __cinit__(self, *, cbool order_pool=False):
        self._memory.reset(new OrderMemory(order_pool))

    def acquire(self, order_id, side, order_type, price_ticks, quantity_lots, time_ns, symbol=_SYNTH, account=_HOUSE):
        cdef PyObject* fields[8]
        fields[0] = <PyObject*> order_id
        fields[1] = <PyObject*> side
        fields[2] = <PyObject*> order_type
        fields[3] = <PyObject*> price_ticks
        fields[4] = <PyObject*> quantity_lots
        fields[5] = <PyObject*> time_ns
        fields[6] = <PyObject*> symbol
        fields[7] = <PyObject*> account
        return self._memory.get().acquire(_Order, fields)

    def release(self, order):
        self._memory.get().release(_Order, order)

    @property
    def counts(self):
        return counts_of(self._memory.get().counts())


cdef class NativeRequestMemory:
    """Gives a request its buffers, each of its own or, with ``request_arena``, all from one block.

    A block that anybody still has a view of when the request ends is left to that view; ``numa_node`` says where blocks are
    placed (-1: wherever the system likes).
    """

    cdef unique_ptr[RequestMemory] _memory

    def __cinit__(self, *, cbool request_arena=False, cbool small_vectors=False, int numa_node=-1):
        self._memory = make_request_memory(request_arena, small_vectors, numa_node)

    def acquire(self, size_bytes):
        cdef int64_t size
        read_integer(size_bytes, &size)
        if 0 < size <= _LARGEST_SIZE:
            return self._memory.get().acquire(size)
        if size_bytes < 1:
            raise ValueError(f"a buffer of {size_bytes} bytes was asked for; ask for at least 1")
        # No machine has so much: the interpreter says so in the words in which it always does.
        return memoryview(bytearray(size_bytes))

    def reset(self):
        self._memory.get().reset()

    @property
    def counts(self):
        return counts_of(self._memory.get().counts)


cdef int64_t _LARGEST_SIZE = 1 << 46


cdef class _TradeColumnView:
    """The owner of an exported column: keeps its memory for as long as anybody looks at it."""

    cdef TradeColumn _column
    cdef Py_ssize_t _shape[1]
    cdef Py_ssize_t _strides[1]

    def __getbuffer__(self, Py_buffer* view, int flags):
        if flags & PyBUF_WRITABLE:
            raise BufferError("trades are not changed: ask for a buffer that is only read")
        if flags & PyBUF_STRIDES != PyBUF_STRIDES and self._column.stride_bytes != sizeof(int64_t):
            raise BufferError("the column's numbers are not side by side: ask for a buffer with strides")
        self._shape[0] = <Py_ssize_t> self._column.length
        self._strides[0] = <Py_ssize_t> self._column.stride_bytes
        view.buf = <void*> (self._column.first if self._column.length else <const int64_t*> &self._shape[0])
        view.obj = self
        view.len = self._shape[0] * <Py_ssize_t> sizeof(int64_t)
        view.itemsize = sizeof(int64_t)
        view.readonly = 1
        view.ndim = 1
        view.format = <char*> "q" if flags & PyBUF_FORMAT else <char*> NULL
        view.shape = &self._shape[0] if flags & PyBUF_ND else <Py_ssize_t*> NULL
        view.strides = &self._strides[0] if flags & PyBUF_STRIDES == PyBUF_STRIDES else <Py_ssize_t*> NULL
        view.suboffsets = NULL
        view.internal = NULL


cdef class NativeTradeStore:
    """Keeps trades as structures, or, with ``soa_trades``, each field by itself."""

    cdef unique_ptr[TradeStore] _store

    def __cinit__(self, *, cbool soa_trades=False):
        self._store = make_trade_store(soa_trades)

    def __len__(self):
        return self._store.get().size()

    def __getitem__(self, index):
        cdef Py_ssize_t place = index
        cdef Py_ssize_t length = self._store.get().size()
        cdef TradeRow row
        if place < 0:
            place += length
        if not 0 <= place < length:
            raise IndexError(f"there is no trade {index}; {length} are kept")
        row = self._store.get().at(place)
        return make_trade(_Trade, row.time_ns, row.resting_order_id, row.aggressor_order_id, side_of(row.aggressor_side),
                          row.price_ticks, row.quantity_lots)

    def append(self, trade):
        cdef TradeRow row
        read_trade(trade, &row)
        self._store.get().append(row)

    def extend(self, trades):
        cdef TradeRow row
        for trade in trades:
            read_trade(trade, &row)
            self._store.get().append(row)

    def column(self, name):
        cdef _TradeColumnView view = _TradeColumnView.__new__(_TradeColumnView)
        if name not in _Trade._fields:
            raise ValueError(f'a trade has no column "{name}"; there are {", ".join(_Trade._fields)}')
        view._column = self._store.get().column(_Trade._fields.index(name))
        return PyMemoryView_FromObject(view)

    @property
    def volume_lots(self):
        return self._store.get().sums(Sum.volume).volume_lots

    @property
    def net_volume_lots(self):
        return self._store.get().sums(Sum.net_volume).net_volume_lots

    @property
    def turnover_tick_lots(self):
        cdef WideSum turnover = self._store.get().sums(Sum.turnover).turnover_tick_lots
        return ((<object> turnover.upper) << 32) + turnover.lower

    @property
    def average_price_ticks(self):
        cdef int64_t volume_lots = self._store.get().sums(Sum.volume).volume_lots
        # Whole numbers of Python: the quotient is rounded once, as the reference rounds it.
        return self.turnover_tick_lots / <object> volume_lots if volume_lots else _NAN


cdef object _NAN = float("nan")
