// A hash map of small keys and values in one piece of memory: linear probing, at most half full, no tombstones.
//
// A node a key, as std::unordered_map has it, costs an allocation at each insertion and a cache miss at each look-up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "hot.hpp"

namespace trading::native {

// Spreads over the upper bits, from which the map takes its places (Knuth's multiplicative hashing).
TRADING_HOT uint64_t spread(int64_t key) noexcept { return static_cast<uint64_t>(key) * 0x9E3779B97F4A7C15u; }

template <class Key, class Value>
class FlatMap {
  public:
    FlatMap() : slots_(std::size_t{1} << kFirstBits) {}

    TRADING_HOT const Value* find(const Key& key) const noexcept {
        for (std::size_t place = home(key); slots_[place].is_used; place = (place + 1) & mask()) {
            if (slots_[place].key == key) return &slots_[place].value;
        }
        return nullptr;
    }
    TRADING_HOT Value* find(const Key& key) noexcept {
        return const_cast<Value*>(static_cast<const FlatMap*>(this)->find(key));
    }
    // Makes sure that the next put() needs no memory, so that a caller can change several things or nothing.
    TRADING_HOT void reserve_one() {
        if (TRADING_UNLIKELY(2 * (size_ + 1) > slots_.size())) grow();
    }
    // Sets the value of a key, new or not. Comes after reserve_one().
    TRADING_HOT void put(const Key& key, const Value& value) noexcept {
        std::size_t place = home(key);
        while (slots_[place].is_used && !(slots_[place].key == key)) place = (place + 1) & mask();
        size_ += !slots_[place].is_used;
        slots_[place] = {key, value, true};
    }
    TRADING_HOT void erase(const Key& key) noexcept {
        std::size_t hole = home(key);
        for (; !(slots_[hole].key == key) || !slots_[hole].is_used; hole = (hole + 1) & mask()) {
            if (!slots_[hole].is_used) return;
        }
        --size_;
        // What follows moves up unless that would put it before its home.
        for (std::size_t place = (hole + 1) & mask(); slots_[place].is_used; place = (place + 1) & mask()) {
            if (((place - home(slots_[place].key)) & mask()) >= ((place - hole) & mask())) {
                slots_[hole] = slots_[place];
                hole = place;
            }
        }
        slots_[hole].is_used = false;
    }
    std::size_t size() const noexcept { return size_; }

    // Calls `visit(key, value)` for each, in no order.
    template <class Visit>
    void each(Visit&& visit) const {
        for (const Slot& slot : slots_) {
            if (slot.is_used) visit(slot.key, slot.value);
        }
    }

  private:
    struct Slot {
        Key key{};
        Value value{};
        bool is_used = false;
    };
    static constexpr int kFirstBits = 6;

    TRADING_HOT std::size_t home(const Key& key) const noexcept { return spread(key) >> shift_; }
    TRADING_HOT std::size_t mask() const noexcept { return slots_.size() - 1; }

    __attribute__((noinline)) void grow() {
        std::vector<Slot> slots(2 * slots_.size());
        slots_.swap(slots);
        --shift_;
        size_ = 0;
        for (const Slot& slot : slots) {
            if (slot.is_used) put(slot.key, slot.value);
        }
    }

    std::vector<Slot> slots_;
    std::size_t size_ = 0;
    int shift_ = 64 - kFirstBits;
};

}  // namespace trading::native
