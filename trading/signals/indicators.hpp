// The indicators price by price: a price in ticks comes in, the indicator's value goes out, NaN while warming up.
//
// Each class does what the Python class of the same name in the file beside it does, operation by operation and so to the
// last bit; formulas, sources and the reason of each step are documented there. (No multiplication and addition may be
// contracted: the build says -ffp-contract=off.)
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>

#include "native/hot.hpp"

namespace trading::signals {

inline constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();
inline constexpr double kNeutral = 50.0;
inline constexpr double kTiny = 1e-200;
inline constexpr double kRescale = 1e100;

class RelativeStrengthIndex {
  public:
    explicit RelativeStrengthIndex(int64_t period) noexcept
        : period_(static_cast<double>(period)),
          keep_(static_cast<double>(period - 1) / static_cast<double>(period)),
          changes_missing_(period) {}

    TRADING_HOT double update(double price) noexcept {
        if (TRADING_UNLIKELY(changes_missing_ != 0)) return warm_up(price);
        const double change = price - previous_price_;
        previous_price_ = price;
        // Nobody can foretell which way a price goes, a processor neither: no branch depends on it. Adding nothing to the
        // other average leaves its bits as they are.
        const double share = change / period_;
        gain_ = gain_ * keep_ + (share > 0.0 ? share : 0.0);
        loss_ = loss_ * keep_ + (share < 0.0 ? -share : 0.0);
        const double total = gain_ + loss_;
        const double value = 100.0 * (gain_ / total);
        const bool has_moved = change < 0.0 || change > 0.0;
        value_ = has_moved ? value : value_;
        if (TRADING_UNLIKELY(total < kTiny) && !has_moved) {
            gain_ *= kRescale;
            loss_ *= kRescale;
        }
        return value_;
    }

    // The state, for those that take a warm indicator further by other means.
    bool is_warm() const noexcept { return changes_missing_ == 0; }
    double keep() const noexcept { return keep_; }
    double gain() const noexcept { return gain_; }
    double loss() const noexcept { return loss_; }
    double previous_price() const noexcept { return previous_price_; }
    void resume(double gain, double loss, double previous_price, double value) noexcept {
        gain_ = gain;
        loss_ = loss;
        previous_price_ = previous_price;
        value_ = value;
    }

  private:
    __attribute__((noinline)) double warm_up(double price) noexcept {
        const double previous = previous_price_;
        previous_price_ = price;
        if (previous != previous) return kNotANumber;  // the first price
        const double change = price - previous;
        if (change > 0.0) {
            gain_ += change / period_;
        } else {
            loss_ -= change / period_;
        }
        if (--changes_missing_ != 0) return kNotANumber;
        const double total = gain_ + loss_;
        return value_ = total > 0.0 ? 100.0 * (gain_ / total) : kNeutral;
    }

    double period_, keep_;
    int64_t changes_missing_;
    double previous_price_ = kNotANumber, gain_ = 0.0, loss_ = 0.0, value_ = kNotANumber;
};

struct TrendValues {
    double difference = kNotANumber, signal = kNotANumber;
};

class MovingAverageConvergenceDivergence {
  public:
    MovingAverageConvergenceDivergence(int64_t fast_period, int64_t slow_period, int64_t signal_period) noexcept
        : fast_weight_(weight_of(fast_period)),
          slow_weight_(weight_of(slow_period)),
          signal_weight_(weight_of(signal_period)),
          fast_period_(fast_period),
          slow_period_(slow_period),
          signal_period_(signal_period) {}

    static double weight_of(int64_t period) noexcept { return 2.0 / (static_cast<double>(period) + 1.0); }

    TRADING_HOT TrendValues update(double price) noexcept {
        if (TRADING_UNLIKELY(!is_warm_)) return warm_up(price);
        fast_ += fast_weight_ * (price - fast_);
        slow_ += slow_weight_ * (price - slow_);
        const double difference = fast_ - slow_;
        signal_ += signal_weight_ * (difference - signal_);
        return {difference, signal_};
    }

    bool is_warm() const noexcept { return is_warm_; }
    double fast() const noexcept { return fast_; }
    double slow() const noexcept { return slow_; }
    double signal() const noexcept { return signal_; }
    double fast_weight() const noexcept { return fast_weight_; }
    double slow_weight() const noexcept { return slow_weight_; }
    double signal_weight() const noexcept { return signal_weight_; }
    void resume(double fast, double slow, double signal) noexcept {
        fast_ = fast;
        slow_ = slow;
        signal_ = signal;
    }

  private:
    static double grow(double average, double value, int64_t seen, int64_t period, double weight) noexcept {
        return average + (value - average) * (seen <= period ? 1.0 / static_cast<double>(seen) : weight);
    }

    __attribute__((noinline)) TrendValues warm_up(double price) noexcept {
        ++seen_;
        fast_ = grow(fast_, price, seen_, fast_period_, fast_weight_);
        slow_ = grow(slow_, price, seen_, slow_period_, slow_weight_);
        if (seen_ < slow_period_) return {};
        const int64_t differences_seen = seen_ - slow_period_ + 1;
        const double difference = fast_ - slow_;
        signal_ = grow(signal_, difference, differences_seen, signal_period_, signal_weight_);
        if (differences_seen < signal_period_) return {difference, kNotANumber};
        is_warm_ = true;
        return {difference, signal_};
    }

    double fast_weight_, slow_weight_, signal_weight_;
    double fast_ = 0.0, slow_ = 0.0, signal_ = 0.0;
    bool is_warm_ = false;
    int64_t seen_ = 0;
    int64_t fast_period_, slow_period_, signal_period_;
};

struct BandValues {
    double lower = kNotANumber, middle = kNotANumber, upper = kNotANumber;
};

class BollingerBands {
  public:
    BollingerBands(int64_t period, double width)
        : period_(period), divisor_(static_cast<double>(period)), width_(width), window_(make_window(period)) {}

    TRADING_HOT BandValues update(double price) noexcept {
        int64_t index = next_;
        const double removed = window_[index];
        window_[index] = price;
        if (TRADING_LIKELY(index != 0)) {
            const double distance = price - next_anchor_;
            next_sum_ += distance;
            next_squares_ += distance * distance;
        } else {
            next_anchor_ = price;
            next_sum_ = 0.0;
            next_squares_ = 0.0;
        }
        if (++index == period_) {
            next_ = 0;
            is_warm_ = true;
            anchor_ = next_anchor_;
            sum_ = next_sum_;
            squares_ = next_squares_;
        } else {
            next_ = index;
            if (TRADING_UNLIKELY(!is_warm_)) return {};
            const double change = price - removed;
            sum_ += change;
            squares_ += change * ((price - anchor_) + (removed - anchor_));
        }
        const double mean = sum_ / divisor_;
        const double variance = squares_ / divisor_ - mean * mean;
        const double reach = variance > 0.0 ? width_ * std::sqrt(variance) : 0.0;
        const double middle = anchor_ + mean;
        return {middle - reach, middle, middle + reach};
    }

  private:
    static std::unique_ptr<double[]> make_window(int64_t period) {
        if (period > std::numeric_limits<int64_t>::max() / 16) throw std::bad_alloc();
        return std::make_unique<double[]>(static_cast<std::size_t>(period));
    }

    int64_t next_ = 0, period_;
    double divisor_, width_;
    double anchor_ = 0.0, sum_ = 0.0, squares_ = 0.0;
    double next_anchor_ = 0.0, next_sum_ = 0.0, next_squares_ = 0.0;
    bool is_warm_ = false;
    std::unique_ptr<double[]> window_;
};

}  // namespace trading::signals
