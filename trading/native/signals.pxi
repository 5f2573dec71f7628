# Signals: prices or a BookUpdate come in, indicator values or a Signal go out.

from trading.signals.parameter_checks import check_bands, check_columns, check_index, check_symbols, check_trend

cdef extern from "signals/signal_engine.hpp" namespace "trading::signals" nogil:
    struct TrendValues:
        double difference, signal
    struct BandValues:
        double lower, middle, upper
    struct SignalValues:
        double relative_strength_index
        TrendValues trend
        BandValues bands
        double imbalance
    cppclass IndexKernel "trading::signals::RelativeStrengthIndex":
        IndexKernel(int64_t period)
        double update(double price)
    cppclass TrendKernel "trading::signals::MovingAverageConvergenceDivergence":
        TrendKernel(int64_t fast_period, int64_t slow_period, int64_t signal_period)
        TrendValues update(double price)
    cppclass BandKernel "trading::signals::BollingerBands":
        BandKernel(int64_t period, double width) except +
        BandValues update(double price)
    cppclass EngineKernel "trading::signals::SignalEngine":
        EngineKernel(int64_t index_period, int64_t fast_period, int64_t slow_period, int64_t signal_period,
                     int64_t band_period, double band_width) except +
        const SignalValues& update(int64_t bid_price, int64_t bid_quantity, int64_t ask_price, int64_t ask_quantity)
        const SignalValues& values()

cdef extern from "signals/simd_levels.hpp" namespace "trading::signals" nogil:
    enum class Level:
        scalar
        avx2
        avx512
    cbool has_level(Level level)

cdef extern from "signals/simd_array_indicators.hpp" namespace "trading::signals" nogil:
    void array_index "trading::signals::relative_strength_index"(
        Level level, const double* prices, int64_t count, int64_t period, double* values) except +
    void array_trend "trading::signals::moving_average_convergence_divergence"(
        Level level, const double* prices, int64_t count, const TrendKernel& trend, double* differences,
        double* signals) except +
    void array_bands "trading::signals::bollinger_bands"(
        Level level, const double* prices, int64_t count, int64_t period, double width, double* lower, double* middle,
        double* upper) except +

cdef extern from "signals/many_symbols.hpp" namespace "trading::signals" nogil:
    cppclass ManySymbolsKernel "trading::signals::ManySymbols":
        ManySymbolsKernel(int64_t symbols, Level level) except +
        void update(const double* prices, double* values)

cdef extern from "number_buffer.hpp" namespace "trading::native":
    cppclass NumberBuffer:
        int read(object numbers) except 0
        int write(object numbers) except 0
        double* data() nogil
        Py_ssize_t count() nogil

cdef extern from "records.hpp" namespace "trading::native":
    object make_reals(const double* values, Py_ssize_t count)
    object make_signal(object type, object time_ns, const double* values)

cdef _LEVELS = {"scalar": <int>Level.scalar, "avx2": <int>Level.avx2, "avx512": <int>Level.avx512}


def simd_levels():
    """Names of the SIMD levels that this processor has, the best one last; "scalar" is always there."""
    return tuple([name for name, level in _LEVELS.items() if has_level(<Level><int>level)])


cdef str level_name(name):
    levels = simd_levels()
    if name == "best":
        return levels[len(levels) - 1]
    if name not in levels:
        raise ConfigurationError(
            f'the SIMD level is "{name}"; this processor has {", ".join(levels)}, or give "best"'
        )
    return name


cdef Level level_of(name) except *:
    return <Level><int>_LEVELS[level_name(name)]


cdef int64_t integer_of(value) except? -1:
    cdef int64_t number
    read_integer(value, &number)
    return number


cdef class NativeRelativeStrengthIndex:
    """The kernel of :class:`trading.signals.RelativeStrengthIndex`; same parameters."""

    cdef IndexKernel* kernel

    def __cinit__(self, period=14):
        check_index(period)
        self.kernel = new IndexKernel(integer_of(period))

    def __dealloc__(self):
        del self.kernel

    def update(self, double price_ticks):
        """Take the next price."""
        return self.kernel.update(price_ticks)


cdef class NativeMovingAverageConvergenceDivergence:
    """The kernel of :class:`trading.signals.MovingAverageConvergenceDivergence`; same parameters."""

    cdef TrendKernel* kernel

    def __cinit__(self, fast_period=12, slow_period=26, signal_period=9):
        check_trend(fast_period, slow_period, signal_period)
        self.kernel = new TrendKernel(integer_of(fast_period), integer_of(slow_period), integer_of(signal_period))

    def __dealloc__(self):
        del self.kernel

    def update(self, double price_ticks):
        """Take the next price."""
        cdef TrendValues values = self.kernel.update(price_ticks)
        return make_reals(&values.difference, 2)


cdef class NativeBollingerBands:
    """The kernel of :class:`trading.signals.BollingerBands`; same parameters."""

    cdef BandKernel* kernel

    def __cinit__(self, period=20, width=2.0):
        check_bands(period, width)
        self.kernel = new BandKernel(integer_of(period), width)

    def __dealloc__(self):
        del self.kernel

    def update(self, double price_ticks):
        """Take the next price."""
        cdef BandValues values = self.kernel.update(price_ticks)
        return make_reals(&values.lower, 3)


cdef class NativeSignalEngine:
    """The kernel of :class:`trading.signals.SignalEngine`, with the indicators' parameters in place of the indicators."""

    cdef EngineKernel* kernel

    def __cinit__(self, index_period=14, fast_period=12, slow_period=26, signal_period=9, band_period=20,
                  band_width=2.0):
        check_index(index_period)
        check_trend(fast_period, slow_period, signal_period)
        check_bands(band_period, band_width)
        self.kernel = new EngineKernel(integer_of(index_period), integer_of(fast_period), integer_of(slow_period),
                                       integer_of(signal_period), integer_of(band_period), band_width)

    def __dealloc__(self):
        del self.kernel

    def on_update(self, update):
        """Take one book update and answer with every indicator after it."""
        cdef UpdateFields top
        read_update(update, &top)
        cdef const SignalValues* values = &self.kernel.update(
            top.bid_price_ticks, top.bid_quantity_lots, top.ask_price_ticks, top.ask_quantity_lots)
        return make_signal(_Signal, <object>(<tuple>update)[0], &values.relative_strength_index)

    def state(self):
        """Return every indicator's value after the last update: a Signal at time 0."""
        return make_signal(_Signal, 0, &self.kernel.values().relative_strength_index)


cdef class NativeArrayIndicators:
    """The kernels of :class:`trading.signals.ArrayIndicators`, scalar or at a SIMD level.

    Prices are read in place from a buffer of doubles (a numpy array, an ``array.array("d")``), and converted from any
    other sequence. Each result is a memoryview of doubles: a sequence, and a buffer that numpy reads without a copy.
    """

    cdef Level chosen
    cdef readonly str level

    def __cinit__(self, level="scalar"):
        self.chosen = level_of(level)
        self.level = level_name(level)

    def relative_strength_index(self, prices_ticks, period=14):
        """Answer with Wilder's RSI after each price."""
        check_index(period)
        cdef int64_t number = integer_of(period)
        cdef NumberBuffer prices
        prices.read(prices_ticks)
        cdef _Results values = _Results(prices.count())
        with nogil:
            array_index(self.chosen, prices.data(), prices.count(), number, values.data)
        return PyMemoryView_FromObject(values)

    def moving_average_convergence_divergence(self, prices_ticks, fast_period=12, slow_period=26, signal_period=9):
        """Answer with Appel's MACD, and its signal line, after each price."""
        check_trend(fast_period, slow_period, signal_period)
        cdef int64_t fast = integer_of(fast_period), slow = integer_of(slow_period), last = integer_of(signal_period)
        cdef NumberBuffer prices
        prices.read(prices_ticks)
        cdef _Results differences = _Results(prices.count()), signals = _Results(prices.count())
        with nogil:
            array_trend(self.chosen, prices.data(), prices.count(), TrendKernel(fast, slow, last), differences.data,
                        signals.data)
        return PyMemoryView_FromObject(differences), PyMemoryView_FromObject(signals)

    def bollinger_bands(self, prices_ticks, period=20, width=2.0):
        """Answer with Bollinger's lower band, middle and upper band after each price."""
        check_bands(period, width)
        cdef int64_t number = integer_of(period)
        cdef double wide = width
        cdef NumberBuffer prices
        prices.read(prices_ticks)
        cdef _Results lower = _Results(prices.count()), middle = _Results(prices.count())
        cdef _Results upper = _Results(prices.count())
        with nogil:
            array_bands(self.chosen, prices.data(), prices.count(), number, wide, lower.data, middle.data, upper.data)
        return PyMemoryView_FromObject(lower), PyMemoryView_FromObject(middle), PyMemoryView_FromObject(upper)


cdef class NativeManySymbols:
    """The kernel of :class:`trading.signals.ManySymbols`, scalar or at a SIMD level; the same bits at each."""

    cdef ManySymbolsKernel* kernel
    cdef int64_t symbols

    def __cinit__(self, symbols, level="scalar"):
        check_symbols(symbols)
        self.symbols = integer_of(symbols)
        self.kernel = new ManySymbolsKernel(self.symbols, level_of(level))

    def __dealloc__(self):
        del self.kernel

    def update_many(self, prices_ticks, values):
        """Take the next price of every symbol, and write six columns of values."""
        cdef NumberBuffer prices, columns
        prices.read(prices_ticks)
        columns.write(values)
        if prices.count() != self.symbols or columns.count() != 6 * self.symbols:
            check_columns(self.symbols, prices.count(), columns.count())
        with nogil:
            self.kernel.update(prices.data(), columns.data())
