// One symbol's position at average cost: a price and signed lots come in, the position changes as in average_cost.py.
#pragma once

#include <algorithm>
#include <cstdint>

#include "hot.hpp"
#include "wide_integers.hpp"

namespace trading::positions {

using native::UnsignedWide;
using native::Wide;

// Lots and cost are both negative for a short position.
struct Holding {
    Wide cost_tick_lots = 0, realised_tick_lots = 0;
    int64_t quantity_lots = 0;
};

// The profit, were the position closed at that price.
TRADING_HOT Wide unrealised(const Holding& holding, int64_t price_ticks) noexcept {
    return Wide{holding.quantity_lots} * price_ticks - holding.cost_tick_lots;
}

// Lots below zero to sell; false where they are too many to be summed.
TRADING_HOT bool sign_lots(int64_t side, int64_t quantity_lots, int64_t* signed_lots) noexcept {
    return !__builtin_mul_overflow(side, quantity_lots, signed_lots) && native::is_summable(*signed_lots);
}

TRADING_HOT uint64_t magnitude(int64_t number) noexcept {
    return number < 0 ? uint64_t{0} - static_cast<uint64_t>(number) : static_cast<uint64_t>(number);
}

// cost * closed / held, rounded down; closed <= held. Exact although the product may be beyond 128 bits.
TRADING_HOT UnsignedWide share_of(UnsignedWide cost, uint64_t closed, uint64_t held) noexcept {
    if (closed == held) return cost;
    const uint64_t small_cost = static_cast<uint64_t>(cost);
    if (TRADING_LIKELY(small_cost == cost)) {
        const UnsignedWide product = UnsignedWide{small_cost} * closed;
        const uint64_t small_product = static_cast<uint64_t>(product);
        return TRADING_LIKELY(small_product == product) ? UnsignedWide{small_product / held} : product / held;
    }
    return cost / held * closed + cost % held * closed / held;
}

// False, and nothing changed, where the lots would be more than 64 bits hold. Price and lots are summable.
TRADING_HOT bool book(Holding& holding, int64_t price_ticks, int64_t signed_lots) noexcept {
    const int64_t held_lots = holding.quantity_lots;
    int64_t quantity_lots;
    if (TRADING_UNLIKELY(__builtin_add_overflow(held_lots, signed_lots, &quantity_lots))) return false;
    int64_t opened_lots = signed_lots;
    if ((held_lots < 0 && signed_lots > 0) || (held_lots > 0 && signed_lots < 0)) {
        const int64_t sign = held_lots > 0 ? 1 : -1;
        const uint64_t closed = std::min(magnitude(held_lots), magnitude(signed_lots));
        const int64_t closed_lots = sign * static_cast<int64_t>(closed);
        const Wide cost = holding.cost_tick_lots;
        // Rounded down in magnitude, so that long and short positions mirror each other.
        const Wide share = static_cast<Wide>(
            share_of(static_cast<UnsignedWide>(cost < 0 ? -cost : cost), closed, magnitude(held_lots)));
        const Wide closed_cost = sign * share;
        holding.realised_tick_lots += Wide{closed_lots} * price_ticks - closed_cost;
        holding.cost_tick_lots -= closed_cost;
        opened_lots += closed_lots;
    }
    holding.quantity_lots = quantity_lots;
    holding.cost_tick_lots += Wide{opened_lots} * price_ticks;
    return true;
}

}  // namespace trading::positions
