#include "data/loading/loader.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "core/error.h"
#include "loader_fakes.h"

namespace carica::data {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

const std::vector<config::TransformOptions> kAugmentation = {
    config::RandomCrop{{6, 5}, 2}, config::RandomHorizontalFlip{},
    config::ColorJitter{0.4, 0.4, 0.4, 0.1}};

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

TEST(Loader, GivesEverySampleOnceInTheSamplersOrder) {
  const auto dataset = noise_dataset(23);
  const Sampler sampler{23, true, 4};
  LoaderOptions options;
  options.batch_size = 5;
  Loader loader(dataset, sampler, pipeline_of(), options);
  EXPECT_EQ(loader.batches(), 5u);
  loader.start(2);
  const std::vector<std::int64_t> order = sampler.epoch(2);
  std::size_t seen = 0;
  for (std::size_t number = 0; const auto batch = loader.next(); ++number) {
    EXPECT_EQ(batch->number, number);
    EXPECT_EQ(batch->count, number < 4 ? 5u : 3u);
    EXPECT_EQ(batch->size, (Size{6, 5}));
    EXPECT_EQ(batch->masks, nullptr);
    for (std::size_t i = 0; i < batch->count; ++i, ++seen) {
      const Sample expected = noise_sample(static_cast<std::size_t>(order[seen]));
      EXPECT_EQ(batch->indices[i], order[seen]);
      EXPECT_EQ(batch->labels[i], expected.label);
      const std::uint8_t* pixels = batch->pictures + i * 90;
      EXPECT_EQ(PixelBytes(pixels, pixels + 90), expected.picture.pixels);
    }
  }
  EXPECT_EQ(seen, 23u);
  EXPECT_EQ(loader.next(), nullptr);
  EXPECT_EQ(dataset->loads, 23);
}

TEST(Loader, GivesTheSetsOfLabelsOfTheSamplesThatAreLeft) {
  const auto dataset = std::make_shared<FakeDataset>(5, [](std::size_t i) {
    if (i == 1) throw Error(ErrorCode::kData, "bad");
    auto sample = noise_sample(i);
    sample.label = -1;
    return sample;
  });
  dataset->set_labels(0, {0, 2});
  dataset->set_labels(1, {1});
  dataset->set_labels(3, {1, 2});
  dataset->set_labels(4, {0});
  LoaderOptions options;
  options.batch_size = 3;
  options.skip_bad = true;
  options.max_bad_fraction = 1;
  options.label_classes = 3;
  for (const std::size_t workers : {0u, 2u}) {
    options.workers = workers;
    Loader loader(dataset, {5, false, 0}, pipeline_of(), options);
    for (int epoch = 0; epoch < 2; ++epoch) {  // the second one reuses the slabs
      loader.start(static_cast<std::uint64_t>(epoch));
      const auto first = loader.next();
      EXPECT_EQ(first->count, 2u);
      EXPECT_EQ(first->label_sets, (std::vector<std::uint8_t>{1, 0, 1, 0, 0, 0}));
      EXPECT_TRUE(first->labels.empty());
      EXPECT_EQ(loader.next()->label_sets, (std::vector<std::uint8_t>{0, 1, 1, 1, 0, 0}));
    }
  }
}

TEST(Loader, GivesTheSamePixelsForAnyNumberOfWorkers) {
  std::vector<std::vector<BatchCopy>> results;
  for (const std::size_t workers : {0u, 1u, 2u, 4u, 8u, 16u}) {
    LoaderOptions options;
    options.batch_size = 7;
    options.workers = workers;
    options.prefetch = 1 + workers % 5;
    options.seed = 99;
    Loader loader(noise_dataset(60), {60, true, 1}, pipeline_of(kAugmentation), options);
    std::vector<BatchCopy> batches;
    for (const std::uint64_t epoch : {0u, 3u}) {
      loader.start(epoch);
      for (BatchCopy& batch : drain(loader)) batches.push_back(std::move(batch));
    }
    results.push_back(std::move(batches));
  }
  ASSERT_EQ(results[0].size(), 18u);
  for (const auto& result : results) EXPECT_EQ(result, results[0]);
}

TEST(Loader, DrawsFromSeedEpochAndIndexAlone) {
  LoaderOptions options;
  options.batch_size = 40;
  options.seed = 5;
  const auto pictures_of_sample_11 = [&](Sampler sampler, std::uint64_t epoch) {
    Loader loader(noise_dataset(40), sampler, pipeline_of(kAugmentation), options);
    loader.start(epoch);
    const auto batch = loader.next();
    const auto at = std::find(batch->indices.begin(), batch->indices.end(), 11);
    const std::uint8_t* pixels = batch->pictures + (at - batch->indices.begin()) * 90;
    return PixelBytes(pixels, pixels + 90);
  };
  const auto plain = pictures_of_sample_11({40}, 1);
  EXPECT_EQ(plain, pictures_of_sample_11({40, true, 8}, 1));
  EXPECT_NE(plain, pictures_of_sample_11({40}, 2));
  options.seed = 6;
  EXPECT_NE(plain, pictures_of_sample_11({40}, 1));
}

TEST(Loader, StartsAtAnyBatchExactly) {
  LoaderOptions options;
  options.batch_size = 4;
  options.workers = 3;
  Loader loader(noise_dataset(30), {30, true, 1}, pipeline_of(kAugmentation), options);
  loader.start(6);
  const std::vector<BatchCopy> whole = drain(loader);
  ASSERT_EQ(whole.size(), 8u);
  for (std::size_t first = 0; first <= 9; ++first) {
    loader.start(6, first);
    const std::vector<BatchCopy> rest = drain(loader);
    EXPECT_EQ(rest, std::vector<BatchCopy>(whole.begin() + static_cast<std::ptrdiff_t>(
                                                               std::min<std::size_t>(first, 8)),
                                           whole.end()));
  }
}

TEST(Loader, DropsAShortLastBatchWhenAsked) {
  LoaderOptions options;
  options.batch_size = 8;
  options.drop_last = true;
  Loader loader(noise_dataset(23), {23}, pipeline_of(), options);
  EXPECT_EQ(loader.batches(), 2u);
  loader.start(0);
  EXPECT_EQ(drain(loader).size(), 2u);
}

TEST(Loader, GivesNothingForAnEmptySetOrBeforeStart) {
  Loader empty(noise_dataset(0), {0}, pipeline_of(), {});
  EXPECT_EQ(empty.batches(), 0u);
  empty.start(0);
  EXPECT_EQ(empty.next(), nullptr);
  Loader idle(noise_dataset(9), {9}, pipeline_of(), {});
  EXPECT_EQ(idle.next(), nullptr);
}

TEST(Loader, PutsMasksBesideThePictures) {
  const auto dataset = std::make_shared<FakeDataset>(9, [](std::size_t) {
    return Sample{place_picture({8, 9}), place_mask({8, 9}), -1};
  });
  LoaderOptions options;
  options.batch_size = 4;
  Loader loader(dataset, {9},
                pipeline_of({config::RandomCrop{{6, 6}}, config::RandomHorizontalFlip{}}), options);
  loader.start(0);
  while (const auto batch = loader.next()) {
    ASSERT_NE(batch->masks, nullptr);
    EXPECT_TRUE(batch->labels.empty());
    EXPECT_TRUE(batch->own_masks.empty());
    for (std::size_t i = 0; i < batch->count * 36; ++i) {
      EXPECT_EQ(batch->masks[i], place_value(batch->pictures[i * 3], batch->pictures[i * 3 + 1]));
    }
  }
}

TEST(Loader, KeepsTheTruthAtItsOwnSizeForEvaluation) {
  const auto size_of = [](std::size_t i) { return Size{10 + static_cast<int>(i), 20}; };
  const auto dataset = std::make_shared<FakeDataset>(
      7, [&](std::size_t i) { return noise_sample(i, size_of(i), true); });
  LoaderOptions options;
  options.batch_size = 3;
  options.keep_own_masks = true;
  Loader loader(dataset, {7}, pipeline_of({config::Resize{{8, 8}}}), options);
  for (int epoch = 0; epoch < 2; ++epoch) {
    loader.start(0);
    while (const auto batch = loader.next()) {
      EXPECT_EQ(batch->masks, nullptr);
      EXPECT_EQ(batch->size, (Size{8, 8}));
      ASSERT_EQ(batch->own_masks.size(), batch->count);
      for (std::size_t i = 0; i < batch->count; ++i) {
        const auto index = static_cast<std::size_t>(batch->indices[i]);
        EXPECT_EQ(batch->own_masks[i].size, size_of(index));
        EXPECT_EQ(batch->own_masks[i].values,
                  noise_sample(index, size_of(index), true).mask.values);
      }
    }
  }
}

TEST(Loader, MakesNoMoreBatchesAheadThanAsked) {
  const auto dataset = noise_dataset(100);
  LoaderOptions options;
  options.batch_size = 5;
  options.workers = 4;
  options.prefetch = 3;
  Loader loader(dataset, {100}, pipeline_of(), options);
  loader.start(0);
  const auto expect_loads = [&](int count) {
    const Clock::time_point begin = Clock::now();
    while (dataset->loads < count && seconds_since(begin) < 20) std::this_thread::sleep_for(1ms);
    std::this_thread::sleep_for(30ms);  // time to go too far
    EXPECT_EQ(dataset->loads, count);
  };
  expect_loads(15);
  loader.next();
  expect_loads(20);
}

TEST(Loader, DoesNothingAheadWithoutWorkers) {
  const auto dataset = noise_dataset(100);
  LoaderOptions options;
  options.batch_size = 5;
  options.workers = 0;
  Loader loader(dataset, {100}, pipeline_of(), options);
  loader.start(0);
  EXPECT_EQ(dataset->loads, 0);
  loader.next();
  EXPECT_EQ(dataset->loads, 5);
}

TEST(Loader, KeepsTheOthersBusyWhileOneSampleIsSlow) {
  std::atomic<bool> release{false};
  const auto dataset = std::make_shared<FakeDataset>(12, [&](std::size_t i) {
    while (i == 0 && !release) std::this_thread::sleep_for(1ms);
    return noise_sample(i);
  });
  LoaderOptions options;
  options.batch_size = 4;
  options.workers = 2;
  options.prefetch = 3;
  Loader loader(dataset, {12}, pipeline_of(), options);
  loader.start(0);
  const Clock::time_point begin = Clock::now();
  while (dataset->loads < 12 && seconds_since(begin) < 20) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(dataset->loads, 12);  // all other samples, while the first still waits
  release = true;
  EXPECT_EQ(drain(loader).size(), 3u);
}

TEST(Loader, MeasuresTheTimeItKeptTheCallerWaiting) {
  const auto dataset = std::make_shared<FakeDataset>(4, [](std::size_t i) {
    std::this_thread::sleep_for(20ms);
    return noise_sample(i);
  });
  LoaderOptions options;
  options.batch_size = 1;
  options.workers = 1;
  Loader loader(dataset, {4}, pipeline_of(), options);
  loader.start(0);
  drain(loader);
  EXPECT_GT(loader.wait_seconds(), 0.06);
  loader.start(1);
  EXPECT_EQ(loader.wait_seconds(), 0);
  std::this_thread::sleep_for(250ms);
  drain(loader);
  EXPECT_LT(loader.wait_seconds(), 0.06);
}

TEST(Loader, StopsAndRestartsPromptlyWithWorkUnderWay) {
  const auto dataset = std::make_shared<FakeDataset>(400, [](std::size_t i) {
    std::this_thread::sleep_for(20ms);
    return noise_sample(i);
  });
  LoaderOptions options;
  options.batch_size = 100;
  options.workers = 2;
  const Clock::time_point begin = Clock::now();
  {
    Loader loader(dataset, {400}, pipeline_of(), options);
    loader.start(0);
    std::this_thread::sleep_for(30ms);
    loader.start(1);
    std::this_thread::sleep_for(30ms);
  }
  EXPECT_LT(seconds_since(begin), 0.7);  // all of it would take 4 s
  EXPECT_LT(dataset->loads, 20);
}

TEST(Loader, RefusesWhatCannotWork) {
  EXPECT_THROW(Loader(noise_dataset(5), {6}, pipeline_of(), {}), Error);
  EXPECT_THROW(Loader(nullptr, {0}, pipeline_of(), {}), Error);
  EXPECT_THROW(Loader(noise_dataset(5), {5}, nullptr, {}), Error);
  LoaderOptions options;
  options.batch_size = 0;
  EXPECT_THROW(Loader(noise_dataset(5), {5}, pipeline_of(), options), Error);
  EXPECT_THROW(Loader(noise_dataset(5), {5, false, 0, 3, 2}, pipeline_of(), {}), Error);
}

TEST(Loader, SaysWhatItsThreadsSpentTimeOn) {
  for (const std::size_t workers : {0u, 2u}) {
    LoaderOptions options;
    options.batch_size = 7;
    options.workers = workers;
    Loader loader(noise_dataset(30), {.size = 30}, pipeline_of(), options);
    loader.start(0);
    drain(loader);
    const StageSeconds spent = loader.stage_seconds();
    EXPECT_EQ(spent.samples, 30);
    EXPECT_GT(spent.open, 0);
    EXPECT_EQ(spent.decode, 0);
    EXPECT_GE(spent.transform, 0);
    loader.start(1, 4);
    drain(loader);
    EXPECT_EQ(loader.stage_seconds().samples, 2);
  }
}

}  // namespace
}  // namespace carica::data
