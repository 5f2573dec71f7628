// Native threads on a channel, without any interpreter: how fast it is under real contention, and whether it is right.
//
// exercise() sends numbers through and holds each sender's against their order; record() lets threads try at random and
// notes when each attempt began and ended, so that a checker can look for an order that explains all of them.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <thread>
#include <vector>

#include "channel.hpp"
#include "locked_queue.hpp"
#include "many_producer_ring.hpp"
#include "single_producer_ring.hpp"

namespace trading::messaging {

struct Throughput {
    int64_t received, misplaced, elapsed_ns;
};

struct Attempt {
    int64_t thread;
    int64_t kind;  // 0: send, 1: receive, 2: close
    int64_t value;
    int64_t outcome;  // of enum Outcome
    int64_t began, ended;  // stamps of one counter
};

// Blocking ends: the locked queue parks, as its conditions do; rings spin, then give way.
template <class Lock, bool kIsAligned>
Outcome send_waiting(LockedQueue<Lock, kIsAligned>& queue, void* message) noexcept {
    return queue.send(message);
}
template <class Lock, bool kIsAligned>
Outcome receive_waiting(LockedQueue<Lock, kIsAligned>& queue, void** message) noexcept {
    return queue.receive(message);
}
template <class Ring>
Outcome send_waiting(Ring& ring, void* message) noexcept {
    Backoff backoff;
    Outcome outcome;
    while ((outcome = ring.try_send(message)) == Outcome::kNotNow) backoff.pause();
    return outcome;
}
template <class Ring>
Outcome receive_waiting(Ring& ring, void** message) noexcept {
    Backoff backoff;
    Outcome outcome;
    while ((outcome = ring.try_receive(message)) == Outcome::kNotNow) backoff.pause();
    return outcome;
}

// Threads that begin together; joined at the end of the scope, also when one of them could not be started.
class Crew {
  public:
    ~Crew() {
        is_started_.store(true, std::memory_order_release);
        for (std::thread& thread : threads_) thread.join();
    }
    template <class Work>
    void add(Work work) {
        threads_.emplace_back([this, work]() mutable {
            while (!is_started_.load(std::memory_order_acquire)) std::this_thread::yield();
            if (!is_cancelled_.load(std::memory_order_relaxed)) work();
        });
    }
    void start() noexcept { is_started_.store(true, std::memory_order_release); }
    void cancel() noexcept { is_cancelled_.store(true, std::memory_order_relaxed); }

  private:
    std::atomic<bool> is_started_{false};
    std::atomic<bool> is_cancelled_{false};
    std::vector<std::thread> threads_;
};

template <class Queue>
Throughput exercise(Queue& queue, int producers, int64_t messages_each) {
    constexpr int kNumberBits = 40;
    std::vector<int64_t> next(static_cast<std::size_t>(producers), 0);
    std::atomic<int> sending{producers};
    Throughput result{0, 0, 0};
    Crew crew;
    try {
        for (int producer = 0; producer < producers; ++producer) {
            crew.add([&queue, &sending, producer, messages_each] {
                for (int64_t number = 0; number < messages_each; ++number) {
                    const uint64_t message = (static_cast<uint64_t>(producer) << kNumberBits) | static_cast<uint64_t>(number);
                    send_waiting(queue, reinterpret_cast<void*>(message));
                }
                if (sending.fetch_sub(1) == 1) queue.close();
            });
        }
    } catch (...) {
        crew.cancel();
        throw;
    }
    const auto begin = std::chrono::steady_clock::now();
    crew.start();
    void* message;
    while (receive_waiting(queue, &message) == Outcome::kDone) {
        const uint64_t value = reinterpret_cast<uint64_t>(message);
        const std::size_t producer = value >> kNumberBits;
        const int64_t number = static_cast<int64_t>(value & ((uint64_t{1} << kNumberBits) - 1));
        ++result.received;
        if (producer >= next.size() || next[producer] != number) {
            ++result.misplaced;
        } else {
            next[producer] = number + 1;
        }
    }
    result.elapsed_ns =
        std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - begin).count();
    return result;
}

// Gives way until another thread has begun or ended an attempt, so that attempts overlap on few and busy processors, too;
// not for ever, since the others may have finished.
inline void let_another_in(const std::atomic<int64_t>& stamp) noexcept {
    constexpr int kPatience = 200;
    const int64_t now = stamp.load();
    for (int turn = 0; turn < kPatience && stamp.load() == now; ++turn) std::this_thread::yield();
}

// Each of the threads makes a number of attempts; the first sender closes the channel after its last one, if that is asked
// for.
template <class Queue>
std::vector<Attempt> record(Queue& queue, int senders, int receivers, int attempts, uint64_t seed, bool is_closing) {
    const auto threads = static_cast<std::size_t>(senders + receivers);
    std::vector<std::vector<Attempt>> histories(threads);
    for (auto& history : histories) history.reserve(static_cast<std::size_t>(attempts) + 1);
    std::atomic<int64_t> stamp{0};
    {
        Crew crew;
        try {
            for (int thread = 0; thread < senders + receivers; ++thread) {
                crew.add([&, thread] {
                    auto& history = histories[static_cast<std::size_t>(thread)];
                    uint64_t random = (seed + static_cast<uint64_t>(thread) + 1) * 0x9E3779B97F4A7C15u | 1;
                    const bool is_sender = thread < senders;
                    const bool is_closer = is_closing && thread == 0;
                    for (int number = 0; number < attempts + (is_closer ? 1 : 0); ++number) {
                        random ^= random << 13, random ^= random >> 7, random ^= random << 17;
                        const bool is_waiting_before = random % 4 == 0;
                        const bool is_waiting_after = random / 4 % 4 == 0;
                        Attempt attempt{thread, is_sender ? 0 : 1, 0, 0, 0, 0};
                        void* message = nullptr;
                        Outcome outcome = Outcome::kDone;
                        attempt.began = stamp.fetch_add(1);
                        if (is_waiting_before) let_another_in(stamp);
                        if (number == attempts) {
                            attempt.kind = 2;
                            queue.close();
                        } else if (is_sender) {
                            attempt.value = int64_t{thread} * attempts + number + 1;
                            outcome = queue.try_send(reinterpret_cast<void*>(attempt.value));
                        } else {
                            outcome = queue.try_receive(&message);
                            attempt.value = reinterpret_cast<int64_t>(message);
                        }
                        if (is_waiting_after) let_another_in(stamp);
                        attempt.ended = stamp.fetch_add(1);
                        attempt.outcome = static_cast<int64_t>(outcome);
                        history.push_back(attempt);
                    }
                });
            }
        } catch (...) {
            crew.cancel();
            throw;
        }
        crew.start();
    }
    std::vector<Attempt> all;
    for (const auto& history : histories) all.insert(all.end(), history.begin(), history.end());
    return all;
}

}  // namespace trading::messaging
