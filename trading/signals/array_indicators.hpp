// The indicators over a whole series, one price after the other: prices in, one value a price out, NaN while warming up.
//
// The same arithmetic as price by price, and so the same bits as trading/signals/over_lists.py.
#pragma once

#include <cstdint>

#include "indicators.hpp"

namespace trading::signals {

inline void scalar_relative_strength_index(const double* prices, int64_t count, int64_t period, double* values) {
    RelativeStrengthIndex index(period);
    for (int64_t at = 0; at < count; ++at) values[at] = index.update(prices[at]);
}

inline void scalar_trend(const double* prices, int64_t count, MovingAverageConvergenceDivergence trend,
                         double* differences, double* signals) {
    for (int64_t at = 0; at < count; ++at) {
        const TrendValues values = trend.update(prices[at]);
        differences[at] = values.difference;
        signals[at] = values.signal;
    }
}

inline void scalar_bands(const double* prices, int64_t count, int64_t period, double width, double* lower,
                         double* middle, double* upper) {
    BollingerBands bands(period, width);
    for (int64_t at = 0; at < count; ++at) {
        const BandValues values = bands.update(prices[at]);
        lower[at] = values.lower;
        middle[at] = values.middle;
        upper[at] = values.upper;
    }
}

}  // namespace trading::signals
