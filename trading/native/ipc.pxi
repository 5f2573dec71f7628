# Frames between processes through shared memory: bytes come in at one process, and go out at another as bytes, or as a
# view of the very memory that they came in.

from cpython.buffer cimport (
    PyBUF_SIMPLE, PyBUF_WRITABLE, PyBuffer_FillInfo, PyBuffer_Release, PyObject_CheckBuffer, PyObject_GetBuffer,
)
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_CheckExact, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.memoryview cimport PyMemoryView_FromObject

from trading.errors import PeerLostError

cdef extern from "ipc/process_end.hpp" namespace "trading::ipc" nogil:
    enum class Transfer(int):
        kDone
        kNotNow
        kEnded
        kTooLong
        kCorrupt
    enum class Attached(int):
        kDone
        kSystemError
        kNoRing
    cppclass RingSender:
        Transfer try_send(const void* frame, size_t length)
        void end()
        uint32_t longest_frame()
    cppclass RingReceiver:
        Transfer try_find(const void** frame, size_t* length)
        void let_go()
        uint64_t found_word()
    cppclass SenderEnd:
        Attached attach(int descriptor)
        RingSender& ring()
        int descriptor()
        cbool is_open()
        void let_go()
        cbool is_other_gone()
        cbool is_other_dead()
        void wake_other()
        cbool poll_for_room(int turns)
        void sleep_until_room(int64_t time_ns)
    cppclass ReceiverEnd:
        Attached attach(int descriptor)
        RingReceiver& ring()
        int descriptor()
        cbool is_open()
        void let_go()
        cbool is_other_gone()
        cbool is_other_dead()
        void wake_other()
        cbool poll_for_frame(int turns)
        void sleep_until_frame(int64_t time_ns)

cdef extern from *:
    """
    static PyObject* raise_system_error(int descriptor) {
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    """
    object raise_system_error(int descriptor)


# A peer that answers at once does so within these turns, which are shorter than letting go of the interpreter's lock and
# taking it again; the longer ones, without the lock, are about as long as waking up takes.
cdef int _TURNS_WITH_LOCK = 100
cdef int _TURNS_WITHOUT_LOCK = 400


cdef int check_attached(Attached outcome, int descriptor) except -1:
    if outcome == Attached.kSystemError:
        raise_system_error(descriptor)
    if outcome == Attached.kNoRing:
        raise CorruptInputError(
            f"the descriptor {descriptor} is of no channel in shared memory; give one that open_shared_memory made"
        )
    return 0


cdef class NativeFrameSender:
    """The sending end of a channel in shared memory; see :class:`trading.ipc.interface.FrameSender`.

    Parameters
    ----------
    descriptor
        Of the memory, as ``open_shared_memory`` made it for the sender; it becomes this object's own.
    """

    cdef SenderEnd end

    def __cinit__(self, int descriptor):
        check_attached(self.end.attach(descriptor), descriptor)

    def fileno(self):
        """Return the descriptor; negative after ``close`` and ``release``."""
        return self.end.descriptor()

    def send(self, frame, timeout_seconds=None):
        """Put a frame in, and wait while there is no room."""
        cdef int64_t deadline
        if self.put(frame):
            return True
        deadline = deadline_of(timeout_seconds)
        while self.wait(deadline):
            if self.put(frame):
                return True
        return False

    def try_send(self, frame):
        """Put a frame in without waiting; False when there is no room."""
        return self.put(frame)

    def flush(self, timeout_seconds=None):
        """Tell that every frame that is in can be received: it always is."""
        self.check()
        return True

    def close(self, timeout_seconds=None):
        """Tell the receiver that nothing more comes, and let go; never waits, since the end mark has its room."""
        if self.end.is_open():
            self.end.ring().end()
            self.end.wake_other()
            self.end.let_go()

    def release(self):
        """Let go of this process's hold on the end without closing it."""
        self.end.let_go()

    cdef int check(self) except -1:
        if not self.end.is_open():
            raise ChannelClosedError("this end is closed and takes no more frames")
        if self.end.is_other_gone():
            raise ChannelClosedError("the receiver is gone: it closed its end, or its process died")
        return 0

    cdef bint put(self, frame) except -1:
        cdef Py_buffer view
        cdef Transfer outcome
        cdef Py_ssize_t length
        self.check()
        if PyBytes_CheckExact(frame):
            length = PyBytes_GET_SIZE(frame)
            outcome = self.end.ring().try_send(PyBytes_AS_STRING(frame), length)
        else:
            PyObject_GetBuffer(frame, &view, PyBUF_SIMPLE)
            length = view.len
            outcome = self.end.ring().try_send(view.buf, length)
            PyBuffer_Release(&view)
        if outcome == Transfer.kDone:
            self.end.wake_other()
            return True
        if outcome == Transfer.kTooLong:
            raise ValueError(f"a frame has {length} bytes; send at most {self.end.ring().longest_frame()}")
        if outcome == Transfer.kCorrupt:
            raise CorruptInputError("the receiver's position is not one that it can have reached: the memory is broken")
        return False

    cdef bint wait(self, int64_t deadline) except -1:
        """Wait for room, for a slice of time at most; False when the time is up."""
        cdef int64_t time_ns = slice_ns(deadline)
        if time_ns == 0:
            return False
        if self.end.poll_for_room(_TURNS_WITH_LOCK):
            return True
        with nogil:
            # Where the receiver has died meanwhile, the next attempt says so.
            if not self.end.poll_for_room(_TURNS_WITHOUT_LOCK) and not self.end.is_other_dead():
                self.end.sleep_until_room(time_ns)
        PyErr_CheckSignals()
        return True


cdef class NativeFrameReceiver:
    """The receiving end of a channel in shared memory; see :class:`trading.ipc.interface.FrameReceiver`.

    Parameters
    ----------
    descriptor
        Of the memory, as ``open_shared_memory`` made it for the receiver; it becomes this object's own.
    """

    cdef ReceiverEnd end
    # The frame in view; its room is the sender's again once it is let go.
    cdef const void* viewed
    cdef size_t viewed_bytes

    def __cinit__(self, int descriptor):
        check_attached(self.end.attach(descriptor), descriptor)

    def fileno(self):
        """Return the descriptor; negative after ``close``."""
        return self.end.descriptor()

    def receive(self, timeout_seconds=None):
        """Take the oldest frame out, and wait while there is none."""
        return self.take() if self.find() or self.wait(timeout_seconds) else None

    def try_receive(self):
        """Take the oldest frame out without waiting; None when there is none."""
        return self.take() if self.find() else None

    def receive_view(self, timeout_seconds=None):
        """Receive as ``receive`` does, and return a view of the frame where it lies."""
        return PyMemoryView_FromObject(self) if self.find() or self.wait(timeout_seconds) else None

    def try_receive_view(self):
        """Receive as ``try_receive`` does, and return a view of the frame where it lies."""
        return PyMemoryView_FromObject(self) if self.find() else None

    def release_view(self):
        """Give the room of the frame in view back to the sender."""
        if self.viewed != NULL:
            self.let_go()

    def close(self):
        """Receive nothing more; the sender finds out when it sends."""
        self.release_view()
        self.end.let_go()

    def __iter__(self):
        return self

    def __next__(self):
        try:
            if self.find() or self.wait(None):
                return self.take()
        except PeerLostError:
            raise
        except ChannelClosedError:
            pass
        raise StopIteration

    def __getbuffer__(self, Py_buffer* view, int flags):
        if self.viewed == NULL:
            raise BufferError("there is no frame in view; receive_view brings one")
        PyBuffer_FillInfo(view, self, <void*>self.viewed, self.viewed_bytes, True, flags)

    cdef object take(self):
        """Copy the frame that was found."""
        cdef object frame = PyBytes_FromStringAndSize(<const char*>self.viewed, self.viewed_bytes)
        self.let_go()
        return frame

    cdef int let_go(self) except -1:
        self.viewed = NULL
        self.end.ring().let_go()
        self.end.wake_other()
        return 0

    cdef bint find(self) except -1:
        """Bring the next frame into view."""
        cdef Transfer outcome
        if not self.end.is_open():
            raise ChannelClosedError("this end is closed and receives no more frames")
        if self.viewed != NULL:
            self.let_go()
        outcome = self.end.ring().try_find(&self.viewed, &self.viewed_bytes)
        if outcome == Transfer.kDone:
            return True
        if outcome == Transfer.kNotNow:
            if not self.end.is_other_gone():
                return False
            # Its last frame may have come after the first look.
            outcome = self.end.ring().try_find(&self.viewed, &self.viewed_bytes)
            if outcome == Transfer.kDone:
                return True
            if outcome == Transfer.kNotNow:
                raise PeerLostError("the sender's process died without closing its end")
        if outcome == Transfer.kEnded:
            raise ChannelClosedError("the sender closed its end, and everything has been received")
        raise CorruptInputError(
            f"no frame begins with {self.end.ring().found_word():#018x}: the memory is broken"
        )

    cdef bint wait(self, timeout_seconds) except -1:
        """Wait for a frame and bring it into view; False when the time is up."""
        cdef int64_t deadline = deadline_of(timeout_seconds)
        cdef int64_t time_ns
        while True:
            time_ns = slice_ns(deadline)
            if time_ns == 0:
                return False
            if not self.end.poll_for_frame(_TURNS_WITH_LOCK):
                with nogil:
                    if not self.end.poll_for_frame(_TURNS_WITHOUT_LOCK) and not self.end.is_other_dead():
                        self.end.sleep_until_frame(time_ns)
                PyErr_CheckSignals()
            if self.find():
                return True
