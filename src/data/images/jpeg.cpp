#include "data/images/jpeg.h"

#include <csetjmp>
#include <cstddef>
#include <cstdio>
// jpeglib.h needs size_t and FILE before it.
#include <jpeglib.h>
// jerror.h needs jpeglib.h before it.
#include <jerror.h>

#include <algorithm>
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

// libjpeg's state. One per thread, used again and again.
struct Decompressor {
  jpeg_decompress_struct info{};
  ErrorManager manager{};
  jpeg_progress_mgr progress{};
  std::vector<std::uint8_t> cmyk_row;

  Decompressor() {
    info.err = jpeg_std_error(&manager.base);
    manager.base.error_exit = on_error;
    manager.base.emit_message = on_message;
    progress.progress_monitor = on_progress;
    jpeg_create_decompress(&info);
    info.progress = &progress;
  }
  ~Decompressor() { jpeg_destroy_decompress(&info); }
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;
};

Decompressor& decompressor() {
  thread_local Decompressor kept;
  return kept;
}

// The functions below are left by a jump when libjpeg finds an error: objects with destructors live
// outside of them.

void begin(Decompressor& jpeg, std::span<const std::uint8_t> bytes, int reduction) {
  jpeg_decompress_struct& info = jpeg.info;
  jpeg.manager.truncated = false;
  jpeg_mem_src(&info, bytes.data(), static_cast<unsigned long>(bytes.size()));
  jpeg_read_header(&info, TRUE);
  const bool cmyk = info.jpeg_color_space == JCS_CMYK || info.jpeg_color_space == JCS_YCCK;
  info.out_color_space = cmyk ? JCS_CMYK : JCS_RGB;
  info.scale_num = 1;
  info.scale_denom = static_cast<unsigned>(reduction);
  jpeg_start_decompress(&info);
}

// `rows` rows of `stride` bytes.
void read_rows(Decompressor& jpeg, int rows, std::size_t stride, std::uint8_t* to) {
  jpeg_decompress_struct& info = jpeg.info;
  const bool cmyk = info.out_color_space == JCS_CMYK;
  if (cmyk) jpeg.cmyk_row.resize(static_cast<std::size_t>(info.output_width) * 4);
  for (int y = 0; y < rows;) {
    constexpr int kAtOnce = 4;  // what libjpeg makes of two rows of chroma
    JSAMPROW lines[kAtOnce];
    for (int i = 0; i < kAtOnce; ++i) {
      lines[i] = to + stride * static_cast<std::size_t>(std::min(y + i, rows - 1));
    }
    if (!cmyk) {
      y += static_cast<int>(
          jpeg_read_scanlines(&info, lines, static_cast<unsigned>(std::min(kAtOnce, rows - y))));
      continue;
    }
    JSAMPROW line = jpeg.cmyk_row.data();
    jpeg_read_scanlines(&info, &line, 1);
    cmyk_to_rgb(jpeg.cmyk_row, lines[0], static_cast<int>(info.output_width),
                info.saw_Adobe_marker != 0);
    ++y;
  }
}

bool decode_whole(Decompressor& jpeg, std::span<const std::uint8_t> bytes, Picture& picture) {
  jpeg_decompress_struct& info = jpeg.info;
  if (setjmp(jpeg.manager.jump) != 0) return false;
  begin(jpeg, bytes, 1);
  picture.size = {static_cast<int>(info.output_height), static_cast<int>(info.output_width)};
  const std::size_t stride = static_cast<std::size_t>(info.output_width) * 3;
  picture.pixels.resize(stride * info.output_height);
  read_rows(jpeg, picture.size.height, stride, picture.pixels.data());
  jpeg_finish_decompress(&info);
  return true;
}

// Nothing is read behind the window, so that a file that ends there must be told by its end marker.
// Thumbnails, which have one of their own, stand before what was read.
bool has_end_marker(jpeg_decompress_struct& info) {
  if (info.unread_marker == JPEG_EOI || jpeg_input_complete(&info)) return true;
  const std::uint8_t* rest = info.src->next_input_byte;
  for (std::size_t i = info.src->bytes_in_buffer; i >= 2; --i) {
    if (rest[i - 2] == 0xFF && rest[i - 1] == JPEG_EOI) return true;
  }
  return false;
}

// Where one axis of the window lies in the reduced picture.
struct Range {
  int begin, count;
};

Range reduced(int begin, int count, int reduction, unsigned limit) {
  const int size = static_cast<int>(limit);
  const int first = std::min(begin / reduction, size - 1);
  return {first, std::clamp(count / reduction, 1, size - first)};
}

bool decode_part(Decompressor& jpeg, std::span<const std::uint8_t> bytes, const Window& window,
                 int reduction, PicturePart& part) {
  jpeg_decompress_struct& info = jpeg.info;
  if (setjmp(jpeg.manager.jump) != 0) return false;
  begin(jpeg, bytes, reduction);
  const Range down = reduced(window.top, window.size.height, reduction, info.output_height);
  const Range across = reduced(window.left, window.size.width, reduction, info.output_width);
  // The columns at the edge of what is decoded lack a neighbour that smooth chroma needs: a block
  // more on each side keeps the window exact.
  const int margin = 8 * info.max_h_samp_factor;
  const int begin_column = std::max(0, across.begin - margin);
  const int end_column =
      std::min(static_cast<int>(info.output_width), across.begin + across.count + margin);
  JDIMENSION left = static_cast<JDIMENSION>(begin_column);
  JDIMENSION width = static_cast<JDIMENSION>(end_column - begin_column);
  if (width < info.output_width) jpeg_crop_scanline(&info, &left, &width);
  if (down.begin > 0) jpeg_skip_scanlines(&info, static_cast<JDIMENSION>(down.begin));
  const std::size_t stride = static_cast<std::size_t>(info.output_width) * 3;
  part.pixels.resize(stride * static_cast<std::size_t>(down.count));
  read_rows(jpeg, down.count, stride, part.pixels.data());
  part.view = {
      part.pixels.data() + static_cast<std::size_t>(across.begin - static_cast<int>(left)) * 3,
      {down.count, across.count},
      stride};
  if (!has_end_marker(info)) {
    jpeg.manager.truncated = true;
    std::strcpy(jpeg.manager.message, "no end marker");
    return false;
  }
  return true;
}

[[noreturn]] void refuse(const ErrorManager& manager, std::string_view name) {
  throw Error(
      ErrorCode::kData,
      cat(name, manager.truncated ? ": truncated JPEG: " : ": corrupt JPEG: ", manager.message),
      manager.truncated ? "the file ends early: copy or download it again"
                        : "copy or download the file again");
}

}  // namespace

Picture decode_jpeg(std::span<const std::uint8_t> bytes, std::string_view name) {
  Decompressor& jpeg = decompressor();
  Picture picture;
  const bool good = decode_whole(jpeg, bytes, picture);
  jpeg_abort_decompress(&jpeg.info);
  if (!good) refuse(jpeg.manager, name);
  return picture;
}

void decode_jpeg_part(std::span<const std::uint8_t> bytes, std::string_view name,
                      const Window& window, int reduction, PicturePart& part) {
  Decompressor& jpeg = decompressor();
  const bool good = decode_part(jpeg, bytes, window, reduction, part);
  jpeg_abort_decompress(&jpeg.info);
  if (!good) refuse(jpeg.manager, name);
}

}  // namespace carica::data
