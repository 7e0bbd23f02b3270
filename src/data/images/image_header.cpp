// Format and size of a picture from its first bytes. Nothing is decoded.
#include "data/images/image_header.h"

#include <algorithm>
#include <cstdlib>

#include "core/error.h"
#include "core/text.h"
#include "data/files/byte_reader.h"
#include "data/images/exif.h"
#include "data/images/tiff_header.h"

namespace carica::data {
namespace {

using Bytes = std::span<const std::uint8_t>;

[[noreturn]] void broken(std::string_view name, const char* format) {
  throw Error(ErrorCode::kData, cat(name, ": broken ", format, ": its header gives no size"),
              "the file is damaged or truncated: copy or download it again");
}

Size checked(std::int64_t height, std::int64_t width, std::string_view name, const char* format) {
  constexpr std::int64_t kMax = 1 << 30;
  if (height < 1 || width < 1 || height > kMax || width > kMax) broken(name, format);
  return {static_cast<int>(height), static_cast<int>(width)};
}

// The frame header (SOF) holds the size.
Size jpeg_size(Bytes bytes, std::string_view name) {
  std::size_t at = 2;
  while (const auto segment = next_jpeg_segment(bytes, at)) {
    const auto m = segment->marker;
    if (m < 0xC0 || m > 0xCF || m == 0xC4 || m == 0xC8 || m == 0xCC) continue;
    const ByteReader frame{segment->payload};
    return checked(frame.big16(1), frame.big16(3), name, "JPEG");
  }
  broken(name, "JPEG");
}

Size png_size(Bytes bytes, std::string_view name) {
  const ByteReader file{bytes};
  if (!file.tag(12, "IHDR") || !file.has(16, 17)) broken(name, "PNG");
  return checked(file.big32(20), file.big32(16), name, "PNG");
}

// Source: https://developers.google.com/speed/webp/docs/riff_container and RFC 6386, 9.1.
Size webp_size(Bytes bytes, std::string_view name) {
  const ByteReader file{bytes};
  if (!file.has(0, 32)) broken(name, "WebP");  // the least that a file of one pixel takes
  if (file.tag(12, "VP8X")) {
    return checked(file.little24(27) + 1, file.little24(24) + 1, name, "WebP");
  }
  if (file.tag(12, "VP8L") && file.u8(20) == 0x2F) {
    const auto bits = file.little32(21);
    return checked((bits >> 14 & 0x3FFF) + 1, (bits & 0x3FFF) + 1, name, "WebP");
  }
  if (file.tag(12, "VP8 ") && file.tag(23, "\x9D\x01\x2A")) {
    return checked(file.little16(28) & 0x3FFF, file.little16(26) & 0x3FFF, name, "WebP");
  }
  broken(name, "WebP");
}

Size bmp_size(Bytes bytes, std::string_view name) {
  const ByteReader file{bytes};
  if (file.little32(14) == 12) return checked(file.little16(20), file.little16(18), name, "BMP");
  // A negative height means rows from top to bottom.
  const std::int64_t height = static_cast<std::int32_t>(file.little32(22));
  return checked(std::abs(height), static_cast<std::int32_t>(file.little32(18)), name, "BMP");
}

// OpenCV makes up the rows that an uncompressed BMP lacks, and complains to stderr about kinds that
// it does not know.
void check_bmp(Bytes bytes, Size size, std::string_view name) {
  const ByteReader file{bytes};
  const auto header = file.little32(14);
  const bool old = header == 12;
  const auto bits = old ? file.little16(24) : file.little16(28);
  const auto compression = old ? 0 : file.little32(30);
  const bool known_bits =
      bits == 1 || bits == 4 || bits == 8 || bits == 16 || bits == 24 || bits == 32;
  const auto colors = old ? 0 : file.little32(46);  // in the palette
  if ((!old && (header < 40 || header > 124)) || !known_bits || compression > 3 || colors > 256) {
    throw Error(ErrorCode::kData,
                cat(name, ": unsupported BMP of ", bits, " bits, compression ", compression),
                "save it as PNG");
  }
  if (compression == 1 || compression == 2) return;  // run lengths: the size says nothing
  const auto row = (static_cast<std::uint64_t>(size.width) * bits + 31) / 32 * 4;
  const auto needed = file.little32(10) + row * static_cast<std::uint64_t>(size.height);
  if (bytes.size() < needed) {
    throw Error(ErrorCode::kData,
                cat(name, ": truncated BMP: has ", bytes.size(), " bytes of ", needed),
                "the file ends early: copy or download it again");
  }
}

// THE table of other files that are met where pictures should be, by their first bytes.
struct OtherFormat {
  std::size_t at;
  std::string_view tag, what, hint;
};
constexpr std::string_view kConvert = "convert it to PNG or JPEG: another ending does not";
constexpr std::string_view kNotThePicture = "download the picture itself";
constexpr OtherFormat kOthers[] = {
    {0, "GIF8", "a GIF", kConvert},
    {4, "ftypheic", "a HEIC of a phone's camera", kConvert},
    {4, "ftypheix", "a HEIC of a phone's camera", kConvert},
    {4, "ftypmif1", "a HEIF", kConvert},
    {4, "ftypavif", "an AVIF", kConvert},
    {0, "%PDF", "a PDF", kConvert},
    {0, "<!DOCTYPE", "a web page", kNotThePicture},
    {0, "<!doctype", "a web page", kNotThePicture},
    {0, "<html", "a web page", kNotThePicture},
    {0, "version https://git-lfs", "a pointer of Git LFS", "git lfs pull brings the picture"},
};

[[noreturn]] void refuse_unknown(Bytes bytes, std::string_view name) {
  for (const auto& other : kOthers) {
    if (!ByteReader{bytes}.tag(other.at, other.tag)) continue;
    throw Error(ErrorCode::kData, cat(name, ": ", other.what, "; must be JPEG, PNG, WebP or BMP"),
                std::string(other.hint));
  }
  throw Error(ErrorCode::kData,
              cat(name,
                  ": not a picture: its first bytes are of no known format; "
                  "must be JPEG, PNG, WebP or BMP"),
              "formats are told by content, never by the file's ending");
}

}  // namespace

std::optional<JpegSegment> next_jpeg_segment(Bytes bytes, std::size_t& at) {
  const ByteReader file{bytes};
  while (file.has(at, 4) && file.u8(at) == 0xFF) {
    const auto marker = file.u8(at + 1);
    if (marker == 0xFF) {  // fill byte
      ++at;
      continue;
    }
    if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {  // without length
      at += 2;
      continue;
    }
    const std::size_t length = file.big16(at + 2);
    if (marker == 0 || marker == 0xD9 || marker == 0xDA || length < 2 ||
        !file.has(at + 2, length)) {
      return std::nullopt;
    }
    const JpegSegment segment{marker, bytes.subspan(at + 4, length - 2)};
    at += 2 + length;
    return segment;
  }
  return std::nullopt;
}

std::optional<WebpChunk> next_webp_chunk(Bytes bytes, std::size_t& at) {
  const ByteReader file{bytes};
  if (!file.has(at, 8)) return std::nullopt;
  const std::size_t length = file.little32(at + 4), begin = at + 8;
  const std::string_view name(reinterpret_cast<const char*>(bytes.data()) + at, 4);
  at = begin + length + length % 2;
  return WebpChunk{name, bytes.subspan(begin, std::min(length, bytes.size() - begin))};
}

bool is_animated_webp(Bytes bytes) {
  constexpr std::uint8_t kAnimation = 0x02;
  if (image_format(bytes) != ImageFormat::kWebp) return false;
  std::size_t at = 12;
  const auto first = next_webp_chunk(bytes, at);
  return first && first->name == "VP8X" && !first->payload.empty() &&
         (first->payload[0] & kAnimation) != 0;
}

void require_within(const DecodeLimits& limits, Bytes bytes, std::string_view name) {
  const Size size = image_size(bytes, name);
  const auto pixels =
      static_cast<std::uint64_t>(size.height) * static_cast<std::uint64_t>(size.width);
  if (size.height > limits.max_side || size.width > limits.max_side || pixels > limits.max_pixels) {
    throw Error(ErrorCode::kData,
                cat(name, ": claims ", size.width, "x", size.height, " pixels; at most ",
                    limits.max_pixels, " in all and ", limits.max_side, " per side"),
                "shrink the picture, or leave it out");
  }
  if (image_format(bytes) == ImageFormat::kBmp) check_bmp(bytes, size, name);
  if (image_format(bytes) == ImageFormat::kTiff) {
    if (!limits.allow_tiff) {
      throw Error(ErrorCode::kData, cat(name, ": a TIFF; must be JPEG, PNG, WebP or BMP"),
                  "set data.allow_tiff: true to read TIFF, too");
    }
    check_tiff(bytes, name);
  }
}

ImageFormat image_format(Bytes bytes) {
  const ByteReader file{bytes};
  if (file.tag(0, "\xFF\xD8\xFF")) return ImageFormat::kJpeg;
  if (file.tag(0, "\x89PNG\r\n\x1A\n")) return ImageFormat::kPng;
  if (file.tag(0, "RIFF") && file.tag(8, "WEBP")) return ImageFormat::kWebp;
  if (is_tiff(bytes)) return ImageFormat::kTiff;
  if (file.tag(0, "BM") && file.has(0, 26)) return ImageFormat::kBmp;
  return ImageFormat::kUnknown;
}

Size image_size(Bytes bytes, std::string_view name) {
  Size size;
  switch (image_format(bytes)) {
    case ImageFormat::kJpeg:
      size = jpeg_size(bytes, name);
      break;
    case ImageFormat::kPng:
      size = png_size(bytes, name);
      break;
    case ImageFormat::kWebp:
      size = webp_size(bytes, name);
      break;
    case ImageFormat::kBmp:
      size = bmp_size(bytes, name);
      break;
    case ImageFormat::kTiff:
      size = tiff_size(bytes, name);
      break;
    case ImageFormat::kUnknown:
      refuse_unknown(bytes, name);
  }
  return exif_orientation(bytes) >= 5 ? Size{size.width, size.height} : size;
}

}  // namespace carica::data
