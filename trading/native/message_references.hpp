// References to Python's objects inside a native channel: the channel holds pointers, and this is what they mean to the
// interpreter. Each message that is inside owns one reference.
#pragma once

#include <Python.h>

#include "../messaging/channel.hpp"

namespace trading::native {

// The reference that was the channel's becomes the caller's.
inline PyObject* received(void* message) noexcept { return static_cast<PyObject*>(message); }

// Gives up every message. What that sets off may use the channel again, so each is out before it is let go.
inline void drop_messages(messaging::Channel* channel) noexcept {
    void* message;
    while (channel->try_receive(&message) == messaging::Outcome::kDone) Py_DECREF(static_cast<PyObject*>(message));
}

// Adds the messages to what the collector of cycles sees of a type of channels: the functions that Cython makes know the
// attributes only. The collector runs while nobody else is in a call, so nothing moves meanwhile.
class Collection {
  public:
    using ChannelOf = messaging::Channel* (*)(PyObject*);

    static void add_to(PyTypeObject* type, ChannelOf channel_of) noexcept {
        channel_of_ = channel_of;
        traverse_attributes_ = type->tp_traverse;
        clear_attributes_ = type->tp_clear;
        type->tp_traverse = traverse;
        type->tp_clear = clear;
    }

  private:
    struct Visitor {
        visitproc visit;
        void* argument;
    };

    static int traverse(PyObject* self, visitproc visit, void* argument) {
        const int answer = traverse_attributes_(self, visit, argument);
        messaging::Channel* const channel = channel_of_(self);
        if (answer != 0 || channel == nullptr) return answer;
        Visitor visitor{visit, argument};
        return channel->visit(
            [](void* message, void* context) {
                const Visitor* const visitor = static_cast<const Visitor*>(context);
                return visitor->visit(static_cast<PyObject*>(message), visitor->argument);
            },
            &visitor);
    }

    static int clear(PyObject* self) {
        if (messaging::Channel* const channel = channel_of_(self)) drop_messages(channel);
        return clear_attributes_(self);
    }

    static inline ChannelOf channel_of_ = nullptr;
    static inline traverseproc traverse_attributes_ = nullptr;
    static inline inquiry clear_attributes_ = nullptr;
};

inline void show_messages_to_collector(PyTypeObject* type, Collection::ChannelOf channel_of) noexcept {
    Collection::add_to(type, channel_of);
}

}  // namespace trading::native
