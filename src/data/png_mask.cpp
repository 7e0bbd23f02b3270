#include "data/png_mask.h"

#include <png.h>

#include <csetjmp>
#include <cstring>
#include <vector>

#include "core/error.h"
#include "core/text.h"

namespace carica::data {

namespace {

// IHDR: after 8 bytes of magic and 8 of chunk header: width, height, bit depth, colour type.
constexpr std::size_t kBitDepth = 24, kColorType = 25;

struct Source {
  std::span<const std::uint8_t> bytes;
  std::size_t at = 0;
  char message[256] = {};
};

void read_bytes_of(png_structp png, png_bytep into, png_size_t count) {
  auto* source = static_cast<Source*>(png_get_io_ptr(png));
  if (count > source->bytes.size() - source->at) png_error(png, "the file ends early");
  std::memcpy(into, source->bytes.data() + source->at, count);
  source->at += count;
}

void on_error(png_structp png, png_const_charp message) {
  auto* source = static_cast<Source*>(png_get_error_ptr(png));
  std::strncpy(source->message, message, sizeof source->message - 1);
  png_longjmp(png, 1);
}

void on_warning(png_structp, png_const_charp) {}

// Nothing here needs a destructor: libpng's errors jump out of it.
bool decode_into(png_structp png, png_infop info, Mask& mask, std::vector<png_bytep>& rows) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_read_info(png, info);
  png_set_packing(png);  // 1, 2 and 4 bits to one byte each; values stay
  png_read_update_info(png, info);
  const auto height = png_get_image_height(png, info), width = png_get_image_width(png, info);
  mask.size = {static_cast<int>(height), static_cast<int>(width)};
  mask.values.resize(static_cast<std::size_t>(height) * width);
  rows.resize(height);
  for (std::size_t y = 0; y < height; ++y) rows[y] = mask.values.data() + y * width;
  png_read_image(png, rows.data());
  png_read_end(png, nullptr);
  return true;
}

}  // namespace

bool is_index_png(std::span<const std::uint8_t> bytes) {
  if (bytes.size() <= kColorType) return false;
  const int depth = bytes[kBitDepth], color = bytes[kColorType];
  return depth <= 8 && (color == PNG_COLOR_TYPE_GRAY || color == PNG_COLOR_TYPE_PALETTE);
}

Mask decode_index_png(std::span<const std::uint8_t> bytes, std::string_view name) {
  Source source{bytes};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &source, on_error, on_warning);
  png_infop info = png_create_info_struct(png);
  png_set_read_fn(png, &source, read_bytes_of);
  Mask mask;
  std::vector<png_bytep> rows;
  const bool decoded = decode_into(png, info, mask, rows);
  png_destroy_read_struct(&png, &info, nullptr);
  if (!decoded) {
    throw Error(ErrorCode::kData, cat(name, ": corrupt PNG: ", source.message), "copy or download the file again");
  }
  return mask;
}

}  // namespace carica::data
