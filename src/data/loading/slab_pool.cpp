#include "data/loading/slab_pool.h"

#include <cstdlib>
#include <new>
#include <utility>

namespace carica::data {
namespace {

SlabMemory ordinary_memory() {
  constexpr std::size_t kAlignment = 64;
  return {[](std::size_t bytes) {
            return std::aligned_alloc(kAlignment, (bytes + kAlignment - 1) & ~(kAlignment - 1));
          },
          [](void* memory) { std::free(memory); }};
}

// Ready for another batch; the vectors keep their memory.
void reset(Batch& batch) {
  batch.count = 0;
  batch.size = {};
  batch.pictures = nullptr;
  batch.masks = nullptr;
  batch.labels.clear();
  batch.label_sets.clear();
  batch.indices.clear();
  batch.own_masks.clear();
}

}  // namespace

SlabPool::SlabPool(SlabMemory memory)
    : memory_(memory.allocate ? std::move(memory) : ordinary_memory()) {}

SlabPool::~SlabPool() {
  for (const auto& slab : idle_) {
    if (slab->memory) memory_.release(slab->memory);
  }
}

std::shared_ptr<Slab> SlabPool::take() {
  std::unique_ptr<Slab> slab;
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      slab = std::move(idle_.back());  // the one used last: its memory is warm
      idle_.pop_back();
    }
  }
  if (!slab) slab = std::make_unique<Slab>();
  auto back = [pool = shared_from_this()](Slab* used) {
    pool->give_back(std::unique_ptr<Slab>(used));
  };
  return std::shared_ptr<Slab>(slab.release(), std::move(back));
}

void SlabPool::reserve(Slab& slab, std::size_t bytes) {
  if (slab.capacity >= bytes) return;
  const std::lock_guard lock(mutex_);  // SlabMemory is called from one thread at a time
  if (slab.memory) memory_.release(slab.memory);
  slab.capacity = 0;
  slab.memory = nullptr;
  slab.memory = memory_.allocate(bytes);
  if (!slab.memory) throw std::bad_alloc();
  slab.capacity = bytes;
}

void SlabPool::give_back(std::unique_ptr<Slab> slab) {
  reset(slab->batch);
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(slab));
}

}  // namespace carica::data
