#include "data/images/png.h"

#include <png.h>

#include <algorithm>
#include <array>
#include <bit>
#include <csetjmp>
#include <cstring>
#include <new>
#include <vector>

#include "core/error.h"
#include "core/text.h"
#include "data/files/byte_reader.h"

namespace carica::data {
namespace {

using Bytes = std::span<const std::uint8_t>;

struct Source {
  Bytes bytes;
  std::size_t at = 0;
  bool ended = false;
  char message[256] = {};
};

// libpng calls these from C: they must not throw.
void read_from(png_structp png, png_bytep into, png_size_t count) {
  auto* source = static_cast<Source*>(png_get_io_ptr(png));
  if (count > source->bytes.size() - source->at) {
    source->ended = true;
    png_error(png, "the file ends early");
  }
  std::memcpy(into, source->bytes.data() + source->at, count);
  source->at += count;
}

void on_error(png_structp png, png_const_charp message) {
  auto* source = static_cast<Source*>(png_get_error_ptr(png));
  std::strncpy(source->message, message, sizeof source->message - 1);
  png_longjmp(png, 1);
}

void on_warning(png_structp, png_const_charp) {}

void convert_to_rgb(png_structp png) {
  png_set_expand(png);
  png_set_scale_16(png);
  png_set_strip_alpha(png);
  png_set_gray_to_rgb(png);
}

void keep_indices(png_structp png) {
  png_set_packing(png);  // 1, 2 and 4 bits to one byte each; values stay
  png_set_strip_alpha(png);
}

void keep_words(png_structp png) {
  if constexpr (std::endian::native == std::endian::little) png_set_swap(png);
  png_set_strip_alpha(png);
}

// What a decoded PNG is read into; both lie outside of the function that errors jump out of.
struct Target {
  Size size;
  PixelBytes values;
  std::vector<png_bytep> rows;
};

// No object here needs a destructor: libpng's errors jump out of it.
bool decode_into(png_structp png, png_infop info, void (*convert)(png_structp),
                 std::size_t channels, Target& target) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_read_info(png, info);
  convert(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  const std::size_t height = png_get_image_height(png, info);
  const std::size_t stride = png_get_image_width(png, info) * channels;
  if (png_get_rowbytes(png, info) != stride) png_error(png, "unexpected layout of the pixels");
  target.size = {static_cast<int>(height), static_cast<int>(png_get_image_width(png, info))};
  target.values.resize(height * stride);
  target.rows.resize(height);
  for (std::size_t y = 0; y < height; ++y) target.rows[y] = target.values.data() + y * stride;
  png_read_image(png, target.rows.data());
  png_read_end(png, nullptr);
  return true;
}

Target decode(Bytes bytes, std::string_view name, void (*convert)(png_structp),
              std::size_t channels) {
  Source source{bytes};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &source, on_error, on_warning);
  png_infop info = png != nullptr ? png_create_info_struct(png) : nullptr;
  Target target;
  bool decoded = false;
  if (info != nullptr) {
    png_set_read_fn(png, &source, read_from);
    try {
      decoded = decode_into(png, info, convert, channels, target);
    } catch (const std::bad_alloc&) {
      std::strcpy(source.message, "not enough memory");
    }
  }
  png_destroy_read_struct(&png, &info, nullptr);
  if (decoded) return target;
  throw Error(ErrorCode::kData,
              cat(name, source.ended ? ": truncated PNG: " : ": corrupt PNG: ", source.message),
              "copy or download the file again");
}

}  // namespace

Picture decode_png(Bytes bytes, std::string_view name) {
  Target target = decode(bytes, name, convert_to_rgb, 3);
  return {target.size, std::move(target.values)};
}

Mask decode_index_png(Bytes bytes, std::string_view name) {
  Target target = decode(bytes, name, keep_indices, 1);
  return {target.size, std::move(target.values)};
}

WideMask decode_wide_png(Bytes bytes, std::string_view name) {
  const Target target = decode(bytes, name, keep_words, 2);
  WideMask wide{target.size, std::vector<std::uint16_t>(target.values.size() / 2)};
  std::memcpy(wide.values.data(), target.values.data(), target.values.size());
  return wide;
}

std::vector<std::uint8_t> encode_palette_png(const Mask& mask, std::span<const Colour> colors) {
  constexpr std::size_t kEntries = 256;
  std::array<Colour, kEntries> palette;
  palette.fill({128, 128, 128});
  std::ranges::copy(colors.first(std::min(colors.size(), kEntries)), palette.begin());
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(mask.size.width);
  image.height = static_cast<png_uint_32>(mask.size.height);
  image.format = PNG_FORMAT_RGB_COLORMAP;
  image.flags = PNG_IMAGE_FLAG_FAST;  // deflate level 3, no filters: they do not help with indices
  image.colormap_entries = kEntries;
  std::vector<std::uint8_t> bytes(PNG_IMAGE_PNG_SIZE_MAX(image));
  png_alloc_size_t size = bytes.size();
  if (png_image_write_to_memory(&image, bytes.data(), &size, 0, mask.values.data(), 0,
                                palette.data()) == 0) {
    throw Error(ErrorCode::kIo, cat("a mask of ", mask.size.width, "x", mask.size.height,
                                    " cannot be encoded as PNG: ", image.message));
  }
  bytes.resize(size);
  return bytes;
}

// IHDR: behind 8 bytes of magic and 8 of chunk header stand width, height, bit depth, colour type.
int png_bit_depth(Bytes bytes) { return static_cast<int>(ByteReader{bytes}.u8(24)); }

bool is_index_png(Bytes bytes) {
  const auto color = ByteReader{bytes}.u8(25);
  return color == PNG_COLOR_TYPE_GRAY || color == PNG_COLOR_TYPE_GRAY_ALPHA ||
         color == PNG_COLOR_TYPE_PALETTE;
}

}  // namespace carica::data
