// Format and size of a picture from its first bytes. Nothing is decoded.
#include <algorithm>
#include <array>
#include <cstring>

#include "core/error.h"
#include "core/text.h"
#include "data/image_io.h"

namespace carica::data {

namespace {

using Bytes = std::span<const std::uint8_t>;

bool begins_with(Bytes bytes, std::string_view magic, std::size_t at = 0) {
  return bytes.size() >= at + magic.size() && std::memcmp(bytes.data() + at, magic.data(), magic.size()) == 0;
}

int big16(Bytes b, std::size_t at) { return b[at] << 8 | b[at + 1]; }
std::int64_t big32(Bytes b, std::size_t at) { return static_cast<std::int64_t>(big16(b, at)) << 16 | big16(b, at + 2); }
int little16(Bytes b, std::size_t at) { return b[at] | b[at + 1] << 8; }
int little24(Bytes b, std::size_t at) { return little16(b, at) | b[at + 2] << 16; }
std::int32_t little32(Bytes b, std::size_t at) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(little16(b, at)) | static_cast<std::uint32_t>(little16(b, at + 2)) << 16);
}

[[noreturn]] void broken(std::string_view name, const char* format) {
  throw Error(ErrorCode::kData, cat(name, ": broken ", format, ": the header is incomplete"), "the file is damaged or truncated");
}

Size checked(std::int64_t height, std::int64_t width, std::string_view name, const char* format) {
  constexpr std::int64_t kMax = 1 << 30;
  if (height < 1 || width < 1 || height > kMax || width > kMax) broken(name, format);
  return {static_cast<int>(height), static_cast<int>(width)};
}

// Walks the segments up to the frame header (SOF), which holds the size.
Size jpeg_size(Bytes b, std::string_view name) {
  std::size_t at = 2;
  while (at + 4 <= b.size()) {
    if (b[at] != 0xFF) broken(name, "JPEG");
    const int marker = b[at + 1];
    if (marker == 0xFF) {  // fill byte
      ++at;
      continue;
    }
    const bool frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (frame) {
      if (at + 9 > b.size()) break;
      return checked(big16(b, at + 5), big16(b, at + 7), name, "JPEG");
    }
    const bool without_length = marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8);
    if (marker == 0xD9 || marker == 0xDA) break;
    at += without_length ? 2 : 2 + static_cast<std::size_t>(big16(b, at + 2));
  }
  broken(name, "JPEG");
}

Size webp_size(Bytes b, std::string_view name) {
  if (b.size() < 30) broken(name, "WebP");
  if (begins_with(b, "VP8X", 12)) return checked(little24(b, 27) + 1, little24(b, 24) + 1, name, "WebP");
  if (begins_with(b, "VP8L", 12)) {
    const auto bits = static_cast<std::uint32_t>(little32(b, 21));
    return checked((bits >> 14 & 0x3FFF) + 1, (bits & 0x3FFF) + 1, name, "WebP");
  }
  if (begins_with(b, "VP8 ", 12)) return checked(little16(b, 28) & 0x3FFF, little16(b, 26) & 0x3FFF, name, "WebP");
  broken(name, "WebP");
}

}  // namespace

ImageFormat image_format(std::span<const std::uint8_t> bytes) {
  if (begins_with(bytes, "\xFF\xD8\xFF")) return ImageFormat::kJpeg;
  if (begins_with(bytes, "\x89PNG\r\n\x1A\n")) return ImageFormat::kPng;
  if (begins_with(bytes, "RIFF") && begins_with(bytes, "WEBP", 8)) return ImageFormat::kWebp;
  if (begins_with(bytes, "BM") && bytes.size() >= 26) return ImageFormat::kBmp;
  return ImageFormat::kUnknown;
}

Size image_size(std::span<const std::uint8_t> bytes, std::string_view name) {
  switch (image_format(bytes)) {
    case ImageFormat::kJpeg: return jpeg_size(bytes, name);
    case ImageFormat::kPng:
      if (bytes.size() < 33 || !begins_with(bytes, "IHDR", 12)) broken(name, "PNG");
      return checked(big32(bytes, 20), big32(bytes, 16), name, "PNG");
    case ImageFormat::kWebp: return webp_size(bytes, name);
    case ImageFormat::kBmp: {
      // A negative height means rows from top to bottom.
      const std::int64_t height = little32(bytes, 22);
      return checked(height < 0 ? -height : height, little32(bytes, 18), name, "BMP");
    }
    case ImageFormat::kUnknown: break;
  }
  throw Error(ErrorCode::kData, cat(name, ": not a picture: its first bytes are of no known format; must be JPEG, PNG, WebP or BMP"),
              "formats are told by content, never by the file's ending");
}

}  // namespace carica::data
