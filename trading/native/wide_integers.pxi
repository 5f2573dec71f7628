# Integers of up to 128 bits, and fields of records one by one, without counting references to what is only looked at.

from cpython.object cimport PyObject

cdef extern from "wide_integers.hpp" namespace "trading::native" nogil:
    # Wider than this says: values are only handed on here, never computed with.
    ctypedef long long Wide

cdef extern from "wide_integers.hpp" namespace "trading::native":
    object wide_to_python(Wide value)
    int read_exactly(PyObject* value, int64_t* out) except -1
    int read_if_it_fits(PyObject* value, int64_t* out) except -1
    int read_summable(PyObject* value, int64_t* out) except -1

cdef extern from "records.hpp" namespace "trading::native":
    int is_record(object record, Py_ssize_t fields, const char* name) except 0
    int read_number "trading::native::read_integer" (PyObject* value, int64_t* out) except 0

cdef extern from "symbol_map.hpp" namespace "trading::native":
    int is_symbol(PyObject* symbol) except 0
    int is_equal_to_symbol(PyObject* anything, PyObject* symbol) except -1

cdef extern from "Python.h":
    # Borrowed, and without a check of the length: comes after is_record().
    PyObject* field_of "PyTuple_GET_ITEM" (object record, Py_ssize_t index)
