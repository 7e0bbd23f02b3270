#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>
#include <span>

#include "checkpoint/header.h"
#include "checkpoint/safetensors.h"
#include "core/checksum.h"
#include "core/error.h"
#include "core/input_file.h"
#include "core/text.h"

static_assert(std::endian::native == std::endian::little, "safetensors files are little-endian");

namespace carica::checkpoint {
namespace {

// Small enough that the bytes are still in the cache when they are summed.
constexpr std::size_t kChunk = 256 << 10;

/// An open safetensors file whose header is read and checked.
class Reader {
 public:
  explicit Reader(const std::filesystem::path& path)
      : where_(path.string()), file_(std::make_shared<MappedFile>()) {
    std::error_code code;
    if (!std::filesystem::exists(path, code)) refuse("no such file");
    if (!std::filesystem::is_regular_file(path, code)) refuse("not a regular file");
    if (const int reason = file_->open(path.c_str(), MappedFile::Access::kPrivate); reason != 0) {
      refuse(cat("cannot be read: ", std::strerror(reason)));
    }
    const auto bytes = file_->bytes();
    if (bytes.size() < kLengthBytes) {
      refuse(cat(bytes.size(), " bytes; a safetensors file has at least ", kLengthBytes));
    }
    std::uint64_t header_bytes = 0;
    std::memcpy(&header_bytes, bytes.data(), kLengthBytes);
    const std::uint64_t rest = bytes.size() - kLengthBytes;
    if (header_bytes > rest || header_bytes > kMaxHeaderBytes) {
      refuse(cat("no safetensors file, or cut off: its first bytes say a header of ", header_bytes,
                 " bytes; at most ", std::min(rest, kMaxHeaderBytes), " are possible here"));
    }
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + kLengthBytes,
                                header_bytes);
    header_ = parse_header(text, rest - header_bytes, where_);
    data_ = bytes.subspan(kLengthBytes + header_bytes);
    summed_ = header_.metadata.contains(kChecksumKey);
  }

  const Header& header() const { return header_; }

  /// The next tensor of the header. On the file itself where its bytes are aligned, else a copy.
  torch::Tensor read_tensor(const TensorEntry& entry) {
    const auto bytes = data_.subspan(entry.begin, entry.end - entry.begin);
    for (auto left = bytes; summed_ && !left.empty();) {
      const auto chunk = left.first(std::min(left.size(), kChunk));
      checksum_.update(std::as_bytes(chunk));
      left = left.subspan(chunk.size());
    }
    // Any other value of a C++ bool is undefined behaviour.
    if (entry.dtype->type == torch::kBool &&
        std::ranges::any_of(bytes, [](std::uint8_t byte) { return byte > 1; })) {
      refuse(cat("tensor ", quoted_name(entry.name), ": a BOOL that is neither 0 nor 1"));
    }
    if (!bytes.empty() &&
        reinterpret_cast<std::uintptr_t>(bytes.data()) % entry.dtype->bytes == 0) {
      return torch::from_blob(
          const_cast<std::uint8_t*>(bytes.data()), entry.shape, [file = file_](void*) {},
          torch::TensorOptions().dtype(entry.dtype->type));
    }
    torch::Tensor tensor = allocate(entry);
    if (!bytes.empty()) std::memcpy(tensor.mutable_data_ptr(), bytes.data(), bytes.size());
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

  torch::Tensor allocate(const TensorEntry& entry) const {
    try {
      return torch::empty(entry.shape, torch::TensorOptions().dtype(entry.dtype->type));
    } catch (const c10::Error&) {
      refuse(cat("tensor ", quoted_name(entry.name), ": no memory for its ",
                 entry.end - entry.begin, " bytes"));
    }
  }

  std::string where_;
  std::shared_ptr<MappedFile> file_;
  Header header_;
  std::span<const std::uint8_t> data_;  // behind the header
  bool summed_ = false;                 // the file states a checksum
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
