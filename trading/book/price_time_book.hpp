// The order book of price_time_book.py as a kernel: numbers come in, trades and the state of both sides go out.
//
// One template over how threads share it (access.hpp), how a queue keeps its places (std::vector, or inline up to 8) and
// where orders and levels come from (new and delete, or a free list). Prefetching and vector sums are switches at run time.
// Where memory runs out in the middle of a call, the trades made until then stay made and the book stays sound.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <variant>
#include <vector>

#include "book/access.hpp"
#include "book/interface.hpp"
#include "book/level_ladder.hpp"
#include "book/level_queue.hpp"
#include "book/order_ids.hpp"
#include "book/sum_lots.hpp"
#include "native/free_list.hpp"
#include "native/hot.hpp"

namespace trading::book {

template <class Access, template <class> class Vector, template <class> class Store>
class PriceTimeBook final : public Book {
  public:
    PriceTimeBook(bool has_prefetch, bool has_simd)
        : has_prefetch_(has_prefetch), sum_(has_simd ? vector_sum() : nullptr) {}
    PriceTimeBook(const PriceTimeBook&) = delete;
    PriceTimeBook& operator=(const PriceTimeBook&) = delete;
    ~PriceTimeBook() override {
        for (Ladder* ladder : {&bids_, &asks_}) {
            for (std::size_t place = 0; place < ladder->size(); ++place) {
                ladder->level_at(place)->each([this](OrderHere* order) { orders_.drop(order); });
                levels_.drop(ladder->level_at(place));
            }
        }
    }

    Fault enter_limit(int64_t order_id, int64_t side, int64_t price_ticks, int64_t lots, TradeRows& trades) override {
        return change([&] { return limit(order_id, side, price_ticks, lots, trades); });
    }
    Fault enter_market(int64_t order_id, int64_t side, int64_t lots, TradeRows& trades) override {
        return change([&] { return market(order_id, side, lots, trades); });
    }
    Taken cancel(int64_t order_id) override {
        return change([&] { return remove(order_id); });
    }
    Taken take(int64_t order_id, int64_t lots) override {
        return change([&] { return reduce(order_id, lots); });
    }
    BatchResult run(const char* events, std::size_t count) override {
        BatchResult result{0, 0, kNone, 0};
        TradeRows trades;
        for (; result.applied < count; ++result.applied) {
            const PackedEvent event = event_at(events, result.applied);
            if (has_prefetch_ && result.applied + kEventsAhead < count) {
                ids_.prefetch(event_at(events, result.applied + kEventsAhead).order_id);
            }
            trades.clear();
            const Taken done = change([&] { return apply(event, trades); });
            if (TRADING_UNLIKELY(done.fault != kNone)) {
                result.fault = done.fault;
                result.held_lots = done.lots;
                return result;
            }
            result.trades += static_cast<int64_t>(trades.size()) + (event.event_type == kExecute);
        }
        return result;
    }

    LevelRow best(int64_t side) const override {
        if constexpr (Access::kHasFreeReaders) {
            const TopRow top = tops_.read();
            return side > 0 ? top.bid : top.ask;
        } else {
            return access_.read([&] { return half(side).best(); });
        }
    }
    TopRow top() const override {
        if constexpr (Access::kHasFreeReaders) {
            return tops_.read();
        } else {
            return access_.read([&] { return TopRow{bids_.best(), asks_.best()}; });
        }
    }
    LotsOfSides lots_of_best(int64_t levels) const override {
        const auto count = static_cast<std::size_t>(levels < 0 ? 0 : levels);
        return access_.read([&] {
            return LotsOfSides{bids_.lots_of_best(count, sum_), asks_.lots_of_best(count, sum_)};
        });
    }
    void depth(int64_t side, int64_t levels, std::vector<LevelRow>& out) const override {
        const auto count = static_cast<std::size_t>(levels < 0 ? 0 : levels);
        access_.read([&] {
            half(side).depth(count, out);
            return true;
        });
    }

    void queue(int64_t side, int64_t price_ticks, std::vector<QueueRow>& out) const override {
        access_.inspect([&] {
            const Ladder& ladder = half(side);
            if (price_ticks <= 0 || price_ticks > kMaximumPriceTicks) return false;
            const int64_t rank = side > 0 ? price_ticks : -price_ticks;
            const std::size_t place = ladder.place_of(rank);
            if (!ladder.has(place, rank)) return false;
            const LevelHere* const level = ladder.level_at(place);
            out.reserve(level->live);
            level->each([&out](const OrderHere* order) { out.push_back({order->order_id, order->lots}); });
            return true;
        });
    }
    int64_t quantity_of(int64_t order_id) const override {
        return access_.inspect([&] {
            const OrderHere* const order = ids_.find(order_id);
            return order == nullptr ? int64_t{0} : order->lots;
        });
    }
    std::size_t size() const override {
        return access_.inspect([&] { return ids_.size(); });
    }
    BookCounts counts() const override {
        return access_.inspect([&] {
            const native::MemoryCounts &orders = orders_.counts(), &levels = levels_.counts();
            const int64_t others = ids_.allocated() + bids_.allocated() + asks_.allocated() + queues_allocated_;
            return BookCounts{orders.acquired + levels.acquired, orders.released + levels.released,
                              orders.allocated + levels.allocated + others};
        });
    }

  private:
    using OrderHere = Order<Vector>;
    using LevelHere = Level<Vector>;
    using Ladder = LevelLadder<Access, LevelHere>;
    // How far ahead a batch asks for the slot of an order id: about as many events as a trip to memory takes.
    static constexpr std::size_t kEventsAhead = 4;

    TRADING_HOT static PackedEvent event_at(const char* events, std::size_t index) noexcept {
        PackedEvent event;  // copied, because a buffer of Python may start at any byte
        std::memcpy(&event, events + index * sizeof event, sizeof event);
        return event;
    }
    TRADING_HOT Ladder& half(int64_t side) noexcept { return side > 0 ? bids_ : asks_; }
    TRADING_HOT const Ladder& half(int64_t side) const noexcept { return side > 0 ? bids_ : asks_; }
    TRADING_HOT Ladder& half_against(int64_t side) noexcept { return side > 0 ? asks_ : bids_; }

    // Makes a change that others see whole or not at all, also where it ends in an exception.
    template <class Change>
    TRADING_HOT auto change(Change apply_change) {
        return access_.write([&] {
            const Publication publication{*this};
            return apply_change();
        });
    }
    struct Publication {
        PriceTimeBook& book;
        TRADING_HOT ~Publication() {
            if constexpr (Access::kHasFreeReaders) book.tops_.publish({book.bids_.best(), book.asks_.best()});
        }
    };

    TRADING_HOT Taken apply(const PackedEvent& event, TradeRows& trades) {
        switch (event.event_type) {
            case kAdd:
                return {limit(event.order_id, event.side, event.price_ticks, event.quantity_lots, trades), 0, 0, 0};
            case kMarket:
                return {market(event.order_id, event.side, event.quantity_lots, trades), 0, 0, 0};
            case kDelete:
                return remove(event.order_id);
            case kReduce:
            case kExecute:
                return reduce(event.order_id, event.quantity_lots);
            default:
                return {kNone, 0, 0, 0};
        }
    }
    // The order of the faults is the reference's.
    TRADING_HOT Fault fault_of(int64_t order_id, int64_t lots, int64_t price_ticks) const noexcept {
        if (TRADING_UNLIKELY(ids_.find(order_id) != nullptr)) return kIsResting;
        if (TRADING_UNLIKELY(lots <= 0 || lots > kMaximumQuantityLots)) return kBadQuantity;
        if (TRADING_UNLIKELY(price_ticks <= 0 || price_ticks > kMaximumPriceTicks)) return kBadPrice;
        return kNone;
    }
    TRADING_HOT Fault limit(int64_t order_id, int64_t side, int64_t price_ticks, int64_t lots, TradeRows& trades) {
        const Fault fault = fault_of(order_id, lots, price_ticks);
        if (TRADING_UNLIKELY(fault != kNone)) return fault;
        Ladder& opposite = half_against(side);
        // Its rank on the other side is the worst that it accepts there.
        const int64_t rank = side > 0 ? price_ticks : -price_ticks;
        const int64_t left_lots = match(opposite, side > 0, -rank, lots, trades);
        if (left_lots > 0) rest(half(side), rank, order_id, left_lots);
        return kNone;
    }
    TRADING_HOT Fault market(int64_t order_id, int64_t side, int64_t lots, TradeRows& trades) {
        const Fault fault = fault_of(order_id, lots, 1);
        if (TRADING_UNLIKELY(fault != kNone)) return fault;
        match(half_against(side), side > 0, INT64_MIN, lots, trades);
        return kNone;
    }
    // Trades against the other side while its rank is at least the worst accepted; returns the lots left over.
    TRADING_HOT int64_t match(Ladder& opposite, bool is_asks, int64_t worst_rank, int64_t lots, TradeRows& trades) {
        while (lots > 0) {
            const std::size_t size = opposite.size();
            if (size == 0 || opposite.rank_at(size - 1) < worst_rank) break;
            if (has_prefetch_ && size > 1) __builtin_prefetch(opposite.level_at(size - 2));
            const std::size_t best = size - 1;
            const int64_t rank = opposite.rank_at(best), price_ticks = is_asks ? -rank : rank;
            LevelHere* const level = opposite.level_at(best);
            while (lots > 0 && level->live > 0) {
                OrderHere* const order = level->front();
                if (has_prefetch_) level->prefetch_second();
                const int64_t traded = order->lots < lots ? order->lots : lots;
                trades.push_back({order->order_id, price_ticks, traded});
                lots -= traded;
                order->lots -= traded;
                opposite.add_lots(best, -traded);
                if (order->lots == 0) forget(order);
            }
            if (level->live == 0) {
                opposite.erase(best);
                levels_.drop(level);
            }
        }
        return lots;
    }
    TRADING_HOT void rest(Ladder& own, int64_t rank, int64_t order_id, int64_t lots) {
        ids_.make_room();
        own.make_room();
        const std::size_t place = own.place_of(rank);
        const bool is_new = !own.has(place, rank);
        LevelHere* const level = is_new ? levels_.make(rank) : own.level_at(place);
        OrderHere* order = nullptr;
        try {
            order = orders_.make(OrderHere{order_id, lots, level, 0});
            level->append(order, queues_allocated_);
        } catch (...) {
            if (order != nullptr) orders_.drop(order);
            if (is_new) levels_.drop(level);
            throw;
        }
        if (is_new) {
            own.insert(place, rank, lots, level);
        } else {
            own.add_lots(place, lots);
        }
        ids_.insert(order_id, order);
    }
    // The lots of its level are the caller's business, and the level itself where this was its last order.
    TRADING_HOT void forget(OrderHere* order) noexcept {
        order->level->leave(order->place);
        ids_.erase(order->order_id);
        orders_.drop(order);
    }
    TRADING_HOT Taken remove(int64_t order_id) {
        OrderHere* const order = ids_.find(order_id);
        if (TRADING_UNLIKELY(order == nullptr)) return {kNotResting, 0, 0, 0};
        return leave(order, order->lots, order->lots);
    }
    TRADING_HOT Taken reduce(int64_t order_id, int64_t lots) {
        OrderHere* const order = ids_.find(order_id);
        if (TRADING_UNLIKELY(order == nullptr)) return {kNotResting, 0, 0, 0};
        if (TRADING_UNLIKELY(lots <= 0 || lots > order->lots)) return {kTooFewLots, order->lots, 0, 0};
        return leave(order, lots, order->lots - lots);
    }
    // Takes lots off an order that has them.
    TRADING_HOT Taken leave(OrderHere* order, int64_t lots, int64_t answer) noexcept {
        LevelHere* const level = order->level;
        const int64_t rank = level->rank;
        Ladder& ladder = half(rank);
        const std::size_t place = ladder.place_of(rank);
        order->lots -= lots;
        if (order->lots == 0) forget(order);
        if (level->live == 0) {
            ladder.erase(place);
            levels_.drop(level);
        } else {
            ladder.add_lots(place, -lots);
        }
        return rank > 0 ? Taken{kNone, answer, 1, rank} : Taken{kNone, answer, -1, -rank};
    }

    Access access_;
    std::conditional_t<Access::kHasFreeReaders, TopRing, std::monostate> tops_;
    Ladder bids_{1}, asks_{-1};
    OrderIds<OrderHere> ids_;
    Store<OrderHere> orders_;
    Store<LevelHere> levels_;
    int64_t queues_allocated_ = 0;
    const bool has_prefetch_;
    const SumLots sum_;
};

}  // namespace trading::book
