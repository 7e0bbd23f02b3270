// A hundred epochs: nothing grows once each thread has met the largest windows.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "core/text.h"
#include "format_support.h"
#include "loader_fakes.h"
#include "support/temp_folder.h"

namespace carica::data {
namespace {

std::size_t resident_pages() {
  std::ifstream file("/proc/self/statm");
  std::size_t all = 0, resident = 0;
  file >> all >> resident;
  return resident;
}

std::size_t entries_of(const char* folder) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++count;
  return count;
}

TEST(SlowLoaderLife, HundredEpochsNeitherGrowNorLeak) {
  const test::TempFolder folder;
  for (int i = 0; i < 120; ++i) {
    put_picture(folder.path() / cat("train/a/", i, ".jpg"), {180 + i, 300 - i});
  }
  auto config = config_for("image_folder", folder);
  config.data.train_dir = "train";
  LoaderOptions options;
  options.batch_size = 16;
  options.workers = 4;
  options.read_ahead = 2;
  options.decoding = Decoding::kReduced;
  config::ColorJitter jitter;
  jitter.brightness = jitter.saturation = 0.4;
  Loader loader(open_datasets(config).train, {.size = 120, .shuffle = true},
                pipeline_of({config::RandomResizedCrop{.size = {96}},
                             config::RandomHorizontalFlip{}, jitter, config::Normalize{}}),
                options);
  constexpr std::uint64_t kWarm = 9;  // working memory is as large as the largest window so far
  std::size_t memory = 0, threads = 0, descriptors = 0, most = 0;
  for (std::uint64_t epoch = 0; epoch < 100; ++epoch) {
    loader.start(epoch);
    while (loader.next()) {
    }
    if (epoch == kWarm) {
      memory = resident_pages();
      threads = entries_of("/proc/self/task");
      descriptors = entries_of("/proc/self/fd");
    }
    if (epoch > kWarm) {
      most = std::max(most, resident_pages());
      ASSERT_EQ(entries_of("/proc/self/task"), threads) << epoch;
      ASSERT_EQ(entries_of("/proc/self/fd"), descriptors) << epoch;
    }
  }
  EXPECT_LE(static_cast<double>(most), 1.01 * static_cast<double>(memory));
  std::printf("resident when warm: %zu pages; most later: %zu; %zu threads\n", memory, most,
              threads);
}

}  // namespace
}  // namespace carica::data
