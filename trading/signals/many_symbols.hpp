// Indicators of many symbols that tick together: one price a symbol comes in, six values a symbol go out.
//
// States stand in columns, one row a symbol (a structure of arrays), so that a register holds the same state of several
// symbols. The arithmetic is that of indicators.hpp, to the last bit at every level.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <new>
#include <vector>

#include "indicators.hpp"
#include "simd_levels.hpp"

namespace trading::signals {

struct Periods {
    int64_t index = 14, fast = 12, slow = 26, signal = 9, bands = 20;
    double width = 2.0;
};

class ManySymbols {
  public:
    static constexpr int64_t kResults = 6;  // RSI, MACD, its signal line, lower band, middle, upper band

    ManySymbols(int64_t symbols, Level level, const Periods& periods = {})
        : kernels_(kernels_of(level)), symbols_(symbols), padded_(rounded_up(symbols)), periods_(periods) {
        columns_.resize(static_cast<std::size_t>(padded_ * (kColumns + kResults + periods.bands)));
    }

    int64_t symbols() const noexcept { return symbols_; }

    // `prices`: one a symbol. `values`: kResults columns of one value a symbol.
    void update(const double* prices, double* values) noexcept {
        double* const padded_prices = column(0);
        std::copy_n(prices, symbols_, padded_prices);
        ++seen_;
        update_strength(padded_prices);
        update_trend(padded_prices);
        update_bands(padded_prices);
        for (int64_t number = 0; number < kResults; ++number) {
            std::copy_n(result(number), symbols_, values + number * symbols_);
        }
    }

  private:
    static constexpr int64_t kColumns = 15;  // prices, and the states of the three indicators

    static int64_t rounded_up(int64_t symbols) {
        if (symbols > std::numeric_limits<int64_t>::max() / 4096) throw std::bad_alloc();
        return (symbols + kMostLanes - 1) / kMostLanes * kMostLanes;
    }
    double* column(int64_t number) noexcept { return columns_.data() + number * padded_; }
    double* result(int64_t number) noexcept { return column(kColumns + number); }
    void set_nan(int64_t number) noexcept { std::fill_n(result(number), padded_, kNotANumber); }

    void update_strength(const double* prices) noexcept {
        const double period = static_cast<double>(periods_.index);
        double *const previous = column(1), *const gain = column(2), *const loss = column(3), *const value = column(4);
        if (seen_ > periods_.index + 1) {
            const StrengthColumns columns = {period, (period - 1.0) / period, previous, gain, loss, value};
            return kernels_.strength_step(columns, padded_, prices, result(0));
        }
        for (int64_t at = 0; at < padded_ && seen_ > 1; ++at) {
            const double change = prices[at] - previous[at];
            (change > 0.0 ? gain[at] : loss[at]) += (change > 0.0 ? change : -change) / period;
        }
        std::copy_n(prices, padded_, previous);
        set_nan(0);
        if (seen_ <= periods_.index) return;
        for (int64_t at = 0; at < padded_; ++at) {
            const double total = gain[at] + loss[at];
            value[at] = total > 0.0 ? 100.0 * (gain[at] / total) : kNeutral;
        }
        std::copy_n(value, padded_, result(0));
    }

    void update_trend(const double* prices) noexcept {
        const int64_t differences_seen = seen_ - periods_.slow + 1;
        const TrendColumns columns = {weight(periods_.fast, seen_),
                                      weight(periods_.slow, seen_),
                                      differences_seen > 0 ? weight(periods_.signal, differences_seen) : 0.0,
                                      column(5),
                                      column(6),
                                      column(7)};
        kernels_.trend_step(columns, padded_, prices, result(1), result(2));
        if (differences_seen < 1) set_nan(1);
        if (differences_seen < periods_.signal) set_nan(2);
    }

    // The weight of the value that is the `seen`-th: a plain mean up to `period` of them, exponential from then on.
    static double weight(int64_t period, int64_t seen) noexcept {
        return seen <= period ? 1.0 / static_cast<double>(seen) : MovingAverageConvergenceDivergence::weight_of(period);
    }

    void update_bands(const double* prices) noexcept {
        const int64_t row = (seen_ - 1) % periods_.bands;
        const BandColumns columns = {static_cast<double>(periods_.bands),
                                     periods_.width,
                                     column(kColumns + kResults + row),
                                     column(8),
                                     column(9),
                                     column(10),
                                     column(11),
                                     column(12),
                                     column(13)};
        kernels_.band_step(columns, padded_, prices, row == 0, row == periods_.bands - 1, result(3), result(4),
                           result(5));
        if (seen_ < periods_.bands) {
            for (int64_t number = 3; number < 6; ++number) set_nan(number);
        }
    }

    const LevelKernels& kernels_;
    int64_t symbols_, padded_, seen_ = 0;
    Periods periods_;
    std::vector<double> columns_;
};

}  // namespace trading::signals
