# cython: language_level=3, boundscheck=False, wraparound=False, binding=False
"""The native recorder: a callable and a list of inputs go in, one counter difference per call comes out.

The counter is the processor's own: the time-stamp counter on x86-64, the virtual counter on 64-bit Arm, the monotonic
clock elsewhere. On x86-64 the reading that stops an interval stands behind a fence, so that it waits for the loads of
the operation; without it a pair costs 11 ns instead of 21, but a cache miss at the operation's end would go unseen.

``count`` runs the same calls between marks for valgrind's callgrind: instructions instead of time.
"""
from cpython.buffer cimport PyBUF_SIMPLE, PyBUF_WRITABLE, Py_buffer, PyBuffer_Release, PyObject_GetBuffer
from cpython.list cimport PyList_GET_ITEM, PyList_GET_SIZE
from cpython.object cimport PyObject
from cpython.ref cimport Py_DECREF
from libc.stdint cimport uint64_t


cdef extern from *:
    """
    #include <stdint.h>
    #include <time.h>
    /* Brings an input into the cache: an operation's input comes from whoever made it just now, and how 2000 inputs
       lie in memory is chance, not the operation's cost. Elements of a tuple are inputs too. */
    static inline void tailgate_touch(PyObject *input) {
        volatile Py_ssize_t sink = (Py_ssize_t)Py_TYPE(input);
        if (PyTuple_Check(input)) {
            Py_ssize_t index, size = PyTuple_GET_SIZE(input);
            for (index = 0; index < size; ++index) sink += (Py_ssize_t)Py_TYPE(PyTuple_GET_ITEM(input, index));
        }
        (void)sink;
    }
    static inline uint64_t tailgate_nanoseconds(void) {
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        return (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec;
    }
    #if defined(__x86_64__)
    #include <x86intrin.h>
    #define TAILGATE_RECORDER "native-rdtsc"
    static inline uint64_t tailgate_start(void) { return __rdtsc(); }
    static inline uint64_t tailgate_stop(void) { _mm_lfence(); return __rdtsc(); }
    #elif defined(__aarch64__)
    #define TAILGATE_RECORDER "native-cntvct"
    static inline uint64_t tailgate_start(void) {
        uint64_t value;
        __asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(value) : : "memory");
        return value;
    }
    #define tailgate_stop tailgate_start
    #else
    #define TAILGATE_RECORDER "native-clock-gettime"
    #define tailgate_start tailgate_nanoseconds
    #define tailgate_stop tailgate_nanoseconds
    #endif

    /* valgrind's client requests, written out so that building the probe needs no headers of valgrind: an instruction
       sequence that does nothing on a real processor. The numbers are callgrind's interface (valgrind/callgrind.h). */
    #define TAILGATE_ZERO_COUNTS 0x43540001u
    #define TAILGATE_START_COUNTING 0x43540004u
    #define TAILGATE_STOP_COUNTING 0x43540005u
    #if defined(__x86_64__)
    #define TAILGATE_CAN_MARK 1
    static inline void tailgate_mark(uint64_t request) {
        volatile uint64_t message[6] = {request, 0, 0, 0, 0, 0};
        uint64_t answer = 0;
        __asm__ volatile("rolq $3, %%rdi; rolq $13, %%rdi; rolq $61, %%rdi; rolq $51, %%rdi; xchgq %%rbx, %%rbx"
                         : "=d"(answer) : "a"(&message[0]), "0"(answer) : "cc", "memory");
    }
    #else
    #define TAILGATE_CAN_MARK 0
    static inline void tailgate_mark(uint64_t request) { (void)request; }
    #endif
    """
    const uint64_t TAILGATE_ZERO_COUNTS
    const uint64_t TAILGATE_START_COUNTING
    const uint64_t TAILGATE_STOP_COUNTING
    const int TAILGATE_CAN_MARK
    void tailgate_mark(uint64_t request) nogil
    const char *TAILGATE_RECORDER
    uint64_t tailgate_start() nogil
    uint64_t tailgate_stop() nogil
    uint64_t tailgate_nanoseconds() nogil
    void tailgate_touch(PyObject *item)
    PyObject *PyObject_CallOneArg(PyObject *function, PyObject *argument)


name = TAILGATE_RECORDER.decode()

can_mark = bool(TAILGATE_CAN_MARK)


def counter():
    """Read the counter the recorder uses; its unit is found by calibration."""
    return tailgate_start()


def nanoseconds():
    """Read the monotonic clock, nanoseconds."""
    return tailgate_nanoseconds()


cdef uint64_t *writable(out, Py_buffer *view, Py_ssize_t needed) except NULL:
    PyObject_GetBuffer(out, view, PyBUF_SIMPLE | PyBUF_WRITABLE)
    if view.len < needed * <Py_ssize_t>sizeof(uint64_t):
        PyBuffer_Release(view)
        raise ValueError("the output array is shorter than the inputs")
    return <uint64_t *>view.buf


def record(operation, list inputs, out):
    """Call ``operation`` once with each input; write each call's counter difference to ``out``.

    The result of a call is released outside the timed part. An exception from the operation ends the recording.
    """
    # A list of our own, so that borrowed references stay safe whatever the operation does to the caller's.
    cdef list own = list(inputs)
    cdef Py_buffer view
    cdef Py_ssize_t index, count = PyList_GET_SIZE(own)
    cdef uint64_t *elapsed = writable(out, &view, count)
    cdef uint64_t start, stop
    cdef PyObject *result
    cdef PyObject *item
    cdef PyObject *called = <PyObject *>operation
    try:
        for index in range(count):
            start = tailgate_start()
            result = PyObject_CallOneArg(called, <PyObject *>PyList_GET_ITEM(own, index))
            stop = tailgate_stop()
            if result == NULL:
                hand_on_exception()
            Py_DECREF(<object>result)
            elapsed[index] = stop - start
    finally:
        PyBuffer_Release(&view)


cdef int hand_on_exception() except -1:
    # The exception is already set in the interpreter: -1 hands it on to the caller.
    return -1


def record_nothing(list inputs, out):
    """Record as :func:`record` does, but call nothing: what remains is the recorder's own cost."""
    cdef Py_buffer view
    cdef Py_ssize_t index, count = PyList_GET_SIZE(inputs)
    cdef uint64_t *elapsed = writable(out, &view, count)
    cdef uint64_t start
    for index in range(count):
        start = tailgate_start()
        elapsed[index] = tailgate_stop() - start
    PyBuffer_Release(&view)


def count(operation, list inputs, Py_ssize_t lead_in):
    """Call ``operation`` once with each input, marked for callgrind: only what comes after the lead-in is counted.

    The lead-in runs in callgrind's model too, so that its caches are warm. Unlike in a recording, releasing a result
    counts. Outside valgrind the calls happen and nothing is counted.
    """
    cdef list own = list(inputs)
    cdef Py_ssize_t index, number = PyList_GET_SIZE(own)
    cdef PyObject *result
    cdef PyObject *called = <PyObject *>operation
    tailgate_mark(TAILGATE_START_COUNTING)
    try:
        for index in range(number):
            if index == lead_in:
                tailgate_mark(TAILGATE_ZERO_COUNTS)
            result = PyObject_CallOneArg(called, <PyObject *>PyList_GET_ITEM(own, index))
            if result == NULL:
                hand_on_exception()
            Py_DECREF(<object>result)
    finally:
        tailgate_mark(TAILGATE_STOP_COUNTING)
