#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "data/images/image_io.h"

namespace carica::data {

/// One marker segment of a JPEG file: what stands behind its length.
struct JpegSegment {
  std::uint32_t marker = 0;  // 0xE1 for APP1, ...
  std::span<const std::uint8_t> payload;
};

/// The segment at `at`, which moves behind it. Nothing at the start of a scan, at the end of the
/// file and where the structure breaks. Begin with `at` = 2, behind the start marker.
std::optional<JpegSegment> next_jpeg_segment(std::span<const std::uint8_t> bytes, std::size_t& at);

/// One chunk of a WebP file: its four letters, and of what stands behind its length as much as the
/// file has.
struct WebpChunk {
  std::string_view name;  // "VP8 ", "EXIF", ...
  std::span<const std::uint8_t> payload;
};

/// The chunk at `at`, which moves behind it. Nothing at the end of the file. Begin with `at` = 12,
/// behind the file's own header.
std::optional<WebpChunk> next_webp_chunk(std::span<const std::uint8_t> bytes, std::size_t& at);

/// Whether a WebP says that it holds an animation, which is not read.
bool is_animated_webp(std::span<const std::uint8_t> bytes);

/// Throws Error(kData) when the header claims more than `limits` allow, or a BMP more rows than its
/// file holds. Nothing is decoded: a few kilobytes can claim gigabytes.
void require_within(const DecodeLimits& limits, std::span<const std::uint8_t> bytes,
                    std::string_view name);

}  // namespace carica::data
