#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "data/loading/loader.h"

namespace carica::data {

/// A batch and the memory behind its pointers.
struct Slab {
  Batch batch;
  void* memory = nullptr;
  std::size_t capacity = 0;  // bytes
};

/// Slabs that are used again and again. Thread-safe. The pool outlives its loader for as long as a
/// batch is held; the memory is released with the pool.
class SlabPool : public std::enable_shared_from_this<SlabPool> {
 public:
  explicit SlabPool(SlabMemory memory);
  ~SlabPool();
  SlabPool(const SlabPool&) = delete;
  SlabPool& operator=(const SlabPool&) = delete;

  /// One that nobody uses, or a new one without memory. It goes back when the pointer is dropped,
  /// from any thread.
  std::shared_ptr<Slab> take();
  /// Makes room for `bytes`; what was in the slab is lost if it has to grow. Throws std::bad_alloc.
  void reserve(Slab& slab, std::size_t bytes);

 private:
  void give_back(std::unique_ptr<Slab> slab);

  SlabMemory memory_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Slab>> idle_;
};

}  // namespace carica::data
