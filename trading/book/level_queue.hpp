// The orders at one price in order of arrival: orders come in at the end and leave from anywhere.
//
// An order knows its place in the queue, so leaving is one write: an empty place stays behind. Before the queue would
// grow, empty places are squeezed out if they are most of it; so each change costs constant time on average.
//
// Squeezing tells every order its new place, and most of them are in no cache: with some 34 orders it takes ten times as
// long as an ordinary append. So a long queue waits until few of its places are in use; few orders are moved at once, so
// that a short queue stays short.
#pragma once

#include <cstddef>
#include <cstdint>

#include "native/hot.hpp"

namespace trading::book {

template <template <class> class Vector>
struct Level;

template <template <class> class Vector>
struct Order {
    int64_t order_id;
    int64_t lots;
    Level<Vector>* level;
    std::size_t place;
};

template <template <class> class Vector>
struct Level {
    using OrderHere = Order<Vector>;

    explicit Level(int64_t rank_here) noexcept : rank(rank_here) {}

    // Counts into `allocated` where the vector asks for memory.
    TRADING_HOT void append(OrderHere* order, int64_t& allocated) {
        if (TRADING_UNLIKELY(places.size() == places.capacity())) {
            if (is_mostly_empty()) {
                squeeze();
            } else {
                ++allocated;
            }
        }
        places.push_back(order);
        order->level = this;
        order->place = places.size() - 1;
        ++live;
    }
    TRADING_HOT OrderHere* front() noexcept { return places[head]; }
    // The order is forgotten, not freed.
    TRADING_HOT void leave(std::size_t place) noexcept {
        places[place] = nullptr;
        if (--live == 0 || place != head) return;
        do ++head;
        while (places[head] == nullptr);
    }
    TRADING_HOT void prefetch_second() noexcept {
        if (head + 1 < places.size()) __builtin_prefetch(places[head + 1]);
    }
    template <class Visit>
    void each(Visit visit) const {
        for (std::size_t place = head; place < places.size(); ++place) {
            if (places[place] != nullptr) visit(places[place]);
        }
    }

    int64_t rank;          // price times sign of the side: on both sides a greater one is a better price
    std::size_t head = 0;  // place of the first order, while there is one
    std::size_t live = 0;
    Vector<OrderHere*> places;

  private:
    static constexpr std::size_t kFew = 8;

    TRADING_HOT bool is_mostly_empty() const noexcept {
        return !places.empty() && (live <= kFew ? 2 : 8) * live <= places.size();
    }
    __attribute__((noinline)) void squeeze() noexcept {
        std::size_t kept = 0;
        for (std::size_t place = head; place < places.size(); ++place) {
            if (places[place] == nullptr) continue;
            places[kept] = places[place];
            places[kept]->place = kept;
            ++kept;
        }
        while (places.size() > kept) places.pop_back();
        head = 0;
    }
};

}  // namespace trading::book
