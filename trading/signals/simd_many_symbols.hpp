// One price for each of many symbols: columns of prices and states come in, columns of values go out, symbols in lanes.
// Included by simd_levels.hpp inside the namespace of each level.
//
// Each lane does what trading/signals/indicators.hpp does for one symbol, in the same order and so to the last bit: at
// every level, since nothing is summed across lanes and nothing fused. Columns are padded to whole lanes.

static void strength_step(const StrengthColumns& columns, int64_t padded, const double* prices, double* values) {
    const Lanes zero = all(0.0), one = all(1.0), hundred = all(100.0), tiny = all(kTiny), rescale = all(kRescale);
    const Lanes period = all(columns.period), keep = all(columns.keep);
    for (int64_t at = 0; at < padded; at += kLanes) {
        const Lanes price = load(prices + at), change = price - load(columns.previous + at);
        store(columns.previous + at, price);
        const Lanes share = change / period;
        Lanes gain = load(columns.gain + at) * keep + larger(share, zero);
        Lanes loss = load(columns.loss + at) * keep + larger(zero - share, zero);
        const Lanes total = gain + loss;
        const Lanes value = where_nonzero(change, hundred * (gain / total), load(columns.value + at));
        const Lanes lift = where_nonzero(change, one, where_less(total, tiny, rescale, one));
        store(columns.gain + at, gain * lift);
        store(columns.loss + at, loss * lift);
        store(columns.value + at, value);
        store(values + at, value);
    }
}

static void trend_step(const TrendColumns& columns, int64_t padded, const double* prices, double* differences,
                       double* signals) {
    const Lanes fast_weight = all(columns.fast_weight), slow_weight = all(columns.slow_weight);
    const Lanes signal_weight = all(columns.signal_weight);
    for (int64_t at = 0; at < padded; at += kLanes) {
        const Lanes price = load(prices + at);
        Lanes fast = load(columns.fast + at), slow = load(columns.slow + at), signal = load(columns.signal + at);
        fast = fast + fast_weight * (price - fast);
        slow = slow + slow_weight * (price - slow);
        const Lanes difference = fast - slow;
        signal = signal + signal_weight * (difference - signal);
        store(columns.fast + at, fast);
        store(columns.slow + at, slow);
        store(columns.signal + at, signal);
        store(differences + at, difference);
        store(signals + at, signal);
    }
}

static void band_step(const BandColumns& columns, int64_t padded, const double* prices, bool begins_window,
                      bool ends_window, double* lower, double* middle, double* upper) {
    const Lanes zero = all(0.0), period = all(columns.period), width = all(columns.width);
    for (int64_t at = 0; at < padded; at += kLanes) {
        const Lanes price = load(prices + at), removed = load(columns.oldest + at);
        store(columns.oldest + at, price);
        Lanes next_anchor = price, next_sum = zero, next_squares = zero;
        if (!begins_window) {
            next_anchor = load(columns.next_anchor + at);
            const Lanes distance = price - next_anchor;
            next_sum = load(columns.next_sum + at) + distance;
            next_squares = load(columns.next_squares + at) + distance * distance;
        }
        store(columns.next_anchor + at, next_anchor);
        store(columns.next_sum + at, next_sum);
        store(columns.next_squares + at, next_squares);

        Lanes anchor = next_anchor, sum = next_sum, squares = next_squares;
        if (!ends_window) {
            anchor = load(columns.anchor + at);
            const Lanes change = price - removed;
            sum = load(columns.sum + at) + change;
            squares = load(columns.squares + at) + change * ((price - anchor) + (removed - anchor));
        }
        store(columns.anchor + at, anchor);
        store(columns.sum + at, sum);
        store(columns.squares + at, squares);

        const Lanes mean = sum / period;
        const Lanes variance = larger(squares / period - mean * mean, zero);
        const Lanes reach = width * square_root(variance);
        const Lanes centre = anchor + mean;
        store(lower + at, centre - reach);
        store(middle + at, centre);
        store(upper + at, centre + reach);
    }
}
