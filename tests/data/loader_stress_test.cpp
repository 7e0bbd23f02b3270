#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "core/error.h"
#include "core/random.h"
#include "data/loading/loader.h"
#include "loader_fakes.h"

namespace carica::data {
namespace {

// One random life of a loader, compared with what a plain loop over the samples gives.
class RandomLife {
 public:
  explicit RandomLife(std::uint64_t number) : random_(123, 0, number) {
    size_ = 1 + random_.below(60);
    for (std::size_t i = 0; i < size_; ++i) {
      if (random_.chance(0.03)) throwing_.insert(i);
      if (random_.chance(0.05)) bad_.insert(i);
    }
    options_.batch_size = 1 + random_.below(9);
    options_.workers = random_.below(7);
    options_.prefetch = random_.below(5);
    options_.drop_last = random_.chance(0.3);
    options_.skip_bad = true;
    options_.max_bad_fraction = 1;
    options_.seed = number;
    sampler_ = {size_, random_.chance(0.7), number};
    const auto slowness = random_.below(3) * 100;
    dataset_ = std::make_shared<FakeDataset>(size_, [this, slowness](std::size_t i) {
      if (slowness > 0 && i % 5 == 0) {
        std::this_thread::sleep_for(std::chrono::microseconds(slowness));
      }
      if (throwing_.count(i)) throw std::runtime_error(std::to_string(i));
      if (bad_.count(i)) throw Error(ErrorCode::kData, "bad");
      return noise_sample(i);
    });
    pipeline_ = pipeline_of({config::RandomCrop{{4, 4}, 1}, config::RandomHorizontalFlip{}});
  }

  void run() {
    Loader loader(dataset_, sampler_, pipeline_, options_);
    std::deque<std::shared_ptr<const Batch>> held;
    for (int restart = 0; restart < 4; ++restart) {
      const std::uint64_t epoch = random_.below(3);
      std::size_t number = random_.below(loader.batches() + 1);
      loader.start(epoch, number);
      std::size_t steps = random_.chance(0.3) ? loader.batches() + 1 : random_.below(6);
      for (; steps > 0; --steps) {
        if (auto batch = step(loader, epoch, number)) held.push_back(std::move(batch));
        while (held.size() > 2) held.pop_front();
      }
    }
  }

 private:
  // One call of next(), checked; `number` is the batch due, and becomes the one after it.
  std::shared_ptr<const Batch> step(Loader& loader, std::uint64_t epoch, std::size_t& number) {
    const std::vector<std::int64_t> order = sampler_.epoch(epoch);
    for (; number < loader.batches(); ++number) {
      const std::size_t begin = number * options_.batch_size;
      const std::size_t end = std::min(begin + options_.batch_size, order.size());
      std::vector<std::int64_t> good;
      std::optional<std::string> failure;
      for (std::size_t i = begin; i < end && !failure; ++i) {
        const auto index = static_cast<std::size_t>(order[i]);
        if (throwing_.count(index)) {
          failure = std::to_string(index);
        } else if (!bad_.count(index)) {
          good.push_back(order[i]);
        }
      }
      if (failure) {
        ++number;
        try {
          loader.next();
          ADD_FAILURE() << "sample " << *failure << " did not throw";
        } catch (const std::runtime_error& error) {
          EXPECT_EQ(error.what(), *failure);
        }
        return nullptr;
      }
      if (good.empty()) continue;
      std::shared_ptr<const Batch> batch = loader.next();
      EXPECT_NE(batch, nullptr);
      if (batch) check(*batch, epoch, number, good);
      ++number;
      return batch;
    }
    EXPECT_EQ(loader.next(), nullptr);
    return nullptr;
  }

  void check(const Batch& batch, std::uint64_t epoch, std::size_t number,
             const std::vector<std::int64_t>& good) const {
    EXPECT_EQ(batch.number, number);
    EXPECT_EQ(batch.indices, good);
    PixelBytes expected;
    for (const std::int64_t index : good) {
      Sample sample = noise_sample(static_cast<std::size_t>(index));
      RandomStream random(options_.seed, epoch, static_cast<std::uint64_t>(index));
      pipeline_->apply(sample, random);
      expected.insert(expected.end(), sample.picture.pixels.begin(), sample.picture.pixels.end());
    }
    EXPECT_EQ(copy_of(batch).pictures, expected);
  }

  RandomStream random_;
  std::size_t size_;
  std::set<std::size_t> throwing_, bad_;
  LoaderOptions options_;
  Sampler sampler_;
  std::shared_ptr<FakeDataset> dataset_;
  std::shared_ptr<const Pipeline> pipeline_;
};

TEST(LoaderStress, RandomLivesGiveWhatAPlainLoopGives) {
  for (std::uint64_t number = 0; number < 150; ++number) {
    RandomLife(number).run();
    if (testing::Test::HasFailure()) FAIL() << "life " << number;
  }
}

TEST(SlowLoaderStress, ManyRandomLivesGiveWhatAPlainLoopGives) {
  for (std::uint64_t number = 1000; number < 6000; ++number) {
    RandomLife(number).run();
    if (testing::Test::HasFailure()) FAIL() << "life " << number;
  }
}

TEST(LoaderStress, LoadersMayRunSideBySide) {
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < 4; ++t) {
    threads.emplace_back([t] {
      for (std::uint64_t number = 0; number < 10; ++number) RandomLife(500 + t * 10 + number).run();
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace carica::data
