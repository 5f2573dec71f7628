// A venue on paper, as in paper_venue.py: an own order and the displayed quote come in, the lots that trade go out.
#pragma once

#include <algorithm>
#include <cstdint>

#include "hot.hpp"

namespace trading::orders {

// What an order asks for, and what stands at the opposite side's best price. The side is above 0 to buy.
struct Meeting {
    int64_t side;
    bool is_limit;
    int64_t price_ticks, quantity_lots;
    int64_t quoted_price_ticks, displayed_lots;
};

// Whether the order trades: it is a market order or reaches the quote, and the quote displays anything.
TRADING_HOT bool is_marketable(const Meeting& meeting) noexcept {
    if (meeting.displayed_lots == 0) return false;
    if (!meeting.is_limit || meeting.side == 0) return true;
    return meeting.side > 0 ? meeting.quoted_price_ticks <= meeting.price_ticks
                            : meeting.quoted_price_ticks >= meeting.price_ticks;
}

TRADING_HOT int64_t filled_lots(const Meeting& meeting) noexcept {
    return std::min(meeting.quantity_lots, meeting.displayed_lots);
}

}  // namespace trading::orders
