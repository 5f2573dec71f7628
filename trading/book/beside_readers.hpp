// One writer and several readers on one book, all in native threads: events come in, what each reader saw goes out.
//
// For tests: each look is noted with how many events were finished before it and how many were begun after it, so that
// whoever knows the book after each event can tell whether the look was one of those states. For benchmarks: no notes, and
// readers that look at the top as fast as they can.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <latch>
#include <new>
#include <thread>
#include <vector>

#include "book/interface.hpp"

namespace trading::book {

enum Look : int64_t { kTop = 0, kLotsOfBest, kDepthOfBids, kDepthOfAsks, kLooks };

// A top is its four numbers; lots of the best levels are two; a depth is the number of levels and a checksum of them.
struct Note {
    int64_t look, finished, begun, first, second, third, fourth;
};
using Notes = std::vector<Note>;

struct SideBySide {
    BatchResult batch;
    int64_t looks;
};

class BesideReaders {
  public:
    // Each reader goes on until the writer is done, and for `looks` looks at least; it notes `notes` of them at most.
    BesideReaders(Book& book, std::size_t readers, int64_t looks, int64_t levels, std::size_t notes)
        : book_(book), looks_(looks), levels_(levels), notes_(readers), ready_(static_cast<std::ptrdiff_t>(readers)) {
        for (Notes& of_reader : notes_) of_reader.reserve(notes);
    }
    SideBySide run(const char* events, std::size_t count) {
        SideBySide result{{}, 0};
        {
            std::vector<std::jthread> readers;  // joined here, also after an exception
            const Ending ending{is_done_};      // and told to end before that
            readers.reserve(notes_.size());
            for (Notes& notes : notes_) readers.emplace_back([this, &notes] { try_to_read(notes); });
            ready_.wait();
            result.batch = write(events, count);
        }
        if (has_failed_.load()) throw std::bad_alloc();
        result.looks = all_looks_.load();
        return result;
    }
    const std::vector<Notes>& notes() const noexcept { return notes_; }

  private:
    struct Ending {
        std::atomic<bool>& is_done;
        ~Ending() { is_done.store(true); }
    };

    BatchResult write(const char* events, std::size_t count) {
        if (notes_.empty() || notes_.front().capacity() == 0) return book_.run(events, count);
        BatchResult whole{0, 0, kNone, 0};
        for (; whole.applied < count; ++whole.applied) {
            begun_.store(static_cast<int64_t>(whole.applied) + 1);
            const BatchResult one = book_.run(events + whole.applied * sizeof(PackedEvent), 1);
            if (one.fault != kNone) {
                whole.fault = one.fault;
                whole.held_lots = one.held_lots;
                break;
            }
            whole.trades += one.trades;
            finished_.store(static_cast<int64_t>(whole.applied) + 1);
            // On a machine with few cores each reader gets its turn all through the events.
            if (whole.applied % kEventsATurn == 0) std::this_thread::yield();
        }
        return whole;
    }
    // No exception may leave a thread.
    void try_to_read(Notes& notes) noexcept {
        ready_.count_down();
        try {
            read(notes);
        } catch (...) {
            has_failed_.store(true);
        }
    }
    void read(Notes& notes) {
        int64_t looks = 0, folded = 0;
        if (notes.capacity() == 0) {
            for (; looks < looks_ || !is_done_.load(std::memory_order_relaxed); ++looks) {
                folded += book_.top().bid.price_ticks;
            }
        } else {
            std::vector<LevelRow> levels;
            int64_t last_finished = -1;
            bool is_noted = false;
            for (; looks < looks_ || !is_done_.load(std::memory_order_relaxed); ++looks) {
                const Note note = look(looks % kLooks, levels);
                // A round of looks at a state seen before is not noted: it would leave no room for others.
                if (note.look == kTop) {
                    is_noted = note.finished > last_finished;
                    last_finished = note.finished;
                }
                if (is_noted && notes.size() < notes.capacity()) notes.push_back(note);
            }
        }
        folded_.fetch_add(folded, std::memory_order_relaxed);  // so that no look is optimized away
        all_looks_.fetch_add(looks);
    }
    Note look(int64_t kind, std::vector<LevelRow>& levels) const {
        Note note{kind, finished_.load(), 0, 0, 0, 0, 0};
        if (kind == kTop) {
            const TopRow top = book_.top();
            note.first = top.bid.price_ticks;
            note.second = top.bid.quantity_lots;
            note.third = top.ask.price_ticks;
            note.fourth = top.ask.quantity_lots;
        } else if (kind == kLotsOfBest) {
            const LotsOfSides lots = book_.lots_of_best(levels_);
            note.first = lots.bid_lots;
            note.second = lots.ask_lots;
        } else {
            book_.depth(kind == kDepthOfBids ? 1 : -1, levels_, levels);
            uint64_t checksum = 0;
            for (const LevelRow& level : levels) {
                checksum = checksum * kFactor + static_cast<uint64_t>(level.price_ticks);
                checksum = checksum * kFactor + static_cast<uint64_t>(level.quantity_lots);
            }
            note.first = static_cast<int64_t>(levels.size());
            note.second = static_cast<int64_t>(checksum);
        }
        note.begun = begun_.load();
        return note;
    }

    static constexpr uint64_t kFactor = 1'000'003;
    static constexpr std::size_t kEventsATurn = 16;

    Book& book_;
    const int64_t looks_, levels_;
    std::vector<Notes> notes_;
    std::latch ready_;
    std::atomic<bool> is_done_{false}, has_failed_{false};
    std::atomic<int64_t> begun_{0}, finished_{0}, all_looks_{0}, folded_{0};
};

}  // namespace trading::book
