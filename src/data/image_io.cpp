#include "data/image_io.h"

#include <fstream>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "core/error.h"
#include "core/file_system.h"
#include "core/text.h"
#include "data/exif.h"
#include "data/jpeg.h"
#include "data/png_mask.h"

namespace carica::data {

namespace {

using Bytes = std::span<const std::uint8_t>;

// Size limits hold before anything is decoded: a few kilobytes can claim gigabytes.
void require_within(const DecodeLimits& limits, Bytes bytes, std::string_view name) {
  const auto size = image_size(bytes, name);
  const auto pixels = static_cast<std::uint64_t>(size.height) * static_cast<std::uint64_t>(size.width);
  if (size.height > limits.max_side || size.width > limits.max_side || pixels > limits.max_pixels) {
    throw Error(ErrorCode::kData, cat(name, ": claims ", size.width, "x", size.height, " pixels; at most ", limits.max_pixels >> 20,
                                      " megapixels and ", limits.max_side, " per side"),
                "shrink the picture, or leave it out");
  }
}

cv::Mat decode_by_opencv(Bytes bytes, std::string_view name, int flags) {
  cv::Mat decoded;
  try {
    const cv::Mat input(1, static_cast<int>(bytes.size()), CV_8UC1, const_cast<std::uint8_t*>(bytes.data()));
    decoded = cv::imdecode(input, flags);
  } catch (const cv::Exception& error) {
    throw Error(ErrorCode::kData, cat(name, ": cannot be decoded: ", error.err), "copy or download the file again");
  }
  if (decoded.empty()) throw Error(ErrorCode::kData, cat(name, ": corrupt picture: cannot be decoded"), "copy or download the file again");
  return decoded;
}

// A PNG must run to its IEND chunk: OpenCV fills up what is missing.
void require_whole_png(Bytes bytes, std::string_view name) {
  constexpr std::string_view kEnd = "IEND";
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.size() < 12 || text.rfind(kEnd) == std::string_view::npos) {
    throw Error(ErrorCode::kData, cat(name, ": truncated PNG: its end is missing"), "the file ends early: copy or download it again");
  }
}

Picture to_picture(const cv::Mat& decoded) {
  cv::Mat eight;
  // 16 bits are scaled to 8 by their high byte, as 65535 / 257 = 255.
  if (decoded.depth() == CV_16U) {
    decoded.convertTo(eight, CV_8U, 1.0 / 257);
  } else {
    eight = decoded;
  }
  Picture picture;
  picture.size = {eight.rows, eight.cols};
  picture.pixels.resize(static_cast<std::size_t>(eight.rows) * eight.cols * 3);
  cv::Mat rgb(eight.rows, eight.cols, CV_8UC3, picture.pixels.data());
  cv::cvtColor(eight, rgb, eight.channels() == 1 ? cv::COLOR_GRAY2RGB : eight.channels() == 4 ? cv::COLOR_BGRA2RGB : cv::COLOR_BGR2RGB);
  return picture;
}

Mask one_channel(const Picture& picture, std::string_view name) {
  Mask mask;
  mask.size = picture.size;
  mask.values.resize(picture.pixels.size() / 3);
  for (std::size_t i = 0; i < mask.values.size(); ++i) {
    const auto* pixel = &picture.pixels[3 * i];
    if (pixel[0] != pixel[1] || pixel[1] != pixel[2]) {
      throw Error(ErrorCode::kData, cat(name, ": mask in colour; must be one channel of class indices (or three equal ones)"),
                  "a colour-coded mask needs converting to indices");
    }
    mask.values[i] = pixel[0];
  }
  return mask;
}

void encode(const std::filesystem::path& file, const char* ending, const cv::Mat& image, const std::vector<int>& options) {
  std::vector<std::uint8_t> bytes;
  if (!cv::imencode(ending, image, bytes, options)) throw Error(ErrorCode::kIo, cat(file.string(), ": cannot be encoded as ", ending));
  write_file(FileSystem::real(), file, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

cv::Mat to_bgr(const Picture& picture) {
  const cv::Mat rgb(picture.size.height, picture.size.width, CV_8UC3, const_cast<std::uint8_t*>(picture.pixels.data()));
  cv::Mat bgr;
  cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
  return bgr;
}

std::vector<std::uint8_t> encoded(const Picture& picture, const char* ending, const std::vector<int>& options) {
  std::vector<std::uint8_t> bytes;
  if (!cv::imencode(ending, to_bgr(picture), bytes, options)) throw Error(ErrorCode::kIo, cat("cannot encode a picture as ", ending));
  return bytes;
}

// Smallest deflate level that still compresses well: masks and figures are written by the hundred.
const std::vector<int> kPngOptions = {cv::IMWRITE_PNG_COMPRESSION, 3};

}  // namespace

Picture decode_picture(std::span<const std::uint8_t> bytes, std::string_view name, const DecodeLimits& limits) {
  require_within(limits, bytes, name);
  const auto format = image_format(bytes);
  if (format == ImageFormat::kJpeg) return oriented(decode_jpeg(bytes, name), exif_orientation(bytes));
  if (format == ImageFormat::kPng) require_whole_png(bytes, name);
  return to_picture(decode_by_opencv(bytes, name, cv::IMREAD_ANYDEPTH | cv::IMREAD_ANYCOLOR));
}

Picture read_picture(const std::filesystem::path& file, const DecodeLimits& limits) {
  return decode_picture(read_bytes(file), file.string(), limits);
}

Mask decode_mask(std::span<const std::uint8_t> bytes, std::string_view name, const DecodeLimits& limits) {
  require_within(limits, bytes, name);
  if (image_format(bytes) == ImageFormat::kPng && is_index_png(bytes)) return decode_index_png(bytes, name);
  if (image_format(bytes) == ImageFormat::kJpeg) return one_channel(decode_jpeg(bytes, name), name);
  const auto decoded = decode_by_opencv(bytes, name, cv::IMREAD_ANYDEPTH | cv::IMREAD_ANYCOLOR);
  if (decoded.depth() == CV_16U) {
    throw Error(ErrorCode::kData, cat(name, ": mask of 16 bits; must be 8 bits per pixel"), "convert it: class indices fit into 8 bits");
  }
  return one_channel(to_picture(decoded), name);
}

Mask read_mask(const std::filesystem::path& file, const DecodeLimits& limits) { return decode_mask(read_bytes(file), file.string(), limits); }

void write_picture(const std::filesystem::path& file, const Picture& picture) {
  if (file.extension() == ".jpg") {
    encode(file, ".jpg", to_bgr(picture), {cv::IMWRITE_JPEG_QUALITY, 92});
  } else {
    encode(file, ".png", to_bgr(picture), kPngOptions);
  }
}

void write_mask(const std::filesystem::path& file, const Mask& mask) {
  const cv::Mat grey(mask.size.height, mask.size.width, CV_8UC1, const_cast<std::uint8_t*>(mask.values.data()));
  encode(file, ".png", grey, kPngOptions);
}

std::vector<std::uint8_t> encode_jpeg(const Picture& picture, int quality) { return encoded(picture, ".jpg", {cv::IMWRITE_JPEG_QUALITY, quality}); }

std::vector<std::uint8_t> encode_png(const Picture& picture) { return encoded(picture, ".png", kPngOptions); }

std::vector<std::uint8_t> read_bytes(const std::filesystem::path& file) {
  constexpr std::uint64_t kMaxBytes = 256u << 20;
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  if (error) throw Error(ErrorCode::kData, cat(file.string(), ": cannot be read: ", error.message()));
  if (size == 0) throw Error(ErrorCode::kData, cat(file.string(), ": is empty (0 bytes)"), "copy or download the file again");
  if (size > kMaxBytes) throw Error(ErrorCode::kData, cat(file.string(), ": has ", byte_size(size), "; at most ", byte_size(kMaxBytes)));
  std::vector<std::uint8_t> bytes(size);
  std::ifstream stream(file, std::ios::binary);
  if (!stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size))) {
    throw Error(ErrorCode::kData, cat(file.string(), ": cannot be read: it ended early or permission is missing"));
  }
  return bytes;
}

}  // namespace carica::data
