// The kinds of native channel: a kind and a capacity come in, a channel or an exercise of one goes out.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "channel.hpp"
#include "channel_exercise.hpp"
#include "locked_queue.hpp"
#include "many_producer_ring.hpp"
#include "ring_channel.hpp"
#include "single_producer_ring.hpp"

namespace trading::messaging {

enum class Kind : int { kMutex, kFastLock, kSingleProducer, kManyProducers };

template <bool kIsAligned>
Channel* make_channel(Kind kind, int64_t capacity) {
    switch (kind) {
        case Kind::kFastLock:
            return new LockedQueue<native::FastLock, kIsAligned>(capacity);
        case Kind::kSingleProducer:
            return new RingChannel<SingleProducerRing<kIsAligned>>(capacity);
        case Kind::kManyProducers:
            return new RingChannel<ManyProducerRing<kIsAligned>>(capacity);
        case Kind::kMutex:
            break;
    }
    return new LockedQueue<std::mutex, kIsAligned>(capacity);
}

inline Channel* make_channel(Kind kind, bool is_aligned, int64_t capacity) {
    return is_aligned ? make_channel<true>(kind, capacity) : make_channel<false>(kind, capacity);
}

// Calls `work` with a fresh queue of the kind, by its own type: nothing is virtual between a native thread and it.
template <bool kIsAligned, class Work>
auto with_queue(Kind kind, int64_t capacity, Work work) {
    switch (kind) {
        case Kind::kFastLock: {
            LockedQueue<native::FastLock, kIsAligned> queue(capacity);
            return work(queue);
        }
        case Kind::kSingleProducer: {
            SingleProducerRing<kIsAligned> queue(capacity);
            return work(queue);
        }
        case Kind::kManyProducers: {
            ManyProducerRing<kIsAligned> queue(capacity);
            return work(queue);
        }
        case Kind::kMutex:
            break;
    }
    LockedQueue<std::mutex, kIsAligned> queue(capacity);
    return work(queue);
}

inline Throughput exercise_kind(Kind kind, bool is_aligned, int64_t capacity, int producers, int64_t messages_each) {
    const auto work = [=](auto& queue) { return exercise(queue, producers, messages_each); };
    return is_aligned ? with_queue<true>(kind, capacity, work) : with_queue<false>(kind, capacity, work);
}

inline std::vector<Attempt> record_kind(Kind kind, bool is_aligned, int64_t capacity, int senders, int receivers,
                                        int attempts, uint64_t seed, bool is_closing) {
    const auto work = [=](auto& queue) { return record(queue, senders, receivers, attempts, seed, is_closing); };
    return is_aligned ? with_queue<true>(kind, capacity, work) : with_queue<false>(kind, capacity, work);
}

}  // namespace trading::messaging
