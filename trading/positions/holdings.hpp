// The holdings of all symbols, guarded: fills come in from several threads, positions go out, none of them torn.
//
// Guards: one lock around all holdings (std::mutex, or a lock of one byte: flag fast-lock), or a lock of one byte in each
// holding, so that threads meet only where they trade the same symbol (flag lock-free-positions). Holdings stand side by
// side, several of them on a cache line, or each on a line of its own (flag cache-aligned).
//
// A symbol's holding is found by whoever calls, under the interpreter's lock; it stays where it is until the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "average_cost.hpp"
#include "fast_lock.hpp"
#include "hot.hpp"

namespace trading::positions {

constexpr std::size_t kCacheLineBytes = 64;

// Whatever holds one symbol's position; what it is only its Holdings know.
struct Place;

struct PackedFill {
    Place* place;
    int64_t price_ticks, signed_lots;
};

class Holdings {
  public:
    virtual ~Holdings() = default;
    virtual Place* add() = 0;
    // What the fill leads to goes into `after`. False, and nothing changed, where the lots are too many.
    virtual bool apply(const PackedFill& fill, Holding& after) noexcept = 0;
    virtual Holding read(Place* place) noexcept = 0;
    // Books fills that lie side by side; false where one of them was left out.
    virtual bool apply_all(const PackedFill* fills, std::size_t count) noexcept = 0;
};

// One lock for all.
template <class Lock>
struct Together {
    struct Guarded : Holding {};
    TRADING_HOT Lock& lock_of(Guarded&) noexcept { return lock; }
    alignas(kCacheLineBytes) Lock lock;
};

// A lock each.
template <class Lock>
struct Apart {
    struct Guarded : Holding {
        Lock lock;
    };
    TRADING_HOT Lock& lock_of(Guarded& guarded) noexcept { return guarded.lock; }
};

template <class Guarded, bool kIsAligned>
struct Placed : Guarded {};
template <class Guarded>
struct alignas(kCacheLineBytes) Placed<Guarded, true> : Guarded {};

template <class Guard, bool kIsAligned>
class GuardedHoldings final : public Holdings {
  public:
    Place* add() override {
        if (used_ == kHoldingsAChunk) {
            chunks_.push_back(std::make_unique<Chunk>());
            used_ = 0;
        }
        return reinterpret_cast<Place*>(&chunks_.back()->holdings[used_++]);
    }
    bool apply(const PackedFill& fill, Holding& after) noexcept override {
        Element& element = element_of(fill.place);
        std::lock_guard guard(guard_.lock_of(element));
        const bool is_booked = book(element, fill.price_ticks, fill.signed_lots);
        after = values_of(element);
        return is_booked;
    }
    Holding read(Place* place) noexcept override {
        Element& element = element_of(place);
        std::lock_guard guard(guard_.lock_of(element));
        return values_of(element);
    }
    bool apply_all(const PackedFill* fills, std::size_t count) noexcept override {
        bool are_booked = true;
        for (const PackedFill* fill = fills; fill != fills + count; ++fill) {
            Element& element = element_of(fill->place);
            std::lock_guard guard(guard_.lock_of(element));
            are_booked &= book(element, fill->price_ticks, fill->signed_lots);
        }
        return are_booked;
    }

  private:
    using Element = Placed<typename Guard::Guarded, kIsAligned>;
    // A lock of one byte goes where a holding has bytes to spare.
    static_assert(sizeof(Element) == (kIsAligned ? kCacheLineBytes : sizeof(Holding)));
    static constexpr std::size_t kHoldingsAChunk = 64;
    // Begins on a cache line either way, so that what is packed is packed alike in every run.
    struct alignas(kCacheLineBytes) Chunk {
        Element holdings[kHoldingsAChunk];
    };

    TRADING_HOT static Element& element_of(Place* place) noexcept { return *reinterpret_cast<Element*>(place); }

    // Field by field: a copy of the whole would read the lock, which lies in the holding's padding.
    TRADING_HOT static Holding values_of(const Holding& holding) noexcept {
        return {holding.cost_tick_lots, holding.realised_tick_lots, holding.quantity_lots};
    }

    Guard guard_;
    std::vector<std::unique_ptr<Chunk>> chunks_;
    std::size_t used_ = kHoldingsAChunk;
};

enum class Guarding { kMutex, kFast, kSharded };

template <bool kIsAligned>
Holdings* make_holdings(Guarding guarding) {
    using native::FastLock;
    if (guarding == Guarding::kMutex) return new GuardedHoldings<Together<std::mutex>, kIsAligned>();
    if (guarding == Guarding::kFast) return new GuardedHoldings<Together<FastLock>, kIsAligned>();
    return new GuardedHoldings<Apart<FastLock>, kIsAligned>();
}

// The caller owns it.
inline Holdings* make_holdings(Guarding guarding, bool is_aligned) {
    return is_aligned ? make_holdings<true>(guarding) : make_holdings<false>(guarding);
}

}  // namespace trading::positions
