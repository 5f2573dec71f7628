// Calls of the book as the interpreter makes them: records of Python come in as numbers, trades and levels go out as
// records of Python. Reads only the fields that a call needs; times and ids of aggressors pass through as they are.
#pragma once

#include <Python.h>

#include <cstdint>
#include <vector>

#include "book/interface.hpp"
#include "native/hot.hpp"
#include "native/records.hpp"

namespace trading::book {

// What an order or an event says; the objects are borrowed from it.
struct Call {
    int64_t event_type, order_id, side, price_ticks, quantity_lots;
    PyObject *time_ns, *order_id_object, *price_object, *quantity_object;
};

// 1 and the id as a number; 0 where 64 bits do not hold it; -1, with an exception set, where it is no integer.
TRADING_HOT int read_order_id(PyObject* value, int64_t* out) noexcept {
    if (TRADING_LIKELY(native::read_small_integer(value, out))) return 1;
    int overflow;
    const long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
    *out = number;
    if (TRADING_UNLIKELY(overflow != 0)) return 0;
    return TRADING_LIKELY(number != -1) || !PyErr_Occurred() ? 1 : -1;
}

TRADING_HOT bool read_numbers(PyObject* side, Call* out) noexcept {
    return native::read_integer(side, &out->side) && native::read_integer(out->price_object, &out->price_ticks) &&
           native::read_integer(out->quantity_object, &out->quantity_lots);
}

// Each returns what read_order_id returns.
TRADING_HOT int read_order_call(PyObject* order, Call* out) noexcept {
    int64_t order_type;
    if (!native::is_record(order, 8, "Order") || !native::read_integer(PyTuple_GET_ITEM(order, 2), &order_type)) return -1;
    out->event_type = order_type == 0 ? kAdd : kMarket;
    out->order_id_object = PyTuple_GET_ITEM(order, 0);
    out->price_object = PyTuple_GET_ITEM(order, 3);
    out->quantity_object = PyTuple_GET_ITEM(order, 4);
    out->time_ns = PyTuple_GET_ITEM(order, 5);
    if (!read_numbers(PyTuple_GET_ITEM(order, 1), out)) return -1;
    return read_order_id(out->order_id_object, &out->order_id);
}

TRADING_HOT int read_event_call(PyObject* event, Call* out) noexcept {
    if (!native::is_record(event, 6, "FeedEvent")) return -1;
    out->time_ns = PyTuple_GET_ITEM(event, 0);
    if (!native::read_integer(PyTuple_GET_ITEM(event, 1), &out->event_type)) return -1;
    out->order_id_object = PyTuple_GET_ITEM(event, 2);
    out->price_object = PyTuple_GET_ITEM(event, 4);
    out->quantity_object = PyTuple_GET_ITEM(event, 5);
    if (out->event_type != kDelete && !read_numbers(PyTuple_GET_ITEM(event, 3), out)) return -1;
    return read_order_id(out->order_id_object, &out->order_id);
}

TRADING_HOT PyObject* make_trade_of(PyObject* type, PyObject* time_ns, int64_t resting_order_id,
                                    PyObject* aggressor_order_id, PyObject* side, int64_t price_ticks,
                                    int64_t quantity_lots) noexcept {
    native::RecordMaker trade(type, 6);
    trade.object(time_ns).integer(resting_order_id).object(aggressor_order_id).object(side);
    return trade.integer(price_ticks).integer(quantity_lots).finish();
}

// A list of the trades of one aggressor; nullptr, with an exception set, where memory runs out.
TRADING_HOT PyObject* make_trades(PyObject* type, const TradeRows& rows, PyObject* time_ns, PyObject* aggressor_order_id,
                                  PyObject* side) noexcept {
    const auto count = static_cast<Py_ssize_t>(rows.size());
    PyObject* const trades = PyList_New(count);
    if (TRADING_UNLIKELY(trades == nullptr)) return nullptr;
    for (Py_ssize_t index = 0; index < count; ++index) {
        const TradeRow& row = rows[static_cast<std::size_t>(index)];
        PyObject* const trade = make_trade_of(type, time_ns, row.resting_order_id, aggressor_order_id, side,
                                              row.price_ticks, row.quantity_lots);
        if (TRADING_UNLIKELY(trade == nullptr)) {
            Py_DECREF(trades);
            return nullptr;
        }
        PyList_SET_ITEM(trades, index, trade);
    }
    return trades;
}

// A list of pairs of what two members of each row hold.
template <class Row>
PyObject* make_pairs(const std::vector<Row>& rows, int64_t Row::*first, int64_t Row::*second) noexcept {
    PyObject* const pairs = PyList_New(static_cast<Py_ssize_t>(rows.size()));
    for (std::size_t index = 0; pairs != nullptr && index < rows.size(); ++index) {
        PyObject* const pair = native::make_pair(rows[index].*first, rows[index].*second);
        if (pair == nullptr) {
            Py_DECREF(pairs);
            return nullptr;
        }
        PyList_SET_ITEM(pairs, static_cast<Py_ssize_t>(index), pair);
    }
    return pairs;
}

inline PyObject* make_levels(const std::vector<LevelRow>& rows) noexcept {
    return make_pairs(rows, &LevelRow::price_ticks, &LevelRow::quantity_lots);
}

inline PyObject* make_queue(const std::vector<QueueRow>& rows) noexcept {
    return make_pairs(rows, &QueueRow::order_id, &QueueRow::quantity_lots);
}

}  // namespace trading::book
