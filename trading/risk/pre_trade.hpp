// The pre-trade checks of one symbol: what pre_trade.py does, with the same results.
//
// Book updates, own orders, fills and commands come in as state, orders as questions; answers go out. Prices are kept in
// half ticks and money in half tick lots, as there; sums are 128 bits wide (see wide_integers.hpp).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "hot.hpp"
#include "open_orders.hpp"
#include "recent_orders.hpp"
#include "wide_integers.hpp"

namespace trading::risk {

using native::Wide;

// Numbered as RefusalReason is.
enum Reason : int {
    kPasses = -1,
    kKillSwitch,
    kRepeatedExecution,
    kWrongSymbol,
    kBadQuantity,
    kMaximumQuantity,
    kNoReferencePrice,
    kPriceCollar,
    kMaximumNotional,
    kPositionLimit,
    kCreditLimit,
    kDuplicate,
    kMessageRate,
    kReasons,
};

// As in limits.py, where each is explained and all are validated.
struct Limits {
    int64_t collar_basis_points, maximum_quantity_lots, maximum_notional_tick_lots, maximum_position_lots,
        maximum_credit_tick_lots, duplicate_window_ns, maximum_repeated_executions, maximum_messages, message_window_ns;
};

struct Question {
    bool is_ours, is_buy, is_market;  // is_ours: for the symbol that is guarded
    int64_t price_ticks, quantity_lots, time_ns;
};

struct Answer {
    int reason;
    Wide observed, limit;
};

class PreTradeRisk {
  public:
    explicit PreTradeRisk(const Limits& limits)
        : limits_(limits),
          maximum_notional_half_tick_lots_(2 * Wide{limits.maximum_notional_tick_lots}),
          maximum_credit_half_tick_lots_(2 * Wide{limits.maximum_credit_tick_lots}),
          recent_orders_(limits.duplicate_window_ns, static_cast<std::size_t>(limits.maximum_messages)) {}

    // The first failing check, in the order of the reasons; it has been counted.
    TRADING_HOT Answer check(const Question& order) noexcept {
        const Answer answer = judge(order);
        if (TRADING_UNLIKELY(answer.reason != kPasses)) ++counts_[static_cast<std::size_t>(answer.reason)];
        return answer;
    }
    TRADING_HOT void on_quote(int64_t bid_price_ticks, int64_t ask_price_ticks) noexcept {
        reference_half_ticks_ = bid_price_ticks + ask_price_ticks;
    }
    TRADING_HOT void on_sent(int64_t order_id, bool is_buy, int64_t price_ticks, int64_t quantity_lots, int64_t time_ns) {
        open_orders_.reserve_one();
        recent_orders_.reserve_one();
        ++repeated_executions_;
        open_orders_.add(order_id, is_buy, quantity_lots);
        recent_orders_.add({price_ticks, is_buy ? quantity_lots : -quantity_lots}, time_ns);
    }
    // Takes a fill of the symbol that is guarded.
    TRADING_HOT void on_fill(bool is_buy, int64_t price_ticks, int64_t quantity_lots) noexcept {
        const int64_t signed_lots = is_buy ? quantity_lots : -quantity_lots;
        position_lots_ += signed_lots;
        cash_half_tick_lots_ -= Wide{2 * price_ticks} * signed_lots;
    }
    TRADING_HOT void on_executed(int64_t order_id, int64_t quantity_lots) noexcept {
        open_orders_.execute(order_id, quantity_lots);
    }
    TRADING_HOT void on_closed(int64_t order_id) noexcept { open_orders_.close(order_id); }
    void kill(bool is_killed) noexcept { is_killed_ = is_killed; }
    void enable_again() noexcept { repeated_executions_ = 0; }

    bool is_killed() const noexcept { return is_killed_; }
    Wide position_lots() const noexcept { return position_lots_; }
    Wide cash_half_tick_lots() const noexcept { return cash_half_tick_lots_; }
    int64_t reference_half_ticks() const noexcept { return reference_half_ticks_; }
    int64_t repeated_executions() const noexcept { return repeated_executions_; }
    int64_t count(int reason) const noexcept { return counts_[static_cast<std::size_t>(reason)]; }
    const OpenOrders& open_orders() const noexcept { return open_orders_; }
    const RecentOrders& recent_orders() const noexcept { return recent_orders_; }

  private:
    TRADING_HOT Answer judge(const Question& order) const noexcept {
        if (TRADING_UNLIKELY(is_killed_)) return {kKillSwitch, 0, 0};
        if (TRADING_UNLIKELY(repeated_executions_ >= limits_.maximum_repeated_executions)) {
            return {kRepeatedExecution, repeated_executions_, limits_.maximum_repeated_executions};
        }
        if (TRADING_UNLIKELY(!order.is_ours)) return {kWrongSymbol, 0, 0};
        const int64_t quantity = order.quantity_lots;
        if (TRADING_UNLIKELY(quantity <= 0)) return {kBadQuantity, quantity, limits_.maximum_quantity_lots};
        if (quantity > limits_.maximum_quantity_lots) return {kMaximumQuantity, quantity, limits_.maximum_quantity_lots};

        const int64_t reference = reference_half_ticks_;
        if (TRADING_UNLIKELY(reference == 0)) return {kNoReferencePrice, 0, 0};
        Wide notional;
        if (order.is_market) {
            notional = Wide{reference} * quantity;
        } else {
            const Wide price = 2 * Wide{order.price_ticks};
            const Wide distance = price - reference;
            const int64_t collar = floor_of_ten_thousandths(limits_.collar_basis_points * reference);
            if (!(-collar <= distance && distance <= collar)) {
                return {kPriceCollar, distance < 0 ? -distance : distance, collar};
            }
            notional = price * quantity;
        }
        if (notional > maximum_notional_half_tick_lots_) {
            return {kMaximumNotional, notional, maximum_notional_half_tick_lots_};
        }

        // The worst case of a side is that all its open orders execute and none of the other side's.
        const Wide position = position_lots_;
        const int64_t signed_lots = order.is_buy ? quantity : -quantity;
        const Wide worst = position + (order.is_buy ? open_orders_.buy_lots() : -open_orders_.sell_lots()) + signed_lots;
        const Wide exposed_lots = worst < 0 ? -worst : worst;
        // What leaves a smaller position than there is passes, even from beyond a limit.
        if (exposed_lots >= (position < 0 ? -position : position)) {
            if (exposed_lots > limits_.maximum_position_lots) {
                return {kPositionLimit, worst, limits_.maximum_position_lots};
            }
            const Wide profit = cash_half_tick_lots_ + position * reference;
            const Wide value = exposed_lots * reference;
            const Wide credit = profit < 0 ? value - profit : value;
            if (credit > maximum_credit_half_tick_lots_) return {kCreditLimit, credit, maximum_credit_half_tick_lots_};
        }

        const int64_t* const sent_at_ns = recent_orders_.sent_at_ns({order.price_ticks, signed_lots});
        if (sent_at_ns != nullptr) {
            const Wide age_ns = Wide{order.time_ns} - *sent_at_ns;
            if (age_ns < limits_.duplicate_window_ns) return {kDuplicate, age_ns, limits_.duplicate_window_ns};
        }
        const Wide message_age_ns = Wide{order.time_ns} - recent_orders_.oldest_message_ns();
        if (message_age_ns < limits_.message_window_ns) return {kMessageRate, message_age_ns, limits_.maximum_messages};
        return {kPasses, 0, 0};
    }
    // Rounded down as Python's // does. A reference of 2^41 half ticks times 10,000 fits in 64 bits.
    TRADING_HOT static int64_t floor_of_ten_thousandths(int64_t number) noexcept {
        const int64_t quotient = number / 10'000;
        return quotient - (number % 10'000 < 0);
    }

    Limits limits_;
    Wide maximum_notional_half_tick_lots_, maximum_credit_half_tick_lots_;
    Wide position_lots_ = 0, cash_half_tick_lots_ = 0;
    int64_t reference_half_ticks_ = 0, repeated_executions_ = 0;
    bool is_killed_ = false;
    OpenOrders open_orders_;
    RecentOrders recent_orders_;
    std::array<int64_t, kReasons> counts_{};
};

}  // namespace trading::risk
