// What both native stores of trades share: a trade's numbers come in, columns and exact sums go out.
#pragma once

#include <Python.h>

#include <cstddef>
#include <cstdint>
#include <memory>

#include "native/hot.hpp"
#include "native/records.hpp"

namespace trading::memory {

inline constexpr int64_t kMaximumPriceTicks = 4'294'967'295;
inline constexpr int64_t kMaximumQuantityLots = 1'000'000'000;
inline constexpr std::size_t kTradeFields = 6;

// In the order of the record Trade, as 64 bits each: a column is read as numbers of one width.
struct TradeRow {
    int64_t time_ns, resting_order_id, aggressor_order_id, aggressor_side, price_ticks, quantity_lots;
};
static_assert(sizeof(TradeRow) == kTradeFields * sizeof(int64_t));

// One field of all trades up to some moment. Trades are never changed, so it stays right while the store grows: it keeps
// the memory alive that it looks at.
struct TradeColumn {
    std::shared_ptr<const void> owner;
    const int64_t* first = nullptr;
    std::size_t length = 0;
    std::size_t stride_bytes = sizeof(int64_t);
};

// A sum of products of 62 bits each, which 64 bits cannot hold: the sums of their upper and of their lower 32 bits.
struct WideSum {
    uint64_t upper = 0, lower = 0;
};

struct TradeSums {
    int64_t volume_lots = 0;
    // Lots bought by aggressors minus lots sold by them.
    int64_t net_volume_lots = 0;
    WideSum turnover_tick_lots;
};

// Which sums are wanted; the others stay 0.
enum class Sum : int { volume, net_volume, turnover };

class TradeStore {
  public:
    virtual ~TradeStore() = default;
    virtual void append(const TradeRow& trade) = 0;
    virtual TradeRow at(std::size_t index) const noexcept = 0;
    virtual TradeColumn column(std::size_t field) const = 0;
    virtual std::size_t size() const noexcept = 0;
    // Does not touch Python. Only the owning thread may append meanwhile, so the interpreter's lock is kept.
    virtual TradeSums sums(Sum wanted) const noexcept = 0;
};

__attribute__((noinline)) inline int refuse_trade(PyObject* trade) {
    PyErr_Format(PyExc_ValueError,
                 "%.400R cannot be kept; numbers have 64 bits, a side is 1 or -1, a price is from 0 to %lld ticks, a quantity from"
                 " 0 to %lld lots",
                 trade, static_cast<long long>(kMaximumPriceTicks), static_cast<long long>(kMaximumQuantityLots));
    return -1;
}

// Returns 0, or -1 with an exception set.
TRADING_HOT int read_trade(PyObject* trade, TradeRow* row) {
    if (!native::is_record(trade, kTradeFields, "Trade")) return -1;
    int64_t* const numbers = &row->time_ns;
    for (std::size_t index = 0; index < kTradeFields; ++index) {
        PyObject* const value = PyTuple_GET_ITEM(trade, index);
        if (TRADING_LIKELY(native::read_small_integer(value, numbers + index))) continue;
        int overflow;
        numbers[index] = PyLong_AsLongLongAndOverflow(value, &overflow);
        if (numbers[index] == -1 && PyErr_Occurred()) return -1;
        if (overflow != 0) return refuse_trade(trade);
    }
    const bool is_side = row->aggressor_side == 1 || row->aggressor_side == -1;
    // As unsigned, a negative number is too large as well.
    const bool is_sound = is_side && static_cast<uint64_t>(row->price_ticks) <= static_cast<uint64_t>(kMaximumPriceTicks) &&
                          static_cast<uint64_t>(row->quantity_lots) <= static_cast<uint64_t>(kMaximumQuantityLots);
    return TRADING_LIKELY(is_sound) ? 0 : refuse_trade(trade);
}

}  // namespace trading::memory
