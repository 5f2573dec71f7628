// Short texts that come again and again, such as symbols and accounts: UTF-8 comes in, the same str object as last time
// goes out. Making one anew costs more than all numbers of a message.
//
// A table of fixed size, where a newcomer takes the place of whoever had its slot: memory does not grow with the input.
#pragma once

#include <Python.h>

#include <array>
#include <cstdint>
#include <cstring>

#include "native/hot.hpp"

namespace trading::serialization {

class InternedTexts {
  public:
    InternedTexts() noexcept = default;
    InternedTexts(const InternedTexts&) = delete;
    InternedTexts& operator=(const InternedTexts&) = delete;
    ~InternedTexts() {
        for (Entry& entry : entries_) Py_XDECREF(entry.text);
    }

    // Returns a new reference, or nullptr with an exception set: UnicodeDecodeError where it is no UTF-8.
    TRADING_HOT PyObject* text(const uint8_t* bytes, Py_ssize_t size) {
#if !defined(Py_GIL_DISABLED)
        // Without the interpreter's lock two threads could be at one slot; the table is not worth a lock of its own.
        if (TRADING_LIKELY(size > 0 && size <= kLongest)) {
            const Key key = key_of(bytes, static_cast<std::size_t>(size));
            Entry& entry = entries_[slot_of(key)];
            if (TRADING_LIKELY(entry.key == key)) return Py_NewRef(entry.text);
            return remember(bytes, key, entry);
        }
#endif
        return make(bytes, size);
    }

  private:
    static constexpr Py_ssize_t kLongest = 16;
    static constexpr unsigned kSlotBits = 8;

    // Tells every text of up to 16 bytes from every other: two pieces, which overlap, and the size.
    struct Key {
        uint64_t first = 0, last = 0, size = 0;
        bool operator==(const Key&) const noexcept = default;
    };
    // The empty text is never looked up, so an empty entry matches nothing.
    struct Entry {
        Key key;
        PyObject* text = nullptr;
    };

    template <class Piece>
    TRADING_HOT static Key pieces(const uint8_t* bytes, std::size_t size) noexcept {
        Piece first, last;
        std::memcpy(&first, bytes, sizeof first);
        std::memcpy(&last, bytes + size - sizeof last, sizeof last);
        return {first, last, size};
    }
    TRADING_HOT static Key key_of(const uint8_t* bytes, std::size_t size) noexcept {
        if (size >= 8) return pieces<uint64_t>(bytes, size);
        if (size >= 4) return pieces<uint32_t>(bytes, size);
        if (size >= 2) return pieces<uint16_t>(bytes, size);
        return pieces<uint8_t>(bytes, size);
    }
    TRADING_HOT static std::size_t slot_of(const Key& key) noexcept {
        return static_cast<std::size_t>(((key.first ^ key.size) * 0x9E3779B97F4A7C15u + key.last * 0xC2B2AE3D27D4EB4Fu) >> (64 - kSlotBits));
    }
    static PyObject* make(const uint8_t* bytes, Py_ssize_t size) {
        return PyUnicode_DecodeUTF8(reinterpret_cast<const char*>(bytes), size, "surrogatepass");
    }
    __attribute__((noinline)) static PyObject* remember(const uint8_t* bytes, const Key& key, Entry& entry) {
        PyObject* const made = make(bytes, static_cast<Py_ssize_t>(key.size));
        if (made == nullptr) return nullptr;
        Py_XDECREF(entry.text);
        entry = {key, Py_NewRef(made)};
        return made;
    }

    std::array<Entry, std::size_t{1} << kSlotBits> entries_{};
};

}  // namespace trading::serialization
