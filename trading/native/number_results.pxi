# Series of results: a number of doubles comes in, memory for them and the object that Python sees goes out.

from cpython.buffer cimport PyBUF_FORMAT, PyBUF_ND, PyBUF_STRIDES
from cpython.memoryview cimport PyMemoryView_FromObject

cdef extern from "recycled_memory.hpp" namespace "trading::native" nogil:
    cppclass RecycledMemory:
        void* take(size_t size) except +
        void give_back(void* block, size_t size)

cdef RecycledMemory _results_memory


cdef class _Results:
    """Owns one series of doubles, which are not set to anything; Python sees the memoryview of it."""

    cdef double* data
    cdef Py_ssize_t count, stride

    def __cinit__(self, Py_ssize_t count):
        self.count = count
        self.stride = sizeof(double)
        self.data = <double*>_results_memory.take(count * sizeof(double))

    def __dealloc__(self):
        if self.data != NULL:
            _results_memory.give_back(self.data, self.count * sizeof(double))

    def __getbuffer__(self, Py_buffer* view, int flags):
        view.buf = self.data
        view.obj = self
        view.len = self.count * <Py_ssize_t>sizeof(double)
        view.itemsize = sizeof(double)
        view.readonly = False
        view.ndim = 1
        view.format = NULL
        if flags & PyBUF_FORMAT:
            view.format = "d"
        view.shape = NULL
        if flags & PyBUF_ND:
            view.shape = &self.count
        view.strides = NULL
        if (flags & PyBUF_STRIDES) == PyBUF_STRIDES:
            view.strides = &self.stride
        view.suboffsets = NULL
        view.internal = NULL
