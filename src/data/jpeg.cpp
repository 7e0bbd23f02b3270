#include "data/jpeg.h"

#include <csetjmp>
#include <cstddef>
#include <cstdio>
// jpeglib.h needs size_t and FILE before it.
#include <jpeglib.h>
// jerror.h needs jpeglib.h before it.
#include <jerror.h>

#include <cstring>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/text.h"

namespace carica::data {
namespace {

// Real progressive files have about ten scans; a small file can claim thousands, each of which
// walks over all pixels.
constexpr int kMaxScans = 500;

// libjpeg reports through callbacks; an error must not return into it, and exceptions must not pass
// through C frames.
struct ErrorManager {
  jpeg_error_mgr base;
  std::jmp_buf jump;
  char message[JMSG_LENGTH_MAX];
  bool truncated;
};

ErrorManager& manager_of(j_common_ptr info) { return *reinterpret_cast<ErrorManager*>(info->err); }

[[noreturn]] void on_error(j_common_ptr info) {
  info->err->format_message(info, manager_of(info).message);
  std::longjmp(manager_of(info).jump, 1);
}

// Warnings about what does not touch the pixels. Bytes that nobody reads before the end marker are
// common in pictures from the web.
bool is_harmless(const jpeg_error_mgr& error) {
  const bool spare_bytes_at_end =
      error.msg_code == JWRN_EXTRANEOUS_DATA && error.msg_parm.i[1] == JPEG_EOI;
  return spare_bytes_at_end || error.msg_code == JWRN_JFIF_MAJOR;
}

void on_message(j_common_ptr info, int level) {
  if (level >= 0 || is_harmless(*info->err)) return;  // level 0 and above: a trace
  const int code = info->err->msg_code;
  manager_of(info).truncated = code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER;
  on_error(info);
}

void on_progress(j_common_ptr info) {
  if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number <= kMaxScans) return;
  std::strcpy(manager_of(info).message, "more than 500 scans");
  std::longjmp(manager_of(info).jump, 1);
}

// Adobe's programs, which nearly all CMYK files come from, store the inks inverted.
void cmyk_to_rgb(const std::vector<std::uint8_t>& row, std::uint8_t* out, int width,
                 bool inverted) {
  const auto ink_left = [&](int i) { return inverted ? row[i] : 255 - row[i]; };
  for (int x = 0; x < width; ++x) {
    for (int c = 0; c < 3; ++c) {
      out[3 * x + c] =
          static_cast<std::uint8_t>((ink_left(4 * x + c) * ink_left(4 * x + 3) + 127) / 255);
    }
  }
}

// libjpeg's state, freed whatever happens.
struct Decompressor {
  jpeg_decompress_struct info{};
  ErrorManager manager{};
  jpeg_progress_mgr progress{};

  Decompressor() {
    info.err = jpeg_std_error(&manager.base);
    manager.base.error_exit = on_error;
    manager.base.emit_message = on_message;
    progress.progress_monitor = on_progress;
  }
  ~Decompressor() { jpeg_destroy_decompress(&info); }
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;
};

// Objects with destructors live outside of this function: a jump skips destructors.
bool decode_into(Decompressor& jpeg, std::span<const std::uint8_t> bytes, Picture& picture,
                 std::vector<std::uint8_t>& row) {
  jpeg_decompress_struct& info = jpeg.info;
  if (setjmp(jpeg.manager.jump) != 0) return false;
  jpeg_create_decompress(&info);
  info.progress = &jpeg.progress;
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
    std::uint8_t* out = picture.pixels.data() + stride * info.output_scanline;
    JSAMPROW line = cmyk ? row.data() : out;
    jpeg_read_scanlines(&info, &line, 1);
    if (cmyk) cmyk_to_rgb(row, out, picture.size.width, info.saw_Adobe_marker != 0);
  }
  jpeg_finish_decompress(&info);
  return true;
}

}  // namespace

Picture decode_jpeg(std::span<const std::uint8_t> bytes, std::string_view name) {
  Decompressor jpeg;
  Picture picture;
  std::vector<std::uint8_t> row;
  if (decode_into(jpeg, bytes, picture, row)) return picture;
  const bool truncated = jpeg.manager.truncated;
  throw Error(
      ErrorCode::kData,
      cat(name, truncated ? ": truncated JPEG: " : ": corrupt JPEG: ", jpeg.manager.message),
      truncated ? "the file ends early: copy or download it again"
                : "copy or download the file again");
}

}  // namespace carica::data
