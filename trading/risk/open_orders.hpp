// Own orders that may still execute, as in open_orders.py: orders, executions and ends come in, the lots still to come go out.
#pragma once

#include <cstdint>
#include <vector>

#include "flat_map.hpp"
#include "hot.hpp"
#include "wide_integers.hpp"

namespace trading::risk {

// Lots are below zero for an order to sell.
struct OpenOrder {
    int64_t order_id;
    native::Wide lots;
};

class OpenOrders {
  public:
    // Makes sure that the next add() needs no memory.
    TRADING_HOT void reserve_one() { lots_of_.reserve_one(); }

    TRADING_HOT void add(int64_t order_id, bool is_buy, int64_t quantity_lots) noexcept {
        close(order_id);  // the same id again replaces the order
        (is_buy ? buy_lots_ : sell_lots_) += quantity_lots;
        lots_of_.put(order_id, is_buy ? quantity_lots : -quantity_lots);
    }
    TRADING_HOT void execute(int64_t order_id, int64_t quantity_lots) noexcept {
        native::Wide* const lots = lots_of_.find(order_id);
        if (lots == nullptr) return;
        if (quantity_lots >= (*lots < 0 ? -*lots : *lots)) {
            close(order_id);
        } else if (*lots > 0) {
            buy_lots_ -= quantity_lots;
            *lots -= quantity_lots;
        } else {
            sell_lots_ -= quantity_lots;
            *lots += quantity_lots;
        }
    }
    TRADING_HOT void close(int64_t order_id) noexcept {
        const native::Wide* const lots = lots_of_.find(order_id);
        if (lots == nullptr) return;
        if (*lots > 0) {
            buy_lots_ -= *lots;
        } else {
            sell_lots_ += *lots;
        }
        lots_of_.erase(order_id);
    }

    TRADING_HOT native::Wide buy_lots() const noexcept { return buy_lots_; }
    TRADING_HOT native::Wide sell_lots() const noexcept { return sell_lots_; }
    // Every open order, in no order.
    std::vector<OpenOrder> all() const {
        std::vector<OpenOrder> orders;
        lots_of_.each([&](int64_t order_id, native::Wide lots) { orders.push_back({order_id, lots}); });
        return orders;
    }

  private:
    native::Wide buy_lots_ = 0, sell_lots_ = 0;
    native::FlatMap<int64_t, native::Wide> lots_of_;
};

}  // namespace trading::risk
