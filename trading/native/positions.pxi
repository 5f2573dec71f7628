# Positions: fills of Python come in, positions with exact profit and loss go out (see ../positions/holdings.hpp).

from libcpp.vector cimport vector

cdef extern from "positions/average_cost.hpp" namespace "trading::positions" nogil:
    struct Holding:
        Wide cost_tick_lots, realised_tick_lots
        int64_t quantity_lots
    Wide unrealised_of "trading::positions::unrealised" (const Holding& holding, int64_t price_ticks)
    cbool sign_lots(int64_t side, int64_t quantity_lots, int64_t* signed_lots)

cdef extern from "positions/holdings.hpp" namespace "trading::positions" nogil:
    struct Place:
        pass
    struct PackedFill:
        Place* place
        int64_t price_ticks, signed_lots
    cppclass Holdings:
        Place* add() except +
        cbool apply(const PackedFill& fill, Holding& after)
        Holding read(Place* place)
    enum class Guarding "trading::positions::Guarding":
        kMutex
        kFast
        kSharded
    Holdings* make_holdings(Guarding guarding, cbool is_aligned) except +

cdef extern from "positions/fill_streams.hpp" namespace "trading::positions" nogil:
    struct StreamsResult:
        int64_t elapsed_ns
        cbool are_booked, has_threads
    StreamsResult apply_streams(Holdings& holdings, const vector[vector[PackedFill]]& streams,
                                int64_t rounds) except +

cdef extern from "symbol_map.hpp" namespace "trading::native":
    cppclass SymbolMap[Pointed]:
        Pointed* find(PyObject* symbol)
        void add(PyObject* symbol, Pointed* pointed) except +
        vector[PyObject*] symbols() except +

cdef extern from "records.hpp" namespace "trading::native":
    object make_position(object type, PyObject* symbol, int64_t quantity_lots, Wide cost_tick_lots,
                         Wide realised_tick_lots)

cdef Holding _FLAT = Holding(0, 0, 0)


cdef class NativePositions:
    """The kernel of :class:`trading.positions.AverageCostPositions`, for fills from several threads.

    Exact, as the reference is. A fill of more than 2**40 ticks or lots, or one that makes a position of more lots than
    64 bits hold, is an ``OverflowError`` that changes nothing.

    Parameters
    ----------
    lock
        What guards the holdings: one ``"mutex"``, one ``"fast"`` lock, or, ``"sharded"``, a fast lock in each.
    aligned
        Whether each holding has a cache line of its own.
    """

    cdef Holdings* kernel
    cdef SymbolMap[Place]* places

    def __cinit__(self, *, lock="mutex", aligned=False):
        cdef Guarding guarding
        if lock == "mutex":
            guarding = Guarding.kMutex
        elif lock == "fast":
            guarding = Guarding.kFast
        elif lock == "sharded":
            guarding = Guarding.kSharded
        else:
            raise ConfigurationError(f'there is no lock "{lock}"; give "mutex", "fast" or "sharded"')
        self.places = new SymbolMap[Place]()
        self.kernel = make_holdings(guarding, aligned)

    def __dealloc__(self):
        del self.places
        del self.kernel

    def apply(self, fill):
        """Book a fill and return the position that it leads to. Hot path."""
        cdef PackedFill packed
        cdef Holding after
        _pack(self, fill, &packed)
        if not self.kernel.apply(packed, after):
            raise OverflowError(f"the position in {fill.symbol} would have more lots than fit in 64 bits")
        return _position(field_of(fill, 5), after)

    def position(self, symbol):
        """Tell the position in a symbol; one that was never traded is flat."""
        return _position(<PyObject*>symbol, _holding(self, symbol))

    def unrealised(self, symbol, price_ticks):
        """Tell the profit in ticks times lots, were the position closed at that price."""
        cdef int64_t price
        read_exactly(<PyObject*>price_ticks, &price)
        return wide_to_python(unrealised_of(_holding(self, symbol), price))

    def apply_streams(self, streams, rounds=1):
        """Book several streams of fills at the same time, a thread each; return how many nanoseconds that took."""
        cdef vector[vector[PackedFill]] packed
        cdef PackedFill one
        cdef StreamsResult result
        cdef int64_t times
        read_exactly(<PyObject*>rounds, &times)
        if times < 1:
            raise ConfigurationError(f"the streams are to be booked {rounds} times; book them at least once")
        packed.resize(len(streams))
        for number, stream in enumerate(streams):
            for fill in stream:
                _pack(self, fill, &one)
                packed[<size_t>number].push_back(one)
        with nogil:
            result = apply_streams(self.kernel[0], packed, times)
        if not result.has_threads:
            raise RuntimeError(f"the system does not start {len(streams)} threads; give fewer streams")
        if not result.are_booked:
            raise OverflowError("a position would have more lots than fit in 64 bits; fills that led there are left out")
        return result.elapsed_ns

    def state(self):
        """Return every position that is or was more than flat by its symbol."""
        cdef PyObject* symbol
        positions = {}
        for symbol in self.places.symbols():
            position = self.position(<object>symbol)
            if any(position[1:]):
                positions[<object>symbol] = position
        return dict(sorted(positions.items()))


cdef inline int _pack(NativePositions positions, object fill, PackedFill* packed) except -1:
    """Read a fill, and find its symbol's place: a new one where it has none."""
    cdef int64_t side, quantity_lots
    is_record(fill, 6, b"Fill")
    read_exactly(field_of(fill, 2), &side)
    read_summable(field_of(fill, 3), &packed.price_ticks)
    read_exactly(field_of(fill, 4), &quantity_lots)
    if not sign_lots(side, quantity_lots, &packed.signed_lots):
        raise OverflowError(f"{quantity_lots} lots are beyond 2**40; native sums take no greater numbers")
    packed.place = _place_of(positions, field_of(fill, 5))
    return 0


cdef inline Place* _place_of(NativePositions positions, PyObject* symbol) except NULL:
    cdef Place* place
    is_symbol(symbol)
    place = positions.places.find(symbol)
    if place == NULL:
        place = positions.kernel.add()
        positions.places.add(symbol, place)
    return place


cdef Place* place_of(NativePositions positions, object symbol) except NULL:
    """Find a symbol's place, which stays where it is for as long as the positions are there."""
    return _place_of(positions, <PyObject*>symbol)


cdef inline Holding _holding(NativePositions positions, object symbol) except *:
    cdef Place* place
    is_symbol(<PyObject*>symbol)
    place = positions.places.find(<PyObject*>symbol)
    return _FLAT if place == NULL else positions.kernel.read(place)


cdef inline object _position(PyObject* symbol, const Holding& holding):
    return make_position(
        _Position, symbol, holding.quantity_lots, holding.cost_tick_lots, holding.realised_tick_lots
    )
