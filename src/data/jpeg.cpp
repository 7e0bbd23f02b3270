#include "data/jpeg.h"

#include <csetjmp>
#include <cstddef>
#include <cstdio>
// jpeglib.h needs size_t and FILE before it.
#include <jpeglib.h>
#include <jerror.h>

#include <string>
#include <vector>

#include "core/error.h"
#include "core/text.h"

namespace carica::data {

namespace {

// libjpeg reports through callbacks; an error must not return into it, and exceptions must not pass through C frames.
struct ErrorManager {
  jpeg_error_mgr base;
  std::jmp_buf jump;
  char message[JMSG_LENGTH_MAX];
  bool truncated;
};

ErrorManager* manager_of(j_common_ptr info) { return reinterpret_cast<ErrorManager*>(info->err); }

void on_error(j_common_ptr info) {
  info->err->format_message(info, manager_of(info)->message);
  std::longjmp(manager_of(info)->jump, 1);
}

void on_message(j_common_ptr info, int level) {
  if (level >= 0) return;  // a trace, not a warning
  auto* manager = manager_of(info);
  manager->truncated = info->err->msg_code == JWRN_JPEG_EOF || info->err->msg_code == JWRN_HIT_MARKER;
  on_error(info);
}

void cmyk_to_rgb(const std::vector<std::uint8_t>& row, std::uint8_t* out, int width, bool inverted) {
  for (int x = 0; x < width; ++x) {
    const auto ink = [&](int c) { return inverted ? row[4 * x + c] : 255 - row[4 * x + c]; };
    for (int c = 0; c < 3; ++c) out[3 * x + c] = static_cast<std::uint8_t>(ink(c) * ink(3) / 255);
  }
}

// Everything between setjmp and the end lives outside of this function or is trivial: a jump skips destructors.
bool decode_into(jpeg_decompress_struct& info, ErrorManager& manager, std::span<const std::uint8_t> bytes, Picture& picture,
                 std::vector<std::uint8_t>& row) {
  if (setjmp(manager.jump) != 0) return false;
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, bytes.data(), static_cast<unsigned long>(bytes.size()));
  jpeg_read_header(&info, TRUE);
  const bool cmyk = info.jpeg_color_space == JCS_CMYK || info.jpeg_color_space == JCS_YCCK;
  info.out_color_space = cmyk ? JCS_CMYK : JCS_RGB;
  jpeg_start_decompress(&info);
  picture.size = {static_cast<int>(info.output_height), static_cast<int>(info.output_width)};
  const std::size_t stride = static_cast<std::size_t>(info.output_width) * 3;
  picture.pixels.resize(stride * info.output_height);
  if (cmyk) row.resize(static_cast<std::size_t>(info.output_width) * 4);
  while (info.output_scanline < info.output_height) {
    auto* out = picture.pixels.data() + stride * info.output_scanline;
    JSAMPROW line = cmyk ? row.data() : out;
    jpeg_read_scanlines(&info, &line, 1);
    if (cmyk) cmyk_to_rgb(row, out, picture.size.width, info.saw_Adobe_marker != 0);
  }
  jpeg_finish_decompress(&info);
  return true;
}

}  // namespace

Picture decode_jpeg(std::span<const std::uint8_t> bytes, std::string_view name) {
  jpeg_decompress_struct info{};
  ErrorManager manager{};
  info.err = jpeg_std_error(&manager.base);
  manager.base.error_exit = on_error;
  manager.base.emit_message = on_message;
  Picture picture;
  std::vector<std::uint8_t> row;
  const bool decoded = decode_into(info, manager, bytes, picture, row);
  jpeg_destroy_decompress(&info);
  if (decoded) return picture;
  throw Error(ErrorCode::kData, cat(name, manager.truncated ? ": truncated JPEG: " : ": corrupt JPEG: ", manager.message),
              manager.truncated ? "the file ends early: copy or download it again" : "copy or download the file again");
}

}  // namespace carica::data
