#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <thread>

#include "data/loading/loader.h"
#include "loader_fakes.h"

namespace carica::data {
namespace {

// Counts what a loader asks for. Must outlive every batch.
struct CountedMemory {
  std::atomic<int> allocated{0}, released{0};

  SlabMemory memory() {
    return {[this](std::size_t bytes) {
              ++allocated;
              return std::malloc(bytes);
            },
            [this](void* memory) {
              ++released;
              std::free(memory);
            }};
  }
};

LoaderOptions counted(CountedMemory& memory) {
  LoaderOptions options;
  options.batch_size = 4;
  options.workers = 3;
  options.prefetch = 3;
  options.memory = memory.memory();
  return options;
}

TEST(LoaderSlabs, AreUsedAgainForEveryBatchAndEpoch) {
  CountedMemory memory;
  {
    Loader loader(noise_dataset(200), {200, true}, pipeline_of(), counted(memory));
    for (std::uint64_t epoch = 0; epoch < 5; ++epoch) {
      loader.start(epoch);
      EXPECT_EQ(drain(loader).size(), 50u);
    }
    EXPECT_LE(memory.allocated, 3 + 1);  // those under way and the one in the caller's hands
  }
  EXPECT_EQ(memory.allocated, memory.released);
}

TEST(LoaderSlabs, GrowInNumberWithTheBatchesThatAreHeldOnly) {
  CountedMemory memory;
  Loader loader(noise_dataset(200), {200}, pipeline_of(), counted(memory));
  loader.start(0);
  std::vector<std::shared_ptr<const Batch>> held;
  while (auto batch = loader.next()) held.push_back(std::move(batch));
  EXPECT_EQ(held.size(), 50u);
  EXPECT_EQ(memory.allocated, 50);
  for (std::size_t i = 0; i < held.size(); ++i) {  // none was overwritten
    const Sample expected = noise_sample(i * 4);
    EXPECT_TRUE(std::equal(expected.picture.pixels.begin(), expected.picture.pixels.end(),
                           held[i]->pictures));
  }
  held.clear();
  loader.start(1);
  drain(loader);
  EXPECT_EQ(memory.allocated, 50);
}

TEST(LoaderSlabs, LiveAsLongAsABatchIsHeld) {
  CountedMemory memory;
  std::shared_ptr<const Batch> kept;
  {
    Loader loader(noise_dataset(20), {20}, pipeline_of(), counted(memory));
    loader.start(0);
    kept = loader.next();
  }
  const Sample expected = noise_sample(0);
  EXPECT_TRUE(
      std::equal(expected.picture.pixels.begin(), expected.picture.pixels.end(), kept->pictures));
  EXPECT_GT(memory.allocated, memory.released);
  std::thread([batch = std::move(kept)]() mutable { batch.reset(); }).join();
  EXPECT_EQ(memory.allocated, memory.released);
}

TEST(LoaderSlabs, ThatCannotBeHadAreAnErrorOfTheBatch) {
  LoaderOptions options;
  options.memory = {[](std::size_t) -> void* { return nullptr; }, [](void*) {}};
  Loader loader(noise_dataset(20), {20}, pipeline_of(), options);
  loader.start(0);
  EXPECT_THROW(loader.next(), std::bad_alloc);
}

TEST(LoaderSlabs, AreAlignedForVectorInstructions) {
  Loader loader(noise_dataset(20), {20}, pipeline_of(), {});
  loader.start(0);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(loader.next()->pictures) % 64, 0u);
}

}  // namespace
}  // namespace carica::data
