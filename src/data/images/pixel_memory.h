#pragma once

#include <cstddef>
#include <new>
#include <utility>

namespace carica::data {

// Memory of decoded pixels. A thread keeps the blocks that it gives back for its next pictures, so
// that a worker that decodes sample after sample asks the system for memory at the start only.

/// A block of at least `bytes`, uninitialised. Throws std::bad_alloc.
void* take_pixel_block(std::size_t bytes);
/// `bytes` as it was asked for. From any thread; kept by the one that calls.
void give_pixel_block(void* block, std::size_t bytes) noexcept;

/// For std::vector: vector(n) and resize(n) leave new elements as they are; vector(n, value) writes
/// them.
template <typename T>
struct PixelAllocator {
  using value_type = T;

  PixelAllocator() = default;
  template <typename U>
  explicit PixelAllocator(const PixelAllocator<U>&) noexcept {}

  T* allocate(std::size_t n) { return static_cast<T*>(take_pixel_block(n * sizeof(T))); }
  void deallocate(T* block, std::size_t n) noexcept { give_pixel_block(block, n * sizeof(T)); }

  template <typename U>
  void construct(U* place) noexcept {
    ::new (static_cast<void*>(place)) U;
  }
  template <typename U, typename... Values>
  void construct(U* place, Values&&... values) {
    ::new (static_cast<void*>(place)) U(std::forward<Values>(values)...);
  }

  friend bool operator==(const PixelAllocator&, const PixelAllocator&) { return true; }
};

}  // namespace carica::data
