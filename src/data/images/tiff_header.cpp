#include "data/images/tiff_header.h"

#include <optional>

#include "core/error.h"
#include "core/text.h"
#include "data/files/byte_reader.h"

namespace carica::data {
namespace {

using Bytes = std::span<const std::uint8_t>;

enum Tag : std::uint32_t {
  kWidth = 256,
  kHeight = 257,
  kStripOffsets = 273,
  kOrientation = 274,
  kStripByteCounts = 279,
  kTileOffsets = 324,
  kTileByteCounts = 325,
  kExtraSamples = 338,
};

// Entries of the first directory: unsigned numbers of 8, 16 or 32 bits.
class Directory {
 public:
  explicit Directory(Bytes bytes) : file_{bytes}, big_(file_.tag(0, "MM")), at_(u32(4)) {}

  struct Entry {
    std::size_t width = 0, count = 0, at = 0;
  };

  std::optional<Entry> find(std::uint32_t tag) const {
    const auto entries = u16(at_);
    for (std::size_t i = 0; i < entries; ++i) {
      const std::size_t entry = at_ + 2 + 12 * i;
      if (!file_.has(entry, 12)) return std::nullopt;
      if (u16(entry) != tag) continue;
      const auto type = u16(entry + 2);
      const std::size_t width = type == 1 ? 1 : type == 3 ? 2 : type == 4 ? 4 : 0;
      const std::size_t count = u32(entry + 4);
      if (width == 0 || count == 0) return std::nullopt;
      const std::size_t at = width * count <= 4 ? entry + 8 : u32(entry + 8);
      if (!file_.has(at, width * count)) return std::nullopt;
      return Entry{width, count, at};
    }
    return std::nullopt;
  }

  std::uint32_t value(const Entry& entry, std::size_t i = 0) const {
    const std::size_t at = entry.at + entry.width * i;
    return entry.width == 1 ? file_.u8(at) : entry.width == 2 ? u16(at) : u32(at);
  }

 private:
  std::uint32_t u16(std::size_t at) const { return big_ ? file_.big16(at) : file_.little16(at); }
  std::uint32_t u32(std::size_t at) const { return big_ ? file_.big32(at) : file_.little32(at); }

  ByteReader file_;
  bool big_;
  std::size_t at_;
};

void refuse_free_alpha(const Directory& directory, std::string_view name) {
  constexpr std::uint32_t kUnassociatedAlpha = 2;
  const auto extra = directory.find(kExtraSamples);
  for (std::size_t i = 0; extra && i < extra->count; ++i) {
    if (directory.value(*extra, i) != kUnassociatedAlpha) continue;
    throw Error(ErrorCode::kData, cat(name, ": TIFF with alpha beside its colours; must have none"),
                "save it without the alpha channel, or as PNG");
  }
}

}  // namespace

bool is_tiff(Bytes bytes) {
  const ByteReader file{bytes};
  using namespace std::string_view_literals;
  return file.tag(0, "II*\0"sv) || file.tag(0, "MM\0*"sv);
}

Size tiff_size(Bytes bytes, std::string_view name) {
  const Directory directory(bytes);
  const auto width = directory.find(kWidth), height = directory.find(kHeight);
  constexpr std::uint32_t kMax = 1 << 30;
  const std::uint32_t w = width ? directory.value(*width) : 0;
  const std::uint32_t h = height ? directory.value(*height) : 0;
  if (w < 1 || h < 1 || w > kMax || h > kMax) {
    throw Error(ErrorCode::kData, cat(name, ": broken TIFF: its header gives no size"),
                "the file is damaged or truncated: copy or download it again");
  }
  return {static_cast<int>(h), static_cast<int>(w)};
}

void check_tiff(Bytes bytes, std::string_view name) {
  const Directory directory(bytes);
  const auto orientation = directory.find(kOrientation);
  if (orientation && directory.value(*orientation) != 1) {
    throw Error(ErrorCode::kData,
                cat(name, ": TIFF with orientation ", directory.value(*orientation),
                    "; must be stored upright (1)"),
                "save it anew, upright");
  }
  refuse_free_alpha(directory, name);
  auto offsets = directory.find(kStripOffsets), counts = directory.find(kStripByteCounts);
  if (!offsets) offsets = directory.find(kTileOffsets), counts = directory.find(kTileByteCounts);
  const bool whole = offsets && counts && offsets->count == counts->count;
  for (std::size_t i = 0; whole && i < offsets->count; ++i) {
    const ByteReader file{bytes};
    const std::size_t end = std::size_t{directory.value(*offsets, i)} + directory.value(*counts, i);
    if (!file.has(directory.value(*offsets, i), directory.value(*counts, i))) {
      throw Error(ErrorCode::kData,
                  cat(name, ": truncated TIFF: has ", bytes.size(), " bytes of ", end),
                  "the file ends early: copy or download it again");
    }
  }
  if (!whole) {
    throw Error(ErrorCode::kData, cat(name, ": broken TIFF: its header does not place the pixels"),
                "the file is damaged: copy or download it again");
  }
}

}  // namespace carica::data
