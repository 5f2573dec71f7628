// Bollinger's bands by SIMD: prices come in, the bands after each price go out. Included by simd_levels.hpp inside the
// namespace of each level that has AVX2.
//
// Each lane takes `rows` consecutive prices. Every `turn` rows it sums its window anew, with the window's first price as
// anchor, and slides from there: no rounding error outlives a turn. period * squares - sum * sum, the variance without its
// divisor period * period, is exact for whole and half ticks: a price that stands still has bands of exactly no width.

struct BandRegisters {
    Register periods, share, reach_a_root;
};

struct BandLanes {
    Register anchor, sum, squares;
};

struct CentreAndReach {
    Register centre, reach;
};

LANE void enter_window(BandLanes& lanes, Register price) {
    const Register distance = price - lanes.anchor;
    lanes.sum = lanes.sum + distance;
    lanes.squares = fused(distance, distance, lanes.squares);
}

// Sums the window before row `row`. Entering the anchor itself adds nothing; what stands before it in the first tile is left
// out.
LANE BandLanes window_before(const double* prices, int64_t rows, int64_t row, int64_t period) {
    alignas(64) double first[kRegisterLanes];
    for (int lane = 0; lane < kRegisterLanes; ++lane) first[lane] = prices[lane * rows + row - period];
    BandLanes lanes = {load_register(first), repeat(0.0), repeat(0.0)};
    int64_t at = row - period / 4 * 4;
    const Tile odd = load_tile(prices + at - 4, rows);
    if (period % 4 >= 3) enter_window(lanes, odd.row_1);
    if (period % 4 >= 2) enter_window(lanes, odd.row_2);
    if (period % 4 >= 1) enter_window(lanes, odd.row_3);
    for (; at < row; at += 4) {
        const Tile tile = load_tile(prices + at, rows);
        enter_window(lanes, tile.row_0);
        enter_window(lanes, tile.row_1);
        enter_window(lanes, tile.row_2);
        enter_window(lanes, tile.row_3);
    }
    return lanes;
}

LANE CentreAndReach slide(BandLanes& lanes, Register price, Register removed, const BandRegisters& with) {
    const Register change = price - removed;
    lanes.sum = lanes.sum + change;
    lanes.squares = fused(change, (price - lanes.anchor) + (removed - lanes.anchor), lanes.squares);
    const Register variance = larger(fused_less(with.periods, lanes.squares, lanes.sum * lanes.sum), repeat(0.0));
    return {fused(lanes.sum, with.share, lanes.anchor), with.reach_a_root * square_root(variance)};
}

LANE void band_tile(BandLanes& lanes, const double* prices, int64_t stride, int64_t period, const BandRegisters& with,
                    double* lower, double* middle, double* upper) {
    const Tile price = load_tile(prices, stride), removed = load_tile(prices - period, stride);
    const CentreAndReach row_0 = slide(lanes, price.row_0, removed.row_0, with);
    const CentreAndReach row_1 = slide(lanes, price.row_1, removed.row_1, with);
    const CentreAndReach row_2 = slide(lanes, price.row_2, removed.row_2, with);
    const CentreAndReach row_3 = slide(lanes, price.row_3, removed.row_3, with);
    store_tile(middle, stride, {row_0.centre, row_1.centre, row_2.centre, row_3.centre});
    store_tile(lower, stride, {row_0.centre - row_0.reach, row_1.centre - row_1.reach, row_2.centre - row_2.reach,
                               row_3.centre - row_3.reach});
    store_tile(upper, stride, {row_0.centre + row_0.reach, row_1.centre + row_1.reach, row_2.centre + row_2.reach,
                               row_3.centre + row_3.reach});
}

// `prices` has `period` prices and four more before its beginning.
static void band_lanes(const double* prices, int64_t rows, int64_t turn, int64_t period, double width, double* lower,
                       double* middle, double* upper) {
    const double periods = static_cast<double>(period);
    const BandRegisters with = {repeat(periods), repeat(1.0 / periods), repeat(width / periods)};
    const int64_t high = kRegisterLanes * rows;
    for (int64_t begin = 0; begin < rows; begin += turn) {
        BandLanes lows = window_before(prices, rows, begin, period);
        BandLanes highs = window_before(prices + high, rows, begin, period);
        const int64_t end = begin + turn < rows ? begin + turn : rows;
        for (int64_t row = begin; row < end; row += 4) {
            const int64_t high_row = high + row;
            band_tile(lows, prices + row, rows, period, with, lower + row, middle + row, upper + row);
            band_tile(highs, prices + high_row, rows, period, with, lower + high_row, middle + high_row,
                      upper + high_row);
        }
    }
}
