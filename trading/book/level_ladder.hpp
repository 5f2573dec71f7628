// The price levels of one side, sorted, the best one last, where most changes are: ranks come in, places and levels go out.
//
// A price's rank is the price times the sign of the side: a greater rank is a better price on both sides. Ranks, lots and
// levels stand in three arrays, so that a search reads ranks only and a sum of lots is one run over neighbours.
// Where readers take no lock, an array that became too small is kept until the end: a reader may still be in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <type_traits>
#include <vector>

#include "book/interface.hpp"
#include "native/hot.hpp"

namespace trading::book {

template <class Access, class Level>
class LevelLadder {
  public:
    explicit LevelLadder(int64_t sign) : sign_(sign) { widen(kSmallest); }

    // For the writer.

    TRADING_HOT std::size_t size() const noexcept { return block_.own()->size.own(); }
    TRADING_HOT int64_t rank_at(std::size_t place) const noexcept { return block_.own()->ranks[place].own(); }
    TRADING_HOT int64_t lots_at(std::size_t place) const noexcept { return block_.own()->lots[place].own(); }
    TRADING_HOT Level* level_at(std::size_t place) const noexcept { return block_.own()->levels[place]; }
    TRADING_HOT void add_lots(std::size_t place, int64_t lots) noexcept {
        Number& cell = block_.own()->lots[place];
        cell.set(cell.own() + lots);
    }
    // Place of the worst level that is at least as good: of the level itself, or where it would be put in.
    TRADING_HOT std::size_t place_of(int64_t rank) const noexcept {
        const Block& block = *block_.own();
        const std::size_t size = block.size.own();
        const Number* const ranks = block.ranks.get();
        if (size == 0 || ranks[size - 1].own() < rank) return size;
        if (ranks[size - 1].own() == rank) return size - 1;
        // Halves without a branch that could be guessed wrong; the best level is not among them.
        std::size_t first = 0;
        for (std::size_t left = size - 1; left > 0;) {
            const std::size_t half = (left + 1) / 2;
            first += ranks[first + half - 1].own() < rank ? half : 0;
            left -= half;
        }
        return first;
    }
    TRADING_HOT bool has(std::size_t place, int64_t rank) const noexcept {
        return place < size() && rank_at(place) == rank;
    }
    // After this one insert cannot fail.
    TRADING_HOT void make_room() {
        const Block& block = *block_.own();
        if (TRADING_UNLIKELY(block.size.own() == block.capacity)) widen(2 * block.capacity);
    }
    TRADING_HOT void insert(std::size_t place, int64_t rank, int64_t lots, Level* level) noexcept {
        Block& block = *block_.own();
        const std::size_t size = block.size.own();
        shift(block.ranks.get() + place, 1, size - place);
        shift(block.lots.get() + place, 1, size - place);
        shift(block.levels.get() + place, 1, size - place);
        block.ranks[place].set(rank);
        block.lots[place].set(lots);
        block.levels[place] = level;
        block.size.set(size + 1);
    }
    TRADING_HOT void erase(std::size_t place) noexcept {
        Block& block = *block_.own();
        const std::size_t after = block.size.own() - 1 - place;
        shift(block.ranks.get() + place + 1, -1, after);
        shift(block.lots.get() + place + 1, -1, after);
        shift(block.levels.get() + place + 1, -1, after);
        block.size.set(place + after);
    }

    // For readers.

    TRADING_HOT LevelRow best() const noexcept {
        const Block& block = *block_.seen();
        const std::size_t size = block.size.seen();
        if (size == 0) return {};
        return {block.ranks[size - 1].seen() * sign_, block.lots[size - 1].seen()};
    }
    TRADING_HOT int64_t lots_of_best(std::size_t levels, int64_t (*sum)(const int64_t*, std::size_t)) const noexcept {
        const Block& block = *block_.seen();
        const std::size_t size = block.size.seen();
        const std::size_t first = size < levels ? 0 : size - levels;
        if (sum != nullptr) return sum(reinterpret_cast<const int64_t*>(block.lots.get() + first), size - first);
        int64_t lots = 0;
        for (std::size_t place = first; place < size; ++place) lots += block.lots[place].seen();
        return lots;
    }
    void depth(std::size_t levels, std::vector<LevelRow>& out) const {
        const Block& block = *block_.seen();
        const std::size_t size = block.size.seen();
        const std::size_t count = size < levels ? size : levels;
        out.resize(count);
        for (std::size_t place = 0; place < count; ++place) {
            const std::size_t from = size - 1 - place;
            out[place] = {block.ranks[from].seen() * sign_, block.lots[from].seen()};
        }
    }

    int64_t allocated() const noexcept { return allocated_; }

  private:
    using Number = typename Access::template Cell<int64_t>;
    static_assert(sizeof(Number) == sizeof(int64_t), "sums read the cells as the numbers that they are");

    // The size stands in the block: a reader that holds an old block must not see how many levels a larger one has.
    struct Block {
        explicit Block(std::size_t levels_here)
            : capacity(levels_here), ranks(new Number[levels_here]), lots(new Number[levels_here]),
              levels(new Level*[levels_here]) {}
        const std::size_t capacity;
        typename Access::template Cell<std::size_t> size;
        std::unique_ptr<Number[]> ranks, lots;
        std::unique_ptr<Level*[]> levels;
    };
    static constexpr std::size_t kSmallest = 64;

    template <class Item>
    TRADING_HOT static void shift(Item* from, int by, std::size_t count) noexcept {
        if constexpr (std::is_trivially_copyable_v<Item> && !Access::kHasFreeReaders) {
            std::memmove(from + by, from, count * sizeof(Item));
        } else if constexpr (std::is_pointer_v<Item>) {
            std::memmove(from + by, from, count * sizeof(Item));
        } else if (by > 0) {
            for (std::size_t place = count; place-- > 0;) from[place + 1].set(from[place].own());
        } else {
            for (std::size_t place = 0; place < count; ++place) (from + place)[-1].set(from[place].own());
        }
    }
    __attribute__((noinline)) void widen(std::size_t capacity) {
        auto wider = std::make_unique<Block>(capacity);
        allocated_ += 4;
        if (!blocks_.empty()) {
            const Block& block = *blocks_.back();
            const std::size_t size = block.size.own();
            for (std::size_t place = 0; place < size; ++place) {
                wider->ranks[place].set(block.ranks[place].own());
                wider->lots[place].set(block.lots[place].own());
                wider->levels[place] = block.levels[place];
            }
            wider->size.set(size);
        }
        blocks_.push_back(std::move(wider));
        block_.set(blocks_.back().get());
        if constexpr (!Access::kHasFreeReaders) blocks_.erase(blocks_.begin(), blocks_.end() - 1);
    }

    const int64_t sign_;
    typename Access::template Cell<Block*> block_;
    std::vector<std::unique_ptr<Block>> blocks_;
    int64_t allocated_ = 0;
};

}  // namespace trading::book
