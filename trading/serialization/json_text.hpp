// Messages as JSON text, in the plain form that flag native-core stands for: the same bytes as json_text.py, and messages
// read from them.
//
// Only what that module writes of ordinary values is handled here: keys in order, no spaces, printable ASCII, numbers of 64
// bits. Everything else, errors included, is "declined" to the Python reference, which then answers as it always does.
#pragma once

#include <Python.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "native/hot.hpp"
#include "native/records.hpp"
#include "serialization/message_fields.hpp"

namespace trading::serialization {

struct Outcome {
    enum Value : int { failed = -1, declined = 0, done = 1 };
};

// Enough for every message without a long text: one allocation.
inline constexpr std::size_t kUsualBytes = 384;

// The text before each value: `{"type":"Fill","time_ns":` for the first, `,"order_id":` for the next.
struct JsonShape {
    std::size_t index;
    std::string_view name;
    std::vector<Kind> kinds;
    std::vector<std::string> prefixes;
};

inline const std::vector<JsonShape>& json_shapes() {
    static const std::vector<JsonShape> shapes = [] {
        std::vector<JsonShape> made;
        for (std::size_t index = 0; index < kMessages; ++index) {
            made.push_back(visit_message(index, []<class Message>(Message) {
                JsonShape shape{Message::index, Message::name, {}, {}};
                std::string before = "{\"type\":\"" + std::string(Message::name) + "\"";
                for (const Field& field : Message::fields) {
                    shape.kinds.push_back(field.kind);
                    shape.prefixes.push_back(before + ",\"" + std::string(field.name) + "\":");
                    before.clear();
                }
                return shape;
            }));
        }
        return made;
    }();
    return shapes;
}

// What the standard library writes as it is.
TRADING_HOT bool is_plain(std::string_view text) noexcept {
    for (const char character : text) {
        if (character < ' ' || character > '~' || character == '"' || character == '\\') return false;
    }
    return true;
}

TRADING_HOT Outcome::Value append_value(Kind kind, PyObject* value, std::string& text) {
    if (kind == Kind::text) {
        if (!PyUnicode_CheckExact(value) || !PyUnicode_IS_COMPACT_ASCII(value)) return Outcome::declined;
        const std::string_view content(reinterpret_cast<const char*>(PyUnicode_1BYTE_DATA(value)),
                                       static_cast<std::size_t>(PyUnicode_GET_LENGTH(value)));
        if (!is_plain(content)) return Outcome::declined;
        text += '"';
        text += content;
        text += '"';
        return Outcome::done;
    }
    if (kind == Kind::real) {
        if (!PyFloat_CheckExact(value)) return Outcome::declined;
        const double number = PyFloat_AS_DOUBLE(value);
        if (std::isnan(number)) {
            text += "null";
            return Outcome::done;
        }
        if (std::isinf(number)) return Outcome::declined;
        char* const shortest = PyOS_double_to_string(number, 'r', 0, Py_DTSF_ADD_DOT_0, nullptr);
        if (shortest == nullptr) return Outcome::failed;
        text += shortest;
        PyMem_Free(shortest);
        return Outcome::done;
    }
    if (!PyLong_Check(value)) return Outcome::declined;
    int overflow;
    const long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
    if (overflow != 0) return Outcome::declined;
    char digits[24];
    text.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
    return Outcome::done;
}

// Writes a message; `encoded` is a new reference when it is done.
inline Outcome::Value encode_json(PyObject* message, PyObject** encoded) try {
    const std::size_t index = message_index(message);
    if (index == kMessages) return Outcome::declined;
    const JsonShape& shape = json_shapes()[index];
    if (static_cast<std::size_t>(PyTuple_GET_SIZE(message)) != shape.kinds.size()) return Outcome::declined;
    std::string text;
    text.reserve(kUsualBytes);
    for (std::size_t field = 0; field < shape.kinds.size(); ++field) {
        text += shape.prefixes[field];
        const Outcome::Value outcome = append_value(shape.kinds[field], PyTuple_GET_ITEM(message, field), text);
        if (outcome != Outcome::done) return outcome;
    }
    text += '}';
    *encoded = PyBytes_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size()));
    return *encoded != nullptr ? Outcome::done : Outcome::failed;
} catch (const std::bad_alloc&) {
    PyErr_NoMemory();
    return Outcome::failed;
}

// Reads on from a place in a text; each `take` goes on behind what it has read, or declines.
class JsonCursor {
  public:
    explicit JsonCursor(std::string_view text) noexcept : rest_(text) {}

    TRADING_HOT bool has_taken(std::string_view expected) noexcept {
        if (!rest_.starts_with(expected)) return false;
        rest_.remove_prefix(expected.size());
        return true;
    }
    TRADING_HOT bool is_at_end() const noexcept { return rest_.empty(); }

    // A whole number as JSON writes it: no leading zeros, no minus zero, and no fraction behind it.
    TRADING_HOT bool has_taken_integer(int64_t* number) noexcept {
        const char* const end = rest_.data() + rest_.size();
        const std::size_t first = !rest_.empty() && rest_.front() == '-' ? 1 : 0;
        if (rest_.size() <= first || !is_digit(rest_[first]) || (rest_[first] == '0' && (first == 1 || is_digit_at(1)))) return false;
        const auto [place, error] = std::from_chars(rest_.data(), end, *number);
        if (error != std::errc() || (place != end && (*place == '.' || *place == 'e' || *place == 'E'))) return false;
        rest_.remove_prefix(static_cast<std::size_t>(place - rest_.data()));
        return true;
    }

    // A number with a fraction or an exponent. It is handed to the function that Python's float() calls.
    Outcome::Value take_real(double* number) {
        std::size_t size = has_at(0, '-') ? 1 : 0;
        const std::size_t whole = size;
        while (is_digit_at(size)) ++size;
        if (size == whole || (rest_[whole] == '0' && size > whole + 1)) return Outcome::declined;
        const std::size_t after_whole = size;
        if (has_at(size, '.')) {
            const std::size_t fraction = ++size;
            while (is_digit_at(size)) ++size;
            if (size == fraction) return Outcome::declined;
        }
        if (has_at(size, 'e') || has_at(size, 'E')) {
            ++size;
            if (has_at(size, '+') || has_at(size, '-')) ++size;
            const std::size_t exponent = size;
            while (is_digit_at(size)) ++size;
            if (size == exponent) return Outcome::declined;
        }
        // A whole number may be too large for a float: what happens then is the reference's to say.
        if (size == after_whole || size >= kLongestReal) return Outcome::declined;
        char digits[kLongestReal];
        std::memcpy(digits, rest_.data(), size);
        digits[size] = '\0';
        *number = PyOS_string_to_double(digits, nullptr, nullptr);
        if (*number == -1.0 && PyErr_Occurred()) return Outcome::failed;
        if (std::isinf(*number)) return Outcome::declined;
        rest_.remove_prefix(size);
        return Outcome::done;
    }

    // A string without escapes; the view is what stands between its quotes.
    TRADING_HOT bool has_taken_text(std::string_view* text) noexcept {
        if (!has_at(0, '"')) return false;
        const std::size_t end = rest_.find('"', 1);
        if (end == std::string_view::npos) return false;
        *text = rest_.substr(1, end - 1);
        rest_.remove_prefix(end + 1);
        return is_plain(*text);
    }

  private:
    static constexpr std::size_t kLongestReal = 64;

    static bool is_digit(char character) noexcept { return character >= '0' && character <= '9'; }
    bool is_digit_at(std::size_t place) const noexcept { return place < rest_.size() && is_digit(rest_[place]); }
    bool has_at(std::size_t place, char character) const noexcept { return place < rest_.size() && rest_[place] == character; }

    std::string_view rest_;
};

TRADING_HOT Outcome::Value take_value(Kind kind, JsonCursor& cursor, native::RecordMaker& record) {
    if (kind == Kind::text) {
        std::string_view text;
        if (!cursor.has_taken_text(&text)) return Outcome::declined;
        PyObject* const made = PyUnicode_FromKindAndData(PyUnicode_1BYTE_KIND, text.data(), static_cast<Py_ssize_t>(text.size()));
        return record.has_taken(made) ? Outcome::done : Outcome::failed;
    }
    if (kind == Kind::real) {
        double number = Py_NAN;
        if (!cursor.has_taken("null")) {
            const Outcome::Value outcome = cursor.take_real(&number);
            if (outcome != Outcome::done) return outcome;
        }
        return record.has_taken(PyFloat_FromDouble(number)) ? Outcome::done : Outcome::failed;
    }
    int64_t number;
    if (!cursor.has_taken_integer(&number)) return Outcome::declined;
    if (kind == Kind::integer) return record.has_taken(PyLong_FromLongLong(number)) ? Outcome::done : Outcome::failed;
    PyObject* const member = member_of(kind, number);
    if (member == nullptr) return Outcome::declined;
    return record.has_taken(Py_NewRef(member)) ? Outcome::done : Outcome::failed;
}

// Reads a message; `decoded` is a new reference when it is done.
inline Outcome::Value decode_json(const char* bytes, Py_ssize_t size, PyObject** decoded) {
    const std::string_view text(bytes, static_cast<std::size_t>(size));
    for (const JsonShape& shape : json_shapes()) {
        JsonCursor cursor(text);
        if (!cursor.has_taken(shape.prefixes[0])) continue;
        native::RecordMaker record(vocabulary.records[shape.index], static_cast<Py_ssize_t>(shape.kinds.size()));
        Outcome::Value outcome = take_value(shape.kinds[0], cursor, record);
        for (std::size_t field = 1; field < shape.kinds.size() && outcome == Outcome::done; ++field) {
            outcome = cursor.has_taken(shape.prefixes[field]) ? take_value(shape.kinds[field], cursor, record) : Outcome::declined;
        }
        if (outcome == Outcome::done && !(cursor.has_taken("}") && cursor.is_at_end())) outcome = Outcome::declined;
        if (outcome != Outcome::done) record.abandon();
        *decoded = record.finish();
        return outcome;
    }
    return Outcome::declined;
}

}  // namespace trading::serialization
