// A ring of bytes in memory that two processes share (flag shared-memory-ipc): frames go in at one end, the same frames in
// the same order come out at the other. One thread at each end.
//
// Layout: a page of head, then the data, whose size is a power of two. A frame is a word of 8 bytes, then its bytes, padded
// to a multiple of 8. The word holds the frame's length, and a seal that depends on the frame's position. A frame never
// runs over the end of the data: where it would, a word says so, and the frame stands at the beginning.
//
// The word is what commits a frame. Before it is written, the frame's bytes are there, and the word behind the frame is
// zero; while it is zero there is nothing to read. A sender may die between any two stores: what it was writing is never
// seen. The reader polls the very cache line that the next frame arrives in, and no other.
//
// Everything that is read from the shared memory is checked before it is used: another process could write anything there.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "../native/hot.hpp"

namespace trading::ipc {

constexpr uint64_t kMagic = 0x0031'676E'6972'6774;  // "tgring1" in the order of its bytes
constexpr std::size_t kHeadBytes = 4096;
constexpr uint32_t kLongestFrame = 1u << 20;  // as trading/ipc/framing.py

struct RingHead {
    std::atomic<uint64_t> magic;
    std::atomic<uint64_t> data_bytes;
    // Written by the sender at each frame, and read by nobody else.
    alignas(64) std::atomic<uint64_t> sender_position;
    // Written by the receiver at each frame, and read by the sender when it seems to be out of room.
    alignas(64) std::atomic<uint64_t> receiver_position;
    // Seldom written: read by the sender at each frame. A sleeping receiver waits for its word to become 0.
    alignas(64) std::atomic<uint32_t> receiver_sleeps;
    std::atomic<uint32_t> is_receiver_gone;
    // The same, the other way round.
    alignas(64) std::atomic<uint32_t> sender_sleeps;
    std::atomic<uint32_t> is_sender_gone;
};
static_assert(sizeof(RingHead) <= kHeadBytes);
static_assert(std::atomic<uint64_t>::is_always_lock_free && std::atomic<uint32_t>::is_always_lock_free);

enum class Transfer : int {
    kDone,
    kNotNow,   // no room, or no frame
    kEnded,    // the sender closed its end, and everything has been received
    kTooLong,  // the frame
    kCorrupt,  // what the memory holds cannot have been written by the other end
};

// One end's hold on the shared memory.
class RingMemory {
  public:
    RingMemory(void* memory, uint64_t data_bytes) noexcept
        : head_(static_cast<RingHead*>(memory)),
          data_(static_cast<std::byte*>(memory) + kHeadBytes),
          mask_(data_bytes - 1) {}

    RingHead& head() const noexcept { return *head_; }
    uint64_t data_bytes() const noexcept { return mask_ + 1; }
    // The longest frame that fits an empty ring wherever its beginning falls: the rest of a lap may have to be skipped.
    uint32_t longest_frame() const noexcept {
        const uint64_t fitting = data_bytes() / 2 - 16;
        return fitting < kLongestFrame ? static_cast<uint32_t>(fitting) : kLongestFrame;
    }
    uint64_t offset(uint64_t position) const noexcept { return position & mask_; }
    std::byte* bytes(uint64_t offset) const noexcept { return data_ + offset; }
    std::atomic_ref<uint64_t> word(uint64_t offset) const noexcept {
        return std::atomic_ref<uint64_t>(*reinterpret_cast<uint64_t*>(data_ + offset));
    }

  protected:
    static constexpr uint64_t kWordBytes = 8;
    static constexpr uint32_t kSkip = 0xFFFF'FFFE;
    static constexpr uint32_t kEnd = 0xFFFF'FFFF;

    // Never zero, and another one at each position: bytes that lie about from an earlier lap do not pass for a word.
    static uint64_t seal(uint64_t position) noexcept {
        return (((position >> 3) * 0x9E37'79B9'7F4A'7C15u) & 0xFFFF'FFFF'0000'0000u) | uint64_t{1} << 32;
    }
    static uint64_t padded(uint64_t length) noexcept { return (length + 7) & ~uint64_t{7}; }

    RingHead* head_;
    std::byte* data_;
    uint64_t mask_;
};

class RingSender : public RingMemory {
  public:
    using RingMemory::RingMemory;

    TRADING_HOT Transfer try_send(const void* frame, std::size_t length) noexcept {
        if (TRADING_UNLIKELY(length > longest_frame())) return Transfer::kTooLong;
        const uint64_t position = head_->sender_position.load(std::memory_order_relaxed);
        if (TRADING_UNLIKELY((position & 7) != 0)) return Transfer::kCorrupt;
        const uint64_t begin = offset(position);
        const uint64_t frame_bytes = kWordBytes + padded(length);
        const uint64_t rest_of_lap = data_bytes() - begin;
        const uint64_t skipped = TRADING_UNLIKELY(frame_bytes > rest_of_lap) ? rest_of_lap : 0;
        const uint64_t next = position + skipped + frame_bytes;
        // Room for the word behind the frame, too: it must be zero before the frame is seen, and the end mark goes there.
        if (TRADING_UNLIKELY(next + kWordBytes - known_receiver_position_ > data_bytes())) {
            known_receiver_position_ = head_->receiver_position.load(std::memory_order_acquire);
            if (position - known_receiver_position_ > data_bytes() || (known_receiver_position_ & 7) != 0) {
                return Transfer::kCorrupt;
            }
            if (next + kWordBytes - known_receiver_position_ > data_bytes()) return Transfer::kNotNow;
        }
        const uint64_t frame_position = position + skipped;
        std::memcpy(bytes(offset(frame_position) + kWordBytes), frame, length);
        word(offset(next)).store(0, std::memory_order_relaxed);
        word(offset(frame_position)).store(seal(frame_position) | length, std::memory_order_release);
        if (TRADING_UNLIKELY(skipped != 0)) {
            word(begin).store(seal(position) | kSkip, std::memory_order_release);
        }
        head_->sender_position.store(next, std::memory_order_release);
        return Transfer::kDone;
    }

    // The room for it has been kept, so it never has to wait.
    void end() noexcept {
        const uint64_t position = head_->sender_position.load(std::memory_order_relaxed) & ~uint64_t{7};
        word(offset(position)).store(seal(position) | kEnd, std::memory_order_release);
    }

    // Whether the receiver has taken something since the last attempt.
    bool may_have_room() const noexcept {
        return head_->receiver_position.load(std::memory_order_acquire) != known_receiver_position_;
    }

  private:
    uint64_t known_receiver_position_ = 0;
};

class RingReceiver : public RingMemory {
  public:
    using RingMemory::RingMemory;

    // Finds the oldest frame and leaves it where it is; let_go() gives its room back.
    TRADING_HOT Transfer try_find(const void** frame, std::size_t* length) noexcept {
        uint64_t position = head_->receiver_position.load(std::memory_order_relaxed);
        if (TRADING_UNLIKELY((position & 7) != 0)) return Transfer::kCorrupt;
        uint64_t word_here = word(offset(position)).load(std::memory_order_acquire);
        if (word_here == 0) return Transfer::kNotNow;
        if (TRADING_UNLIKELY(word_here == (seal(position) | kSkip))) {
            position = (position | mask_) + 1;
            word_here = word(0).load(std::memory_order_acquire);
        }
        const uint64_t rest = word_here ^ seal(position);
        if (TRADING_UNLIKELY(rest == kEnd)) return Transfer::kEnded;
        const uint64_t begin = offset(position) + kWordBytes;
        if (TRADING_UNLIKELY(rest > longest_frame() || begin + rest > data_bytes())) {
            found_word_ = word_here;
            return Transfer::kCorrupt;
        }
        *frame = bytes(begin);
        *length = rest;
        next_position_ = position + kWordBytes + padded(rest);
        return Transfer::kDone;
    }

    TRADING_HOT void let_go() noexcept { head_->receiver_position.store(next_position_, std::memory_order_release); }

    bool has_frame() const noexcept {
        return word(offset(head_->receiver_position.load(std::memory_order_relaxed) & ~uint64_t{7}))
                   .load(std::memory_order_acquire) != 0;
    }
    // What stood where the word of a frame should, after kCorrupt.
    uint64_t found_word() const noexcept { return found_word_; }

  private:
    uint64_t next_position_ = 0;
    uint64_t found_word_ = 0;
};

}  // namespace trading::ipc
