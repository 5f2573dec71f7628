// What every native order book offers, whatever it is made of: numbers come in, faults or trades and levels go out.
//
// The contract is that of interface.py. A side is a sign, as in trading/records.py: above 0 for buy, else sell. Faults are
// values, not exceptions: the binding makes an error of them, and a batch stops at them with the interpreter unlocked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "native/small_vector.hpp"

namespace trading::book {

// As in trading/records.py, where the reasons stand.
inline constexpr int64_t kMaximumPriceTicks = 4'294'967'295;
inline constexpr int64_t kMaximumQuantityLots = 1'000'000'000;

// Values of trading.records.EventType that change the visible book.
enum EventType : int64_t { kAdd = 1, kReduce = 2, kDelete = 3, kExecute = 4, kMarket = 8 };

enum Fault : int { kNone = 0, kIsResting, kBadQuantity, kBadPrice, kNotResting, kTooFewLots };

// One event of a batch: the fields of a FeedEvent, each in 8 bytes.
struct PackedEvent {
    int64_t time_ns, event_type, order_id, side, price_ticks, quantity_lots;
};

struct TradeRow {
    int64_t resting_order_id, price_ticks, quantity_lots;
};
using TradeRows = native::SmallVector<TradeRow, 8>;

// A price and the lots at it; zeros where there is none.
struct LevelRow {
    int64_t price_ticks = 0, quantity_lots = 0;
    bool operator==(const LevelRow&) const = default;
};

struct TopRow {
    LevelRow bid, ask;
    bool operator==(const TopRow&) const = default;
};

struct LotsOfSides {
    int64_t bid_lots, ask_lots;
};

struct QueueRow {
    int64_t order_id, quantity_lots;
};

// What became of lots that were to be taken off an order; after kTooFewLots, `lots` says what it has.
struct Taken {
    Fault fault;
    int64_t lots, side, price_ticks;
};

struct BatchResult {
    std::size_t applied;
    int64_t trades;
    Fault fault;         // of the event after those applied
    int64_t held_lots;   // of its order, after kTooFewLots
};

// Objects handed out and given back, and pieces of memory asked of the system for whatever purpose.
struct BookCounts {
    int64_t acquired, released, allocated;
};

class Book {
  public:
    virtual ~Book() = default;

    virtual Fault enter_limit(int64_t order_id, int64_t side, int64_t price_ticks, int64_t lots, TradeRows& trades) = 0;
    virtual Fault enter_market(int64_t order_id, int64_t side, int64_t lots, TradeRows& trades) = 0;
    // Takes all lots, and returns how many they were.
    virtual Taken cancel(int64_t order_id) = 0;
    // Takes some lots, and returns how many remain.
    virtual Taken take(int64_t order_id, int64_t lots) = 0;
    // Applies events until one is at fault; each is a change of its own to readers in other threads.
    virtual BatchResult run(const char* events, std::size_t count) = 0;

    virtual LevelRow best(int64_t side) const = 0;
    virtual TopRow top() const = 0;
    virtual LotsOfSides lots_of_best(int64_t levels) const = 0;
    // Best first.
    virtual void depth(int64_t side, int64_t levels, std::vector<LevelRow>& out) const = 0;

    // Single orders. Where readers take no lock these are for the thread that writes.
    virtual void queue(int64_t side, int64_t price_ticks, std::vector<QueueRow>& out) const = 0;
    virtual int64_t quantity_of(int64_t order_id) const = 0;
    virtual std::size_t size() const = 0;
    virtual BookCounts counts() const = 0;
};

}  // namespace trading::book
