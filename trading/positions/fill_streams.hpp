// Streams of packed fills come in and are booked at the same time, a thread each; how long it took goes out.
//
// Nothing here touches the interpreter: its lock is not held.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <system_error>
#include <thread>
#include <vector>

#include "holdings.hpp"

namespace trading::positions {

struct StreamsResult {
    int64_t elapsed_ns;
    bool are_booked;   // false where a fill was left out, since its lots were too many
    bool has_threads;  // false where the system gave fewer threads than there are streams: nothing was booked
};

inline StreamsResult apply_streams(Holdings& holdings, const std::vector<std::vector<PackedFill>>& streams,
                                   int64_t rounds) {
    enum Signal : int { kWait, kGo, kGoHome };
    std::atomic<int> signal{kWait}, ready{0};
    std::atomic<bool> are_booked{true};
    const auto work = [&](const std::vector<PackedFill>& fills) noexcept {
        ready.fetch_add(1);
        ready.notify_one();
        signal.wait(kWait);
        if (signal.load() == kGoHome) return;
        for (int64_t round = 0; round < rounds; ++round) {
            if (!holdings.apply_all(fills.data(), fills.size())) are_booked = false;
        }
    };
    std::vector<std::thread> threads;
    threads.reserve(streams.size());
    bool has_threads = true;
    try {
        for (const auto& fills : streams) threads.emplace_back(work, std::cref(fills));
    } catch (const std::system_error&) {
        has_threads = false;
    }
    // All threads begin at once: starting one takes longer than many fills do.
    while (has_threads) {
        const int started = ready.load();
        if (started == static_cast<int>(threads.size())) break;
        ready.wait(started);
    }
    const auto started = std::chrono::steady_clock::now();
    signal = has_threads ? kGo : kGoHome;
    signal.notify_all();
    for (auto& thread : threads) thread.join();
    const std::chrono::nanoseconds elapsed = std::chrono::steady_clock::now() - started;
    return {elapsed.count(), are_booked.load(), has_threads};
}

}  // namespace trading::positions
