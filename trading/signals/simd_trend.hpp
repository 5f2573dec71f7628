// Appel's MACD by SIMD: prices and the state before them come in, values after each price and the state after the last go
// out. Included by simd_levels.hpp inside the namespace of each level that has AVX2.
//
// As for the RSI (simd_strength.hpp), each lane starts where the last `tail_rows` prices of the lane before it lead to, and
// what came before those adds. The system is linear: with w the weights and k = 1 - w the shares kept,
//     fast = k * fast + price,  slow = k * slow + price,  signal = k * signal + (w * fast - w * slow),
// states divided by their weights, which saves a multiplication a price. Prices count from an anchor: a price that stands
// still from the start has a MACD of exactly nothing.

struct TrendRegisters {
    Register anchor, fast_keep, slow_keep, signal_keep, fast_weight, slow_weight, signal_weight;
};

struct TrendLanes {
    Register fast, slow, signal;
};

// Answers with the MACD.
LANE Register take_price(TrendLanes& lanes, Register price, const TrendRegisters& with) {
    const Register distance = price - with.anchor;
    lanes.fast = fused(lanes.fast, with.fast_keep, distance);
    lanes.slow = fused(lanes.slow, with.slow_keep, distance);
    const Register difference = fused_less(lanes.fast, with.fast_weight, lanes.slow * with.slow_weight);
    lanes.signal = fused(lanes.signal, with.signal_keep, difference);
    return difference;
}

LANE void take_tile(TrendLanes& lanes, const double* prices, int64_t stride, const TrendRegisters& with) {
    const Tile tile = load_tile(prices, stride);
    take_price(lanes, tile.row_0, with);
    take_price(lanes, tile.row_1, with);
    take_price(lanes, tile.row_2, with);
    take_price(lanes, tile.row_3, with);
}

LANE void trend_tile(TrendLanes& lanes, const double* prices, int64_t stride, const TrendRegisters& with,
                     double* differences, double* signals) {
    Tile tile = load_tile(prices, stride), signal;
    tile.row_0 = take_price(lanes, tile.row_0, with);
    signal.row_0 = lanes.signal * with.signal_weight;
    tile.row_1 = take_price(lanes, tile.row_1, with);
    signal.row_1 = lanes.signal * with.signal_weight;
    tile.row_2 = take_price(lanes, tile.row_2, with);
    signal.row_2 = lanes.signal * with.signal_weight;
    tile.row_3 = take_price(lanes, tile.row_3, with);
    signal.row_3 = lanes.signal * with.signal_weight;
    store_tile(differences, stride, tile);
    store_tile(signals, stride, signal);
}

static void trend_lanes(const double* prices, int64_t rows, int64_t tail_rows, const TrendWeights& weights,
                        TrendState& state, double* differences, double* signals) {
    const TrendRegisters with = {repeat(weights.anchor),      repeat(weights.fast_keep),   repeat(weights.slow_keep),
                                 repeat(weights.signal_keep), repeat(weights.fast_weight), repeat(weights.slow_weight),
                                 repeat(weights.signal_weight)};
    const Register nothing = repeat(0.0);
    const int64_t high = kRegisterLanes * rows;
    TrendLanes lows = {nothing, nothing, nothing}, highs = lows;
    for (int64_t row = rows - tail_rows; row < rows; row += 4) {
        take_tile(lows, prices + row, rows, with);
        take_tile(highs, prices + high + row, rows, with);
    }
    alignas(64) double fasts[kLanes], slows[kLanes], signal_states[kLanes];
    store(fasts, {lows.fast, highs.fast});
    store(slows, {lows.slow, highs.slow});
    store(signal_states, {lows.signal, highs.signal});
    start_lanes(fasts, state.fast, weights.lane.fast);
    start_lanes(slows, state.slow, weights.lane.slow);
    // The averages that a lane starts with feed its signal line as well.
    for (int lane = 0; lane < kLanes; ++lane) {
        signal_states[lane] += weights.lane.fast_to_signal * fasts[lane] + weights.lane.slow_to_signal * slows[lane];
    }
    start_lanes(signal_states, state.signal, weights.lane.signal);

    const Lanes fast = load(fasts), slow = load(slows), signal = load(signal_states);
    lows = {fast.low, slow.low, signal.low};
    highs = {fast.high, slow.high, signal.high};
    for (int64_t row = 0; row < rows; row += 4) {
        trend_tile(lows, prices + row, rows, with, differences + row, signals + row);
        trend_tile(highs, prices + high + row, rows, with, differences + high + row, signals + high + row);
    }
    store(fasts, {lows.fast, highs.fast});
    store(slows, {lows.slow, highs.slow});
    store(signal_states, {lows.signal, highs.signal});
    state = {fasts[kLanes - 1], slows[kLanes - 1], signal_states[kLanes - 1]};
}
