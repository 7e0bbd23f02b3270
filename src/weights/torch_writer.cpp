#include "weights/torch_writer.h"

#include <libdeflate.h>

#include <cstring>
#include <span>

#include "checkpoint/header.h"
#include "core/error.h"
#include "core/text.h"

namespace carica::weights {
namespace {

constexpr std::uint64_t kAlignment = 64;  // of every entry's bytes, as torch has it

template <typename Number>
std::string number_bytes(Number value) {
  std::string bytes(sizeof(value), '\0');
  std::memcpy(bytes.data(), &value, sizeof(value));
  return bytes;
}

const char* storage_class(const std::string& name, torch::ScalarType type) {
  switch (type) {
    case torch::kFloat64:
      return "DoubleStorage";
    case torch::kFloat32:
      return "FloatStorage";
    case torch::kFloat16:
      return "HalfStorage";
    case torch::kBFloat16:
      return "BFloat16Storage";
    case torch::kInt64:
      return "LongStorage";
    case torch::kInt32:
      return "IntStorage";
    case torch::kInt16:
      return "ShortStorage";
    case torch::kInt8:
      return "CharStorage";
    case torch::kUInt8:
      return "ByteStorage";
    case torch::kBool:
      return "BoolStorage";
    default:
      throw Error(ErrorCode::kShape,
                  cat("weights: tensor ", checkpoint::quoted_name(name), ": type ", type,
                      " has no storage class of torch's"),
                  "write .safetensors instead");
  }
}

/// Opcodes of protocol 2, see pickle_opcodes.h.
std::string text(const std::string& value) {
  return "X" + number_bytes(static_cast<std::uint32_t>(value.size())) + value;
}
std::string integer(std::int64_t value) { return "\x8a\x08" + number_bytes(value); }
std::string tuple(const std::vector<std::int64_t>& values) {
  std::string bytes = "(";
  for (const auto value : values) bytes += integer(value);
  return bytes + "t";
}
const std::string kEmptyOrderedDict = "ccollections\nOrderedDict\n)R";

std::string pickle_of(const checkpoint::NamedTensors& tensors) {
  std::string bytes = "\x80\x02" + kEmptyOrderedDict + "(";
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const auto& [name, tensor] = tensors[i];
    const std::string storage =
        "(" + text("storage") + "ctorch\n" + storage_class(name, tensor.scalar_type()) + "\n" +
        text(std::to_string(i)) + text("cpu") + integer(tensor.numel()) + "tQ";
    bytes += text(name) + "ctorch._utils\n_rebuild_tensor_v2\n(" + storage + integer(0) +
             tuple(tensor.sizes().vec()) + tuple(tensor.strides().vec()) + "\x89" +
             kEmptyOrderedDict + "tR";
  }
  return bytes + "u.";
}

/// Stored entries, one after the other; the directory at the end.
class ZipWriter {
 public:
  explicit ZipWriter(AtomicFile& file) : file_(file) {}

  void add(const std::string& name, std::span<const std::byte> data) {
    const std::uint64_t header = position_;
    const std::uint64_t begin = header + 30 + name.size() + 4;  // with an extra field
    const std::uint64_t padding = (kAlignment - begin % kAlignment) % kAlignment;
    if (begin + padding + data.size() > kLargest) {
      throw Error(ErrorCode::kShape, "weights: a .pth of more than 4 GiB is not written",
                  "write .safetensors instead");
    }
    const auto size = static_cast<std::uint32_t>(data.size());
    const std::string sums = number_bytes(libdeflate_crc32(0, data.data(), data.size())) +
                             number_bytes(size) + number_bytes(size) +
                             number_bytes(static_cast<std::uint16_t>(name.size()));
    const std::string none(2, '\0');
    // Version, flags (names are UTF-8), stored, no time.
    const std::string common =
        number_bytes(std::uint16_t{20}) + number_bytes(std::uint16_t{0x800}) + none + none + none;
    std::string extra =
        "FB" + number_bytes(static_cast<std::uint16_t>(padding)) + std::string(padding, 'Z');
    put("PK\x03\x04" + common + sums + number_bytes(static_cast<std::uint16_t>(extra.size())) +
        name + extra);
    file_.append(data);
    position_ += data.size();
    directory_ += "PK\x01\x02" + none + common + sums + none + none + none + none + none + none +
                  number_bytes(static_cast<std::uint32_t>(header)) + name;
    ++entries_;
  }
  void add(const std::string& name, const std::string& data) {
    add(name, std::as_bytes(std::span(data)));
  }
  void finish() {
    if (entries_ > 0xfffe || position_ + directory_.size() > kLargest) {
      throw Error(ErrorCode::kShape, "weights: more tensors than a plain .pth can have",
                  "write .safetensors instead");
    }
    const auto count = number_bytes(static_cast<std::uint16_t>(entries_));
    const std::string none(2, '\0');
    const auto begin = static_cast<std::uint32_t>(position_);
    put(directory_);
    put("PK\x05\x06" + none + none + count + count +
        number_bytes(static_cast<std::uint32_t>(directory_.size())) + number_bytes(begin) + none);
  }

 private:
  static constexpr std::uint64_t kLargest = 0xfffffffe;

  void put(const std::string& bytes) {
    file_.append(bytes);
    position_ += bytes.size();
  }

  AtomicFile& file_;
  std::uint64_t position_ = 0;
  std::size_t entries_ = 0;
  std::string directory_;
};

}  // namespace

void write_torch(AtomicFile& file, const checkpoint::NamedTensors& tensors) {
  const auto host = checkpoint::on_host(tensors);
  ZipWriter zip(file);
  zip.add("archive/data.pkl", pickle_of(host));
  zip.add("archive/byteorder", "little");
  for (std::size_t i = 0; i < host.size(); ++i) {
    const auto& tensor = host[i].second;
    zip.add("archive/data/" + std::to_string(i),
            {static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()});
  }
  zip.add("archive/version", "3\n");
  zip.finish();
}

}  // namespace carica::weights
