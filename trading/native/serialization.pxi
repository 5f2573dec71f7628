# Serialization: messages come in and bytes go out, or the other way round; see trading/serialization/*.hpp.

from cpython.buffer cimport PyBUF_SIMPLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_CheckExact, PyBytes_GET_SIZE
from cpython.object cimport PyObject

from typing import get_args as _get_args

from trading.records import OperatorAction
from trading.serialization.interface import Message as _Message
from trading.serialization.json_text import JsonSerializer

cdef extern from "serialization/message_fields.hpp" namespace "trading::serialization":
    void keep_record(size_t index, object type)
    void keep_member(size_t enumeration, int64_t value, object member)
    void keep_member_text(size_t enumeration, object text)
    void keep_names(object record_names, object corrupt_input_error)

cdef extern from "serialization/json_text.hpp" namespace "trading::serialization":
    int encode_json(object message, PyObject** encoded) except -1
    int decode_json(const char* bytes, Py_ssize_t size, PyObject** decoded) except -1

cdef extern from "serialization/interned_texts.hpp" namespace "trading::serialization":
    cppclass InternedTexts:
        InternedTexts()

cdef extern from "serialization/binary_layout.hpp" namespace "trading::serialization":
    object encode_binary(object message)
    object decode_binary(const uint8_t* bytes, Py_ssize_t size, InternedTexts& interned)

cdef extern from *:
    """
    // A new reference as Cython owns one.
    static inline PyObject* trading_owned(PyObject* reference) { return reference; }
    """
    object trading_owned(PyObject* reference)


def _teach_vocabulary():
    records = _get_args(_Message)
    for index, record in enumerate(records):
        keep_record(index, record)
    keep_names(", ".join(record.__name__ for record in records), CorruptInputError)
    for index, members in enumerate((Side, OrderType, EventType, OperatorAction)):
        for member in members:
            keep_member(index, member, member)
        keep_member_text(index, ", ".join(str(int(member)) for member in members))


_teach_vocabulary()
cdef object _encode_json_reference = JsonSerializer().encode
cdef object _decode_json_reference = JsonSerializer().decode


cdef class NativeJsonSerializer:
    """JSON text, byte for byte that of the Python reference, which answers for whatever is out of the ordinary."""

    @property
    def format_name(self):
        return "json"

    def encode(self, message):
        cdef PyObject* encoded
        if encode_json(message, &encoded):
            return trading_owned(encoded)
        return _encode_json_reference(message)

    def decode(self, data):
        cdef PyObject* decoded
        if PyBytes_CheckExact(data) and decode_json(PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data), &decoded):
            return trading_owned(decoded)
        return _decode_json_reference(data)


cdef class BinarySerializer:
    """The fixed layout of docs/trading/binary_layout.md; reads bytes and every other buffer."""

    cdef InternedTexts _texts

    @property
    def format_name(self):
        return "binary 1"

    def encode(self, message):
        return encode_binary(message)

    def decode(self, data):
        cdef Py_buffer view
        if PyBytes_CheckExact(data):
            return decode_binary(<const uint8_t*> PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data), self._texts)
        PyObject_GetBuffer(data, &view, PyBUF_SIMPLE)
        try:
            return decode_binary(<const uint8_t*> view.buf, view.len, self._texts)
        finally:
            PyBuffer_Release(&view)
