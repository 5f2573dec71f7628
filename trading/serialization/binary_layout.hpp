// Messages in a fixed binary layout (flag binary-serialization): a record comes in and its bytes go out, or the other way
// round. docs/trading/binary_layout.md describes the bytes; tests/trading/serialization/test_binary_layout.py holds both.
//
// Every message is a head of 8 bytes, its numbers of 8 bytes each, and its texts. The head holds tag, enumerations and the
// lengths of the texts, so one comparison refuses a message whose size is not what its head says.
#pragma once

#include <Python.h>

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <utility>

#include "native/hot.hpp"
#include "native/records.hpp"
#include "serialization/interned_texts.hpp"
#include "serialization/message_fields.hpp"

namespace trading::serialization {

inline constexpr unsigned kVersion = 1;
inline constexpr Py_ssize_t kHeadBytes = 8;
inline constexpr Py_ssize_t kFirstEnumeration = 1;
inline constexpr Py_ssize_t kFirstLength = 4;
inline constexpr Py_ssize_t kMaximumTextBytes = 0xFFFF;

// Version in the upper half, number of the message from 1 in the lower one.
constexpr uint8_t tag_of(std::size_t index) { return static_cast<uint8_t>(kVersion << 4 | (index + 1)); }

template <class Number>
TRADING_HOT Number swapped_on_big_endian(Number number) noexcept {
    if constexpr (std::endian::native == std::endian::big) {
        auto bytes = std::bit_cast<std::array<uint8_t, sizeof(Number)>>(number);
        for (std::size_t index = 0; index < sizeof(Number) / 2; ++index) {
            std::swap(bytes[index], bytes[sizeof(Number) - 1 - index]);
        }
        number = std::bit_cast<Number>(bytes);
    }
    return number;
}

template <class Number>
TRADING_HOT Number load(const uint8_t* from) noexcept {
    Number number;
    std::memcpy(&number, from, sizeof number);
    return swapped_on_big_endian(number);
}

template <class Number>
TRADING_HOT void store(uint8_t* to, Number number) noexcept {
    number = swapped_on_big_endian(number);
    std::memcpy(to, &number, sizeof number);
}

// Where each field of a message stands. The offset of a text is that of its length.
template <class Message>
struct BinaryLayout {
    static constexpr std::size_t fields = Message::fields.size();

    struct Places {
        std::array<Py_ssize_t, fields> offsets{};
        std::size_t texts = 0;
        Py_ssize_t fixed_bytes = kHeadBytes;
        uint64_t used_head = 0xFF;  // Mask of the head's bytes that have a meaning, byte 0 lowest.
    };

    static constexpr Places places = [] {
        Places found;
        Py_ssize_t enumeration = kFirstEnumeration;
        for (std::size_t index = 0; index < fields; ++index) {
            const Kind kind = Message::fields[index].kind;
            if (is_enumeration(kind)) {
                found.offsets[index] = enumeration++;
                found.used_head |= uint64_t{0xFF} << 8 * found.offsets[index];
            } else if (kind == Kind::text) {
                found.offsets[index] = kFirstLength + 2 * static_cast<Py_ssize_t>(found.texts++);
                found.used_head |= uint64_t{0xFFFF} << 8 * found.offsets[index];
            } else {
                found.offsets[index] = found.fixed_bytes;
                found.fixed_bytes += 8;
            }
        }
        return found;
    }();
    static_assert(places.texts <= 2, "a head has room for two lengths");
};

// The UTF-8 of a str, borrowed from it where it is ASCII.
struct Text {
    const char* data = nullptr;
    Py_ssize_t size = 0;
    PyObject* owner = nullptr;

    Text() noexcept = default;
    Text(const Text&) = delete;
    Text& operator=(const Text&) = delete;
    ~Text() { Py_XDECREF(owner); }
};

__attribute__((noinline)) inline bool encode_text(PyObject* value, const char* message, const char* field, Text* text) {
    if (!PyUnicode_Check(value)) {
        PyErr_Format(PyExc_TypeError, "message %s has a value of type %.80s for \"%s\"; expected a str", message,
                     Py_TYPE(value)->tp_name, field);
        return false;
    }
    // Half of a surrogate pair is no character, but a str may hold it, and it must come back.
    text->owner = PyUnicode_AsEncodedString(value, "utf-8", "surrogatepass");
    if (text->owner == nullptr) return false;
    text->data = PyBytes_AS_STRING(text->owner);
    text->size = PyBytes_GET_SIZE(text->owner);
    return true;
}

template <class Message, std::size_t index>
TRADING_HOT bool read_text(PyObject* record, std::array<Text, 2>& texts, Py_ssize_t* total_bytes) {
    if constexpr (Message::fields[index].kind == Kind::text) {
        constexpr std::size_t slot = (BinaryLayout<Message>::places.offsets[index] - kFirstLength) / 2;
        PyObject* const value = PyTuple_GET_ITEM(record, index);
        Text& text = texts[slot];
        if (TRADING_LIKELY(PyUnicode_Check(value) && PyUnicode_IS_COMPACT_ASCII(value))) {
            text.data = reinterpret_cast<const char*>(PyUnicode_1BYTE_DATA(value));
            text.size = PyUnicode_GET_LENGTH(value);
        } else if (!encode_text(value, Message::name.data(), Message::fields[index].name.data(), &text)) {
            return false;
        }
        if (TRADING_UNLIKELY(text.size > kMaximumTextBytes)) {
            PyErr_Format(vocabulary.corrupt_input_error, "message %s has %zd bytes for \"%s\"; expected at most %zd",
                         Message::name.data(), text.size, Message::fields[index].name.data(), kMaximumTextBytes);
            return false;
        }
        *total_bytes += text.size;
    }
    return true;
}

__attribute__((noinline)) inline bool refuse_wide(const char* message, const char* field) {
    PyErr_Format(vocabulary.corrupt_input_error, "message %s has more than 64 bits for \"%s\"; the binary layout has no room",
                 message, field);
    return false;
}

__attribute__((noinline)) inline bool refuse_written_member(const char* message, const Field& field, long long value) {
    PyErr_Format(vocabulary.corrupt_input_error, "message %s has %lld for \"%s\"; expected one of %U", message, value,
                 field.name.data(), vocabulary.member_texts[enumeration_index(field.kind)]);
    return false;
}

template <class Message, std::size_t index>
TRADING_HOT bool write_field(PyObject* record, uint8_t* bytes, std::array<Text, 2>& texts, uint8_t** end) {
    constexpr Field field = Message::fields[index];
    constexpr Py_ssize_t offset = BinaryLayout<Message>::places.offsets[index];
    PyObject* const value = PyTuple_GET_ITEM(record, index);
    if constexpr (field.kind == Kind::text) {
        const Text& text = texts[(offset - kFirstLength) / 2];
        store<uint16_t>(bytes + offset, static_cast<uint16_t>(text.size));
        std::memcpy(*end, text.data, static_cast<std::size_t>(text.size));
        *end += text.size;
    } else if constexpr (field.kind == Kind::real) {
        const double number = PyFloat_CheckExact(value) ? PyFloat_AS_DOUBLE(value) : PyFloat_AsDouble(value);
        if (TRADING_UNLIKELY(number == -1.0 && PyErr_Occurred())) return false;
        if (TRADING_UNLIKELY(Py_IS_INFINITY(number))) {
            PyErr_Format(vocabulary.corrupt_input_error, "message %s has an infinite \"%s\"; expected a finite number or NaN",
                         Message::name.data(), field.name.data());
            return false;
        }
        store(bytes + offset, number);
    } else {
        int64_t number;
        if (TRADING_UNLIKELY(!native::read_small_integer(value, &number))) {
            int overflow;
            number = PyLong_AsLongLongAndOverflow(value, &overflow);
            if (number == -1 && PyErr_Occurred()) return false;
            if (overflow != 0) return refuse_wide(Message::name.data(), field.name.data());
        }
        if constexpr (is_enumeration(field.kind)) {
            if (TRADING_UNLIKELY(member_of(field.kind, number) == nullptr)) {
                return refuse_written_member(Message::name.data(), field, number);
            }
            bytes[offset] = static_cast<uint8_t>(number);
        } else {
            store<int64_t>(bytes + offset, number);
        }
    }
    return true;
}

template <class Message, std::size_t... index>
TRADING_HOT PyObject* encode_fields(PyObject* record, std::index_sequence<index...>) {
    constexpr Py_ssize_t fixed_bytes = BinaryLayout<Message>::places.fixed_bytes;
    std::array<Text, 2> texts;
    Py_ssize_t total_bytes = fixed_bytes;
    if (!(read_text<Message, index>(record, texts, &total_bytes) && ...)) return nullptr;
    PyObject* const encoded = PyBytes_FromStringAndSize(nullptr, total_bytes);
    if (TRADING_UNLIKELY(encoded == nullptr)) return nullptr;
    uint8_t* const bytes = reinterpret_cast<uint8_t*>(PyBytes_AS_STRING(encoded));
    uint8_t* end = bytes + fixed_bytes;
    store<uint64_t>(bytes, tag_of(Message::index));
    if (TRADING_LIKELY((write_field<Message, index>(record, bytes, texts, &end) && ...))) return encoded;
    Py_DECREF(encoded);
    return nullptr;
}

template <class Message>
TRADING_HOT PyObject* encode_as(PyObject* record) {
    constexpr std::size_t fields = BinaryLayout<Message>::fields;
    if (!native::is_record(record, fields, Message::name.data())) return nullptr;
    return encode_fields<Message>(record, std::make_index_sequence<fields>());
}

// Returns new bytes, or nullptr with an exception set.
inline PyObject* encode_binary(PyObject* message) {
    const std::size_t index = message_index(message);
    if (TRADING_UNLIKELY(index == kMessages)) {
        PyErr_Format(PyExc_TypeError, "%.200s is not a message; encode one of %U", Py_TYPE(message)->tp_name, vocabulary.record_names);
        return nullptr;
    }
    return visit_message(index, [message]<class Message>(Message) { return encode_as<Message>(message); });
}

__attribute__((noinline)) inline PyObject* refuse_member(const char* message, const Field& field, int value, Py_ssize_t offset) {
    PyErr_Format(vocabulary.corrupt_input_error, "message %s has %d for \"%s\" at byte %zd; expected one of %U", message, value,
                 field.name.data(), offset, vocabulary.member_texts[enumeration_index(field.kind)]);
    return nullptr;
}

// Names what made decoding a text fail, by its place in the message.
__attribute__((noinline)) inline PyObject* refuse_text(const char* message, const char* field, const uint8_t* bytes,
                                                      const uint8_t* text) {
    if (!PyErr_ExceptionMatches(PyExc_UnicodeDecodeError)) return nullptr;
    PyObject *type, *error, *trace;
    PyErr_Fetch(&type, &error, &trace);
    PyErr_NormalizeException(&type, &error, &trace);
    Py_ssize_t start = 0;
    const bool has_start = PyUnicodeDecodeError_GetStart(error, &start) == 0;
    Py_XDECREF(type);
    Py_XDECREF(error);
    Py_XDECREF(trace);
    if (!has_start) return nullptr;
    PyErr_Format(vocabulary.corrupt_input_error, "message %s has a \"%s\" that is not UTF-8 at byte %zd", message, field,
                 (text - bytes) + start);
    return nullptr;
}

template <class Message, std::size_t index>
TRADING_HOT PyObject* read_field(const uint8_t* bytes, const uint8_t** text, InternedTexts& interned) {
    constexpr Field field = Message::fields[index];
    constexpr Py_ssize_t offset = BinaryLayout<Message>::places.offsets[index];
    if constexpr (field.kind == Kind::text) {
        const Py_ssize_t size = load<uint16_t>(bytes + offset);
        const uint8_t* const start = *text;
        *text += size;
        PyObject* const value = interned.text(start, size);
        return TRADING_LIKELY(value != nullptr) ? value : refuse_text(Message::name.data(), field.name.data(), bytes, start);
    } else if constexpr (field.kind == Kind::real) {
        const double number = load<double>(bytes + offset);
        if (TRADING_UNLIKELY(Py_IS_INFINITY(number))) {
            PyErr_Format(vocabulary.corrupt_input_error,
                         "message %s has an infinite \"%s\" at byte %zd; expected a finite number or NaN",
                         Message::name.data(), field.name.data(), offset);
            return nullptr;
        }
        return PyFloat_FromDouble(number);
    } else if constexpr (is_enumeration(field.kind)) {
        const int value = static_cast<int8_t>(bytes[offset]);
        PyObject* const member = member_of(field.kind, value);
        if (TRADING_UNLIKELY(member == nullptr)) return refuse_member(Message::name.data(), field, value, offset);
        return Py_NewRef(member);
    } else {
        return PyLong_FromLongLong(load<int64_t>(bytes + offset));
    }
}

// Says which byte is wrong in a message whose size or head is not what its type asks for.
template <class Message>
__attribute__((noinline)) PyObject* refuse_shape(const uint8_t* bytes, Py_ssize_t size) {
    constexpr auto& places = BinaryLayout<Message>::places;
    PyObject* const error = vocabulary.corrupt_input_error;
    if (size < places.fixed_bytes) {
        return PyErr_Format(error, "message %s ends at byte %zd; its numbers end at byte %zd", Message::name.data(), size,
                            places.fixed_bytes);
    }
    for (Py_ssize_t offset = 0; offset < kHeadBytes; ++offset) {
        if ((places.used_head >> 8 * offset & 0xFF) == 0 && bytes[offset] != 0) {
            return PyErr_Format(error, "message %s has %d at byte %zd; expected 0, which is all that may stand there",
                                Message::name.data(), bytes[offset], offset);
        }
    }
    const Py_ssize_t expected = places.fixed_bytes + load<uint16_t>(bytes + kFirstLength) + load<uint16_t>(bytes + kFirstLength + 2);
    return PyErr_Format(error, "message %s ends at byte %zd; the lengths in bytes 4 to 7 say byte %zd", Message::name.data(), size,
                        expected);
}

template <class Message, std::size_t... index>
TRADING_HOT PyObject* decode_fields(const uint8_t* bytes, InternedTexts& interned, std::index_sequence<index...>) {
    native::RecordMaker record(vocabulary.records[Message::index], sizeof...(index));
    const uint8_t* text = bytes + BinaryLayout<Message>::places.fixed_bytes;
    // Stops at the first field that cannot be read: its exception is set, and no second one may be.
    static_cast<void>((record.has_taken(read_field<Message, index>(bytes, &text, interned)) && ...));
    return record.finish();
}

template <class Message>
TRADING_HOT PyObject* decode_as(const uint8_t* bytes, Py_ssize_t size, InternedTexts& interned) {
    constexpr auto& places = BinaryLayout<Message>::places;
    const uint64_t head = load<uint64_t>(bytes);
    // A length that has no meaning must be 0, so both can be added up for every message.
    const Py_ssize_t text_bytes = static_cast<Py_ssize_t>((head >> 32 & 0xFFFF) + (head >> 48));
    if (TRADING_UNLIKELY(size != places.fixed_bytes + text_bytes || (head & ~places.used_head) != 0)) {
        return refuse_shape<Message>(bytes, size);
    }
    return decode_fields<Message>(bytes, interned, std::make_index_sequence<BinaryLayout<Message>::fields>());
}

// Returns a new message, or nullptr with an exception set.
inline PyObject* decode_binary(const uint8_t* bytes, Py_ssize_t size, InternedTexts& interned) {
    PyObject* const error = vocabulary.corrupt_input_error;
    if (TRADING_UNLIKELY(size < kHeadBytes)) {
        return PyErr_Format(error, "message ends at byte %zd; its head ends at byte %zd", size, kHeadBytes);
    }
    const unsigned version = bytes[0] >> 4;
    const std::size_t index = static_cast<std::size_t>(bytes[0] & 0x0F) - 1;
    if (TRADING_UNLIKELY(version != kVersion)) {
        return PyErr_Format(error, "message has the layout version %u at byte 0; expected version %u%s", version, kVersion,
                            bytes[0] == '{' ? " (it looks like JSON text)" : "");
    }
    if (TRADING_UNLIKELY(index >= kMessages)) {
        return PyErr_Format(error, "message has the unknown type %d at byte 0; expected one from 1 to %zu", bytes[0] & 0x0F, kMessages);
    }
    return visit_message(index, [&]<class Message>(Message) { return decode_as<Message>(bytes, size, interned); });
}

}  // namespace trading::serialization
