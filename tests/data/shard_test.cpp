#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/checksum.h"
#include "data/images/image_io.h"
#include "data/masks/mask_runs.h"
#include "data/shards/pack.h"
#include "data/stored_sample.h"
#include "format_support.h"
#include "io_support.h"
#include "support/failing_file_system.h"
#include "support/temp_folder.h"
#include "transform_pictures.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

void ignore_progress(std::size_t, std::size_t) {}

// Pictures and masks of several sizes in root/images and root/masks.
config::Config small_pairs(const fs::path& root, int count = 9) {
  for (int i = 0; i < count; ++i) {
    const Size size{40 + i, 60 - i};
    put_bytes(root / "images" / cat("p", i, ".jpg"), encode_jpeg(smooth_picture(size), 90));
    fs::create_directories(root / "masks");
    write_mask(root / "masks" / cat("p", i, ".png"), counting_mask(size, 3));
  }
  config::Config config;
  config.task = config::Task::kSegment;
  config.data.format = "paired_masks";
  config.data.root = root.string();
  config.data.classes = {"a", "b", "c"};
  config.data.split.stratified = false;
  return config;
}

config::Config with_shards(config::Config config, const fs::path& folder) {
  config.data.cache = "shards";
  config.data.shards = folder.string();
  return config;
}

PackSummary pack_into(const config::Config& config, const fs::path& folder, PackOptions options) {
  return pack(config, open_datasets(config), options, FileSystem::real(), folder, ignore_progress);
}

TEST(MaskRuns, ComeBackAndRefuseWhatDoesNotFit) {
  for (const std::size_t size : {0u, 1u, 127u, 128u, 129u, 70000u}) {
    FileBytes values(size, 7);
    for (std::size_t i = 0; i < size; i += 1 + i / 3) values[i] = static_cast<std::uint8_t>(i);
    const FileBytes runs = encode_runs(values);
    FileBytes back(size);
    ASSERT_TRUE(decode_runs(runs, back));
    EXPECT_EQ(back, values);
    FileBytes longer(size + 1);
    EXPECT_FALSE(decode_runs(runs, longer));
    if (size > 0) {
      FileBytes shorter(size - 1);
      EXPECT_FALSE(decode_runs(runs, shorter));
      EXPECT_FALSE(decode_runs(first_part(runs, runs.size() - 1), back));
    }
  }
}

TEST(Shards, OfRawPicturesGiveTheSamePixelsAndMasks) {
  const test::TempFolder folder;
  const auto config = small_pairs(folder.path() / "data");
  PackOptions options;
  options.picture = StoredPicture::kRaw;
  options.short_side = 0;
  const auto summary = pack_into(config, folder.path() / "shards", options);
  EXPECT_EQ(summary.samples, 9u);
  EXPECT_EQ(summary.shards, 1u);
  const auto files = open_datasets(config);
  const auto shards = open_datasets(with_shards(config, folder.path() / "shards"));
  for (const char* split : {"train", "val", "test"}) {
    ASSERT_EQ(shards.split(split)->size(), files.split(split)->size());
    for (std::size_t i = 0; i < files.split(split)->size(); ++i) {
      const Sample expected = files.split(split)->load(i), got = shards.split(split)->load(i);
      EXPECT_EQ(got.picture.pixels, expected.picture.pixels);
      EXPECT_EQ(got.mask.values, expected.mask.values);
      EXPECT_EQ(shards.split(split)->load_mask(i).values, expected.mask.values);
      EXPECT_EQ(shards.split(split)->item(i).name, files.split(split)->item(i).name);
    }
  }
}

TEST(Shards, OfJpegsKeepTheFileOrShrinkToTheShortSide) {
  const test::TempFolder folder;
  const auto config = small_pairs(folder.path() / "data");
  PackOptions options;
  options.short_side = 0;
  pack_into(config, folder.path() / "same", options);
  options.short_side = 30;
  pack_into(config, folder.path() / "small", options);
  const auto files = open_datasets(config);
  const auto same = open_datasets(with_shards(config, folder.path() / "same"));
  const auto small = open_datasets(with_shards(config, folder.path() / "small"));
  for (std::size_t i = 0; i < files.train->size(); ++i) {
    const Sample expected = files.train->load(i), shrunk = small.train->load(i);
    EXPECT_EQ(same.train->load(i).picture.pixels, expected.picture.pixels);
    EXPECT_EQ(std::min(shrunk.picture.size.height, shrunk.picture.size.width), 30);
    EXPECT_EQ(shrunk.mask.size, shrunk.picture.size);
    EXPECT_EQ(shrunk.mask.values, resize_nearest(expected.mask, shrunk.mask.size).values);
    EXPECT_LE(largest_difference(shrunk.picture.pixels,
                                 resize_bilinear(expected.picture, shrunk.picture.size).pixels),
              8);
  }
}

TEST(Shards, OfShrunkMasksAreToldWhenTheyAreOpened) {
  const test::TempFolder folder;
  auto config = small_pairs(folder.path() / "data");
  PackOptions options;
  options.short_side = 30;
  pack_into(config, folder.path() / "small", options);
  options.short_side = 0;
  pack_into(config, folder.path() / "same", options);
  const auto said = [&](const char* name) {
    ::testing::internal::CaptureStderr();
    open_datasets(with_shards(config, folder.path() / name));
    return ::testing::internal::GetCapturedStderr();
  };
  const std::string small = said("small");
  EXPECT_THAT(small, HasSubstr("small: masks are shrunk to a short side of 30"));
  EXPECT_EQ(small.find("warning"), small.rfind("warning"));
  EXPECT_EQ(said("same"), "");
}

TEST(Shards, AreAsLargeAsTheTaskWants) {
  config::Config config;
  config.task = config::Task::kClassify;
  EXPECT_EQ(usual_short_side(config), 256);
  config.transforms.train = {config::RandomResizedCrop{{384}}, config::Normalize{}};
  config.transforms.eval = {config::Resize{{224, 448}}, config::CenterCrop{{384}}};
  EXPECT_EQ(wanted_side(config), 448);
  EXPECT_EQ(usual_short_side(config), 448);
  config.transforms.train = {config::RandomCrop{{32}}};
  config.transforms.eval.clear();
  EXPECT_EQ(wanted_side(config), 32);
  EXPECT_EQ(usual_short_side(config), 256);
  config.task = config::Task::kSegment;
  EXPECT_EQ(usual_short_side(config), 0);
}

TEST(Shards, GoOnBehindTheLastOneAfterAnInterruption) {
  const test::TempFolder folder;
  const auto config = small_pairs(folder.path() / "data", 40);
  PackOptions options;
  options.picture = StoredPicture::kRaw;
  options.short_side = 0;
  options.shard_bytes = 30000;  // about four samples
  const auto target = folder.path() / "shards";
  int calls = 0;
  EXPECT_THROW(pack(config, open_datasets(config), options, FileSystem::real(), target,
                    [&](std::size_t, std::size_t) {
                      if (++calls == 2) throw Error(ErrorCode::kInterrupted, "stop");
                    }),
               Error);
  EXPECT_THROW(open_datasets(with_shards(config, target)).train->load(27), Error);
  const auto summary = pack_into(config, target, options);
  EXPECT_GT(summary.kept, 0u);
  EXPECT_EQ(summary.kept + summary.samples, 40u);
  const auto files = open_datasets(config);
  const auto shards = open_datasets(with_shards(config, target));
  for (std::size_t i = 0; i < files.train->size(); ++i) {
    ASSERT_EQ(shards.train->load(i).picture.pixels, files.train->load(i).picture.pixels);
  }
  EXPECT_EQ(pack_into(config, target, options).samples, 0u);
}

TEST(Shards, ThatAreLostAreMadeAnewWithoutOverwritingOthers) {
  const test::TempFolder folder;
  const auto config = small_pairs(folder.path() / "data", 20);
  PackOptions options;
  options.picture = StoredPicture::kRaw;
  options.short_side = 0;
  options.shard_bytes = 30000;
  const auto target = folder.path() / "shards";
  const auto shards = pack_into(config, target, options).shards;
  ASSERT_GE(shards, 4u);
  fs::remove(target / "shard-00001.carica");
  const auto again = pack_into(config, target, options);
  EXPECT_EQ(again.kept + again.samples, 20u);
  EXPECT_EQ(again.shards, shards);
  const auto files = open_datasets(config), packed = open_datasets(with_shards(config, target));
  for (const char* split : {"train", "val", "test"}) {
    for (std::size_t i = 0; i < files.split(split)->size(); ++i) {
      ASSERT_EQ(packed.split(split)->load(i).picture.pixels,
                files.split(split)->load(i).picture.pixels);
    }
  }
  // What cannot be read may hold samples, too.
  fs::remove(target / "shard-00000.carica");
  fs::create_symlink(folder.path() / "nowhere", target / "shard-00000.carica");
  EXPECT_THAT(error_of([&] { pack_into(config, target, options); }).what(),
              HasSubstr("shard-00000.carica: cannot be read"));
}

TEST(Shards, AppearWholeOrNotAtAllOnAFullDisk) {
  const test::TempFolder folder;
  const auto config = small_pairs(folder.path() / "data");
  const auto datasets = open_datasets(config);
  PackOptions options;
  options.short_side = 0;
  test::FailingFileSystem counting({});
  pack(config, datasets, options, counting, folder.path() / "counted", ignore_progress);
  ASSERT_GT(counting.operations(), 20);
  for (std::int64_t k = 0; k < counting.operations(); ++k) {
    const auto target = folder.path() / cat("shards", k);
    test::FailingFileSystem failing({.at = k});
    try {
      pack(config, datasets, options, failing, target, ignore_progress);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kIo);
    }
    const auto summary = pack_into(config, target, options);
    EXPECT_EQ(summary.kept + summary.samples, 9u) << "operation " << k;
    EXPECT_NO_THROW(open_datasets(with_shards(config, target)).train->load(0));
  }
}

TEST(Shards, AreRefusedWhenAByteIsWrong) {
  const test::TempFolder folder;
  const auto config = small_pairs(folder.path() / "data", 5);
  PackOptions options;
  options.short_side = 0;
  pack_into(config, folder.path() / "shards", options);
  const auto file = folder.path() / "shards" / "shard-00000.carica";
  const FileBytes good = read_bytes(file);
  const auto check = [&] {
    const auto datasets = open_datasets(with_shards(config, folder.path() / "shards"));
    for (const char* split : {"train", "val", "test"}) {
      for (std::size_t i = 0; i < datasets.split(split)->size(); ++i)
        datasets.split(split)->load(i);
    }
  };
  check();
  int unseen = 0;
  for (std::size_t place = 0; place < good.size(); place += 13) {
    FileBytes bad = good;
    bad[place] ^= 0x10;
    put_bytes(file, bad);
    try {
      check();
      ++unseen;  // between the records nothing is stored
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kData);
      EXPECT_THAT(error.what(), HasSubstr("shard-00000.carica"));
    }
  }
  EXPECT_LE(unseen, 5 * 64 / 13 + 2);
  for (std::size_t length = 0; length < good.size(); length += 41) {
    put_bytes(file, first_part(good, length));
    EXPECT_THROW(check(), Error);
  }
}

TEST(Shards, AreRefusedForOtherClassesSettingsAndFiles) {
  const test::TempFolder folder;
  auto config = small_pairs(folder.path() / "data");
  PackOptions options;
  const auto target = folder.path() / "shards";
  pack_into(config, target, options);
  auto other = with_shards(config, target);
  other.data.mask.map = {{0, 1}, {1, 0}, {2, 2}};
  EXPECT_THAT(error_of([&] { open_datasets(other); }).what(),
              HasSubstr("other classes or mask rules"));
  options.quality = 50;
  EXPECT_THAT(error_of([&] { pack_into(config, target, options); }).what(),
              HasSubstr("packed with other settings"));
  EXPECT_THAT(error_of([&] { open_datasets(with_shards(config, folder.path())); }).what(),
              HasSubstr("no pack.json"));
  EXPECT_THAT(error_of([&] { open_datasets(with_shards(config, "")); }).what(),
              HasSubstr("data.shards: is empty"));
  put_bytes(folder.path() / "data/images/p3.jpg", encode_jpeg(smooth_picture({43, 57}), 40));
  EXPECT_THAT(error_of([&] { open_datasets(with_shards(config, target)); }).what(),
              HasSubstr("p3.jpg: has changed since it was packed"));
}

TEST(Shards, TellOfFilesThatWereWrittenLater) {
  const test::TempFolder folder;
  const auto config = small_pairs(folder.path() / "data");
  const auto target = folder.path() / "shards";
  pack_into(config, target, {});
  ::testing::internal::CaptureStderr();
  open_datasets(with_shards(config, target));
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), Not(HasSubstr("older than")));
  const auto mask = folder.path() / "data/masks/p3.png";
  fs::last_write_time(mask, fs::file_time_type::clock::now() + std::chrono::hours(1));
  ::testing::internal::CaptureStderr();
  open_datasets(with_shards(config, target));
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              HasSubstr("older than the files of 1 samples (images/p3.jpg)"));
}

TEST(Shards, AreNotCalledWholeWhereFilesHaveChangedOrGone) {
  const test::TempFolder folder;
  const auto config = small_pairs(folder.path() / "data");
  const auto target = folder.path() / "shards";
  pack_into(config, target, {});
  fs::remove(folder.path() / "data/images/p0.jpg");
  fs::remove(folder.path() / "data/masks/p0.png");
  const auto summary = pack_into(config, target, {});
  EXPECT_EQ(summary.samples, 0u);
  EXPECT_EQ(summary.kept, 8u);
  put_bytes(folder.path() / "data/images/p3.jpg", encode_jpeg(smooth_picture({43, 57}), 40));
  const auto error = error_of([&] { pack_into(config, target, {}); });
  EXPECT_EQ(error.code(), ErrorCode::kData);
  EXPECT_THAT(error.what(), HasSubstr("p3.jpg: has changed since it was packed into "));
  EXPECT_THAT(error.hint(), HasSubstr("into another folder"));
}

TEST(Shards, LeaveBadPicturesOutWhenToldTo) {
  const test::TempFolder folder;
  auto config = small_pairs(folder.path() / "data");
  const auto bad = folder.path() / "data/images/p4.jpg";
  put_bytes(bad, first_part(read_bytes(bad), 300));
  const auto target = folder.path() / "shards";
  EXPECT_THAT(error_of([&] { pack_into(config, target, {}); }).what(), HasSubstr("p4.jpg"));
  config.data.on_bad_image = "skip";
  const auto summary = pack_into(config, target, {});
  EXPECT_EQ(summary.bad, 1u);
  EXPECT_EQ(summary.kept + summary.samples, 8u);
  const auto datasets = open_datasets(with_shards(config, target));
  int missing = 0;
  for (const char* split : {"train", "val", "test"}) {
    for (std::size_t i = 0; i < datasets.split(split)->size(); ++i) {
      try {
        datasets.split(split)->load(i);
      } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("p4.jpg: is not in the shards"));
        ++missing;
      }
    }
  }
  EXPECT_EQ(missing, 1);
}

}  // namespace
}  // namespace carica::data
