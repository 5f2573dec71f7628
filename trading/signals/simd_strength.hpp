// Wilder's averages by SIMD: prices and the state before them come in, the index after each price and the state after the
// last go out. Included by simd_levels.hpp inside the namespace of each level that has AVX2.
//
// Each lane takes `rows` consecutive prices and starts in the state that the lane before it ends in. That is known before
// the prices of that lane are worked through, since an average forgets: its last `tail_rows` prices say it, to less than
// rounding. Nothing is taken on trust: the ends that the lanes come to are held against the starts that were assumed.
// Instead of gains and losses the sums of signed changes and of their sizes are kept, without the common divisor: the index
// 100 * gain / (gain + loss) is 50 + 50 * changes / sizes, and takes no choice between gain and loss.

struct StrengthLanes {
    Register previous, changes, sizes, least;
};

LANE void take_price(StrengthLanes& lanes, Register price, Register keep) {
    const Register change = price - lanes.previous;
    lanes.previous = price;
    lanes.changes = fused(lanes.changes, keep, change);
    lanes.sizes = fused(lanes.sizes, keep, magnitude(change));
}

LANE void take_tile(StrengthLanes& lanes, const double* prices, int64_t stride, Register keep) {
    const Tile tile = load_tile(prices, stride);
    take_price(lanes, tile.row_0, keep);
    take_price(lanes, tile.row_1, keep);
    take_price(lanes, tile.row_2, keep);
    take_price(lanes, tile.row_3, keep);
}

LANE Register index_after(StrengthLanes& lanes, Register price, Register keep) {
    take_price(lanes, price, keep);
    const Register half = repeat(50.0);
    return fused(half, lanes.changes / lanes.sizes, half);
}

LANE void index_tile(StrengthLanes& lanes, const double* prices, int64_t stride, Register keep, double* values) {
    Tile tile = load_tile(prices, stride);
    tile.row_0 = index_after(lanes, tile.row_0, keep);
    tile.row_1 = index_after(lanes, tile.row_1, keep);
    tile.row_2 = index_after(lanes, tile.row_2, keep);
    tile.row_3 = index_after(lanes, tile.row_3, keep);
    // Once a tile is enough: between two looks the sizes shrink by less than keep^4, and keep is a half or more.
    lanes.least = smaller(lanes.least, lanes.sizes);
    store_tile(values, stride, tile);
}

// The price before row `row` of each lane.
LANE Lanes prices_before(const double* prices, int64_t rows, int64_t row, double before_all) {
    alignas(64) double before[kLanes];
    for (int lane = 0; lane < kLanes; ++lane) before[lane] = lane + row == 0 ? before_all : prices[lane * rows + row - 1];
    return load(before);
}

// False, with the state as it was, where a lane did not end as assumed (the price stood still for so long that what it did
// before still matters), or where a sum is so small that only the scalar form, which lifts both sums together, gets it right.
static bool strength_lanes(const double* prices, int64_t rows, int64_t tail_rows, double keep, double keep_a_lane,
                           StrengthState& state, double* values) {
    const Register keeping = repeat(keep), nothing = repeat(0.0);
    const int64_t high = kRegisterLanes * rows;
    const int64_t tail = rows - tail_rows;
    const Lanes before_tail = prices_before(prices, rows, tail, state.previous_price);
    StrengthLanes lows = {before_tail.low, nothing, nothing, nothing};
    StrengthLanes highs = {before_tail.high, nothing, nothing, nothing};
    for (int64_t row = tail; row < rows; row += 4) {
        take_tile(lows, prices + row, rows, keeping);
        take_tile(highs, prices + high + row, rows, keeping);
    }
    alignas(64) double changes[kLanes], sizes[kLanes], changes_after[kLanes], sizes_after[kLanes], least[kLanes];
    store(changes, {lows.changes, highs.changes});
    store(sizes, {lows.sizes, highs.sizes});
    start_lanes(changes, state.changes, keep_a_lane);
    start_lanes(sizes, state.sizes, keep_a_lane);

    const Lanes before = prices_before(prices, rows, 0, state.previous_price);
    const Lanes changes_before = load(changes), sizes_before = load(sizes);
    lows = {before.low, changes_before.low, sizes_before.low, sizes_before.low};
    highs = {before.high, changes_before.high, sizes_before.high, sizes_before.high};
    for (int64_t row = 0; row < rows; row += 4) {
        index_tile(lows, prices + row, rows, keeping, values + row);
        index_tile(highs, prices + high + row, rows, keeping, values + high + row);
    }
    store(changes_after, {lows.changes, highs.changes});
    store(sizes_after, {lows.sizes, highs.sizes});
    store(least, {lows.least, highs.least});
    constexpr int kLast = kLanes - 1;
    for (int lane = 0; lane < kLanes; ++lane) {
        if (!(least[lane] >= kTiny)) return false;
        if (lane == kLast) break;
        const double margin = kAgreement * sizes_after[lane];
        if (!(__builtin_fabs(changes[lane + 1] - changes_after[lane]) <= margin)) return false;
        if (!(__builtin_fabs(sizes[lane + 1] - sizes_after[lane]) <= margin)) return false;
    }
    state = {changes_after[kLast], sizes_after[kLast], prices[kLanes * rows - 1]};
    return true;
}
