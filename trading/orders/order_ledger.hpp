// The ledger of own orders, as in order_ledger.py with the paper venue inside: orders and quotes come in, fills and states
// go out. Where the orders live is the store's part (free_list.hpp; flag order-pool).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "flat_map.hpp"
#include "free_list.hpp"
#include "hot.hpp"
#include "paper_venue.hpp"

namespace trading::orders {

// Numbered as OrderState is; the states that an order on paper can be in when send() is done.
enum State : int { kSent = 1, kFilled = 3, kCancelled = 4 };

struct Life {
    int64_t order_id, quantity_lots, filled_lots;
    int state;
};

enum Outcome : int {
    kUnfilled,
    kExecuted,
    kSentBefore,  // refused; nothing changed
    kImpossible,  // the venue filled what the order does not have: the order stays sent
};

class OrderLedger {
  public:
    virtual ~OrderLedger() = default;
    virtual Outcome send(int64_t order_id, const Meeting& meeting) = 0;
    // Pieces of memory that the orders have taken so far.
    virtual int64_t allocations() const noexcept = 0;

    // nullptr where no such order was sent.
    const Life* find(int64_t order_id) const noexcept {
        Life* const* const life = lives_.find(order_id);
        return life == nullptr ? nullptr : *life;
    }
    std::size_t size() const noexcept { return lives_.size(); }
    // Every order, in no order.
    std::vector<Life> all() const {
        std::vector<Life> lives;
        lives_.each([&](int64_t, const Life* life) { lives.push_back(*life); });
        return lives;
    }

  protected:
    native::FlatMap<int64_t, Life*> lives_;
};

template <class Store>
class StoredOrderLedger final : public OrderLedger {
  public:
    ~StoredOrderLedger() override {
        lives_.each([&](int64_t, Life* life) { store_.drop(life); });
    }

    Outcome send(int64_t order_id, const Meeting& meeting) override {
        if (TRADING_UNLIKELY(lives_.find(order_id) != nullptr)) return kSentBefore;
        lives_.reserve_one();
        Life* const life = store_.make(Life{order_id, meeting.quantity_lots, 0, kSent});
        lives_.put(order_id, life);
        if (!is_marketable(meeting)) {
            life->state = kCancelled;
            return kUnfilled;
        }
        const int64_t lots = filled_lots(meeting);
        if (TRADING_UNLIKELY(lots <= 0)) return kImpossible;
        life->filled_lots = lots;
        // What the quote does not hold is cancelled.
        life->state = lots == meeting.quantity_lots ? kFilled : kCancelled;
        return kExecuted;
    }
    int64_t allocations() const noexcept override { return store_.counts().allocated; }

  private:
    Store store_;
};

// The caller owns it.
inline OrderLedger* make_ledger(bool has_pool) {
    if (has_pool) return new StoredOrderLedger<native::FreeListStore<Life>>();
    return new StoredOrderLedger<native::HeapStore<Life>>();
}

}  // namespace trading::orders
