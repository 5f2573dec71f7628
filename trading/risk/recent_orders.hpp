// The orders of the last moments, as in recent_orders.py: orders come in, times that the duplicate and the rate check
// compare with go out. A clock that is set back counts as standing still.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "flat_map.hpp"
#include "hot.hpp"

namespace trading::risk {

constexpr int64_t kNever = std::numeric_limits<int64_t>::min();

// What makes two orders the same: price, and quantity, below zero to sell.
struct Terms {
    int64_t price_ticks, signed_lots;
    bool operator==(const Terms&) const noexcept = default;
};

struct SentOrder {
    int64_t time_ns;
    Terms terms;
};

TRADING_HOT uint64_t spread(const Terms& terms) noexcept {
    return native::spread(static_cast<int64_t>(native::spread(terms.price_ticks) >> 24) ^ terms.signed_lots);
}

class RecentOrders {
  public:
    RecentOrders(int64_t duplicate_window_ns, std::size_t maximum_messages)
        : duplicate_window_ns_(duplicate_window_ns), message_times_ns_(maximum_messages, kNever), in_order_(64) {}

    // When an order of these terms was sent last; nullptr where it was not, or is forgotten.
    TRADING_HOT const int64_t* sent_at_ns(const Terms& terms) const noexcept { return sent_at_ns_.find(terms); }
    // Of as many orders as may be sent in one window, when the first was sent.
    TRADING_HOT int64_t oldest_message_ns() const noexcept { return message_times_ns_[oldest_]; }

    // Makes sure that the next add() needs no memory.
    TRADING_HOT void reserve_one() {
        sent_at_ns_.reserve_one();
        if (TRADING_UNLIKELY(waiting_ == in_order_.size())) grow();
    }
    TRADING_HOT void add(const Terms& terms, int64_t time_ns) noexcept {
        const std::size_t messages = message_times_ns_.size();
        // The last time is the greatest so far: none goes in that is smaller.
        time_ns = std::max(time_ns, message_times_ns_[oldest_ == 0 ? messages - 1 : oldest_ - 1]);
        message_times_ns_[oldest_] = time_ns;
        oldest_ = oldest_ + 1 == messages ? 0 : oldest_ + 1;
        sent_at_ns_.put(terms, time_ns);
        in_order_[(first_ + waiting_++) & (in_order_.size() - 1)] = {time_ns, terms};
        int64_t oldest_needed_ns;
        if (__builtin_sub_overflow(time_ns, duplicate_window_ns_, &oldest_needed_ns)) return;
        // Ends at the latest at the order just added.
        for (; in_order_[first_].time_ns <= oldest_needed_ns; first_ = (first_ + 1) & (in_order_.size() - 1), --waiting_) {
            const SentOrder& sent = in_order_[first_];
            // The same order may have been sent again since.
            const int64_t* const last_ns = sent_at_ns_.find(sent.terms);
            if (last_ns != nullptr && *last_ns == sent.time_ns) sent_at_ns_.erase(sent.terms);
        }
    }

    // When each order that is not forgotten was sent last, in no order.
    std::vector<SentOrder> all() const {
        std::vector<SentOrder> orders;
        sent_at_ns_.each([&](const Terms& terms, int64_t time_ns) { orders.push_back({time_ns, terms}); });
        return orders;
    }
    // The oldest first.
    std::vector<int64_t> message_times_ns() const {
        std::vector<int64_t> times_ns(message_times_ns_.begin() + static_cast<std::ptrdiff_t>(oldest_),
                                      message_times_ns_.end());
        times_ns.insert(times_ns.end(), message_times_ns_.begin(),
                        message_times_ns_.begin() + static_cast<std::ptrdiff_t>(oldest_));
        return times_ns;
    }

  private:
    __attribute__((noinline)) void grow() {
        std::vector<SentOrder> in_order(2 * in_order_.size());
        for (std::size_t index = 0; index < waiting_; ++index) {
            in_order[index] = in_order_[(first_ + index) & (in_order_.size() - 1)];
        }
        in_order_.swap(in_order);
        first_ = 0;
    }

    int64_t duplicate_window_ns_;
    // A ring: the oldest time is where the next one goes.
    std::vector<int64_t> message_times_ns_;
    std::size_t oldest_ = 0;
    native::FlatMap<Terms, int64_t> sent_at_ns_;
    // A ring that grows: the orders of the duplicate window as they were sent.
    std::vector<SentOrder> in_order_;
    std::size_t first_ = 0, waiting_ = 0;
};

}  // namespace trading::risk
