// The mean reversion of strategy.py as a kernel: indicator values and the top of the book come in, an order or nothing
// goes out. Every comparison is the reference's, in its order; NaN, while an indicator warms up, compares false.
#pragma once

#include <cmath>
#include <cstdint>

#include "native/hot.hpp"

namespace trading::strategy {

struct Parameters {
    int64_t order_lots;
    double oversold_index, overbought_index, confirming_imbalance, strongest_trend;
    int64_t pause_ns;
};

struct Indicators {
    double relative_strength_index, macd, macd_signal, lower, middle, upper, imbalance;
};

struct Decision {
    int64_t order_id;  // 0: no order
    int64_t side, price_ticks, quantity_lots;
};

class MeanReversion {
  public:
    explicit MeanReversion(const Parameters& parameters) noexcept : parameters_(parameters) {}

    TRADING_HOT Decision decide(int64_t time_ns, const Indicators& signal, int64_t bid_ticks, int64_t bid_lots,
                                int64_t ask_ticks, int64_t ask_lots) noexcept {
        const double mid_ticks = static_cast<double>(bid_ticks + ask_ticks) / 2;
        Decision decision{0, 0, 0, 0};
        int64_t displayed_lots;
        if (mid_ticks < signal.lower) {
            if (!(signal.relative_strength_index <= parameters_.oversold_index &&
                  signal.imbalance >= parameters_.confirming_imbalance)) {
                return decision;
            }
            decision.side = 1;
            decision.price_ticks = ask_ticks;
            displayed_lots = ask_lots;
        } else if (mid_ticks > signal.upper) {
            if (!(signal.relative_strength_index >= parameters_.overbought_index &&
                  signal.imbalance <= -parameters_.confirming_imbalance)) {
                return decision;
            }
            decision.side = -1;
            decision.price_ticks = bid_ticks;
            displayed_lots = bid_lots;
        } else {
            return decision;
        }
        const bool is_trend_strong = std::fabs(signal.macd - signal.macd_signal) >
                                     parameters_.strongest_trend * (signal.upper - signal.lower);
        if (is_trend_strong || time_ns < wait_until_ns_ || displayed_lots == 0) return decision;
        wait_until_ns_ = time_ns + parameters_.pause_ns;
        decision.order_id = ++last_order_id_;
        decision.quantity_lots = parameters_.order_lots;
        return decision;
    }

    int64_t last_order_id() const noexcept { return last_order_id_; }
    int64_t wait_until_ns() const noexcept { return wait_until_ns_; }

  private:
    Parameters parameters_;
    int64_t last_order_id_ = 0;
    int64_t wait_until_ns_ = 0;
};

}  // namespace trading::strategy
