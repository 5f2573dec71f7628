// Trades as an array of structures: the plain form.
#pragma once

#include <memory>
#include <vector>

#include "memory/trade_store.hpp"
#include "native/hot.hpp"

namespace trading::memory {

class TradeRows final : public TradeStore {
  public:
    TRADING_HOT void append(const TradeRow& trade) override {
        // A vector that somebody looks at must not move its elements: they keep it, and the store goes on with a copy.
        if (TRADING_UNLIKELY(rows_->size() == rows_->capacity() && rows_.use_count() > 1)) {
            auto grown = std::make_shared<std::vector<TradeRow>>();
            grown->reserve(2 * rows_->size());
            grown->assign(rows_->begin(), rows_->end());
            rows_ = std::move(grown);
        }
        rows_->push_back(trade);
    }
    TradeRow at(std::size_t index) const noexcept override { return (*rows_)[index]; }
    std::size_t size() const noexcept override { return rows_->size(); }

    TradeColumn column(std::size_t field) const override {
        return {rows_, rows_->empty() ? nullptr : &rows_->data()->time_ns + field, rows_->size(), sizeof(TradeRow)};
    }

    TradeSums sums(Sum wanted) const noexcept override {
        TradeSums total;
        if (wanted == Sum::volume) {
            for (const TradeRow& row : *rows_) total.volume_lots += row.quantity_lots;
        } else if (wanted == Sum::net_volume) {
            for (const TradeRow& row : *rows_) total.net_volume_lots += row.aggressor_side * row.quantity_lots;
        } else {
            for (const TradeRow& row : *rows_) {
                const uint64_t product = static_cast<uint64_t>(row.price_ticks) * static_cast<uint64_t>(row.quantity_lots);
                total.turnover_tick_lots.upper += product >> 32;
                total.turnover_tick_lots.lower += product & 0xFFFF'FFFF;
            }
        }
        return total;
    }

  private:
    std::shared_ptr<std::vector<TradeRow>> rows_ = std::make_shared<std::vector<TradeRow>>();
};

}  // namespace trading::memory
