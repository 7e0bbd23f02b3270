#include "data/images/exif.h"

#include <cstddef>
#include <cstring>

#include "data/files/byte_reader.h"
#include "data/images/image_header.h"
#include "data/images/image_io.h"

namespace carica::data {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::string_view kExifMark("Exif\0\0", 6);

Bytes part(Bytes bytes, std::size_t at, std::size_t count) {
  return ByteReader{bytes}.has(at, count) ? bytes.subspan(at, count) : Bytes{};
}

Bytes exif_of_jpeg(Bytes bytes) {
  std::size_t at = 2;
  while (const auto segment = next_jpeg_segment(bytes, at)) {
    if (segment->marker == 0xE1 && ByteReader{segment->payload}.tag(0, kExifMark)) {
      return segment->payload.subspan(kExifMark.size());
    }
  }
  return {};
}

Bytes exif_of_png(Bytes bytes) {
  const ByteReader file{bytes};
  for (std::size_t at = 8; file.has(at, 12); at += 12 + std::size_t{file.big32(at)}) {
    if (file.tag(at + 4, "eXIf")) return part(bytes, at + 8, file.big32(at));
  }
  return {};
}

Bytes exif_of_webp(Bytes bytes) {
  std::size_t at = 12;
  while (const auto chunk = next_webp_chunk(bytes, at)) {
    if (chunk->name != "EXIF") continue;
    const Bytes block = chunk->payload;
    return ByteReader{block}.tag(0, kExifMark) ? block.subspan(kExifMark.size()) : block;
  }
  return {};
}

// A TIFF block: byte order, then the first directory with its entries of 12 bytes.
int orientation_in(Bytes block) {
  constexpr std::uint32_t kOrientation = 0x0112;
  const ByteReader tiff{block};
  const bool big = tiff.tag(0, "MM");
  const auto u16 = [&](std::size_t at) { return big ? tiff.big16(at) : tiff.little16(at); };
  const std::size_t directory = big ? tiff.big32(4) : tiff.little32(4);
  const auto entries = u16(directory);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + 12 * i;
    if (!tiff.has(entry, 12)) return 1;
    if (u16(entry) != kOrientation) continue;
    const auto value = u16(entry + 8);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

}  // namespace

int exif_orientation(Bytes file) {
  switch (image_format(file)) {
    case ImageFormat::kJpeg:
      return orientation_in(exif_of_jpeg(file));
    case ImageFormat::kPng:
      return orientation_in(exif_of_png(file));
    case ImageFormat::kWebp:
      return orientation_in(exif_of_webp(file));
    case ImageFormat::kBmp:
    case ImageFormat::kTiff:  // one that is turned is refused
    case ImageFormat::kUnknown:
      break;
  }
  return 1;
}

namespace {

// uint8[height,width,channels].
Size turn(Size size, std::size_t channels, const PixelBytes& from, int orientation,
          PixelBytes& into) {
  const int height = size.height, width = size.width;
  const bool swaps = orientation >= 5;
  const bool mirrors_x =
      orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool mirrors_y =
      orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  const Size turned = swaps ? Size{width, height} : size;
  into = PixelBytes(from.size());
  std::uint8_t* out = into.data();
  for (int y = 0; y < turned.height; ++y) {
    for (int x = 0; x < turned.width; ++x, out += channels) {
      const int column = swaps ? y : x, row = swaps ? x : y;
      const int from_x = mirrors_x ? width - 1 - column : column;
      const int from_y = mirrors_y ? height - 1 - row : row;
      const std::size_t pixel = static_cast<std::size_t>(from_y) * width + from_x;
      std::memcpy(out, &from[pixel * channels], channels);
    }
  }
  return turned;
}

}  // namespace

Picture oriented(Picture picture, int orientation) {
  if (orientation <= 1) return picture;
  Picture result;
  result.size = turn(picture.size, 3, picture.pixels, orientation, result.pixels);
  return result;
}

Mask oriented(Mask mask, int orientation) {
  if (orientation <= 1) return mask;
  Mask result;
  result.size = turn(mask.size, 1, mask.values, orientation, result.values);
  return result;
}

}  // namespace carica::data
