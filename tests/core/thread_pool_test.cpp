#include "core/thread_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <stdexcept>
#include <string>

namespace carica {
namespace {

using ::testing::ElementsAre;

TEST(ThreadPool, RunsTasksInTheOrderGivenOnOneThread) {
  std::vector<int> order;
  ThreadPool pool(1);
  for (int i = 0; i < 5; ++i) pool.submit([&order, i] { order.push_back(i); });
  pool.wait();
  EXPECT_THAT(order, ElementsAre(0, 1, 2, 3, 4));
}

TEST(ThreadPool, RunsATaskInsideSubmitWithoutThreads) {
  ThreadPool pool(0);
  std::thread::id ran_on;
  pool.submit([&] { ran_on = std::this_thread::get_id(); });
  EXPECT_EQ(ran_on, std::this_thread::get_id());
  EXPECT_EQ(pool.size(), 0U);
  pool.wait();
}

TEST(ThreadPool, RunsTasksAtTheSameTime) {
  ThreadPool pool(2);
  std::promise<void> first, second;
  pool.submit([&] { first.set_value(), second.get_future().wait(); });
  pool.submit([&] { second.set_value(), first.get_future().wait(); });
  pool.wait();  // hangs when one waits for the other's end
}

TEST(ThreadPool, WaitsForTasksThatRunAndThatTheySubmit) {
  ThreadPool pool(3);
  std::atomic<int> done{0};
  for (int i = 0; i < 100; ++i) {
    pool.submit([&] {
      pool.submit([&] { ++done; });
      ++done;
    });
  }
  pool.wait();
  EXPECT_EQ(done, 200);
}

TEST(ThreadPool, RunsWhatWasSubmittedBeforeItEnds) {
  std::atomic<int> done{0};
  {
    ThreadPool pool(2);
    for (int i = 0; i < 50; ++i) pool.submit([&] { ++done; });
  }
  EXPECT_EQ(done, 50);
}

TEST(ThreadPool, DropsTasksThatHaveNotBegun) {
  ThreadPool pool(1);
  std::promise<void> begun, go_on;
  std::atomic<int> done{0};
  pool.submit([&] {
    begun.set_value();
    go_on.get_future().wait();
    ++done;
  });
  for (int i = 0; i < 10; ++i) pool.submit([&] { ++done; });
  begun.get_future().wait();
  pool.clear();
  go_on.set_value();
  pool.wait();
  EXPECT_EQ(done, 1);
  pool.submit([&] { ++done; });  // it still works
  pool.wait();
  EXPECT_EQ(done, 2);
}

class ParallelFor : public ::testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Threads, ParallelFor, ::testing::Values(0, 1, 2, 7));

TEST_P(ParallelFor, VisitsEveryIndexOnce) {
  for (const std::size_t n : {0, 1, 3, 1000}) {
    std::vector<std::atomic<int>> visits(n);
    parallel_for(n, GetParam(), [&](std::size_t i) { ++visits[i]; });
    for (const auto& count : visits) ASSERT_EQ(count, 1);
  }
}

TEST_P(ParallelFor, ThrowsTheExceptionOfTheSmallestIndex) {
  for (int repeat = 0; repeat < 20; ++repeat) {
    std::atomic<std::size_t> begun{0};
    try {
      parallel_for(100'000, GetParam(), [&](std::size_t i) {
        ++begun;
        if (i >= 30) throw std::runtime_error(std::to_string(i));
      });
      ADD_FAILURE() << "nothing was thrown";
    } catch (const std::runtime_error& error) {
      ASSERT_STREQ(error.what(), "30");
    }
    ASSERT_LT(begun, 100'000U);
  }
}

TEST(ParallelForThreads, AreTheCallersWhenNoneAreAskedFor) {
  const auto caller = std::this_thread::get_id();
  parallel_for(3, 0, [&](std::size_t) { EXPECT_EQ(std::this_thread::get_id(), caller); });
}

}  // namespace
}  // namespace carica
