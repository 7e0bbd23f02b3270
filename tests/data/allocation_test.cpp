// What the loader asks the system for, once it runs.
#include <gtest/gtest.h>

#include <cstdlib>

#include "allocation_count.h"
#include "core/text.h"
#include "data/images/image_io.h"
#include "data/transforms/pipeline.h"
#include "format_support.h"
#include "io_support.h"
#include "support/temp_folder.h"
#include "transform_pictures.h"

#ifdef CARICA_COUNTS_ALLOCATIONS

namespace carica::data {
namespace {

class FixedRoom : public SampleSink {
 public:
  PixelRoom room(Size size, bool has_mask) override {
    EXPECT_LE(pixel_count(size) * 3, picture_.size());
    return {picture_.data(), has_mask ? mask_.data() : nullptr};
  }

 private:
  PixelBytes picture_ = PixelBytes(400 * 400 * 3), mask_ = PixelBytes(400 * 400);
};

// Allocations of one sample, after some have warmed the thread up.
std::size_t allocations_per_sample(const Dataset& dataset, const Pipeline& pipeline,
                                   Decoding decoding) {
  StoredSample stored;
  FixedRoom room;
  std::size_t before = 0;
  for (std::uint64_t round = 0; round < 5; ++round) {
    before = test::allocations();
    for (std::size_t i = 0; i < dataset.size(); ++i) {
      RandomStream random(3, round % 2, i);
      dataset.open(i, stored);
      pipeline.apply(stored, random, decoding, room);
    }
  }
  return (test::allocations() - before) / dataset.size();
}

std::vector<config::TransformOptions> usual() {
  std::vector<config::TransformOptions> options;
  options.emplace_back(config::RandomResizedCrop{.size = {64}});
  options.emplace_back(config::RandomHorizontalFlip{});
  options.emplace_back(config::Normalize{});
  return options;
}

TEST(Allocations, OfASampleInMemoryAreNone) {
  const test::TempFolder folder;
  for (int i = 0; i < 8; ++i)
    put_picture(folder.path() / cat("train/a/", i, ".jpg"), {90 + i, 120});
  auto config = config_for("image_folder", folder);
  config.data.train_dir = "train";
  config.data.cache = "ram";
  EXPECT_EQ(allocations_per_sample(*open_datasets(config).train, Pipeline(usual(), 255),
                                   Decoding::kReduced),
            0u);
}

TEST(Allocations, OfAPictureFileAreThoseOfLibjpegAlone) {
  const test::TempFolder folder;
  for (int i = 0; i < 8; ++i)
    put_picture(folder.path() / cat("train/a/", i, ".jpg"), {290 + i, 320});
  auto config = config_for("image_folder", folder);
  config.data.train_dir = "train";
  const auto datasets = open_datasets(config);
  // libjpeg takes its tables and rows from malloc for every picture, and gives them back.
  const auto bytes = read_bytes(datasets.train->item(0).path);
  const Size size = image_size(bytes, "0.jpg");
  PicturePart part;
  std::size_t of_libjpeg = 0;
  for (int round = 0; round < 3; ++round) {
    const std::size_t before = test::allocations();
    decode_part(bytes, "0.jpg", whole(size), 1, part);
    of_libjpeg = test::allocations() - before;
  }
  EXPECT_EQ(allocations_per_sample(*datasets.train, Pipeline({}, 255), Decoding::kExact),
            of_libjpeg);
  EXPECT_LE(allocations_per_sample(*datasets.train, Pipeline(usual(), 255), Decoding::kReduced),
            of_libjpeg);
}

}  // namespace
}  // namespace carica::data

#endif
