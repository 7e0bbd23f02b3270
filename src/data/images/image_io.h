#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/images/picture.h"
#include "data/images/picture_view.h"
#include "data/images/window.h"

namespace carica::data {

// The only place that decodes and encodes pictures, for every folder of the project.

/// Checked in the header before anything is decoded.
struct DecodeLimits {
  std::uint64_t max_pixels = 64u << 20;  // 67,108,864
  int max_side = 32768;
  bool allow_tiff = false;
};

enum class ImageFormat { kJpeg, kPng, kWebp, kBmp, kTiff, kUnknown };

/// By the first bytes, never by the name.
ImageFormat image_format(std::span<const std::uint8_t> bytes);

/// Size from the header alone, as decode_picture() gives it (EXIF orientation applied). Throws
/// Error(kData) for an unknown format or a broken header. `name` stands in messages.
Size image_size(std::span<const std::uint8_t> bytes, std::string_view name);

/// RGB, 8 bits; grey is tripled, alpha dropped, 16 bits scaled, EXIF orientation applied. Throws
/// Error(kData) with the reason: not a picture, over the limits, truncated (a JPEG that ends early
/// is an error, never a half-grey picture), broken.
Picture decode_picture(std::span<const std::uint8_t> bytes, std::string_view name,
                       const DecodeLimits& limits = {});
/// The pixels of a window of what decode_picture() gives; of JPEG files no others are made. With
/// `reduction` 2, 4 or 8, which needs decodes_reduced(), the window is divided by it and rounded
/// down (jpeg.h).
void decode_part(std::span<const std::uint8_t> bytes, std::string_view name, const Window& window,
                 int reduction, PicturePart& part);
/// Whether decode_part() takes a reduction: JPEG that need not be turned.
bool decodes_reduced(std::span<const std::uint8_t> bytes);
/// Size as decode_picture() gives it, of a file that is within the limits; nothing is decoded.
/// Throws Error(kData) as decode_picture() does.
Size require_picture(std::span<const std::uint8_t> bytes, std::string_view name,
                     const DecodeLimits& limits = {});
Picture read_picture(const std::filesystem::path& file, const DecodeLimits& limits = {});
/// The same without EXIF orientation.
Picture decode_stored(std::span<const std::uint8_t> bytes, std::string_view name,
                      const DecodeLimits& limits = {});

/// One channel as stored: the index of a grey or palette file, without colour conversion and EXIF
/// orientation. A file with three equal channels counts as one. Throws Error(kData) for three
/// different ones, 16 bits, and lossy formats (JPEG, lossy WebP), which change class values.
Mask decode_mask(std::span<const std::uint8_t> bytes, std::string_view name,
                 const DecodeLimits& limits = {});
Mask read_mask(const std::filesystem::path& file, const DecodeLimits& limits = {});
/// True for JPEG and lossy WebP, which change class values where they meet.
bool is_lossy(std::span<const std::uint8_t> bytes);
/// Throws Error(kData) for a mask in such a format.
void require_lossless(std::span<const std::uint8_t> bytes, std::string_view name);

/// By the ending: .png (lossless) or .jpg (quality 92). Throws Error(kIo).
void write_picture(const std::filesystem::path& file, const Picture& picture);
/// Grey PNG of class indices.
void write_mask(const std::filesystem::path& file, const Mask& mask);
std::vector<std::uint8_t> encode_jpeg(const Picture& picture, int quality = 92);
std::vector<std::uint8_t> encode_png(const Picture& picture);

/// Antialiased bilinear resize, as torchvision's antialias=True.
Picture resize_bilinear(const Picture& picture, Size size);
Mask resize_nearest(const Mask& mask, Size size);

/// The whole file. Throws Error(kData) when it is missing, empty or over 256 MiB.
std::vector<std::uint8_t> read_bytes(const std::filesystem::path& file);
/// The same into memory that is used again.
void read_bytes(const char* file, PixelBytes& bytes);

}  // namespace carica::data
