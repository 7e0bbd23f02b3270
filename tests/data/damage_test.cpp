// Pictures in every format, damaged in every way: 120,000 files.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <opencv2/imgcodecs.hpp>
#include <random>

#include "core/text.h"
#include "data/images/image_io.h"
#include "io_support.h"

namespace carica::data {
namespace {

struct Kind {
  const char* name;
  FileBytes bytes;
};

cv::Mat noise(int channels, int height, int width) {
  cv::Mat picture(height, width, CV_8UC(channels));
  std::minstd_rand random(11);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width * channels; ++x) {
      picture.at<std::uint8_t>(y, x) = static_cast<std::uint8_t>(100 + x % 60 + random() % 40);
    }
  }
  return picture;
}

FileBytes encoded(const char* ending, const cv::Mat& picture,
                  const std::vector<int>& options = {}) {
  FileBytes bytes;
  EXPECT_TRUE(cv::imencode(ending, picture, bytes, options)) << ending;
  return bytes;
}

// Five formats, several kinds of some.
std::vector<std::vector<Kind>> formats() {
  const cv::Mat color = noise(3, 37, 52), grey = noise(1, 40, 33), alpha = noise(4, 25, 31);
  return {
      {{"JPEG", encoded(".jpg", color)},
       {"progressive JPEG", encoded(".jpg", color, {cv::IMWRITE_JPEG_PROGRESSIVE, 1})},
       {"grey JPEG with restarts", encoded(".jpg", grey, {cv::IMWRITE_JPEG_RST_INTERVAL, 2})}},
      {{"PNG", encoded(".png", color)},
       {"grey PNG", encoded(".png", grey)},
       {"PNG with alpha", encoded(".png", alpha)}},
      {{"WebP", encoded(".webp", color, {cv::IMWRITE_WEBP_QUALITY, 80})},
       {"lossless WebP", encoded(".webp", alpha, {cv::IMWRITE_WEBP_QUALITY, 101})}},
      {{"BMP", encoded(".bmp", color)}, {"grey BMP", encoded(".bmp", grey)}},
      {{"TIFF", encoded(".tiff", color)}, {"grey TIFF", encoded(".tiff", grey)}},
  };
}

enum class Damage { kCut, kFlippedBits, kOverwritten, kMoved };

FileBytes damaged(FileBytes bytes, Damage damage, std::minstd_rand& random) {
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random()) % n; };
  switch (damage) {
    case Damage::kCut:
      bytes.resize(below(bytes.size()));
      break;
    case Damage::kFlippedBits:
      for (std::size_t i = 1 + below(8); i > 0; --i) {
        // Headers are short: half of the flips go there.
        const std::size_t place =
            below(below(2) == 0 ? std::min<std::size_t>(64, bytes.size()) : bytes.size());
        bytes[place] ^= static_cast<std::uint8_t>(1u << below(8));
      }
      break;
    case Damage::kOverwritten: {
      const std::size_t begin = below(bytes.size());
      const std::size_t end = std::min(bytes.size(), begin + 1 + below(64));
      for (std::size_t i = begin; i < end; ++i) bytes[i] = static_cast<std::uint8_t>(random());
      break;
    }
    case Damage::kMoved: {
      const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(below(bytes.size()));
      const auto length =
          std::min<std::ptrdiff_t>(bytes.end() - begin, 1 + static_cast<std::ptrdiff_t>(below(32)));
      if (below(2) == 0) {
        bytes.erase(begin, begin + length);
      } else {
        const FileBytes copy(begin, begin + length);
        bytes.insert(begin, copy.begin(), copy.end());
      }
      break;
    }
  }
  return bytes;
}

std::size_t most_memory() {  // bytes
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss) << 10;
}

// True when the file was accepted.
bool survives(const std::function<void()>& read) {
  try {
    read();
    return true;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kData) << error.what();
    return false;
  }
}

TEST(SlowDamage, NeitherCrashesNorHangsNorTakesMemory) {
  using Clock = std::chrono::steady_clock;
  constexpr int kFilesPerFormat = 24000;
  constexpr Damage kDamages[] = {Damage::kCut, Damage::kFlippedBits, Damage::kOverwritten,
                                 Damage::kMoved};
  std::minstd_rand random(2024);
  const std::size_t memory_before = most_memory();
  PicturePart part;
  std::size_t files = 0, accepted = 0;
  double slowest = 0;
  for (const auto& kinds : formats()) {
    for (int i = 0; i < kFilesPerFormat; ++i) {
      const Kind& kind = kinds[static_cast<std::size_t>(i) % kinds.size()];
      const Damage damage = kDamages[i / static_cast<int>(kinds.size()) % 4];
      const FileBytes file = damaged(kind.bytes, damage, random);
      const auto begin = Clock::now();
      const bool good = survives([&] {
        const Picture picture = decode_picture(file, kind.name);
        ASSERT_EQ(picture.pixels.size(), std::size_t{3} * picture.size.height * picture.size.width);
        const Size size = require_picture(file, kind.name);
        ASSERT_EQ(size, picture.size) << kind.name;
        decode_part(file, kind.name, {size.height / 3, size.width / 3, {1, 1}}, 1, part);
      });
      survives([&] { decode_mask(file, kind.name); });
      slowest = std::max(slowest, std::chrono::duration<double>(Clock::now() - begin).count());
      if (damage == Damage::kCut && std::string(kind.name).find("JPEG") != std::string::npos) {
        EXPECT_FALSE(good) << kind.name << " cut to " << file.size();
      }
      accepted += good ? 1 : 0;
      ++files;
    }
  }
  EXPECT_EQ(files, 120000u);
  EXPECT_LT(slowest, 1.0);
#ifdef __SANITIZE_ADDRESS__
  static_cast<void>(memory_before);  // AddressSanitizer keeps freed memory aside
#else
  EXPECT_LT(most_memory() - memory_before, std::size_t{256} << 20);
#endif
  std::printf("%zu damaged files, %zu still good; slowest %.1f ms\n", files, accepted,
              1e3 * slowest);
}

}  // namespace
}  // namespace carica::data
