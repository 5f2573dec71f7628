// The messages and their fields, in the order of trading/records.py: what the JSON text and the binary layout share.
//
// A test encodes each message with every serializer against the Python reference, which derives its fields from the
// records themselves: a field that is missing or misplaced here fails it.
#pragma once

#include <Python.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "native/hot.hpp"

namespace trading::serialization {

// Enumerations stand last: is_enumeration() asks for no list.
enum class Kind : uint8_t { integer, real, text, side, order_type, event_type, action };

constexpr bool is_enumeration(Kind kind) { return kind >= Kind::side; }

struct Field {
    std::string_view name;
    Kind kind;
};

struct OrderMessage {
    static constexpr std::size_t index = 0;
    static constexpr std::string_view name = "Order";
    static constexpr std::array fields = {
        Field{"order_id", Kind::integer},      Field{"side", Kind::side},
        Field{"order_type", Kind::order_type}, Field{"price_ticks", Kind::integer},
        Field{"quantity_lots", Kind::integer}, Field{"time_ns", Kind::integer},
        Field{"symbol", Kind::text},           Field{"account", Kind::text},
    };
};

struct TradeMessage {
    static constexpr std::size_t index = 1;
    static constexpr std::string_view name = "Trade";
    static constexpr std::array fields = {
        Field{"time_ns", Kind::integer},     Field{"resting_order_id", Kind::integer}, Field{"aggressor_order_id", Kind::integer},
        Field{"aggressor_side", Kind::side}, Field{"price_ticks", Kind::integer},      Field{"quantity_lots", Kind::integer},
    };
};

struct BookUpdateMessage {
    static constexpr std::size_t index = 2;
    static constexpr std::string_view name = "BookUpdate";
    static constexpr std::array fields = {
        Field{"time_ns", Kind::integer},         Field{"bid_price_ticks", Kind::integer},  Field{"bid_quantity_lots", Kind::integer},
        Field{"ask_price_ticks", Kind::integer}, Field{"ask_quantity_lots", Kind::integer},
    };
};

struct SignalMessage {
    static constexpr std::size_t index = 3;
    static constexpr std::string_view name = "Signal";
    static constexpr std::array fields = {
        Field{"time_ns", Kind::integer},      Field{"relative_strength_index", Kind::real},
        Field{"macd", Kind::real},            Field{"macd_signal", Kind::real},
        Field{"bollinger_lower", Kind::real}, Field{"bollinger_middle", Kind::real},
        Field{"bollinger_upper", Kind::real}, Field{"imbalance", Kind::real},
    };
};

struct FillMessage {
    static constexpr std::size_t index = 4;
    static constexpr std::string_view name = "Fill";
    static constexpr std::array fields = {
        Field{"time_ns", Kind::integer},     Field{"order_id", Kind::integer},      Field{"side", Kind::side},
        Field{"price_ticks", Kind::integer}, Field{"quantity_lots", Kind::integer}, Field{"symbol", Kind::text},
    };
};

struct PositionMessage {
    static constexpr std::size_t index = 5;
    static constexpr std::string_view name = "Position";
    static constexpr std::array fields = {
        Field{"symbol", Kind::text},
        Field{"quantity_lots", Kind::integer},
        Field{"cost_tick_lots", Kind::integer},
        Field{"realised_tick_lots", Kind::integer},
    };
};

struct FeedEventMessage {
    static constexpr std::size_t index = 6;
    static constexpr std::string_view name = "FeedEvent";
    static constexpr std::array fields = {
        Field{"time_ns", Kind::integer}, Field{"event_type", Kind::event_type}, Field{"order_id", Kind::integer},
        Field{"side", Kind::side},       Field{"price_ticks", Kind::integer},   Field{"quantity_lots", Kind::integer},
    };
};

struct OperatorCommandMessage {
    static constexpr std::size_t index = 7;
    static constexpr std::string_view name = "OperatorCommand";
    static constexpr std::array fields = {
        Field{"time_ns", Kind::integer},
        Field{"action", Kind::action},
        Field{"operator", Kind::text},
        Field{"reason", Kind::text},
    };
};

inline constexpr std::size_t kMessages = 8;
inline constexpr std::size_t kEnumerations = 4;
// Values of members go from -1 to 14: room for what there is, and one look-up without a branch a value.
inline constexpr std::size_t kMemberSlots = 16;

// What the codecs need of Python; filled when the module is imported, and kept for ever.
struct Vocabulary {
    std::array<PyObject*, kMessages> records{};
    std::array<std::array<PyObject*, kMemberSlots>, kEnumerations> members{};
    // For people: the values of each enumeration, "1, -1", and the names of all messages, "Order, Trade".
    std::array<PyObject*, kEnumerations> member_texts{};
    PyObject* record_names = nullptr;
    PyObject* corrupt_input_error = nullptr;
};

inline Vocabulary vocabulary;

inline void keep_record(std::size_t index, PyObject* type) noexcept { vocabulary.records[index] = Py_NewRef(type); }
inline void keep_member(std::size_t enumeration, int64_t value, PyObject* member) noexcept {
    vocabulary.members[enumeration][static_cast<std::size_t>(value + 1)] = Py_NewRef(member);
}
inline void keep_member_text(std::size_t enumeration, PyObject* text) noexcept {
    vocabulary.member_texts[enumeration] = Py_NewRef(text);
}
inline void keep_names(PyObject* record_names, PyObject* corrupt_input_error) noexcept {
    vocabulary.record_names = Py_NewRef(record_names);
    vocabulary.corrupt_input_error = Py_NewRef(corrupt_input_error);
}

constexpr std::size_t enumeration_index(Kind kind) {
    return static_cast<std::size_t>(kind) - static_cast<std::size_t>(Kind::side);
}

// The member of that value (a borrowed reference), or nullptr where there is none.
TRADING_HOT PyObject* member_of(Kind kind, int64_t value) noexcept {
    const uint64_t slot = static_cast<uint64_t>(value) + 1;
    return slot < kMemberSlots ? vocabulary.members[enumeration_index(kind)][slot] : nullptr;
}

// The messages' index by type, or kMessages for what is none. The ones that cross processes most often stand first.
TRADING_HOT std::size_t message_index(PyObject* message) noexcept {
    const PyObject* const type = reinterpret_cast<PyObject*>(Py_TYPE(message));
    for (std::size_t index = 0; index < kMessages; ++index) {
        if (vocabulary.records[index] == type) return index;
    }
    return kMessages;
}

// Calls `visit` with a value of the message type of that index.
template <class Visit>
TRADING_HOT auto visit_message(std::size_t index, Visit&& visit) {
    switch (index) {
        case OrderMessage::index: return visit(OrderMessage{});
        case TradeMessage::index: return visit(TradeMessage{});
        case BookUpdateMessage::index: return visit(BookUpdateMessage{});
        case SignalMessage::index: return visit(SignalMessage{});
        case FillMessage::index: return visit(FillMessage{});
        case PositionMessage::index: return visit(PositionMessage{});
        case FeedEventMessage::index: return visit(FeedEventMessage{});
        default: return visit(OperatorCommandMessage{});
    }
}

}  // namespace trading::serialization
