// The bytes of 10,000 samples of real files, as one checksum: nothing but seed, epoch and sample
// decides them.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "core/checksum.h"
#include "core/error.h"
#include "core/text.h"
#include "format_support.h"
#include "io_support.h"
#include "loader_fakes.h"
#include "support/temp_folder.h"

namespace carica::data {
namespace {

constexpr std::size_t kFiles = 250, kEpochs = 40, kBatch = 16;

// Some samples take long, some are bad.
class Troubled : public Dataset {
 public:
  Troubled(std::shared_ptr<const Dataset> inner, bool slow, bool failing)
      : inner_(std::move(inner)), slow_(slow), failing_(failing) {}
  std::size_t size() const override { return inner_->size(); }
  const Item& item(std::size_t index) const override { return inner_->item(index); }
  Sample load(std::size_t index) const override { return inner_->load(index); }
  void open(std::size_t index, StoredSample& into) const override {
    if (slow_ && index % 83 == 7) std::this_thread::sleep_for(std::chrono::milliseconds(4));
    if (failing_ && index % 97 == 5) throw Error(ErrorCode::kData, cat(index, ": bad"));
    inner_->open(index, into);
  }

 private:
  std::shared_ptr<const Dataset> inner_;
  bool slow_, failing_;
};

class LoaderHash : public testing::Test {
 protected:
  LoaderHash() {
    for (std::size_t i = 0; i < kFiles; ++i) {
      const Size size{static_cast<int>(30 + i % 13), static_cast<int>(50 - i % 17)};
      const auto name = folder_.path() / cat("train/", i % 2 == 0 ? "a" : "b", "/", i);
      const Picture picture = noise_picture(size, static_cast<std::uint32_t>(i));
      put_bytes(cat(name.string(), i % 5 == 0 ? ".png" : ".jpg"),
                i % 5 == 0 ? encode_png(picture) : encode_jpeg(picture, 90));
    }
    auto config = config_for("image_folder", folder_);
    config.data.train_dir = "train";
    files_ = open_datasets(config).train;
    config.data.cache = "ram";
    cached_ = open_datasets(config).train;
  }

  struct Way {
    std::size_t workers = 0, prefetch = 4;
    bool slow = false, failing = false, cached = false;
    std::size_t restart_at = 0;  // the epoch is left and begun anew at this batch
    Decoding decoding = Decoding::kReduced;
  };

  std::string hash(const Way& way) const {
    config::ColorJitter jitter;
    jitter.brightness = jitter.hue = 0.3;
    LoaderOptions options;
    options.batch_size = kBatch;
    options.workers = way.workers;
    options.prefetch = way.prefetch;
    options.skip_bad = true;
    options.max_bad_fraction = 1;
    options.seed = 5;
    options.decoding = way.decoding;
    options.read_ahead = way.workers;
    Loader loader(std::make_shared<Troubled>(way.cached ? cached_ : files_, way.slow, way.failing),
                  {.size = kFiles, .shuffle = true, .seed = 9},
                  pipeline_of({config::RandomResizedCrop{.size = {12, 14}},
                               config::RandomHorizontalFlip{}, jitter}),
                  options);
    Checksum sum;
    std::size_t samples = 0;
    for (std::uint64_t epoch = 0; epoch < kEpochs; ++epoch) {
      loader.start(epoch);
      for (std::size_t number = 0; number < loader.batches(); ++number) {
        if (number == way.restart_at && number > 0) {
          loader.next();
          loader.start(epoch, number);
        }
        const auto batch = loader.next();
        EXPECT_EQ(batch->number, number);
        sum.update(std::as_bytes(std::span(batch->indices)));
        sum.update(std::as_bytes(std::span(batch->labels)));
        sum.update(
            std::as_bytes(std::span(batch->pictures, batch->count * pixel_count(batch->size) * 3)));
        samples += batch->count;
      }
    }
    EXPECT_GE(samples, way.failing ? 9000u : 10000u);
    return sum.hex();
  }

  test::TempFolder folder_;
  std::shared_ptr<const Dataset> files_, cached_;
};

TEST_F(LoaderHash, IsTheSameForAnyNumberOfWorkers) {
  const std::string expected = hash({});
  for (const std::size_t workers : {1u, 2u, 4u, 8u, 16u}) {
    EXPECT_EQ(hash({.workers = workers}), expected) << workers;
    EXPECT_EQ(hash({.workers = workers, .prefetch = 1}), expected) << workers;
  }
}

TEST_F(LoaderHash, IsTheSameAfterARestartAtAnyBatch) {
  const std::string expected = hash({});
  for (std::size_t batch = 1; batch < (kFiles + kBatch - 1) / kBatch; batch += 3) {
    EXPECT_EQ(hash({.workers = 3, .restart_at = batch}), expected) << batch;
  }
}

TEST_F(LoaderHash, IsTheSameWithSlowSamplesAndWithBadOnes) {
  EXPECT_EQ(hash({.workers = 4, .slow = true}), hash({}));
  const std::string without_bad = hash({.failing = true});
  EXPECT_EQ(hash({.workers = 4, .failing = true}), without_bad);
  EXPECT_EQ(hash({.workers = 8, .slow = true, .failing = true}), without_bad);
}

TEST_F(LoaderHash, IsTheSameFromMemoryAsFromExactFiles) {
  EXPECT_EQ(hash({.workers = 2, .cached = true}), hash({.decoding = Decoding::kExact}));
}

}  // namespace
}  // namespace carica::data
