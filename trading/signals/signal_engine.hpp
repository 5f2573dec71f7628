// All indicators of one symbol together: the top of the book comes in, every value of a Signal but its time goes out.
#pragma once

#include <cstdint>

#include "indicators.hpp"

namespace trading::signals {

struct SignalValues {
    double relative_strength_index = kNotANumber;
    TrendValues trend;
    BandValues bands;
    double imbalance = 0.0;
};

TRADING_HOT double imbalance(int64_t bid_quantity, int64_t ask_quantity) noexcept {
    // As floating-point numbers: quantities are far below 2^53, and sums of hostile ones would overflow as integers.
    const double bid = static_cast<double>(bid_quantity), ask = static_cast<double>(ask_quantity);
    const double total = bid + ask;
    return total != 0.0 ? (bid - ask) / total : 0.0;
}

class SignalEngine {
  public:
    SignalEngine(int64_t index_period, int64_t fast_period, int64_t slow_period, int64_t signal_period,
                 int64_t band_period, double band_width)
        : index_(index_period), trend_(fast_period, slow_period, signal_period), bands_(band_period, band_width) {}

    TRADING_HOT const SignalValues& update(int64_t bid_price, int64_t bid_quantity, int64_t ask_price,
                                           int64_t ask_quantity) noexcept {
        if (TRADING_LIKELY(bid_quantity != 0 && ask_quantity != 0)) {
            const double mid_price = (static_cast<double>(bid_price) + static_cast<double>(ask_price)) / 2.0;
            values_.relative_strength_index = index_.update(mid_price);
            values_.trend = trend_.update(mid_price);
            values_.bands = bands_.update(mid_price);
        }
        values_.imbalance = imbalance(bid_quantity, ask_quantity);
        return values_;
    }

    const SignalValues& values() const noexcept { return values_; }

  private:
    RelativeStrengthIndex index_;
    MovingAverageConvergenceDivergence trend_;
    BollingerBands bands_;
    SignalValues values_;
};

}  // namespace trading::signals
