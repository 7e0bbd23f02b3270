#include "data/images/pixel_memory.h"

#include <array>
#include <bit>
#include <cstdlib>

// A checker of memory must see every block come and go.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CARICA_KEEPS_PIXEL_BLOCKS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define CARICA_KEEPS_PIXEL_BLOCKS 0
#endif
#endif
#ifndef CARICA_KEEPS_PIXEL_BLOCKS
#define CARICA_KEEPS_PIXEL_BLOCKS 1
#endif

namespace carica::data {
namespace {

// Sizes are rounded up to four steps per power of two. Small blocks are malloc's business, huge
// ones the system's.
constexpr std::size_t kSmallest = std::size_t{1} << 12, kLargest = std::size_t{1} << 26;
constexpr std::size_t kStepsPerOctave = 4;
constexpr std::size_t kClasses = (26 - 12) * kStepsPerOctave + 1;
constexpr int kKeptPerClass = 4;
constexpr std::size_t kKeptBytes = std::size_t{64} << 20;  // of one thread

struct SizeClass {
  std::size_t number, bytes;
};

// Of kSmallest <= bytes <= kLargest.
SizeClass class_of(std::size_t bytes) {
  const int octave = std::bit_width(bytes) - 1;
  const std::size_t step = (std::size_t{1} << octave) / kStepsPerOctave;
  const std::size_t steps = (bytes - (std::size_t{1} << octave) + step - 1) / step;
  return {static_cast<std::size_t>(octave - 12) * kStepsPerOctave + steps,
          (std::size_t{1} << octave) + steps * step};
}

struct KeptBlocks {
  struct List {
    std::array<void*, kKeptPerClass> blocks;
    int count = 0;
  };
  std::array<List, kClasses> lists;
  std::size_t bytes = 0;

  ~KeptBlocks();
};

// Pictures may outlive what a thread keeps: those of other thread-local or static objects.
thread_local bool thread_ends = false;

KeptBlocks::~KeptBlocks() {
  thread_ends = true;
  for (const List& list : lists) {
    for (int i = 0; i < list.count; ++i) std::free(list.blocks[static_cast<std::size_t>(i)]);
  }
}

KeptBlocks& kept() {
  thread_local KeptBlocks blocks;
  return blocks;
}

bool is_kept(std::size_t bytes) {
  return CARICA_KEEPS_PIXEL_BLOCKS && bytes >= kSmallest && bytes <= kLargest && !thread_ends;
}

void* allocate(std::size_t bytes) {
  void* block = std::malloc(bytes > 0 ? bytes : 1);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

}  // namespace

void* take_pixel_block(std::size_t bytes) {
  if (bytes < kSmallest || bytes > kLargest) return allocate(bytes);
  const SizeClass size = class_of(bytes);
  if (!is_kept(bytes)) return allocate(size.bytes);
  KeptBlocks::List& list = kept().lists[size.number];
  if (list.count == 0) return allocate(size.bytes);
  kept().bytes -= size.bytes;
  return list.blocks[static_cast<std::size_t>(--list.count)];
}

void give_pixel_block(void* block, std::size_t bytes) noexcept {
  if (!is_kept(bytes)) return std::free(block);
  const SizeClass size = class_of(bytes);
  KeptBlocks::List& list = kept().lists[size.number];
  if (list.count == kKeptPerClass || kept().bytes + size.bytes > kKeptBytes) {
    return std::free(block);
  }
  kept().bytes += size.bytes;
  list.blocks[static_cast<std::size_t>(list.count++)] = block;
}

}  // namespace carica::data
