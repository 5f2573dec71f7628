// The indicators over a whole series by SIMD: prices and the kernels of a level come in, one value a price goes out.
//
// The first values, until an indicator is warm, are made one by one, and so are the few that fill no lanes at the end. Values
// differ from the scalar form by rounding only.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "array_indicators.hpp"
#include "indicators.hpp"
#include "simd_levels.hpp"

namespace trading::signals {

inline constexpr int64_t kWorthwhile = 64;  // fewer prices fill no lanes
inline constexpr int64_t kTurn = 128;       // rows of the bands between two sums of a whole window
inline constexpr int64_t kLongestLane = 4096, kShortLane = 64;  // prices a lane: usually, and in hard places
// What an average has forgotten when a lane starts without it. Of the RSI's, the lanes' ends are looked at; of the MACD's,
// less is left than rounding leaves of the largest price.
inline constexpr double kForgottenBits = 48.0, kLostBits = 64.0;
inline constexpr int64_t kLongestWindow = 256;  // above it, summing a window anew in each lane costs more than it saves

// After how many prices, a multiple of 4, an average that keeps this share a price has forgotten what was before: so many
// bits of it are gone.
inline int64_t forgetting_rows(double keep, double bits) noexcept {
    if (keep <= 0.0) return 4;
    const double rows = std::min(bits * std::log(2.0) / -std::log(keep), 1e15);
    return (static_cast<int64_t>(rows) + 4) / 4 * 4;
}

// Whether results that begin here let every store of a tile keep to one cache line.
inline bool is_aligned(const double* values) noexcept { return reinterpret_cast<std::uintptr_t>(values) % 32 == 0; }

// Prices a lane, a multiple of 4. Lanes a multiple of 4 KiB apart would all want the same lines of the first-level cache.
inline int64_t rows_a_lane(int64_t prices, int64_t lanes, int64_t longest) noexcept {
    const int64_t rows = std::min(prices / lanes, longest) / 4 * 4;
    return rows >= 512 && (rows + 12) % 512 < 24 ? rows - 24 : rows;
}

inline void simd_relative_strength_index(const LevelKernels& kernels, const double* prices, int64_t count,
                                         int64_t period, double* values) {
    RelativeStrengthIndex index(period);
    int64_t at = 0;
    for (; at < count && !(index.is_warm() && is_aligned(values + at)); ++at) values[at] = index.update(prices[at]);

    const double divisor = static_cast<double>(period), keep = index.keep();
    const int64_t forgotten = forgetting_rows(keep, kForgottenBits);
    int64_t longest = kLongestLane;
    while (count - at >= kWorthwhile && keep >= 0.5) {
        const int64_t rows = rows_a_lane(count - at, kernels.lanes, longest), taken = rows * kernels.lanes;
        const double gain = index.gain() * divisor, loss = index.loss() * divisor;
        StrengthState state = {gain - loss, gain + loss, index.previous_price()};
        if (kernels.strength_lanes(prices + at, rows, std::min(rows, forgotten), keep,
                                   std::pow(keep, static_cast<double>(rows)), state, values + at)) {
            at += taken;
            index.resume((state.sizes + state.changes) / 2.0 / divisor, (state.sizes - state.changes) / 2.0 / divisor,
                         prices[at - 1], values[at - 1]);
            longest = std::min(4 * longest, kLongestLane);
        } else if (rows > kShortLane) {
            longest = kShortLane;
        } else {
            for (const int64_t end = at + taken; at < end; ++at) values[at] = index.update(prices[at]);
        }
    }
    for (; at < count; ++at) values[at] = index.update(prices[at]);
}

// What `rows` prices leave of a state, from what one leaves, by doubling.
inline TrendDecay decay_of(TrendDecay one, int64_t rows) noexcept {
    const auto after = [](const TrendDecay& first, const TrendDecay& second) {
        return TrendDecay{first.fast * second.fast, first.slow * second.slow, first.signal * second.signal,
                          first.fast_to_signal * second.signal + first.fast * second.fast_to_signal,
                          first.slow_to_signal * second.signal + first.slow * second.slow_to_signal};
    };
    TrendDecay all = {1.0, 1.0, 1.0, 0.0, 0.0};
    for (; rows > 0; rows /= 2) {
        if (rows % 2 != 0) all = after(all, one);
        one = after(one, one);
    }
    return all;
}

inline void simd_trend(const LevelKernels& kernels, const double* prices, int64_t count,
                       MovingAverageConvergenceDivergence trend, double* differences, double* signals) {
    int64_t at = 0;
    for (; at < count && !(trend.is_warm() && is_aligned(differences + at)); ++at) {
        const TrendValues values = trend.update(prices[at]);
        differences[at] = values.difference;
        signals[at] = values.signal;
    }
    if (count - at >= kWorthwhile) {
        const double fast_weight = trend.fast_weight(), slow_weight = trend.slow_weight();
        const double signal_weight = trend.signal_weight(), anchor = prices[at];
        const double fast_keep = 1.0 - fast_weight, slow_keep = 1.0 - slow_weight, signal_keep = 1.0 - signal_weight;
        const TrendDecay one = {fast_keep, slow_keep, signal_keep, fast_weight * fast_keep, -slow_weight * slow_keep};
        const int64_t forgotten = forgetting_rows(std::max(slow_keep, signal_keep), kLostBits);
        TrendState state = {(trend.fast() - anchor) / fast_weight, (trend.slow() - anchor) / slow_weight,
                            trend.signal() / signal_weight};
        while (count - at >= kWorthwhile) {
            const int64_t rows = rows_a_lane(count - at, kernels.lanes, kLongestLane);
            const TrendWeights weights = {anchor,    fast_weight, slow_weight, signal_weight,
                                          fast_keep, slow_keep,   signal_keep, decay_of(one, rows)};
            kernels.trend_lanes(prices + at, rows, std::min(rows, forgotten), weights, state, differences + at,
                                signals + at);
            at += rows * kernels.lanes;
        }
        trend.resume(anchor + state.fast * fast_weight, anchor + state.slow * slow_weight,
                     state.signal * signal_weight);
    }
    for (; at < count; ++at) {
        const TrendValues values = trend.update(prices[at]);
        differences[at] = values.difference;
        signals[at] = values.signal;
    }
}

inline void simd_bands(const LevelKernels& kernels, const double* prices, int64_t count, int64_t period, double width,
                       double* lower, double* middle, double* upper) {
    // The results are aligned alike: each begins where a cache line does.
    int64_t at = std::min(period, kLongestWindow) + 4;
    while (!is_aligned(lower + at)) ++at;
    if (period > kLongestWindow || count < at + kWorthwhile) {
        return scalar_bands(prices, count, period, width, lower, middle, upper);
    }
    scalar_bands(prices, at, period, width, lower, middle, upper);
    const int64_t turn = std::max(kTurn, (2 * period + 3) / 4 * 4);
    while (count - at >= kWorthwhile) {
        const int64_t rows = rows_a_lane(count - at, kernels.lanes, kLongestLane);
        kernels.band_lanes(prices + at, rows, turn, period, width, lower + at, middle + at, upper + at);
        at += rows * kernels.lanes;
    }
    // What is left slides on from the window before it.
    BollingerBands bands(period, width);
    for (int64_t next = at - period + 1; next < count; ++next) {
        const BandValues values = bands.update(prices[next]);
        if (next < at) continue;
        lower[next] = values.lower;
        middle[next] = values.middle;
        upper[next] = values.upper;
    }
}

// What the bindings call: the series at the level that was chosen.
inline void relative_strength_index(Level level, const double* prices, int64_t count, int64_t period, double* values) {
    if (level == Level::scalar) return scalar_relative_strength_index(prices, count, period, values);
    simd_relative_strength_index(kernels_of(level), prices, count, period, values);
}

inline void moving_average_convergence_divergence(Level level, const double* prices, int64_t count,
                                                  const MovingAverageConvergenceDivergence& trend, double* differences,
                                                  double* signals) {
    if (level == Level::scalar) return scalar_trend(prices, count, trend, differences, signals);
    simd_trend(kernels_of(level), prices, count, trend, differences, signals);
}

inline void bollinger_bands(Level level, const double* prices, int64_t count, int64_t period, double width,
                            double* lower, double* middle, double* upper) {
    if (level == Level::scalar) return scalar_bands(prices, count, period, width, lower, middle, upper);
    simd_bands(kernels_of(level), prices, count, period, width, lower, middle, upper);
}

}  // namespace trading::signals
