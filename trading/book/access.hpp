// How threads share a book: behind a lock that every call takes, or with one writer and readers that take none
// (flag lock-free-book).
//
// Locked: plain memory, and one call at a time. Sequenced: a sequence lock. The writer makes the sequence odd, changes the
// levels, and makes it even again; a reader reads between two looks at the sequence, and again if they differ. All that a
// reader may see is atomic: written with release and read with acquire, so that whoever sees a new value sees the odd
// sequence before it. That is the form without fences in Hans Boehm, "Can Seqlocks Get Along With Programming Language
// Memory Models?", 2012, section 5; on x86-64 each of these is an ordinary move.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <thread>

#include "book/interface.hpp"
#include "native/hot.hpp"

namespace trading::book {

// A value behind the lock.
template <class T>
class PlainCell {
  public:
    TRADING_HOT T own() const noexcept { return value_; }
    TRADING_HOT T seen() const noexcept { return value_; }
    TRADING_HOT void set(T value) noexcept { value_ = value; }

  private:
    T value_{};
};

// A value that one thread writes and any thread reads: the writer by own(), the others by seen().
template <class T>
class PublishedCell {
  public:
    TRADING_HOT T own() const noexcept { return value_.load(std::memory_order_relaxed); }
    TRADING_HOT T seen() const noexcept { return value_.load(std::memory_order_acquire); }
    TRADING_HOT void set(T value) noexcept { value_.store(value, std::memory_order_release); }

  private:
    std::atomic<T> value_{};
};

template <class Mutex>
class Locked {
  public:
    template <class T>
    using Cell = PlainCell<T>;
    static constexpr bool kHasFreeReaders = false;

    template <class Change>
    TRADING_HOT auto write(Change change) {
        const std::lock_guard guard(mutex_);
        return change();
    }
    template <class Look>
    TRADING_HOT auto read(Look look) const {
        const std::lock_guard guard(mutex_);
        return look();
    }
    // Of what readers may not see: single orders.
    template <class Look>
    TRADING_HOT auto inspect(Look look) const {
        return read(look);
    }

  private:
    mutable Mutex mutex_;
};

class Sequenced {
  public:
    template <class T>
    using Cell = PublishedCell<T>;
    static constexpr bool kHasFreeReaders = true;

    template <class Change>
    TRADING_HOT auto write(Change change) {
        const Odd odd(sequence_);
        return change();
    }
    // Waits out a change that is being made, and no other.
    template <class Look>
    TRADING_HOT auto read(Look look) const {
        for (int attempt = 0;; ++attempt) {
            const uint64_t before = sequence_.load(std::memory_order_acquire);
            if (TRADING_LIKELY((before & 1) == 0)) {
                auto found = look();
                if (TRADING_LIKELY(sequence_.load(std::memory_order_relaxed) == before)) return found;
            }
            pause(attempt);
        }
    }
    template <class Look>
    TRADING_HOT auto inspect(Look look) const {
        return look();
    }

  private:
    // Even again also where a change ends in an exception.
    class Odd {
      public:
        TRADING_HOT explicit Odd(std::atomic<uint64_t>& sequence) noexcept
            : sequence_(sequence), before_(sequence.load(std::memory_order_relaxed)) {
            sequence_.store(before_ + 1, std::memory_order_relaxed);
        }
        TRADING_HOT ~Odd() { sequence_.store(before_ + 2, std::memory_order_release); }
        Odd(const Odd&) = delete;
        Odd& operator=(const Odd&) = delete;

      private:
        std::atomic<uint64_t>& sequence_;
        const uint64_t before_;
    };

    static void pause(int attempt) noexcept {
        // The writer may have lost its core in the middle of a change: after a while let it have this one.
        constexpr int kSpins = 100;
        if (attempt >= kSpins) {
            std::this_thread::yield();
            return;
        }
#if defined(__x86_64__)
        __builtin_ia32_pause();
#endif
    }

    alignas(64) std::atomic<uint64_t> sequence_{0};
};

// The top of the book, for readers that wait for nobody, not even for a writer that lost its core in the middle of a
// change: the last few tops stand in a ring, and a reader goes back only if the writer has meanwhile filled all of it.
class TopRing {
  public:
    // For the writer; cheap where the top is what it was.
    TRADING_HOT void publish(const TopRow& top) noexcept {
        if (top == last_) return;
        last_ = top;
        const uint64_t version = version_.load(std::memory_order_relaxed) + 1;
        Row& row = rows_[version % kRows];
        row[0].set(top.bid.price_ticks);
        row[1].set(top.bid.quantity_lots);
        row[2].set(top.ask.price_ticks);
        row[3].set(top.ask.quantity_lots);
        version_.store(version, std::memory_order_release);
    }
    TRADING_HOT TopRow read() const noexcept {
        for (;;) {
            const uint64_t version = version_.load(std::memory_order_acquire);
            const Row& row = rows_[version % kRows];
            const TopRow top{{row[0].seen(), row[1].seen()}, {row[2].seen(), row[3].seen()}};
            // The row is written again for version + kRows, which begins after the one before it is published; whoever
            // saw a value of that sees the published version as well.
            if (TRADING_LIKELY(version_.load(std::memory_order_relaxed) < version + kRows - 1)) return top;
        }
    }

  private:
    static constexpr std::size_t kRows = 8;
    using Row = std::array<PublishedCell<int64_t>, 4>;

    alignas(64) std::atomic<uint64_t> version_{0};
    alignas(64) std::array<Row, kRows> rows_;
    TopRow last_;
};

}  // namespace trading::book
