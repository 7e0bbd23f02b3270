// The emulation itself: what threads of a block, warp and cluster see of each other, and that what
// would go wrong on a GPU goes wrong here.
#include "emulation.h"

#include <cooperative_groups.h>
#include <cuda_pipeline_primitives.h>
#include <gtest/gtest.h>

#include <vector>

namespace {

int thread() { return static_cast<int>(emulation::place().thread.x); }
int block() { return static_cast<int>(emulation::place().block.x); }

// Each thread takes what its neighbour, the next or the last one, has written.
std::vector<int> from_neighbours(bool with_barrier) {
  std::vector<int> taken(2 * 64, -1);
  emulation::Grid(2, 64).launch([&] {
    __shared__ int shared[64];
    shared[thread()] = 0;
    __syncthreads();
    shared[thread()] = 1000 * block() + thread();
    if (with_barrier) __syncthreads();
    taken[64 * block() + thread()] = shared[thread() ^ 1];
  });
  return taken;
}

TEST(Emulation, BarriersLetThreadsSeeEachOther) {
  const auto taken = from_neighbours(true);
  for (int i = 0; i < 128; ++i) EXPECT_EQ(taken[i], 1000 * (i / 64) + (i % 64 ^ 1));
}

TEST(Emulation, AMissingBarrierShowsInBlocksOfEitherOrder) {
  const auto taken = from_neighbours(false);
  EXPECT_EQ(taken[0], 0) << "before its neighbour has written";
  EXPECT_EQ(taken[64 + 63], 0);
}

TEST(Emulation, ShufflesExchangeWithinAWarp) {
  std::vector<double> sums(64);
  emulation::Grid(1, 64).launch([&] {
    double sum = thread();
    for (int mask = 16; mask > 0; mask /= 2) sum += __shfl_xor_sync(~0u, sum, mask);
    sums[thread()] = sum;
  });
  for (int i = 0; i < 64; ++i) EXPECT_EQ(sums[i], i < 32 ? 496 : 496 + 32 * 32);
}

TEST(Emulation, BlocksOfAClusterReadEachOthersSharedMemory) {
  std::vector<int> sums(8);
  emulation::Grid(8, 32).in_clusters_of(4).launch([&] {
    __shared__ int part;
    const auto cluster = cooperative_groups::this_cluster();
    if (thread() == 0) part = block();
    cluster.sync();
    int sum = 0;
    for (unsigned rank = 0; rank < cluster.num_blocks(); ++rank) {
      sum += *cluster.map_shared_rank(&part, rank);
    }
    cluster.sync();
    if (thread() == 0) sums[block()] = sum;
  });
  EXPECT_EQ(sums, (std::vector<int>{6, 6, 6, 6, 22, 22, 22, 22}));
}

TEST(Emulation, CopiesArriveWhenTheThreadWaitsForThem) {
  const int from[2] = {7, 8};
  int to[2] = {0, 0}, before = -1, between = -1;
  emulation::Grid(1, 1).launch([&] {
    for (int i = 0; i < 2; ++i) {
      __pipeline_memcpy_async(&to[i], &from[i], sizeof(int));
      __pipeline_commit();
    }
    before = to[0];
    __pipeline_wait_prior(1);
    between = to[1];
    __pipeline_wait_prior(0);
  });
  EXPECT_EQ(before, 0);
  EXPECT_EQ(between, 0);
  EXPECT_EQ(to[0], 7);
  EXPECT_EQ(to[1], 8);
}

TEST(EmulationDeathTest, EndsWhenNotAllThreadsReachABarrier) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(emulation::Grid(1, 64).launch([] {
    if (thread() < 32) __syncthreads();
  }),
               "not all threads reach a barrier");
}

}  // namespace
