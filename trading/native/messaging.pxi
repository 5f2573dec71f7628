# Messages between threads: any object comes in at one end, the same object in the same order goes out at the other.
#
# The channel holds a reference to each message that is inside. Every call on it is made under the interpreter's lock but
# one, which waits and touches no message.

from cpython.exc cimport PyErr_CheckSignals
from cpython.object cimport PyObject, PyTypeObject
from cpython.ref cimport Py_DECREF, Py_INCREF
from libcpp.vector cimport vector

cdef extern from "<chrono>" namespace "std::chrono" nogil:
    cppclass nanoseconds:
        nanoseconds(int64_t)

cdef extern from "messaging/channels.hpp" namespace "trading::messaging" nogil:
    enum class Outcome(int):
        kDone
        kNotNow
        kClosed
        kNoMemory
    enum class End(int):
        kSending
        kReceiving
    enum class Kind(int):
        kMutex
        kFastLock
        kSingleProducer
        kManyProducers
    cppclass Channel:
        Outcome try_send(void* message)
        Outcome try_receive(void** message)
        void close()
        void announce(End)
        void retire(End)
        void wait(End, nanoseconds)
        int64_t size()
        cbool is_closed()
        cbool is_drained()
    struct Throughput:
        int64_t received, misplaced, elapsed_ns
    struct Attempt:
        int64_t thread, kind, value, outcome, began, ended
    Channel* make_channel(Kind, cbool, int64_t) except +
    Throughput exercise_kind(Kind, cbool, int64_t, int, int64_t) except +
    vector[Attempt] record_kind(Kind, cbool, int64_t, int, int, int, uint64_t, cbool) except +

cdef extern from "native/message_references.hpp" namespace "trading::native":
    object received(void* message)
    void drop_messages(Channel* channel)
    void show_messages_to_collector(PyTypeObject* type, Channel* (*channel_of)(PyObject*) noexcept)

cdef extern from "native/waiting.hpp" namespace "trading::native" nogil:
    const int64_t kForever
    int64_t deadline_ns(double seconds)
    int64_t slice_ns(int64_t deadline)


cdef dict _kinds = {
    ("none", "mutex"): <int>Kind.kMutex,
    ("none", "fast"): <int>Kind.kFastLock,
    ("single_producer", "mutex"): <int>Kind.kSingleProducer,
    ("single_producer", "fast"): <int>Kind.kSingleProducer,
    ("many_producers", "mutex"): <int>Kind.kManyProducers,
    ("many_producers", "fast"): <int>Kind.kManyProducers,
}
# A ring's slots are all made at once; this many take 64 GiB at most.
cdef int64_t _MOST_SLOTS = 1 << 30


cdef Kind kind_of(ring, lock, int64_t capacity) except *:
    if (ring, lock) not in _kinds:
        raise ConfigurationError(
            f'there is no channel with the ring "{ring}" and the lock "{lock}"; rings are "none", "single_producer" and '
            '"many_producers", locks "mutex" and "fast"'
        )
    if capacity < 1:
        raise ConfigurationError(f"the capacity of the channel is {capacity}; give at least 1")
    if ring != "none" and capacity > _MOST_SLOTS:
        raise ConfigurationError(f"the capacity of the ring is {capacity}; give at most {_MOST_SLOTS}")
    return <Kind><int>_kinds[ring, lock]


cdef int64_t deadline_of(timeout_seconds) except -1:
    return kForever if timeout_seconds is None else deadline_ns(timeout_seconds)


cdef object _takes_no_more():
    raise ChannelClosedError("the channel is closed and takes no more messages")


cdef object _has_given_out():
    raise ChannelClosedError("the channel is closed, and everything has been received")


cdef class NativeChannel:
    """The kernel of :class:`trading.messaging.LockedChannel`, and rings in its place.

    Parameters
    ----------
    capacity
        The most messages it holds, at least 1.
    lock
        What guards the queue: ``"mutex"`` or ``"fast"``. A ring has none.
    ring
        ``"none"``; ``"many_producers"``; or ``"single_producer"``: one thread sends and one receives.
    aligned
        Whether what different threads write stands on cache lines of its own.
    """

    cdef Channel* channel
    cdef object asked_capacity

    def __cinit__(self, capacity, lock="mutex", ring="none", *, aligned=False):
        cdef int64_t limit
        read_integer(capacity, &limit)
        self.channel = make_channel(kind_of(ring, lock, limit), aligned, limit)
        self.asked_capacity = capacity

    def __dealloc__(self):
        if self.channel != NULL:
            drop_messages(self.channel)
            del self.channel

    @property
    def capacity(self):
        """The most messages it holds."""
        return self.asked_capacity

    @property
    def is_closed(self):
        """Whether it takes nothing more."""
        return self.channel.is_closed()

    @property
    def is_drained(self):
        """Whether it is closed and has given out everything."""
        return self.channel.is_drained()

    def send(self, message, timeout_seconds=None):
        """Put a message in, and wait while the channel is full."""
        cdef Outcome outcome
        Py_INCREF(message)
        outcome = self.channel.try_send(<void*>message)
        if outcome == Outcome.kDone:
            return True
        try:
            if outcome == Outcome.kNotNow:
                outcome = self.send_later(<void*>message, deadline_of(timeout_seconds))
        finally:
            if outcome != Outcome.kDone:
                Py_DECREF(message)
        return sent(outcome)

    def try_send(self, message):
        """Put a message in without waiting; False when the channel is full."""
        cdef Outcome outcome
        Py_INCREF(message)
        outcome = self.channel.try_send(<void*>message)
        if outcome == Outcome.kDone:
            return True
        Py_DECREF(message)
        return sent(outcome)

    def receive(self, timeout_seconds=None):
        """Take the oldest message out, and wait while there is none."""
        cdef void* message = NULL
        cdef Outcome outcome = self.channel.try_receive(&message)
        if outcome == Outcome.kDone:
            return received(message)
        if outcome == Outcome.kNotNow:
            outcome = self.receive_later(&message, deadline_of(timeout_seconds))
            if outcome == Outcome.kDone:
                return received(message)
        return None if outcome == Outcome.kNotNow else _has_given_out()

    def try_receive(self):
        """Take the oldest message out without waiting; None when there is none."""
        cdef void* message = NULL
        cdef Outcome outcome = self.channel.try_receive(&message)
        if outcome == Outcome.kDone:
            return received(message)
        return None if outcome == Outcome.kNotNow else _has_given_out()

    def close(self):
        """Take nothing more, and wake whoever waits."""
        self.channel.close()

    def __len__(self):
        return self.channel.size()

    def __iter__(self):
        cdef NativeChannelIterator iterator = NativeChannelIterator.__new__(NativeChannelIterator)
        iterator.channel = self
        return iterator

    cdef Outcome send_later(self, void* message, int64_t deadline) except *:
        cdef Outcome outcome = Outcome.kNotNow
        self.channel.announce(End.kSending)
        try:
            while outcome == Outcome.kNotNow and self.wait(End.kSending, deadline):
                outcome = self.channel.try_send(message)
        finally:
            self.channel.retire(End.kSending)
        return outcome

    cdef Outcome receive_later(self, void** message, int64_t deadline) except *:
        cdef Outcome outcome = Outcome.kNotNow
        self.channel.announce(End.kReceiving)
        try:
            while outcome == Outcome.kNotNow and self.wait(End.kReceiving, deadline):
                outcome = self.channel.try_receive(message)
        finally:
            self.channel.retire(End.kReceiving)
        return outcome

    cdef bint wait(self, End end, int64_t deadline) except -1:
        """Wait for what may have changed, for a slice of time at most; False when the time is up."""
        cdef int64_t time_ns = slice_ns(deadline)
        if time_ns == 0:
            return False
        with nogil:
            self.channel.wait(end, nanoseconds(time_ns))
        # What the thread was woken for another one finds after a slice, should a signal end the call here.
        PyErr_CheckSignals()
        return True


cdef object sent(Outcome outcome):
    """What ``send`` and ``try_send`` answer when the message is not in, or only now is."""
    if outcome == Outcome.kNoMemory:
        raise MemoryError
    if outcome == Outcome.kClosed:
        _takes_no_more()
    return outcome == Outcome.kDone


cdef class NativeChannelIterator:
    """Receives until the channel is drained."""

    cdef NativeChannel channel

    def __iter__(self):
        return self

    def __next__(self):
        cdef void* message = NULL
        cdef Outcome outcome
        while True:
            outcome = self.channel.channel.try_receive(&message)
            if outcome == Outcome.kNotNow:
                outcome = self.channel.receive_later(&message, kForever)
            if outcome != Outcome.kDone:
                raise StopIteration
            item = received(message)
            # None is no message, also where somebody has sent it.
            if item is not None:
                return item


cdef Channel* channel_of(PyObject* self) noexcept:
    return (<NativeChannel>self).channel


show_messages_to_collector(<PyTypeObject*>NativeChannel, channel_of)


def exercise_channel(capacity, producers, messages_each, lock="mutex", ring="none", *, aligned=False):
    """Let native threads send numbers through a channel to this one, which receives without the interpreter's lock.

    Returns
    -------
    tuple of int
        Messages received; those of them that were not their sender's next one; nanoseconds that it all took.
    """
    cdef int64_t limit = capacity
    cdef int64_t count = messages_each
    cdef int threads = producers
    cdef cbool is_aligned = aligned
    cdef Kind kind = kind_of(ring, lock, limit)
    cdef Throughput result
    if threads < 1 or (kind == Kind.kSingleProducer and threads != 1):
        raise ConfigurationError(f'{threads} threads cannot send through this channel with the ring "{ring}"')
    with nogil:
        result = exercise_kind(kind, is_aligned, limit, threads, count)
    return result.received, result.misplaced, result.elapsed_ns


def record_channel(capacity, senders, receivers, attempts, seed, lock="mutex", ring="none", *, is_closing=False,
                   aligned=False):
    """Let native threads try to send and to receive at random, and return what each attempt came to.

    Returns
    -------
    list of tuple of int
        Thread, kind (0 send, 1 receive, 2 close), value, outcome (0 done, 1 not now, 2 closed), and the stamps of when
        the attempt began and ended; the threads share one counter of stamps.
    """
    cdef int64_t limit = capacity
    cdef int sending = senders
    cdef int receiving = receivers
    cdef int count = attempts
    cdef uint64_t start = seed
    cdef cbool has_close = is_closing
    cdef cbool is_aligned = aligned
    cdef Kind kind = kind_of(ring, lock, limit)
    cdef vector[Attempt] history
    cdef Attempt attempt
    with nogil:
        history = record_kind(kind, is_aligned, limit, sending, receiving, count, start, has_close)
    return [
        (attempt.thread, attempt.kind, attempt.value, attempt.outcome, attempt.began, attempt.ended)
        for attempt in history
    ]
