#include <algorithm>
#include <bit>
#include <cstring>
#include <fstream>
#include <span>

#include "checkpoint/header.h"
#include "checkpoint/safetensors.h"
#include "core/checksum.h"
#include "core/error.h"
#include "core/text.h"

static_assert(std::endian::native == std::endian::little, "safetensors files are little-endian");

namespace carica::checkpoint {
namespace {

// Small enough that the bytes are still in the cache when they are summed.
constexpr std::size_t kChunk = 256 << 10;

/// An open safetensors file whose header is read and checked; the tensor bytes come next.
class Reader {
 public:
  explicit Reader(const std::filesystem::path& path) : where_(path.string()) {
    std::error_code code;
    if (!std::filesystem::exists(path, code)) refuse("no such file");
    if (!std::filesystem::is_regular_file(path, code)) refuse("not a regular file");
    stream_.open(path, std::ios::binary | std::ios::ate);
    if (!stream_) refuse("cannot be opened for reading");
    const auto file_bytes = static_cast<std::uint64_t>(stream_.tellg());
    stream_.seekg(0);
    if (file_bytes < kLengthBytes) {
      refuse(cat(file_bytes, " bytes; a safetensors file has at least ", kLengthBytes));
    }
    std::uint64_t header_bytes = 0;
    read(std::as_writable_bytes(std::span(&header_bytes, 1)));
    const std::uint64_t rest = file_bytes - kLengthBytes;
    if (header_bytes > rest || header_bytes > kMaxHeaderBytes) {
      refuse(cat("a header of ", header_bytes, " bytes; at most ", std::min(rest, kMaxHeaderBytes),
                 " are possible here"));
    }
    std::string text(header_bytes, '\0');
    read(std::as_writable_bytes(std::span(text)));
    header_ = parse_header(text, rest - header_bytes, where_);
  }

  const Header& header() const { return header_; }

  /// The next tensor of the header.
  torch::Tensor read_tensor(const TensorEntry& entry) {
    torch::Tensor tensor = allocate(entry);
    std::span<std::byte> left(static_cast<std::byte*>(tensor.mutable_data_ptr()), tensor.nbytes());
    unsigned bits = 0;
    while (!left.empty()) {
      const auto chunk = left.first(std::min(left.size(), kChunk));
      read(chunk);
      checksum_.update(chunk);
      if (entry.dtype->type == torch::kBool) {
        for (const std::byte byte : chunk) bits |= std::to_integer<unsigned>(byte);
      }
      left = left.subspan(chunk.size());
    }
    // Any other value of a C++ bool is undefined behaviour.
    if (bits > 1)
      refuse(cat("tensor ", quoted_name(entry.name), ": a BOOL that is neither 0 nor 1"));
    return tensor;
  }

  /// After the last tensor.
  void check_tensor_bytes() const {
    const auto stated = header_.metadata.find(kChecksumKey);
    if (stated != header_.metadata.end() && stated->second != checksum_.hex()) {
      refuse("the tensor bytes do not match their checksum");
    }
  }

 private:
  [[noreturn]] void refuse(const std::string& reason) const {
    throw Error(ErrorCode::kCorrupt, cat(where_, ": ", reason));
  }

  void read(std::span<std::byte> bytes) {
    stream_.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!stream_) refuse("ends too early, or cannot be read");
  }

  torch::Tensor allocate(const TensorEntry& entry) const {
    try {
      return torch::empty(entry.shape, torch::TensorOptions().dtype(entry.dtype->type));
    } catch (const c10::Error&) {
      refuse(cat("tensor ", quoted_name(entry.name), ": no memory for its ",
                 entry.end - entry.begin, " bytes"));
    }
  }

  std::string where_;
  std::ifstream stream_;
  Header header_;
  Checksum checksum_;
};

}  // namespace

const torch::Tensor* TensorFile::find(const std::string& name) const {
  for (const auto& [key, tensor] : tensors) {
    if (key == name) return &tensor;
  }
  return nullptr;
}

TensorFile read_safetensors(const std::filesystem::path& file) {
  Reader reader(file);
  TensorFile result;
  for (const TensorEntry& entry : reader.header().tensors) {
    result.tensors.emplace_back(entry.name, reader.read_tensor(entry));
  }
  reader.check_tensor_bytes();
  result.metadata = reader.header().metadata;
  return result;
}

Metadata read_safetensors_metadata(const std::filesystem::path& file) {
  return Reader(file).header().metadata;
}

}  // namespace carica::checkpoint
