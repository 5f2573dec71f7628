// Every make of the native book: what it shall be made of comes in, a book goes out.
#pragma once

#include <memory>
#include <mutex>

#include "book/access.hpp"
#include "book/interface.hpp"
#include "book/price_time_book.hpp"
#include "native/fast_lock.hpp"
#include "native/free_list.hpp"
#include "native/small_vector.hpp"

namespace trading::book {

enum Sharing : int { kMutex = 0, kFastLock, kSequence };

struct Make {
    Sharing sharing;
    bool has_small_vectors, has_order_pool, has_prefetch, has_simd;
};

template <class Item>
using SmallPlaces = native::SmallVector<Item, 8>;

template <class Access, template <class> class Vector>
std::unique_ptr<Book> make_with(const Make& make) {
    if (make.has_order_pool) {
        return std::make_unique<PriceTimeBook<Access, Vector, native::FreeListStore>>(make.has_prefetch, make.has_simd);
    }
    return std::make_unique<PriceTimeBook<Access, Vector, native::HeapStore>>(make.has_prefetch, make.has_simd);
}

template <class Access>
std::unique_ptr<Book> make_shared_by(const Make& make) {
    return make.has_small_vectors ? make_with<Access, SmallPlaces>(make) : make_with<Access, native::HeapVector>(make);
}

inline Book* make_book(const Make& make) {
    switch (make.sharing) {
        case kFastLock:
            return make_shared_by<Locked<native::FastLock>>(make).release();
        case kSequence:
            return make_shared_by<Sequenced>(make).release();
        default:
            return make_shared_by<Locked<std::mutex>>(make).release();
    }
}

}  // namespace trading::book
