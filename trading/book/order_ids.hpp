// Finds an order by its id: ids come in, pointers go out. A hash table of open addressing.
//
// Linear probing keeps a search within one or two cache lines; an erased slot is filled by moving later ones back (Knuth,
// The Art of Computer Programming, volume 3, section 6.4, algorithm R), so that no markers of erased ones pile up. The
// multiplication spreads the rising ids that exchanges give out (Knuth's multiplicative hashing, with the golden ratio).
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "native/hot.hpp"

namespace trading::book {

template <class Order>
class OrderIds {
  public:
    OrderIds() : slots_(std::make_unique<Slot[]>(kSmallest)), mask_(kSmallest - 1), shift_(shift_of(kSmallest)) {}

    TRADING_HOT Order* find(int64_t id) const noexcept {
        for (std::size_t place = home_of(id);; place = (place + 1) & mask_) {
            const Slot& slot = slots_[place];
            if (slot.order == nullptr || slot.id == id) return slot.order;
        }
    }
    // After this one insert cannot fail. Half of the slots stay empty, which keeps searches short.
    TRADING_HOT void make_room() {
        if (TRADING_UNLIKELY(2 * (size_ + 1) > mask_ + 1)) grow();
    }
    TRADING_HOT void insert(int64_t id, Order* order) noexcept {
        std::size_t place = home_of(id);
        while (slots_[place].order != nullptr) place = (place + 1) & mask_;
        slots_[place] = {id, order};
        ++size_;
    }
    TRADING_HOT void erase(int64_t id) noexcept {
        std::size_t gap = home_of(id);
        while (slots_[gap].id != id || slots_[gap].order == nullptr) gap = (gap + 1) & mask_;
        for (std::size_t place = (gap + 1) & mask_; slots_[place].order != nullptr; place = (place + 1) & mask_) {
            // A slot may move back into the gap unless that lies before its home.
            if (((place - home_of(slots_[place].id)) & mask_) >= ((place - gap) & mask_)) {
                slots_[gap] = slots_[place];
                gap = place;
            }
        }
        slots_[gap].order = nullptr;
        --size_;
    }
    TRADING_HOT void prefetch(int64_t id) const noexcept { __builtin_prefetch(&slots_[home_of(id)]); }
    TRADING_HOT std::size_t size() const noexcept { return size_; }
    int64_t allocated() const noexcept { return allocated_; }

  private:
    struct Slot {
        int64_t id;
        Order* order;  // nullptr: empty
    };
    static constexpr std::size_t kSmallest = 1024;

    static int shift_of(std::size_t slots) noexcept { return 64 - std::countr_zero(slots); }
    TRADING_HOT std::size_t home_of(int64_t id) const noexcept {
        return static_cast<std::size_t>((static_cast<uint64_t>(id) * 0x9E3779B97F4A7C15u) >> shift_);
    }
    __attribute__((noinline)) void grow() {
        const std::size_t before = mask_ + 1;
        auto slots = std::make_unique<Slot[]>(2 * before);
        ++allocated_;
        slots.swap(slots_);
        mask_ = 2 * before - 1;
        shift_ = shift_of(2 * before);
        size_ = 0;
        for (std::size_t place = 0; place < before; ++place) {
            if (slots[place].order != nullptr) insert(slots[place].id, slots[place].order);
        }
    }

    std::unique_ptr<Slot[]> slots_;
    std::size_t mask_;
    int shift_;
    std::size_t size_ = 0;
    int64_t allocated_ = 1;
};

}  // namespace trading::book
