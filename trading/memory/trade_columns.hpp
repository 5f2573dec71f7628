// Trades as a structure of arrays (flag soa-trades): each field's numbers lie side by side, so that a sum reads nothing else
// and several of them are added at once.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <new>

#include "memory/trade_store.hpp"
#include "memory/trade_sums.hpp"
#include "native/hot.hpp"

namespace trading::memory {

class TradeColumns final : public TradeStore {
  public:
    TRADING_HOT void append(const TradeRow& trade) override {
        if (TRADING_UNLIKELY(length_ == capacity_)) grow();
        const int64_t* const numbers = &trade.time_ns;
        for (std::size_t field = 0; field < kTradeFields; ++field) columns_[field][length_] = numbers[field];
        ++length_;
    }
    TradeRow at(std::size_t index) const noexcept override {
        return {columns_[0][index], columns_[1][index], columns_[2][index], columns_[3][index], columns_[4][index], columns_[5][index]};
    }
    std::size_t size() const noexcept override { return length_; }

    TradeColumn column(std::size_t field) const override { return {block_, columns_[field], length_, sizeof(int64_t)}; }

    TradeSums sums(Sum wanted) const noexcept override {
        const int64_t* const sides = columns_[3];
        const int64_t* const prices = columns_[4];
        const int64_t* const lots = columns_[5];
        TradeSums total;
        if (wanted == Sum::volume) total.volume_lots = sum_of(lots, length_);
        else if (wanted == Sum::net_volume) total.net_volume_lots = signed_sum_of(sides, lots, length_);
        else total.turnover_tick_lots = sum_of_products(prices, lots, length_);
        return total;
    }

  private:
    static constexpr std::size_t kFirstCapacity = 1024;
    static constexpr std::align_val_t kCacheLine{64};

    // Always a new block: whoever looks at the old one keeps it.
    __attribute__((noinline)) void grow() {
        const std::size_t capacity = std::max(2 * capacity_, kFirstCapacity);
        std::shared_ptr<int64_t> block(static_cast<int64_t*>(::operator new(kTradeFields * capacity * sizeof(int64_t), kCacheLine)),
                                       [](int64_t* numbers) { ::operator delete(numbers, kCacheLine); });
        for (std::size_t field = 0; field < kTradeFields; ++field) {
            int64_t* const column = block.get() + field * capacity;
            if (length_ != 0) std::memcpy(column, columns_[field], length_ * sizeof(int64_t));
            columns_[field] = column;
        }
        block_ = std::move(block);
        capacity_ = capacity;
    }

    std::shared_ptr<int64_t> block_;
    std::array<int64_t*, kTradeFields> columns_{};
    std::size_t length_ = 0;
    std::size_t capacity_ = 0;
};

}  // namespace trading::memory
