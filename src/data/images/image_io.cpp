#include "data/images/image_io.h"

#include <algorithm>
#include <cctype>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <system_error>

#include "core/error.h"
#include "core/file_system.h"
#include "core/input_file.h"
#include "core/text.h"
#include "data/images/exif.h"
#include "data/images/image_header.h"
#include "data/images/jpeg.h"
#include "data/images/png.h"

namespace carica::data {
namespace {

using Bytes = std::span<const std::uint8_t>;

// WebP, BMP and TIFF.
Picture decode_by_opencv(Bytes bytes, std::string_view name) {
  if (is_animated_webp(bytes)) {
    throw Error(ErrorCode::kData, cat(name, ": an animation; must be one picture"),
                "save one of its frames as PNG or JPEG, or leave it out");
  }
  Picture picture;
  try {
    const cv::Mat input(1, static_cast<int>(bytes.size()), CV_8UC1,
                        const_cast<std::uint8_t*>(bytes.data()));
    const cv::Mat bgr = cv::imdecode(input, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION);
    if (!bgr.empty()) {
      picture.size = {bgr.rows, bgr.cols};
      picture.pixels.resize(static_cast<std::size_t>(bgr.rows) * bgr.cols * 3);
      cv::Mat rgb(bgr.rows, bgr.cols, CV_8UC3, picture.pixels.data());
      cv::cvtColor(bgr, rgb, cv::COLOR_BGR2RGB);
    }
  } catch (const cv::Exception&) {
    picture = {};  // its text names places in OpenCV's sources
  }
  if (!picture.empty()) return picture;
  throw Error(ErrorCode::kData, cat(name, ": corrupt or unsupported picture: cannot be decoded"),
              "copy or download the file again");
}

Picture decode_as_stored(Bytes bytes, std::string_view name) {
  switch (image_format(bytes)) {
    case ImageFormat::kJpeg:
      return decode_jpeg(bytes, name);
    case ImageFormat::kPng:
      return decode_png(bytes, name);
    default:
      return decode_by_opencv(bytes, name);
  }
}

Mask one_channel(const Picture& picture, std::string_view name) {
  Mask mask{picture.size, PixelBytes(picture.pixels.size() / 3)};
  for (std::size_t i = 0; i < mask.values.size(); ++i) {
    const std::uint8_t* pixel = &picture.pixels[3 * i];
    if (pixel[0] != pixel[1] || pixel[1] != pixel[2]) {
      throw Error(ErrorCode::kData,
                  cat(name,
                      ": mask in colour; must be one channel of class indices, a palette "
                      "file, or three equal channels"),
                  "for colours that stand for classes declare data.mask.encoding: rgb and "
                  "data.mask.palette");
    }
    mask.values[i] = pixel[0];
  }
  return mask;
}

// `pixels` has 3 channels (RGB) or 1.
std::vector<std::uint8_t> encoded(const char* ending, Size size, int channels,
                                  const PixelBytes& pixels, const std::vector<int>& options) {
  std::vector<std::uint8_t> bytes;
  try {
    const cv::Mat image(size.height, size.width, CV_8UC(channels),
                        const_cast<std::uint8_t*>(pixels.data()));
    cv::Mat bgr;
    if (channels == 3) {
      cv::cvtColor(image, bgr, cv::COLOR_RGB2BGR);
    } else {
      bgr = image;
    }
    if (cv::imencode(ending, bgr, bytes, options)) return bytes;
  } catch (const cv::Exception&) {
    // Told below, without the places in OpenCV's sources.
  }
  throw Error(ErrorCode::kIo,
              cat("a picture of ", size.width, "x", size.height, " cannot be encoded as ", ending));
}

// A low deflate level that still compresses well: masks and figures are written by the hundred.
const std::vector<int> kPngOptions = {cv::IMWRITE_PNG_COMPRESSION, 3};

void write_bytes(const std::filesystem::path& file, const std::vector<std::uint8_t>& bytes) {
  write_file(FileSystem::real(), file, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace

Picture decode_picture(Bytes bytes, std::string_view name, const DecodeLimits& limits) {
  require_within(limits, bytes, name);
  return oriented(decode_as_stored(bytes, name), exif_orientation(bytes));
}

void decode_part(Bytes bytes, std::string_view name, const Window& place, int reduction,
                 PicturePart& part) {
  if (decodes_reduced(bytes)) return decode_jpeg_part(bytes, name, place, reduction, part);
  Picture picture = oriented(decode_as_stored(bytes, name), exif_orientation(bytes));
  part.view = window(picture, place.top, place.left, place.size);
  part.pixels = std::move(picture.pixels);  // the view stays good
}

bool decodes_reduced(Bytes bytes) {
  return image_format(bytes) == ImageFormat::kJpeg && exif_orientation(bytes) <= 1;
}

Size require_picture(Bytes bytes, std::string_view name, const DecodeLimits& limits) {
  require_within(limits, bytes, name);
  return image_size(bytes, name);
}

Picture read_picture(const std::filesystem::path& file, const DecodeLimits& limits) {
  return decode_picture(read_bytes(file), file.string(), limits);
}

Picture decode_stored(Bytes bytes, std::string_view name, const DecodeLimits& limits) {
  require_within(limits, bytes, name);
  return decode_as_stored(bytes, name);
}

namespace {

// Whether `name` is among the chunks from `at` on.
bool has_chunk(Bytes chunks, std::size_t at, std::string_view name) {
  while (const auto chunk = next_webp_chunk(chunks, at)) {
    if (chunk->name == name) return true;
  }
  return false;
}

// A picture with alpha, EXIF or a colour profile has its pixels in a later chunk, an animation in
// each of its frames.
bool is_lossy_webp(Bytes bytes) {
  constexpr std::size_t kFileHeader = 12, kFrameHeader = 16;
  constexpr std::string_view kLossy = "VP8 ";
  if (has_chunk(bytes, kFileHeader, kLossy)) return true;
  std::size_t at = kFileHeader;
  while (const auto chunk = next_webp_chunk(bytes, at)) {
    if (chunk->name == "ANMF" && has_chunk(chunk->payload, kFrameHeader, kLossy)) return true;
  }
  return false;
}

}  // namespace

bool is_lossy(Bytes bytes) {
  const ImageFormat format = image_format(bytes);
  return format == ImageFormat::kJpeg || (format == ImageFormat::kWebp && is_lossy_webp(bytes));
}

void require_lossless(Bytes bytes, std::string_view name) {
  if (!is_lossy(bytes)) return;
  throw Error(ErrorCode::kData,
              cat(name,
                  ": mask in a lossy format, which changes class values; must be PNG, "
                  "BMP or lossless WebP"),
              "make the masks anew as PNG, or declare data.mask.lossy: ignore_strays");
}

Mask decode_mask(Bytes bytes, std::string_view name, const DecodeLimits& limits) {
  require_within(limits, bytes, name);
  require_lossless(bytes, name);
  const bool png = image_format(bytes) == ImageFormat::kPng;
  if (png && png_bit_depth(bytes) == 16) {
    throw Error(
        ErrorCode::kData, cat(name, ": mask of 16 bits; must be 8 bits per pixel"),
        "declare data.mask.encoding: index16, and data.mask.map where values exceed the classes");
  }
  if (png && is_index_png(bytes)) return decode_index_png(bytes, name);
  return one_channel(decode_as_stored(bytes, name), name);
}

Mask read_mask(const std::filesystem::path& file, const DecodeLimits& limits) {
  return decode_mask(read_bytes(file), file.string(), limits);
}

void write_picture(const std::filesystem::path& file, const Picture& picture) {
  std::string ending = file.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (ending == ".png") {
    write_bytes(file, encode_png(picture));
  } else if (ending == ".jpg" || ending == ".jpeg") {
    write_bytes(file, encode_jpeg(picture));
  } else {
    throw Error(ErrorCode::kIo, cat(file.string(), ": pictures are written as .png or .jpg"));
  }
}

void write_mask(const std::filesystem::path& file, const Mask& mask) {
  write_bytes(file, encoded(".png", mask.size, 1, mask.values, kPngOptions));
}

std::vector<std::uint8_t> encode_jpeg(const Picture& picture, int quality) {
  return encoded(".jpg", picture.size, 3, picture.pixels, {cv::IMWRITE_JPEG_QUALITY, quality});
}

std::vector<std::uint8_t> encode_png(const Picture& picture) {
  return encoded(".png", picture.size, 3, picture.pixels, kPngOptions);
}

namespace {

// A file of what may be too large or missing; its bytes go to resize(size)'s memory.
template <typename Bytes>
void read_into(const char* path, Bytes& bytes) {
  constexpr std::uint64_t kMaxBytes = 256u << 20;
  const auto refuse = [&](const std::string& reason, const char* hint) {
    throw Error(ErrorCode::kData, cat(path, ": ", reason), hint);
  };
  InputFile file;
  const int cannot_open = file.open(path);
  if (cannot_open != 0) {
    refuse(cat("cannot be read: ", std::generic_category().message(cannot_open)), "");
  }
  if (file.size() == 0) refuse("is empty (0 bytes)", "copy or download the file again");
  if (file.size() > kMaxBytes) {
    refuse(cat("has ", byte_size(file.size()), "; at most ", byte_size(kMaxBytes)), "");
  }
  bytes.resize(file.size());
  if (file.read(0, bytes) != 0) {
    refuse("cannot be read to its end", "is the file readable, and still being copied?");
  }
}

}  // namespace

std::vector<std::uint8_t> read_bytes(const std::filesystem::path& file) {
  std::vector<std::uint8_t> bytes;
  read_into(file.c_str(), bytes);
  return bytes;
}

void read_bytes(const char* file, PixelBytes& bytes) { read_into(file, bytes); }

}  // namespace carica::data
