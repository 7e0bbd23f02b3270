#include "data/files/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "core/error.h"
#include "core/text.h"

namespace carica::data {
namespace {

constexpr std::size_t kPiece = 1u << 20;

// zlib's state, ended with its scope.
class Inflater {
 public:
  explicit Inflater(std::span<const std::uint8_t> bytes) {
    stream_.next_in = const_cast<Bytef*>(bytes.data());
    stream_.avail_in = static_cast<uInt>(bytes.size());
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    ready_ = inflateInit2(&stream_, kGzipOnly) == Z_OK;
  }
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  /// Fills what it can, and says how it went as zlib does.
  int fill(std::span<std::uint8_t> into, std::size_t& filled) {
    if (!ready_) return Z_MEM_ERROR;
    stream_.next_out = into.data();
    stream_.avail_out = static_cast<uInt>(into.size());
    const int state = inflate(&stream_, Z_NO_FLUSH);
    filled = into.size() - stream_.avail_out;
    return state;
  }
  std::size_t left() const { return stream_.avail_in; }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

}  // namespace

Unpacked unpack_gzip(std::span<const std::uint8_t> bytes, std::size_t most,
                     const std::string& name) {
  const auto refuse = [&](const char* what, const char* hint) {
    throw Error(ErrorCode::kData, cat(name, ": ", what), hint);
  };
  if (bytes.size() > std::numeric_limits<uInt>::max()) refuse("more than 4 GiB", "");
  Inflater inflater(bytes);
  Unpacked unpacked;
  int state = Z_OK;
  while (state != Z_STREAM_END && unpacked.bytes.size() < most) {
    const std::size_t before = unpacked.bytes.size();
    std::size_t filled = 0;
    unpacked.bytes.resize(std::min(most, before + kPiece));
    state = inflater.fill(std::span(unpacked.bytes).subspan(before), filled);
    unpacked.bytes.resize(before + filled);
    if (state == Z_BUF_ERROR || (state == Z_OK && filled == 0)) {
      refuse("truncated gzip: it ends early", "download it again");
    }
    if (state != Z_OK && state != Z_STREAM_END) {
      refuse("corrupt gzip", "download it again; is it a gzip file at all?");
    }
  }
  if (state != Z_STREAM_END) {  // exactly full: the end, and the checksum, may follow
    std::uint8_t beyond = 0;
    std::size_t filled = 0;
    state = inflater.fill({&beyond, 1}, filled);
    if (filled > 0) return unpacked;
    if (state != Z_STREAM_END) refuse("truncated gzip: it ends early", "download it again");
  }
  if (inflater.left() > 0) refuse("bytes behind the end of the gzip", "download it again");
  unpacked.whole = true;
  return unpacked;
}

}  // namespace carica::data
