// The loop of pipeline.py over the kernels of every component: events come in, own orders, fills and counts go out, and
// nothing in between becomes an object of the interpreter.
//
// It owns none of the kernels: they belong to the components that were built, and show the state to whoever asks them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "book/interface.hpp"
#include "native/hot.hpp"
#include "orders/order_ledger.hpp"
#include "orders/paper_venue.hpp"
#include "positions/holdings.hpp"
#include "risk/pre_trade.hpp"
#include "signals/signal_engine.hpp"
#include "strategy.hpp"

namespace trading::pipeline {

struct Counts {
    int64_t events = 0, trades = 0, orders_sent = 0, fills = 0, filled_lots = 0;
};

// What became of one event. Only the first fault of a stretch of events is told; those after it are not touched.
enum Trouble : int { kFine = 0, kBookFault, kSentBefore, kTooManyLots };

struct Execution {
    int64_t time_ns, order_id, side, price_ticks, quantity_lots;  // quantity 0: there was none
};

struct Step {
    Trouble trouble = kFine;
    book::BatchResult book{};
    Execution execution{};
};

class System {
  public:
    System(book::Book& book, signals::SignalEngine& signals, strategy::MeanReversion& strategy,
           risk::PreTradeRisk& risk, orders::OrderLedger& orders, positions::Holdings& positions,
           positions::Place* place) noexcept
        : book_(book),
          signals_(signals),
          strategy_(strategy),
          risk_(risk),
          orders_(orders),
          positions_(positions),
          place_(place) {}

    TRADING_HOT Step on_event(const book::PackedEvent& event) {
        Step step;
        step.book = book_.run(reinterpret_cast<const char*>(&event), 1);
        if (TRADING_UNLIKELY(step.book.fault != book::kNone)) {
            step.trouble = kBookFault;
            return step;
        }
        ++counts_.events;
        counts_.trades += step.book.trades;
        const book::TopRow top = book_.top();
        if (top == top_) return step;  // The top of the book is what it was: no tick.
        top_ = top;
        top_time_ns_ = event.time_ns;
        on_tick(step);
        return step;
    }

    // Stops after the event that is in trouble.
    Step run(const char* events, std::size_t count, std::size_t& done) {
        Step step;
        book::PackedEvent event;  // copied, because a buffer may start at any byte
        for (done = 0; done < count; ++done) {
            std::memcpy(&event, events + done * sizeof event, sizeof event);
            step = on_event(event);
            if (TRADING_UNLIKELY(step.trouble != kFine)) break;
        }
        return step;
    }

    const Counts& counts() const noexcept { return counts_; }
    const book::TopRow& top() const noexcept { return top_; }
    int64_t top_time_ns() const noexcept { return top_time_ns_; }

  private:
    TRADING_HOT void on_tick(Step& step) {
        const book::LevelRow bid = top_.bid, ask = top_.ask;
        if (TRADING_LIKELY(bid.quantity_lots != 0 && ask.quantity_lots != 0)) {
            risk_.on_quote(bid.price_ticks, ask.price_ticks);
        }
        const signals::SignalValues& values =
            signals_.update(bid.price_ticks, bid.quantity_lots, ask.price_ticks, ask.quantity_lots);
        const strategy::Indicators indicators{values.relative_strength_index, values.trend.difference, values.trend.signal,
                                              values.bands.lower,             values.bands.middle, values.bands.upper,
                                              values.imbalance};
        const strategy::Decision order = strategy_.decide(top_time_ns_, indicators, bid.price_ticks, bid.quantity_lots,
                                                          ask.price_ticks, ask.quantity_lots);
        if (TRADING_LIKELY(order.order_id == 0)) return;
        const bool is_buy = order.side > 0;
        const risk::Answer answer =
            risk_.check({true, is_buy, false, order.price_ticks, order.quantity_lots, top_time_ns_});
        if (answer.reason != risk::kPasses) return;
        send(step, order, is_buy, is_buy ? ask : bid);
    }

    void send(Step& step, const strategy::Decision& order, bool is_buy, const book::LevelRow& quote) {
        risk_.on_sent(order.order_id, is_buy, order.price_ticks, order.quantity_lots, top_time_ns_);
        const orders::Meeting meeting{order.side,        true,
                                      order.price_ticks, order.quantity_lots,
                                      quote.price_ticks, quote.quantity_lots};
        const orders::Outcome outcome = orders_.send(order.order_id, meeting);
        if (TRADING_UNLIKELY(outcome == orders::kSentBefore || outcome == orders::kImpossible)) {
            step.trouble = kSentBefore;
            return;
        }
        ++counts_.orders_sent;
        if (outcome == orders::kExecuted) {
            const int64_t lots = orders::filled_lots(meeting);
            step.execution = {top_time_ns_, order.order_id, order.side, quote.price_ticks, lots};
            positions::Holding after;
            if (TRADING_UNLIKELY(!positions_.apply({place_, quote.price_ticks, is_buy ? lots : -lots}, after))) {
                step.trouble = kTooManyLots;
                return;
            }
            risk_.on_fill(is_buy, quote.price_ticks, lots);
            risk_.on_executed(order.order_id, lots);
            ++counts_.fills;
            counts_.filled_lots += lots;
        }
        risk_.on_closed(order.order_id);
    }

    book::Book& book_;
    signals::SignalEngine& signals_;
    strategy::MeanReversion& strategy_;
    risk::PreTradeRisk& risk_;
    orders::OrderLedger& orders_;
    positions::Holdings& positions_;
    positions::Place* place_;
    book::TopRow top_{};
    int64_t top_time_ns_ = 0;
    Counts counts_{};
};

}  // namespace trading::pipeline
